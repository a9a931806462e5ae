package migrations

import (
	"fmt"

	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"
)

// zones gives services a time zone. Those of before get Korea's, as their country was by default, or UTC.
func zones() *gormigrate.Migration {
	type Service struct {
		ID       string `gorm:"size:64;primaryKey"`
		TimeZone string `gorm:"size:64;not null;default:'Asia/Seoul'"`
	}
	return &gormigrate.Migration{
		ID: "20261129-09-zones",
		Migrate: func(tx *gorm.DB) error {
			if err := addColumns(tx, &Service{}, "TimeZone"); err != nil {
				return err
			}
			if err := tx.Exec("UPDATE services SET time_zone = 'UTC' WHERE country <> 'KR'").Error; err != nil {
				return fmt.Errorf("fill in time zones: %w", err)
			}
			return nil
		},
	}
}
