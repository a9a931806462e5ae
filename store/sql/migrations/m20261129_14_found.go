package migrations

import (
	"fmt"

	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"
)

// found finds the few tickets that somebody has still to work on among the many that they have done, and, on PostgreSQL, what is written about tickets. That takes the
// extension pg_trgm, which comes with PostgreSQL and which a database's owner may create; without it the search reads.
func found() *gormigrate.Migration {
	type Ticket struct {
		ID         string `gorm:"size:32;primaryKey;index:ix_tickets_assignee_status,priority:4"`
		ServiceID  string `gorm:"size:64;not null;index:ix_tickets_assignee_status,priority:1"`
		AssigneeID string `gorm:"size:64;not null;index:ix_tickets_assignee_status,priority:2"`
		Status     string `gorm:"size:16;not null;index:ix_tickets_assignee_status,priority:3"`
	}
	return &gormigrate.Migration{
		ID: "20261129-14-found",
		Migrate: func(tx *gorm.DB) error {
			m := tx.Migrator()
			if !m.HasIndex(&Ticket{}, "ix_tickets_assignee_status") {
				if err := m.CreateIndex(&Ticket{}, "ix_tickets_assignee_status"); err != nil {
					return fmt.Errorf("create index ix_tickets_assignee_status: %w", err)
				}
			}
			if tx.Name() != "postgres" {
				return nil
			}
			// A transaction in the migration's: what the server refuses is undone by itself.
			if err := tx.Transaction(func(tx *gorm.DB) error { return tx.Exec("CREATE EXTENSION IF NOT EXISTS pg_trgm").Error }); err != nil {
				tx.Logger.Warn(tx.Statement.Context, "PostgreSQL has no extension pg_trgm for this account: the search of tickets for text will be slow among many: %v", err)
				return nil
			}
			if err := tx.Exec("CREATE INDEX IF NOT EXISTS ix_tickets_words ON tickets USING gin (words gin_trgm_ops)").Error; err != nil {
				return fmt.Errorf("create index ix_tickets_words: %w", err)
			}
			return nil
		},
	}
}
