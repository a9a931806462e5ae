package sql

import (
	"cmp"
	"context"
	"time"

	"gorm.io/gorm"

	"switchroom/account"
)

// passwordReset is a link by which a person sets a new password. Its token is nowhere.
type passwordReset struct {
	UserID    string    `gorm:"column:user_id;primaryKey"`
	Hash      string    `gorm:"column:hash"`
	CreatedBy string    `gorm:"column:created_by"`
	CreatedAt time.Time `gorm:"column:created_at"`
	ExpiresAt time.Time `gorm:"column:expires_at"`
}

// TableName implements gorm's Tabler.
func (passwordReset) TableName() string { return "password_resets" }

// CreateReset lets whoever has the token with that hash give the person a new password, once, until the time that it returns. An earlier one is good no
// more. An *Error: unknown_person; inactive, the person cannot log in.
func (s *Store) CreateReset(ctx context.Context, by, id, hash string, ttl time.Duration) (until time.Time, err error) {
	now := s.now().UTC()
	until = now.Add(ttl)
	err = s.change(ctx, by, "create_password_reset", id, func(tx *gorm.DB) (any, any, error) {
		p, err := s.personOf(id)(tx)
		if err == nil && !p.Active {
			err = &Error{Slug: "inactive", Detail: "the person is deactivated and cannot log in; activate them first"}
		}
		if err == nil {
			err = tx.Where("user_id = ?", id).Delete(&passwordReset{}).Error
		}
		if err != nil {
			return nil, nil, err
		}
		row := passwordReset{UserID: id, Hash: hash, CreatedBy: by, CreatedAt: now, ExpiresAt: until}
		return nil, map[string]time.Time{"expires": until}, tx.Create(&row).Error
	})
	return until, err
}

// RevokeReset makes a person's link good no more. An *Error unknown_reset: there is none.
func (s *Store) RevokeReset(ctx context.Context, by, id string) error {
	return s.change(ctx, by, "revoke_password_reset", id, func(tx *gorm.DB) (any, any, error) {
		if _, err := s.personOf(id)(tx); err != nil {
			return nil, nil, err
		}
		done := tx.Where("user_id = ?", id).Delete(&passwordReset{})
		if done.Error == nil && done.RowsAffected == 0 {
			return nil, nil, &Error{Slug: "unknown_reset", Detail: "there is no link for this person; it was used, or there never was one"}
		}
		return nil, nil, done.Error
	})
}

// ResetOf tells for whom a link is. account.ErrUnknown: it is no link, was used or revoked, or is too old, or the person cannot log in.
func (s *Store) ResetOf(ctx context.Context, hash string) (userID string, err error) {
	return userID, s.read(ctx, "look for a password reset", func(tx *gorm.DB) error {
		row, err := s.resetOf(tx, hash)
		userID = row.UserID
		return err
	})
}

func (s *Store) resetOf(tx *gorm.DB, hash string) (passwordReset, error) {
	var rows []passwordReset
	err := tx.Joins("JOIN users ON users.id = password_resets.user_id").Where("password_resets.hash = ? AND expires_at > ? AND NOT users.disabled", hash, s.now().UTC()).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return passwordReset{}, cmp.Or(err, account.ErrUnknown)
	}
	return rows[0], nil
}

// UseReset gives the link's person another password by its hash, ends their sessions, which it returns, and unlocks them. The link is good no more. account.ErrUnknown: as
// ResetOf; nothing was changed.
func (s *Store) UseReset(ctx context.Context, hash, passwordHash string) (ended []string, err error) {
	userID, err := s.ResetOf(ctx, hash)
	if err != nil {
		return nil, err
	}
	err = s.change(ctx, userID, "reset_password", userID, func(tx *gorm.DB) (any, any, error) {
		row, err := s.resetOf(tx, hash)
		if err != nil {
			return nil, nil, err
		}
		if ended, err = s.newPassword(tx, row.UserID, passwordHash, ""); err != nil {
			return nil, nil, err
		}
		return nil, map[string]any{"link_by": row.CreatedBy, "sessions_ended": len(ended)}, nil
	})
	return ended, err
}

// newPassword writes a password's hash and ends what was good by the old one: sessions but keep, wrong attempts, links to set another.
func (s *Store) newPassword(tx *gorm.DB, id, hash, keep string) (ended []string, err error) {
	var u user
	if err := tx.Where("id = ?", id).Take(&u).Error; err != nil {
		return nil, err
	}
	if err := tx.Model(&u).Update("password_hash", hash).Error; err != nil {
		return nil, err
	}
	if err := tx.Where("login = ?", u.Login).Delete(&loginFailure{}).Error; err != nil {
		return nil, err
	}
	if err := tx.Where("user_id = ?", id).Delete(&passwordReset{}).Error; err != nil {
		return nil, err
	}
	return s.endSessionsBut(tx, id, keep)
}
