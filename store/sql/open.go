package sql

import (
	"context"
	stdsql "database/sql"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/glebarez/sqlite"
	"gorm.io/gorm"
)

// open connects by the URL's scheme. Another database is another case here, a lock in exclusively, and the contract suite
// in sqltest.
func (s *Store) open(raw string) error {
	scheme, rest, found := strings.Cut(raw, ":")
	if !found || strings.ContainsAny(scheme, `/\.`) || len(scheme) == 1 { // a bare path, also C:\…
		scheme, rest = "sqlite", raw
	}
	switch scheme {
	case "sqlite":
		return s.file(strings.TrimPrefix(rest, "//"))
	case "postgres", "postgresql", "mysql", "mariadb":
		u, err := url.Parse(raw)
		if err != nil || u.Host == "" && u.RawQuery == "" {
			return &Error{Slug: "bad_url", Detail: `a database URL is "` + scheme + `://user:password@host/database"; escape what is not a letter or digit in user and password as %XX`}
		}
		if strings.HasPrefix(scheme, "postgres") {
			return s.postgres(u)
		}
		return s.mysql(u)
	}
	return &Error{Slug: "bad_url", Detail: `a database URL begins with "sqlite:", "postgres://" or "mysql://"`}
}

// file opens SQLite.
func (s *Store) file(path string) error {
	if path == "" {
		return &Error{Slug: "bad_url", Detail: `the URL of an SQLite database is "sqlite:<path>"`}
	}
	pool := func(to **gorm.DB, connections int, lock string) error {
		return patiently(context.Background(), func() (err error) { *to, err = s.sqlite(path, connections, lock); return err })
	}
	if err := pool(&s.w, 1, "immediate"); err != nil {
		return err
	}
	return pool(&s.r, 4, "deferred")
}

// sqlite opens a pool. Commits are synced to disk (synchronous FULL): the journal is forgotten by Redis once it is here.
func (s *Store) sqlite(path string, connections int, lock string) (*gorm.DB, error) {
	q := url.Values{"_txlock": {lock}, "_pragma": {
		"busy_timeout(5000)", "journal_mode(WAL)", "foreign_keys(1)", "synchronous(FULL)",
	}}
	u := url.URL{Path: path}
	db, err := s.gorm(sqlite.Open("file:" + u.EscapedPath() + "?" + q.Encode()))
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	plain, err := db.DB()
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	plain.SetMaxOpenConns(connections)
	plain.SetMaxIdleConns(connections)
	return db, nil
}

// Connections to a database server. Idle ones end before the server or something between ends them.
const (
	maxConnections = 16
	idleFor        = 30 * time.Second
	connectionLife = 30 * time.Minute // so that a controller finds its way back after a fail-over
)

// server opens a database server, which has one pool for all. It closes the pool when it fails.
func (s *Store) server(dialector gorm.Dialector, db *stdsql.DB) error {
	db.SetMaxOpenConns(maxConnections)
	db.SetMaxIdleConns(maxConnections)
	db.SetConnMaxIdleTime(idleFor)
	db.SetConnMaxLifetime(connectionLife)
	g, err := s.gorm(dialector)
	if err != nil {
		db.Close()
		return fmt.Errorf("open the database: %w", err)
	}
	s.w, s.r = g, g
	s.isolation = &stdsql.TxOptions{Isolation: stdsql.LevelReadCommitted}
	return nil
}

func (s *Store) gorm(dialector gorm.Dialector) (*gorm.DB, error) {
	db, err := gorm.Open(dialector, &gorm.Config{
		NowFunc: s.now, TranslateError: true, Logger: newLogger(s.log), DisableAutomaticPing: true, // Open does it, with a bound in time
	})
	if err != nil {
		return nil, err
	}
	plain, err := db.DB()
	if err != nil {
		return nil, err
	}
	db.ConnPool = pool{plain}
	db.Statement.ConnPool = db.ConnPool
	return db, nil
}
