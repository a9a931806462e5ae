package sql

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// watchEvery is how soon a change by another process counts here: one row is read each time.
const watchEvery = time.Second

// Watch forgets what is kept in memory whenever settings were changed, by whichever process, and calls changed, until ctx ends. A change through this
// process is told at once, another's within watchEvery.
func (s *Store) Watch(ctx context.Context, changed func(context.Context)) {
	seen, err := s.settingsCount(ctx)
	known := err == nil
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.changed:
		case <-time.After(watchEvery):
		}
		now, err := s.settingsCount(ctx)
		if err != nil || known && now == seen { // while the database is away, what is in memory goes on
			continue
		}
		seen, known = now, true
		s.cache.drop()
		changed(ctx)
	}
}

func (s *Store) settingsCount(ctx context.Context) (n int64, err error) {
	return n, s.read(ctx, "look for changes of settings", func(tx *gorm.DB) error {
		return tx.Model(&counter{}).Where("name = ?", settingsCounter).Pluck("value", &n).Error
	})
}
