package sql

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Wrong passwords: after lockAfter of one login in a row, from wherever, nobody logs in with it for lockFor, or until an administrator unlocks it. It counts in
// the database, so for all controllers and over restarts, and also for logins that nobody has: the answers do not tell them apart.
const (
	lockAfter     = 20
	lockFor       = 15 * time.Minute
	failuresAfter = 24 * time.Hour // then a wrong password is forgotten
)

// Locked says how long nobody can log in with that login; zero: somebody can try.
func (s *Store) Locked(ctx context.Context, login string) (time.Duration, error) {
	var rows []loginFailure
	err := s.read(ctx, "look for wrong passwords", func(tx *gorm.DB) error { return tx.Where("login = ?", cut(login, 128)).Find(&rows).Error })
	if err != nil || len(rows) == 0 || rows[0].LockedUntil == nil {
		return 0, err
	}
	return max(0, rows[0].LockedUntil.Sub(s.now())), nil
}

// LoginFailed counts a wrong password.
func (s *Store) LoginFailed(ctx context.Context, login string) error {
	login = cut(login, 128)
	now := s.now().UTC()
	return s.write(ctx, "count a wrong password", func(tx *gorm.DB) error {
		if err := tx.Where("last_at < ?", now.Add(-failuresAfter)).Delete(&loginFailure{}).Error; err != nil {
			return err
		}
		row := loginFailure{Login: login, LastAt: now}
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil { // of several at once one makes it, and each counts
			return err
		}
		if err := locking(tx).Where("login = ?", login).Take(&row).Error; err != nil {
			return err
		}
		row.LastAt = now
		if row.Count++; row.Count >= lockAfter {
			until := now.Add(lockFor)
			row.Count, row.LockedUntil = 0, &until
			s.log.WarnContext(ctx, "too many wrong passwords: locked", "login", login, "until", until)
		}
		return put(tx, row, true)
	})
}

// LoginSucceeded forgets wrong passwords.
func (s *Store) LoginSucceeded(ctx context.Context, login string) error {
	login = cut(login, 128)
	var n int64
	err := s.read(ctx, "look for wrong passwords", func(tx *gorm.DB) (err error) { n, err = count(tx, &loginFailure{}, "login = ?", login); return err })
	if err != nil || n == 0 {
		return err
	}
	return s.write(ctx, "forget wrong passwords", func(tx *gorm.DB) error { return tx.Where("login = ?", login).Delete(&loginFailure{}).Error })
}

// Unlock lets a person log in again after too many wrong passwords.
func (s *Store) Unlock(ctx context.Context, by, id string) error {
	return s.change(ctx, by, "unlock", id, func(tx *gorm.DB) (any, any, error) {
		p, err := s.personOf(id)(tx)
		if err != nil {
			return nil, nil, err
		}
		return p.LockedUntil, nil, tx.Where("login = ?", p.Login).Delete(&loginFailure{}).Error
	})
}
