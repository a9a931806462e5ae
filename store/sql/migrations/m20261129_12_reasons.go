package migrations

import (
	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"
)

// reasons makes the table of services' reasons for Business and Rest, and lets services require one.
func reasons() *gormigrate.Migration {
	type Service struct {
		ID             string `gorm:"size:64;primaryKey"`
		ReasonRequired bool   `gorm:"not null;default:false"`
	}
	type StatusReason struct {
		ServiceID string  `gorm:"size:64;primaryKey"`
		Service   Service `gorm:"constraint:OnDelete:CASCADE"`
		Code      string  `gorm:"size:64;primaryKey"`
		Position  int     `gorm:"not null"`
		Name      string  `gorm:"size:512;not null"`
		Business  bool    `gorm:"not null"`
		Rest      bool    `gorm:"not null"`
		Active    bool    `gorm:"not null"`
	}
	return &gormigrate.Migration{
		ID: "20261129-12-reasons",
		Migrate: func(tx *gorm.DB) error {
			if err := create(&StatusReason{})(tx); err != nil {
				return err
			}
			return addColumns(tx, &Service{}, "ReasonRequired")
		},
	}
}
