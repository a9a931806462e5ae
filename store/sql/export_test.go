package sql

import (
	"context"
	"errors"
	"strings"

	"gorm.io/gorm"
)

// Raw runs a statement: tests write rows as an older version did.
func (s *Store) Raw(ctx context.Context, statement string) error {
	return s.write(ctx, "raw", func(tx *gorm.DB) error { return tx.Exec(statement).Error })
}

// Ask returns the one value that a query gives.
func (s *Store) Ask(ctx context.Context, query string) (value string, err error) {
	err = s.read(ctx, "ask", func(tx *gorm.DB) error { return tx.Raw(query).Scan(&value).Error })
	return value, err
}

// ErrBrokenOff ends MigrateBreakingOff.
var ErrBrokenOff = errors.New("broken off")

// MigrateBreakingOff migrates as a process does that dies after so many changes of tables.
func (s *Store) MigrateBreakingOff(ctx context.Context, changes int) error {
	statements := s.w.Callback().Raw()
	die := func(tx *gorm.DB) {
		text := tx.Statement.SQL.String()
		if !strings.HasPrefix(text, "CREATE") && !strings.HasPrefix(text, "ALTER") && !strings.HasPrefix(text, "DROP") {
			return
		}
		if changes--; changes < 0 {
			_ = tx.AddError(ErrBrokenOff)
		}
	}
	if err := statements.Before("gorm:raw").Register("die", die); err != nil {
		return err
	}
	defer func() { _ = statements.Remove("die") }()
	return s.Migrate(ctx)
}

// BackUp writes an SQLite database as it is at one moment to another file, while others write.
func (s *Store) BackUp(ctx context.Context, path string) error {
	return s.w.WithContext(ctx).Exec("VACUUM INTO ?", path).Error
}
