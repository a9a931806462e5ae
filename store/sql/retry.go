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

// pause waits up to 20 ms, at random, so that those who were in each other's way are not so again. It returns false when ctx has ended.
func pause(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(rand.N(20 * time.Millisecond)):
		return true
	}
}
