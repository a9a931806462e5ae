package sql

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
)

// crossed tells whether a transaction came to nothing only because of others that ran beside it: a deadlock, a serialization failure, a lock that
// was not to be had in time. It may be tried again.
func crossed(err error) bool {
	var p *pgconn.PgError
	if errors.As(err, &p) {
		return slices.Contains([]string{"40001", "40P01", "55P03"}, p.Code)
	}
	var m *mysql.MySQLError
	return errors.As(err, &m) && slices.Contains([]uint16{1020, 1205, 1213}, m.Number)
}

// busy tells whether another process holds the lock of SQLite's file. Changing to its write-ahead log, as the first who opens a new one does, does not wait for it.
func busy(err error) bool {
	const sqliteBusy = 5 // https://sqlite.org/rescode.html#busy; the bytes above it say more
	var e interface {
		error
		Code() int
	}
	return errors.As(err, &e) && e.Code()&0xff == sqliteBusy
}

// patiently does f again while another process, which migrates, is in the way, for at most a minute.
func patiently(ctx context.Context, f func() error) error {
	for began := time.Now(); ; {
		err := f()
		if !busy(err) || time.Since(began) > time.Minute || !pause(ctx) {
			return err
		}
	}
}

// pause waits up to 20 ms, at random, so that those who were in each other's way are not so again. It returns false when ctx has ended.
func pause(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(rand.N(20 * time.Millisecond)):
		return true
	}
}
