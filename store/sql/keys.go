package sql

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"gorm.io/gorm"

	"switchroom/account"
	"switchroom/settings"
)

// apiKey is a machine's key. Its secret is nowhere.
type apiKey struct {
	ID         string     `gorm:"column:id;primaryKey"`
	Hash       string     `gorm:"column:hash"`
	Name       string     `gorm:"column:name"`
	Scopes     string     `gorm:"column:scopes"` // with spaces between them
	CreatedBy  string     `gorm:"column:created_by"`
	CreatedAt  time.Time  `gorm:"column:created_at"`
	ExpiresAt  *time.Time `gorm:"column:expires_at"`
	LastUsedAt *time.Time `gorm:"column:last_used_at"`
}

// TableName implements gorm's Tabler.
func (apiKey) TableName() string { return "api_keys" }

type apiKeyService struct {
	KeyID     string `gorm:"column:key_id;primaryKey"`
	ServiceID string `gorm:"column:service_id;primaryKey"`
}

// TableName implements gorm's Tabler.
func (apiKeyService) TableName() string { return "api_key_services" }

// maxKeys bounds how many keys there are.
const maxKeys = 500

// usedEvery is how exactly a key's last use is known.
const usedEvery = time.Minute

// ListKeys lists machines' keys, the newest first.
func (s *Store) ListKeys(ctx context.Context) ([]settings.Key, error) {
	return look(ctx, s, "list keys", func(tx *gorm.DB) ([]settings.Key, error) {
		var rows []apiKey
		if err := tx.Order("id DESC").Find(&rows).Error; err != nil {
			return nil, err
		}
		out := make([]settings.Key, len(rows))
		for i, r := range rows {
			var err error
			if out[i], err = shownKey(tx, r); err != nil {
				return nil, err
			}
		}
		return out, nil
	})
}

// CreateKey makes a key whose secret has that hash, see [account.HashToken].
func (s *Store) CreateKey(ctx context.Context, by string, k settings.Key, hash string) (out settings.Key, err error) {
	now := s.now().UTC().Truncate(time.Microsecond)
	if err := k.Check(now); err != nil {
		return k, err
	}
	row := apiKey{ID: s.newID(), Hash: hash, Name: k.Name, Scopes: strings.Join(k.Scopes, " "), CreatedBy: by, CreatedAt: now}
	if k.Expires != nil {
		until := k.Expires.UTC().Truncate(time.Microsecond)
		row.ExpiresAt = &until
	}
	err = s.change(ctx, by, "create_key", row.ID, func(tx *gorm.DB) (any, any, error) {
		n, err := count(tx, &apiKey{}, "1 = 1")
		if err == nil && n >= maxKeys {
			err = &Error{Slug: "too_many", Detail: "there are as many keys as there can be; revoke those that nobody uses"}
		}
		if err != nil {
			return nil, nil, err
		}
		services := make([]apiKeyService, len(k.Services))
		for i, id := range k.Services {
			if err := exists(tx, &service{}, "id = ?", id, "services", "service"); err != nil {
				return nil, nil, err
			}
			services[i] = apiKeyService{KeyID: row.ID, ServiceID: id}
		}
		if err := tx.Create(&row).Error; err != nil {
			return nil, nil, err
		}
		if len(services) > 0 {
			if err := tx.Create(&services).Error; err != nil {
				return nil, nil, err
			}
		}
		out, err = shownKey(tx, row)
		return nil, out, err
	})
	return out, err
}

// RevokeKey ends a key at once.
func (s *Store) RevokeKey(ctx context.Context, by, id string) error {
	return discard(ctx, s, by, "revoke_key", id, keyOf(id), func(tx *gorm.DB) error {
		if err := tx.Where("key_id = ?", id).Delete(&apiKeyService{}).Error; err != nil {
			return err
		}
		return tx.Where("id = ?", id).Delete(&apiKey{}).Error
	})
}

// KeyByHash is the key whose secret has that hash, and notes that it was used. It is read each time, so that a revoked key is good nowhere from then on. Errors:
// account.ErrUnknown, account.ErrExpired.
func (s *Store) KeyByHash(ctx context.Context, hash string) (out settings.Key, err error) {
	now := s.now().UTC()
	err = s.read(ctx, "load a key", func(tx *gorm.DB) error {
		var row apiKey
		if err := tx.Where("hash = ?", hash).Take(&row).Error; err != nil {
			return err
		}
		out, err = shownKey(tx, row)
		return err
	})
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return settings.Key{}, account.ErrUnknown
	case err != nil:
		return settings.Key{}, err
	case !out.Good(now):
		return settings.Key{}, account.ErrExpired
	}
	if out.LastUsed == nil || now.Sub(*out.LastUsed) >= usedEvery {
		err := s.write(ctx, "note that a key was used", func(tx *gorm.DB) error {
			return tx.Model(&apiKey{}).Where("id = ?", out.ID).Update("last_used_at", now.Truncate(time.Microsecond)).Error
		})
		if err != nil { // it is only for those who tidy up
			s.log.LogAttrs(ctx, slog.LevelWarn, "the use of a key was not noted", slog.String("key", out.ID), slog.Any("error", err))
		}
	}
	return out, nil
}

func keyOf(id string) loader[settings.Key] {
	return func(tx *gorm.DB) (settings.Key, error) {
		var row apiKey
		if err := tx.Where("id = ?", id).Take(&row).Error; err != nil {
			return settings.Key{}, absent(err, "unknown_key", "there is no key with this ID")
		}
		return shownKey(tx, row)
	}
}

func shownKey(tx *gorm.DB, r apiKey) (settings.Key, error) {
	services, err := servicesOfKey(tx, r.ID)
	return settings.Key{
		ID: r.ID, Name: r.Name, Scopes: strings.Fields(r.Scopes), Services: services, Expires: utc(r.ExpiresAt), CreatedBy: r.CreatedBy, Created: r.CreatedAt.UTC(), LastUsed: utc(r.LastUsedAt),
	}, err
}

func servicesOfKey(tx *gorm.DB, id string) ([]string, error) {
	list := []string{}
	err := tx.Session(&gorm.Session{NewDB: true}).Model(&apiKeyService{}).Where("key_id = ?", id).Order("service_id").Pluck("service_id", &list).Error
	return list, err
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}
