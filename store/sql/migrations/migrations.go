// Package migrations holds the database's versions, one file each, in the order of their ids. A migration never uses the
// live models: it has copies of its own, so that it does in years what it did on its first day. A released migration
// is never edited; mend it by another.
//
// MySQL and MariaDB commit each change of a table by itself. So every step passes over what is there already, and a migration that broke off
// is finished by the next run; on PostgreSQL and SQLite it never was.
package migrations

import (
	"fmt"

	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Table is where the ids of the migrations that ran are kept.
const Table = "schema_migrations"

// All lists every migration, oldest first. Ids are dates with a count.
func All() []*gormigrate.Migration {
	return []*gormigrate.Migration{settings(), history(), sessions(), outbound(), prompts(), lists(), administration(), records(), keys(), zones(), outbox(), login(), reports(), hours(), reasons(), screenPop(), found(), oidc(), embedding(), successors()}
}

// Run brings the database to the migration with the id to, or to the newest when to is empty. The caller has begun a transaction, where the
// database can change tables in one, and holds the lock that keeps other processes out.
func Run(db *gorm.DB, to string) error {
	m := gormigrate.New(db, &gormigrate.Options{
		TableName: Table, IDColumnName: "id", IDColumnSize: 64, ValidateUnknownMigrations: true,
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
			if tx.Migrator().HasTable(t) {
				continue
			}
			if err := tx.Migrator().CreateTable(t); err != nil {
				return fmt.Errorf("create table of %T: %w", t, err)
			}
		}
		return nil
	}
}

// addColumns adds columns, by their fields' names, to the table of model.
func addColumns(tx *gorm.DB, model any, fields ...string) error {
	for _, f := range fields {
		if tx.Migrator().HasColumn(model, f) {
			continue
		}
		if err := tx.Migrator().AddColumn(model, f); err != nil {
			return fmt.Errorf("add column %s of %T: %w", f, model, err)
		}
	}
	return nil
}

// addReference adds a column that may be NULL and refers to a table. It is written by hand: gorm adds no references to a table that is there, and
// SQLite would have to make the table anew. MySQL does not heed a reference beside the column.
func addReference(tx *gorm.DB, table, column, kind, target, key string) error {
	add := fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s", table, column, kind)
	refers := fmt.Sprintf("REFERENCES %s (%s)", target, key)
	if tx.Name() != "mysql" {
		return tx.Exec(add + " " + refers).Error
	}
	constraint := "fk_" + table + "_" + column
	if !tx.Migrator().HasColumn(table, column) {
		if err := tx.Exec(add).Error; err != nil {
			return err
		}
	}
	if tx.Migrator().HasConstraint(table, constraint) {
		return nil
	}
	return tx.Exec(fmt.Sprintf("ALTER TABLE %s ADD CONSTRAINT %s FOREIGN KEY (%s) %s", table, constraint, column, refers)).Error
}

// addCounter adds a row to counters.
func addCounter(tx *gorm.DB, name string) error {
	type Counter struct {
		Name  string `gorm:"primaryKey"`
		Value int64
	}
	return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&Counter{Name: name}).Error
}
