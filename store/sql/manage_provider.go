package sql

import (
	"context"
	"time"

	"gorm.io/gorm"

	"switchroom/settings"
)

// identityProvider is an OpenID Connect provider by which people sign in.
type identityProvider struct {
	ID            string    `gorm:"column:id;primaryKey"`
	Name          string    `gorm:"column:name"`
	Issuer        string    `gorm:"column:issuer"`
	ClientID      string    `gorm:"column:client_id"`
	Secret        string    `gorm:"column:secret"` // sealed
	Claim         string    `gorm:"column:claim"`
	PasswordLogin bool      `gorm:"column:password_login"`
	SecondFactor  bool      `gorm:"column:second_factor"`
	Enabled       bool      `gorm:"column:enabled"`
	CreatedAt     time.Time `gorm:"column:created_at"`
}

// TableName implements gorm's Tabler.
func (identityProvider) TableName() string { return "identity_providers" }

// maxProviders bounds how many buttons there are.
const maxProviders = 20

func providerPlace(id string) string { return "identity_providers/" + id + "/secret" }

// ListProviders lists OpenID Connect providers by name.
func (s *Store) ListProviders(ctx context.Context) ([]settings.Provider, error) {
	return look(ctx, s, "list identity providers", func(tx *gorm.DB) ([]settings.Provider, error) {
		var rows []identityProvider
		err := tx.Order("name, id").Find(&rows).Error
		out := make([]settings.Provider, len(rows))
		for i, r := range rows {
			out[i] = r.shown()
		}
		return out, err
	})
}

// ProviderSettings loads one. An *Error unknown_provider.
func (s *Store) ProviderSettings(ctx context.Context, id string) (settings.Provider, error) {
	return look(ctx, s, "load identity provider "+id, providerOf(id))
}

// ProviderSecret opens a provider's client secret. Errors: *Error unknown_provider; *seal.Error.
func (s *Store) ProviderSecret(ctx context.Context, id string) (string, error) {
	row, err := look(ctx, s, "load the secret of identity provider "+id, providerRow(id))
	if err != nil {
		return "", err
	}
	secret, err := s.secrets.Open(providerPlace(id), row.Secret)
	return string(secret), err
}

// CreateProvider makes one with its client secret. A *seal.Error no_secret_key: there is nothing to seal the secret with.
func (s *Store) CreateProvider(ctx context.Context, by string, v settings.Provider, secret string) (settings.Provider, error) {
	sealed, err := s.sealProvider(v, secret)
	if err != nil {
		return v, err
	}
	return found(ctx, s, by, "create_provider", "id", v.ID, providerOf(v.ID), func(tx *gorm.DB) error {
		n, err := count(tx, &identityProvider{}, "1 = 1")
		if err == nil && n >= maxProviders {
			err = &Error{Slug: "too_many", Detail: "there are as many providers as there can be; delete those that nobody needs"}
		}
		if err == nil {
			err = issuerFree(tx, v)
		}
		if err != nil {
			return err
		}
		return tx.Create(&identityProvider{
			ID: v.ID, Name: v.Name, Issuer: v.Issuer, ClientID: v.ClientID, Secret: sealed, Claim: v.Claim, PasswordLogin: v.PasswordLogin, SecondFactor: v.SecondFactor, Enabled: v.Enabled, CreatedAt: s.now(),
		}).Error
	})
}

// ChangeProvider changes one that has that version still. Another secret is sealed; an empty one keeps the secret, but another issuer is not told the secret of the one before.
func (s *Store) ChangeProvider(ctx context.Context, by, version string, v settings.Provider, secret string) (settings.Provider, error) {
	sealed := ""
	err := v.Check()
	if err == nil && secret != "" {
		sealed, err = s.sealProvider(v, secret)
	}
	if err != nil {
		return v, err
	}
	return revise(ctx, s, by, "change_provider", v.ID, version, providerOf(v.ID), func(tx *gorm.DB, before settings.Provider) error {
		if err := issuerFree(tx, v); err != nil {
			return err
		}
		columns := map[string]any{
			"name": v.Name, "issuer": v.Issuer, "client_id": v.ClientID, "claim": v.Claim, "password_login": v.PasswordLogin, "second_factor": v.SecondFactor, "enabled": v.Enabled,
		}
		switch {
		case sealed != "":
			columns["secret"] = sealed
			if err := s.note(tx, by, "replace_client_secret", v.ID, nil, nil); err != nil {
				return err
			}
		case v.Issuer != before.Issuer:
			return settings.Invalid("client_secret", "another issuer needs its own client secret")
		}
		return tx.Model(&identityProvider{}).Where("id = ?", v.ID).Updates(columns).Error
	})
}

// DeleteProvider removes one. The identities of people stay: they are the issuer's.
func (s *Store) DeleteProvider(ctx context.Context, by, id string) error {
	return discard(ctx, s, by, "delete_provider", id, providerOf(id), func(tx *gorm.DB) error {
		if err := tx.Where("provider_id = ?", id).Delete(&providerLogin{}).Error; err != nil {
			return err
		}
		return tx.Where("id = ?", id).Delete(&identityProvider{}).Error
	})
}

func (s *Store) sealProvider(v settings.Provider, secret string) (string, error) {
	if err := v.Check(); err != nil {
		return "", err
	}
	if err := settings.CheckClientSecret(secret); err != nil {
		return "", err
	}
	return s.secrets.Seal(providerPlace(v.ID), []byte(secret))
}

// issuerFree keeps one provider for each issuer: an identity is the issuer's, and has one set of rules.
func issuerFree(tx *gorm.DB, v settings.Provider) error {
	n, err := count(tx, &identityProvider{}, "issuer = ? AND id <> ?", v.Issuer, v.ID)
	if err == nil && n > 0 {
		err = &Error{Slug: "taken", Field: "/issuer", Detail: "another provider has this issuer; change that one"}
	}
	return err
}

func providerRow(id string) loader[identityProvider] {
	return func(tx *gorm.DB) (row identityProvider, err error) {
		err = tx.Where("id = ?", id).Take(&row).Error
		return row, absent(err, "unknown_provider", "there is no provider with this ID")
	}
}

func providerOf(id string) loader[settings.Provider] {
	return func(tx *gorm.DB) (settings.Provider, error) {
		row, err := providerRow(id)(tx)
		if err != nil {
			return settings.Provider{}, err
		}
		return row.shown(), nil
	}
}

func (r identityProvider) shown() settings.Provider {
	return settings.Seal(settings.Provider{
		ID: r.ID, Name: r.Name, Issuer: r.Issuer, ClientID: r.ClientID, Claim: r.Claim, PasswordLogin: r.PasswordLogin, SecondFactor: r.SecondFactor, Enabled: r.Enabled,
	})
}
