package sql

import (
	"context"
	"database/sql"
	"reflect"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"
)

// Callers, phones and dialplans choose what names and numbers hold; PostgreSQL refuses NUL, and neither it nor MariaDB takes text that is not UTF-8. So
// such bytes become U+FFFD in every statement, on every database alike: a call must not fail for its caller's name.

// pool is a database whose statements get only text that can be stored.
type pool struct{ *sql.DB }

// ExecContext implements gorm.ConnPool.
func (p pool) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return p.DB.ExecContext(ctx, query, storable(args)...)
}

// QueryContext implements gorm.ConnPool.
func (p pool) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return p.DB.QueryContext(ctx, query, storable(args)...)
}

// QueryRowContext implements gorm.ConnPool.
func (p pool) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return p.DB.QueryRowContext(ctx, query, storable(args)...)
}

// BeginTx implements gorm.ConnPoolBeginner.
func (p pool) BeginTx(ctx context.Context, o *sql.TxOptions) (gorm.ConnPool, error) {
	tx, err := p.DB.BeginTx(ctx, o)
	if err != nil {
		return nil, err
	}
	return &transaction{tx}, nil
}

// GetDBConn implements gorm.GetDBConnector.
func (p pool) GetDBConn() (*sql.DB, error) { return p.DB, nil }

// transaction is the same for a transaction.
type transaction struct{ *sql.Tx }

// ExecContext implements gorm.ConnPool.
func (t *transaction) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return t.Tx.ExecContext(ctx, query, storable(args)...)
}

// QueryContext implements gorm.ConnPool.
func (t *transaction) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return t.Tx.QueryContext(ctx, query, storable(args)...)
}

// QueryRowContext implements gorm.ConnPool.
func (t *transaction) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return t.Tx.QueryRowContext(ctx, query, storable(args)...)
}

// storable changes args in place: gorm made the slice for this one statement.
func storable(args []any) []any {
	for i, a := range args {
		v := reflect.ValueOf(a)
		if v.Kind() == reflect.Pointer && !v.IsNil() {
			v = v.Elem()
		}
		if v.Kind() != reflect.String {
			continue
		}
		if old := v.String(); !clean(old) {
			args[i] = cleaned(old)
		}
	}
	return args
}

// cleaned is text as the database will have it.
func cleaned(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

func clean(text string) bool { return utf8.ValidString(text) && strings.IndexByte(text, 0) < 0 }
