package migrations

import (
	"fmt"
	"time"

	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"
)

// prompts makes the table of uploaded recordings, and gives prompts a label and a time.
func prompts() *gormigrate.Migration {
	type PromptAudio struct {
		SHA256       string `gorm:"column:sha256;size:64;primaryKey"`
		NarrowSHA256 string `gorm:"column:narrow_sha256;size:64;not null"`
		Narrow       []byte `gorm:"size:4294967295;not null"`
		Wide         []byte `gorm:"size:4294967295;not null"`
	}
	type Prompt struct {
		ID         string    `gorm:"size:64;primaryKey"`
		Label      string    `gorm:"size:128;not null;default:''"`
		UploadedAt time.Time `gorm:"not null;default:'2026-11-24 00:00:00'"`
	}
	return &gormigrate.Migration{
		ID: "20261125-5-prompts",
		Migrate: func(tx *gorm.DB) error {
			if !tx.Migrator().HasTable("prompt_audio") {
				if err := tx.Table("prompt_audio").Migrator().CreateTable(&PromptAudio{}); err != nil {
					return fmt.Errorf("create table prompt_audio: %w", err)
				}
			}
			return addColumns(tx, &Prompt{}, "Label", "UploadedAt")
		},
	}
}
