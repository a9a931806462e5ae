package migrations

import (
	"time"

	"github.com/go-gormigrate/gormigrate/v2"
)

// sessions makes the tables of logins and of who did what.
func sessions() *gormigrate.Migration {
	type User struct {
		ID string `gorm:"size:64;primaryKey"`
	}
	type Session struct {
		ID        string    `gorm:"size:32;primaryKey"`
		UserID    string    `gorm:"size:64;not null;index:ix_sessions_user"`
		User      User      `gorm:"constraint:OnDelete:CASCADE"`
		CreatedAt time.Time `gorm:"not null"`
		ExpiresAt time.Time `gorm:"not null;index:ix_sessions_expires"`
		RevokedAt *time.Time
	}
	type RefreshToken struct {
		Hash      string  `gorm:"size:64;primaryKey"`
		SessionID string  `gorm:"size:32;not null;index:ix_refresh_tokens_session"`
		Session   Session `gorm:"constraint:OnDelete:CASCADE"`
		UsedAt    *time.Time
		CreatedAt time.Time `gorm:"not null"`
	}
	type AuditEntry struct {
		ID     string    `gorm:"size:32;primaryKey"`
		At     time.Time `gorm:"not null;index:ix_audit_entries_at"`
		Who    string    `gorm:"size:64;not null"`
		What   string    `gorm:"size:64;not null"`
		Target string    `gorm:"size:128;not null;index:ix_audit_entries_target"`
		Before string    `gorm:"size:4294967295;not null"`
		After  string    `gorm:"size:4294967295;not null"`
	}
	return &gormigrate.Migration{ID: "20261122-3-sessions", Migrate: create(&Session{}, &RefreshToken{}, &AuditEntry{})}
}
