package migrations

import (
	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"
)

// screenPop gives services a page of another system that is opened beside a call.
func screenPop() *gormigrate.Migration {
	type Service struct {
		ID            string `gorm:"size:64;primaryKey"`
		ScreenPopURL  string `gorm:"column:screen_pop_url;size:2048;not null;default:''"`
		ScreenPopWhen string `gorm:"size:16;not null;default:'ring'"`
	}
	return &gormigrate.Migration{
		ID:      "20261129-12-screen-pop",
		Migrate: func(tx *gorm.DB) error { return addColumns(tx, &Service{}, "ScreenPopURL", "ScreenPopWhen") },
	}
}
