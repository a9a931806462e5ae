package migrations

import (
	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"
)

// successors keeps what was given for a refresh token, so that an answer that was lost can be asked for again.
func successors() *gormigrate.Migration {
	type RefreshToken struct {
		Hash      string `gorm:"size:64;primaryKey"`
		Successor string `gorm:"size:64;not null;default:''"`
	}
	return &gormigrate.Migration{
		ID:      "20261130-17-successors",
		Migrate: func(tx *gorm.DB) error { return addColumns(tx, &RefreshToken{}, "Successor") },
	}
}
