package migrations

import (
	"time"

	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"
)

// oidc makes the tables of OpenID Connect: providers, the accounts there that are linked to people, and logins under way. Sessions say on what terms they began.
func oidc() *gormigrate.Migration {
	type User struct {
		ID string `gorm:"size:64;primaryKey"`
	}
	type Session struct {
		ID           string `gorm:"size:32;primaryKey"`
		SecondFactor bool   `gorm:"not null;default:false"`
		EndsAt       *time.Time
	}
	type IdentityProvider struct {
		ID            string    `gorm:"size:32;primaryKey"`
		Name          string    `gorm:"size:512;not null"`
		Issuer        string    `gorm:"size:400;not null;uniqueIndex:ux_identity_providers_issuer"`
		ClientID      string    `gorm:"size:255;not null"`
		Secret        string    `gorm:"size:2048;not null"` // sealed
		Claim         string    `gorm:"size:128;not null"`
		PasswordLogin bool      `gorm:"not null"`
		SecondFactor  bool      `gorm:"not null"`
		Enabled       bool      `gorm:"not null"`
		CreatedAt     time.Time `gorm:"not null"`
	}
	// By issuer, not by provider: who was linked stays so when the provider is set up anew.
	type Identity struct {
		ID         string    `gorm:"size:32;primaryKey"`
		UserID     string    `gorm:"size:64;not null;uniqueIndex:ux_identities_user,priority:1"`
		User       User      `gorm:"constraint:OnDelete:CASCADE"`
		Issuer     string    `gorm:"size:400;not null;uniqueIndex:ux_identities_subject,priority:1;uniqueIndex:ux_identities_user,priority:2"`
		Subject    string    `gorm:"size:255;not null;uniqueIndex:ux_identities_subject,priority:2"`
		Login      string    `gorm:"size:128;not null"`
		LinkedAt   time.Time `gorm:"not null"`
		LastUsedAt time.Time `gorm:"not null"`
	}
	type ProviderLogin struct {
		StateHash   string           `gorm:"size:64;primaryKey"`
		BrowserHash string           `gorm:"size:64;not null"`
		ProviderID  string           `gorm:"size:32;not null"`
		Provider    IdentityProvider `gorm:"constraint:OnDelete:CASCADE"`
		ReturnTo    string           `gorm:"size:1024;not null"`
		UserID      string           `gorm:"size:64;not null"`
		ExpiresAt   time.Time        `gorm:"not null;index:ix_provider_logins_expires"`
	}
	return &gormigrate.Migration{
		ID: "20261129-15-oidc",
		Migrate: func(tx *gorm.DB) error {
			if err := addColumns(tx, &Session{}, "SecondFactor", "EndsAt"); err != nil {
				return err
			}
			return create(&IdentityProvider{}, &Identity{}, &ProviderLogin{})(tx)
		},
	}
}
