package sql

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"
	"gorm.io/gorm"

	"switchroom/account"
)

// UserByLogin finds who logs in with that name, in any case. account.ErrUnknown: nobody.
func (s *Store) UserByLogin(ctx context.Context, login string) (account.User, error) {
	return s.user(ctx, "login = ?", strings.ToLower(login))
}

// User finds somebody by ID. account.ErrUnknown: nobody.
func (s *Store) User(ctx context.Context, id string) (account.User, error) {
	return s.user(ctx, "id = ?", id)
}

func (s *Store) user(ctx context.Context, where, value string) (account.User, error) {
	var u user
	var roles []string
	err := s.read(ctx, "load user", func(tx *gorm.DB) error {
		if err := tx.Where(where, value).Take(&u).Error; err != nil {
			return err
		}
		return tx.Model(&userRole{}).Where("user_id = ?", u.ID).Order("role").Pluck("role", &roles).Error
	})
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return account.User{}, account.ErrUnknown
	}
	out := account.User{ID: u.ID, Login: u.Login, Name: u.Name, Hash: u.PasswordHash, Disabled: u.Disabled}
	for _, r := range roles {
		out.Roles = append(out.Roles, account.Role(r))
	}
	return out, err
}

// StartSession begins a session of the user whose first refresh token has that hash.
func (s *Store) StartSession(ctx context.Context, userID, tokenHash string, ttl time.Duration, terms account.Terms) (account.Session, error) {
	now := s.now().UTC()
	row := session{ID: ulid.Make().String(), UserID: userID, CreatedAt: now, SecondFactor: terms.SecondFactor}
	if !terms.Ends.IsZero() {
		ends := terms.Ends.UTC().Truncate(time.Microsecond)
		row.EndsAt = &ends
	}
	row.ExpiresAt = row.expiry(now.Add(ttl))
	err := s.write(ctx, "start a session", func(tx *gorm.DB) error {
		// Sessions long over are of no use to anybody; their tokens go with them.
		if err := tx.Where("user_id = ? AND expires_at < ?", userID, now.Add(-24*time.Hour)).Delete(&session{}).Error; err != nil {
			return err
		}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		return tx.Create(&refreshToken{Hash: tokenHash, SessionID: row.ID, CreatedAt: now}).Error
	})
	return row.domain(), err
}

// RefreshSession uses up the token with the hash old and makes next the session's good one. Where old was used up before and what was given for it
// was not, the answer was lost on its way: next takes its place. Used up both ways, two parties hold tokens, and the session is revoked.
// Errors: account.ErrUnknown, account.ErrExpired, account.ErrRevoked.
func (s *Store) RefreshSession(ctx context.Context, old, next string, ttl time.Duration) (account.Session, error) {
	now := s.now().UTC()
	var row session
	var refused error // kept apart from the transaction's error: a revocation must be committed
	err := s.write(ctx, "refresh a session", func(tx *gorm.DB) error {
		row, refused = session{}, nil
		var t refreshToken
		err := locking(tx).Where("hash = ?", old).Take(&t).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			refused = account.ErrUnknown
			return nil
		}
		if err != nil {
			return err
		}
		if err := tx.Where("id = ?", t.SessionID).Take(&row).Error; err != nil {
			return err
		}
		good, err := t.spend(tx, now)
		switch {
		case err != nil:
			return err
		case row.RevokedAt != nil:
			refused = account.ErrRevoked
			return nil
		case !good:
			refused = account.ErrRevoked
			return tx.Model(&session{}).Where("id = ?", row.ID).Update("revoked_at", now).Error
		case !now.Before(row.ExpiresAt):
			refused = account.ErrExpired
			return nil
		}
		row.ExpiresAt = row.expiry(now.Add(ttl))
		if err := tx.Model(&session{}).Where("id = ?", row.ID).Update("expires_at", row.ExpiresAt).Error; err != nil {
			return err
		}
		if err := tx.Model(&refreshToken{}).Where("hash = ?", old).Update("successor", next).Error; err != nil {
			return err
		}
		return tx.Create(&refreshToken{Hash: next, SessionID: row.ID, CreatedAt: now}).Error
	})
	if err != nil {
		return account.Session{}, err
	}
	return row.domain(), refused
}

// spend uses up the token, or its successor where it is used up itself. False: that is used up, too. The condition is in the statement itself: of one who
// brings the token and one who brings its successor at once, one wins on every database.
func (t refreshToken) spend(tx *gorm.DB, now time.Time) (good bool, err error) {
	hash := t.Hash
	if t.UsedAt != nil {
		hash = t.Successor
	}
	used := tx.Model(&refreshToken{}).Where("hash = ? AND used_at IS NULL", hash).Update("used_at", now)
	return used.RowsAffected == 1, used.Error
}

// EndSession revokes a session. Ending it again, or one that is not there, is no error.
func (s *Store) EndSession(ctx context.Context, id string) error {
	return s.write(ctx, "end a session", func(tx *gorm.DB) error {
		return tx.Model(&session{}).Where("id = ? AND revoked_at IS NULL", id).Update("revoked_at", s.now().UTC()).Error
	})
}

// Session finds a session by ID. account.ErrUnknown: there is none.
func (s *Store) Session(ctx context.Context, id string) (account.Session, error) {
	var row session
	err := s.read(ctx, "load a session", func(tx *gorm.DB) error { return tx.Where("id = ?", id).Take(&row).Error })
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return account.Session{}, account.ErrUnknown
	}
	return row.domain(), err
}

// expiry is then, or the session's end where that is sooner.
func (r session) expiry(then time.Time) time.Time {
	if r.EndsAt != nil && r.EndsAt.Before(then) {
		return r.EndsAt.UTC()
	}
	return then
}

func (r session) domain() account.Session {
	out := account.Session{ID: r.ID, User: r.UserID, Created: r.CreatedAt.UTC(), Expires: r.ExpiresAt.UTC(), Terms: account.Terms{SecondFactor: r.SecondFactor}}
	if r.EndsAt != nil {
		out.Ends = r.EndsAt.UTC()
	}
	if r.RevokedAt != nil {
		out.Revoked = r.RevokedAt.UTC()
	}
	return out
}
