package sql

import (
	"context"

	"gorm.io/gorm"
)

// Raw runs a statement: tests write rows as an older version did.
func (s *Store) Raw(ctx context.Context, statement string) error {
	return s.write(ctx, "raw", func(tx *gorm.DB) error { return tx.Exec(statement).Error })
}
