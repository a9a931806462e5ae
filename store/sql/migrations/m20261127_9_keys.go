package migrations

import (
	"time"

	"github.com/go-gormigrate/gormigrate/v2"
)

// keys makes the tables of machines' keys. A service stays while a key is for it: a key without services is for all of them.
func keys() *gormigrate.Migration {
	type Service struct {
		ID string `gorm:"size:64;primaryKey"`
	}
	type APIKey struct {
		ID         string    `gorm:"size:32;primaryKey"`
		Hash       string    `gorm:"size:64;not null;uniqueIndex:ux_api_keys_hash"`
		Name       string    `gorm:"size:512;not null"`
		Scopes     string    `gorm:"size:512;not null"`
		CreatedBy  string    `gorm:"size:64;not null"`
		CreatedAt  time.Time `gorm:"not null"`
		ExpiresAt  *time.Time
		LastUsedAt *time.Time
	}
	type APIKeyService struct {
		KeyID     string  `gorm:"size:32;primaryKey"`
		Key       APIKey  `gorm:"constraint:OnDelete:CASCADE"`
		ServiceID string  `gorm:"size:64;primaryKey;index:ix_api_key_services_service"`
		Service   Service `gorm:"constraint:OnDelete:NO ACTION"`
	}
	return &gormigrate.Migration{ID: "20261127-9-keys", Migrate: create(&APIKey{}, &APIKeyService{})}
}
