package migrations

import (
	"time"

	"github.com/go-gormigrate/gormigrate/v2"
)

// hours makes the table of when services take calls. A service without a row is open around the clock, as all were before.
func hours() *gormigrate.Migration {
	type Service struct {
		ID string `gorm:"size:64;primaryKey"`
	}
	type Prompt struct {
		ID string `gorm:"size:64;primaryKey"`
	}
	type Queue struct {
		Name string `gorm:"size:64;primaryKey"`
	}
	type ServiceHours struct {
		ServiceID     string  `gorm:"size:64;primaryKey"`
		Service       Service `gorm:"constraint:OnDelete:CASCADE"`
		Week          string  `gorm:"size:4294967295;not null"` // JSON, like the holidays: never searched
		Holidays      string  `gorm:"size:4294967295;not null"`
		ClosedAction  string  `gorm:"size:16;not null"`
		ClosedPrompt  *string `gorm:"size:64;index:ix_service_hours_prompt"`
		Prompt        *Prompt `gorm:"foreignKey:ClosedPrompt;references:ID;constraint:OnDelete:NO ACTION"`
		ClosedQueue   *string `gorm:"size:64;index:ix_service_hours_queue"`
		Queue         *Queue  `gorm:"foreignKey:ClosedQueue;references:Name;constraint:OnDelete:NO ACTION"`
		ClosedWaiting bool    `gorm:"not null"`
		HandPosition  string  `gorm:"size:16;not null"`
		HandUntil     *time.Time
	}
	return &gormigrate.Migration{ID: "20261129-12-hours", Migrate: create(&ServiceHours{})}
}
