package sql

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/glebarez/sqlite"
	"gorm.io/gorm"

	"switchroom/store/sql/migrations"
)

// open connects by the URL's scheme. Another database is another case here, a lock in exclusively, and the contract suite
// in sqltest.
func (s *Store) open(raw string) error {
	scheme, rest, found := strings.Cut(raw, ":")
	if !found || strings.ContainsAny(scheme, `/\.`) || len(scheme) == 1 { // a bare path, also C:\…
		scheme, rest = "sqlite", raw
	}
	if scheme != "sqlite" || strings.TrimPrefix(rest, "//") == "" {
		return &Error{Slug: "bad_url", Detail: `a database URL is "sqlite:<path>"; other databases are not supported yet`}
	}
	path := strings.TrimPrefix(rest, "//")
	var err error
	if s.w, err = s.sqlite(path, 1, "immediate"); err != nil {
		return err
	}
	s.r, err = s.sqlite(path, 4, "deferred")
	return err
}

// sqlite opens a pool. Commits are synced to disk (synchronous FULL): the journal is forgotten by Redis once it is here.
func (s *Store) sqlite(path string, connections int, lock string) (*gorm.DB, error) {
	q := url.Values{"_txlock": {lock}, "_pragma": {
		"busy_timeout(5000)", "journal_mode(WAL)", "foreign_keys(1)", "synchronous(FULL)",
	}}
	u := url.URL{Path: path}
	db, err := gorm.Open(sqlite.Open("file:"+u.EscapedPath()+"?"+q.Encode()), &gorm.Config{
		NowFunc:        func() time.Time { return s.now().UTC() },
		TranslateError: true,
		Logger:         newLogger(s.log),
	})
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	pool, err := db.DB()
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	return db, nil
}

// Migrate brings the database to the newest version. Several processes may call it at once: one does the work, the others wait.
func (s *Store) Migrate(ctx context.Context) error { return s.MigrateTo(ctx, "") }

// MigrateTo stops after the migration with that id; empty means the newest. It goes forward only.
func (s *Store) MigrateTo(ctx context.Context, id string) error {
	s.migrate.Lock()
	defer s.migrate.Unlock()
	pending, err := s.Pending(ctx)
	if err != nil || len(pending) == 0 {
		return err
	}
	start := time.Now()
	// On SQLite the migrations' transaction is the lock: it begins "immediate" and so keeps every other writer out until it is done.
	if err := migrations.Run(s.w.WithContext(ctx), id); err != nil {
		return fmt.Errorf("database: %w", err)
	}
	s.log.LogAttrs(ctx, slog.LevelInfo, "database migrated", slog.Any("migrations", pending), slog.Duration("took", time.Since(start)))
	return nil
}

// Pending lists the ids of the migrations that have not run here.
func (s *Store) Pending(ctx context.Context) ([]string, error) {
	var done []string
	err := s.read(ctx, "look for pending migrations", func(tx *gorm.DB) error {
		if !tx.Migrator().HasTable(migrations.Table) {
			return nil
		}
		return tx.Table(migrations.Table).Pluck("id", &done).Error
	})
	if err != nil {
		return nil, err
	}
	ran := map[string]bool{}
	for _, id := range done {
		ran[id] = true
	}
	var out []string
	for _, m := range migrations.All() {
		if !ran[m.ID] {
			out = append(out, m.ID)
		}
	}
	return out, nil
}
