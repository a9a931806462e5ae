package migrations

import (
	"time"

	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"
)

// login makes the tables of other ways to prove who one is: links to set a new password, and second factors.
func login() *gormigrate.Migration {
	type User struct {
		ID string `gorm:"size:64;primaryKey"`
	}
	type PasswordReset struct {
		UserID    string    `gorm:"size:64;primaryKey"`
		User      User      `gorm:"constraint:OnDelete:CASCADE"`
		Hash      string    `gorm:"size:64;not null;uniqueIndex:ux_password_resets_hash"`
		CreatedBy string    `gorm:"size:64;not null"`
		CreatedAt time.Time `gorm:"not null"`
		ExpiresAt time.Time `gorm:"not null"`
	}
	type SecondFactor struct {
		UserID      string `gorm:"size:64;primaryKey"`
		User        User   `gorm:"constraint:OnDelete:CASCADE"`
		Secret      string `gorm:"size:255;not null"` // sealed
		CreatedAt   time.Time
		ConfirmedAt *time.Time
		LastStep    int64 `gorm:"not null"`
	}
	type RecoveryCode struct {
		UserID string `gorm:"size:64;primaryKey"`
		User   User   `gorm:"constraint:OnDelete:CASCADE"`
		Hash   string `gorm:"size:64;primaryKey"`
	}
	return &gormigrate.Migration{
		ID: "20261129-11-login",
		Migrate: func(tx *gorm.DB) error {
			return create(&PasswordReset{}, &SecondFactor{}, &RecoveryCode{})(tx)
		},
	}
}
