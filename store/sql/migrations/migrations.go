// Package migrations holds the database's versions, one file each, in the order of their ids. A migration never uses the
// live models: it has copies of its own, so that it does in years what it did on its first day. A released migration
// is never edited; mend it by another.
package migrations

import (
	"fmt"

	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"
)

// Table is where the ids of the migrations that ran are kept.
const Table = "schema_migrations"

// All lists every migration, oldest first. Ids are dates with a count: they sort.
func All() []*gormigrate.Migration {
	return []*gormigrate.Migration{settings(), history(), sessions(), outbound(), prompts(), records()}
}

// Run brings the database to the migration with the id to, or to the newest when to is empty, in one transaction where the database can.
// The caller holds the lock that keeps other processes out.
func Run(db *gorm.DB, to string) error {
	m := gormigrate.New(db, &gormigrate.Options{
		TableName: Table, IDColumnName: "id", IDColumnSize: 64, UseTransaction: true, ValidateUnknownMigrations: true,
	}, All())
	var err error
	if to == "" {
		err = m.Migrate()
	} else {
		err = m.MigrateTo(to)
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// create makes tables in order, so that references find their targets.
func create(tables ...any) gormigrate.MigrateFunc {
	return func(tx *gorm.DB) error {
		for _, t := range tables {
			if err := tx.Migrator().CreateTable(t); err != nil {
				return fmt.Errorf("create table of %T: %w", t, err)
			}
		}
		return nil
	}
}
