package migrations

import (
	"fmt"

	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"
)

// lists gives calls, tickets and the audit trail the indexes by which they are listed, searched and counted: newest first, one page after the other,
// all of them or those of one service, queue, agent or caller. Indexes on the first column alone go. And it makes the row by whose lock changes of
// settings come one after the other.
func lists() *gormigrate.Migration {
	return &gormigrate.Migration{
		ID: "20261125-6-lists",
		Migrate: func(tx *gorm.DB) error {
			caller := "caller_number"
			if tx.Name() == "postgres" {
				caller += " text_pattern_ops" // for the first digits of a number, whatever the database's locale
			}
			for _, i := range []struct{ table, name, columns, old string }{
				{"calls", "ix_calls_list", "entered_at, id", "ix_calls_entered"},
				{"calls", "ix_calls_service_list", "service_id, entered_at, id", "ix_calls_service"},
				{"calls", "ix_calls_queue_list", "queue, entered_at, id", ""},
				{"calls", "ix_calls_agent_list", "agent_id, entered_at, id", "ix_calls_agent"},
				{"calls", "ix_calls_caller_list", caller + ", entered_at, id", ""},
				{"tickets", "ix_tickets_list", "opened_at, id", ""},
				{"tickets", "ix_tickets_service_list", "service_id, opened_at, id", "ix_tickets_service"},
				{"tickets", "ix_tickets_agent_list", "agent_id, opened_at, id", "ix_tickets_agent"},
				{"tickets", "ix_tickets_caller_list", caller + ", opened_at, id", "ix_tickets_caller"},
				{"audit_entries", "ix_audit_entries_list", "at, id", "ix_audit_entries_at"},
				{"audit_entries", "ix_audit_entries_target_list", "target, at, id", "ix_audit_entries_target"},
			} {
				if err := replaceIndex(tx, i.table, i.name, i.columns, i.old); err != nil {
					return fmt.Errorf("index %s: %w", i.name, err)
				}
			}
			return addCounter(tx, "settings")
		},
	}
}

// replaceIndex makes an index and removes the one that it makes useless, if any.
func replaceIndex(tx *gorm.DB, table, name, columns, old string) error {
	if !tx.Migrator().HasIndex(table, name) {
		if err := tx.Exec(fmt.Sprintf("CREATE INDEX %s ON %s (%s)", name, table, columns)).Error; err != nil {
			return err
		}
	}
	if old == "" || !tx.Migrator().HasIndex(table, old) {
		return nil
	}
	return tx.Migrator().DropIndex(table, old)
}
