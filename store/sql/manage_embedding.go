package sql

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"switchroom/settings"
)

type embeddingOrigin struct {
	Origin string `gorm:"column:origin;primaryKey"`
}

func (embeddingOrigin) TableName() string { return "embedding_origins" }

// Embedding is the organisation's: who may embed the call widget.
func (s *Store) Embedding(ctx context.Context) (settings.Embedding, error) {
	return look(ctx, s, "load who may embed the widget", embedding)
}

// SetEmbedding replaces it.
func (s *Store) SetEmbedding(ctx context.Context, by, version string, v settings.Embedding) (settings.Embedding, error) {
	if err := v.Check(); err != nil {
		return v, err
	}
	return revise(ctx, s, by, "set_embedding", "organisation", version, embedding, func(tx *gorm.DB, _ settings.Embedding) error {
		rows := make([]embeddingOrigin, len(v.Origins))
		for i, o := range v.Origins {
			rows[i] = embeddingOrigin{Origin: o}
		}
		return replace(tx, rows, "1 = 1")
	})
}

func embedding(tx *gorm.DB) (settings.Embedding, error) {
	list := []string{}
	err := tx.Model(&embeddingOrigin{}).Pluck("origin", &list).Error
	slices.Sort(list)
	return settings.Seal(settings.Embedding{Origins: list}), err
}
