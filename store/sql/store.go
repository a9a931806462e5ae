// Package sql keeps what outlives calls: settings, people, tickets, the history of calls, logins and the audit trail. It
// implements engine.Settings, engine.Outbound and engine.Ledger, takes the journal that the live store drains, and holds the accounts of the API.
//
// Open a database with [Open], bring it to date with [Store.Migrate]; settings.go and outbound.go are what calls are run by.
package sql

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"switchroom/account"
	"switchroom/engine"
	"switchroom/seal"
	"switchroom/settings"
)

// Config of a database.
type Config struct {
	// URL: "sqlite:<path>" or a bare path, "postgres://…" or "mysql://…", see docs/operations.md. Required.
	URL string
	// Log gets slow and failed statements, without their values. Nil: slog.Default().
	Log *slog.Logger
	// Secrets seals what is secret and has to be read again. Nil: what needs it is refused with no_secret_key.
	Secrets *seal.Box
	// Now is the clock. Nil: time.Now.
	Now func() time.Time
	// Passwords hashes them. Zero: at the cost of a real system, a tenth of a second each.
	Passwords account.Hasher
	// Timeout bounds each statement group beyond the caller's context. Zero: 5 s.
	Timeout time.Duration
}

// Store is a database. Its methods are safe for concurrent use.
type Store struct {
	w, r      *gorm.DB          // SQLite allows one writer: w has one connection, r reads beside it. Elsewhere they are the same
	isolation *stdsql.TxOptions // of w's transactions; nil: the database's own
	now       func() time.Time
	passwords account.Hasher
	log       *slog.Logger
	secrets   *seal.Box // nil: no secret is stored
	timeout   time.Duration
	cache     cache
	migrate   sync.Mutex
	changed   chan struct{} // a change through this process, for Watch
	outgoing  atomic.Bool   // something was put into the outbox
	hurry     chan struct{} // for Outgoing
}

var (
	_ engine.Settings = (*Store)(nil)
	_ engine.Ledger   = (*Store)(nil)
	_ engine.Outbound = (*Store)(nil)
)

// Error is a refusal of this package; nothing was changed. Its slugs: bad_url, pending_migrations, invalid, bad_number, taken, too_many, in_use,
// changed_meanwhile, last_administrator, unknown.
type Error = settings.Error

// Open opens the database; it creates an empty one where none is. It does not migrate.
func Open(ctx context.Context, c Config) (*Store, error) {
	s := &Store{log: c.Log, passwords: c.Passwords, secrets: c.Secrets, timeout: c.Timeout, changed: make(chan struct{}, 1), hurry: make(chan struct{}, 1)}
	if c.Now == nil {
		c.Now = time.Now
	}
	s.now = func() time.Time { return c.Now().UTC().Truncate(time.Microsecond) } // what every database keeps
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.timeout <= 0 {
		s.timeout = 5 * time.Second
	}
	if err := s.open(c.URL); err != nil {
		return nil, err
	}
	if err := s.Ping(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	for _, db := range []*gorm.DB{s.w, s.r} {
		pool, err := db.DB()
		if err == nil {
			err = pool.PingContext(ctx)
		}
		if err != nil {
			return fmt.Errorf("database: ping: %w", err)
		}
	}
	return nil
}

// Close ends all connections.
func (s *Store) Close() error {
	s.cache.close()
	var errs []error
	for _, db := range []*gorm.DB{s.r, s.w} {
		if db == nil {
			continue
		}
		pool, err := db.DB()
		if err == nil {
			err = pool.Close()
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// read runs f with a bound in time.
func (s *Store) read(ctx context.Context, what string, f func(tx *gorm.DB) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	return wrap(what, f(s.r.WithContext(ctx)))
}

// write runs f in a transaction with a bound in time. Where others' transactions made it fail, f runs again: it must keep nothing of an attempt
// before. On a database server others write at the same time, and each statement sees what is committed by then: what f decides by, it locks.
func (s *Store) write(ctx context.Context, what string, f func(tx *gorm.DB) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	for {
		err := s.w.WithContext(ctx).Transaction(f, s.isolation)
		if !crossed(err) || !pause(ctx) {
			s.sent()
			return wrap(what, err)
		}
	}
}

// locking makes a query keep the rows that it finds from all others until the transaction ends. SQLite's one writer needs none.
func locking(tx *gorm.DB) *gorm.DB {
	return tx.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
}

// wrap says what was being done; the codes of this package and of its callers pass.
func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return &Error{Slug: "taken", Detail: what + ": an id, number or name is in use already; choose another", Err: err}
	}
	if errors.Is(err, gorm.ErrForeignKeyViolated) {
		return &Error{Slug: "in_use", Detail: what + ": something that it refers to is not there, or it is still referred to", Err: err}
	}
	return fmt.Errorf("%s: %w", what, err)
}
