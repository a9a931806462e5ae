package migrations

import "github.com/go-gormigrate/gormigrate/v2"

// embedding keeps the origins of pages that may embed the call widget.
func embedding() *gormigrate.Migration {
	type EmbeddingOrigin struct {
		Origin string `gorm:"size:260;primaryKey"`
	}
	return &gormigrate.Migration{
		ID:      "20261129-16-embedding",
		Migrate: create(&EmbeddingOrigin{}),
	}
}
