package sql

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
)

// postgres connects to PostgreSQL 14 or newer. What the URL says of TLS, several hosts and time-outs is pgx's, which knows libpq's parameters.
func (s *Store) postgres(u *url.URL) error {
	c, err := pgx.ParseConfig(u.String())
	if err != nil {
		return badURL("PostgreSQL", `postgres://user:password@host:5432/database?sslmode=verify-full`, u, err)
	}
	for name, value := range map[string]string{
		"timezone": "UTC", "client_encoding": "UTF8", "application_name": "switchroom",
		"idle_in_transaction_session_timeout": "60s", // a controller that lost its power holds locks no longer than this
	} {
		if _, given := c.RuntimeParams[name]; !given {
			c.RuntimeParams[name] = value
		}
	}
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = s.timeout
	}
	if !u.Query().Has("default_query_exec_mode") {
		// No prepared statements: another controller's migration would spoil them, and a pooler between would lose them.
		c.DefaultQueryExecMode = pgx.QueryExecModeExec
	}
	db := stdlib.OpenDB(*c, stdlib.OptionAfterConnect(func(_ context.Context, conn *pgx.Conn) error {
		conn.TypeMap().RegisterType(&pgtype.Type{Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC}})
		return nil
	}))
	return s.server(postgres.New(postgres.Config{Conn: db}), db)
}

// badURL refuses an address without repeating it: it holds a password.
func badURL(what, form string, u *url.URL, err error) error {
	var why error
	if err != nil {
		if inner := errors.Unwrap(err); inner != nil {
			err = inner
		}
		text := err.Error()
		if password, set := u.User.Password(); set && password != "" {
			text = strings.ReplaceAll(text, password, "…")
		}
		why = errors.New(text)
	}
	return &Error{Slug: "bad_url", Detail: "the database URL of " + what + " is " + form + "; escape what is not a letter or digit in user and password as %XX", Err: why}
}
