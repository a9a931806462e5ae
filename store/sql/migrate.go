package sql

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"switchroom/store/sql/migrations"
)

// Migrate brings the database to the newest version. Several processes may call it at once: one does the work, the others wait.
func (s *Store) Migrate(ctx context.Context) error { return s.MigrateTo(ctx, "") }

// MigrateTo stops after the migration with that id; empty means the newest. It goes forward only.
func (s *Store) MigrateTo(ctx context.Context, id string) error {
	s.migrate.Lock()
	defer s.migrate.Unlock()
	return patiently(ctx, func() error { return s.migrateTo(ctx, id) })
}

func (s *Store) migrateTo(ctx context.Context, id string) error {
	pending, err := s.Pending(ctx)
	if err != nil || len(pending) == 0 {
		return err
	}
	start := time.Now()
	if err := s.exclusively(ctx, func(tx *gorm.DB) error { return migrations.Run(tx, id) }); err != nil {
		return fmt.Errorf("database: %w", err)
	}
	s.log.LogAttrs(ctx, slog.LevelInfo, "database migrated", slog.Any("migrations", pending), slog.Duration("took", time.Since(start)))
	return nil
}

// migrationLock is an arbitrary number that other programs on the same PostgreSQL database will not use.
const migrationLock = 7_309_453_127_004

// exclusively keeps every other process from migrating while f does, and makes of f one transaction where the database can.
func (s *Store) exclusively(ctx context.Context, f func(tx *gorm.DB) error) error {
	switch s.w.Name() {
	case "postgres":
		return s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
			if err := tx.Exec("SELECT pg_advisory_xact_lock(?)", migrationLock).Error; err != nil {
				return fmt.Errorf("lock: %w", err)
			}
			return f(tx)
		})
	case "mysql":
		return s.w.WithContext(ctx).Connection(func(tx *gorm.DB) error {
			return mysqlExclusively(tx.Session(&gorm.Session{}), f)
		})
	}
	return s.w.WithContext(ctx).Transaction(f) // it begins "immediate" and so keeps every other writer out until it is done
}

// mysqlExclusively holds a lock of the server, which ends with the connection. MySQL commits each change of a table by itself: a migration that broke
// off is finished by the next one.
func mysqlExclusively(tx *gorm.DB, f func(tx *gorm.DB) error) error {
	const name = "CONCAT('switchroom ', SHA1(DATABASE()))"
	var got *int
	if err := tx.Raw("SELECT GET_LOCK(" + name + ", 600)").Scan(&got).Error; err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	if got == nil || *got != 1 {
		return errors.New("another process has been migrating for ten minutes; look at its log")
	}
	var version string
	err := tx.Raw("SELECT VERSION()").Scan(&version).Error
	if err == nil {
		collation := "utf8mb4_0900_bin"
		if strings.Contains(version, "MariaDB") {
			collation = "utf8mb4_nopad_bin"
		}
		options := "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=" + collation // texts are equal when their bytes are, as elsewhere
		err = f(tx.Set("gorm:table_options", options).Session(&gorm.Session{}))
	}
	return errors.Join(err, tx.Exec("DO RELEASE_LOCK("+name+")").Error)
}

// Status is what there is of a database.
type Status struct {
	Server  string   // with its version, as "PostgreSQL 18.6"
	Done    []string // ids of the migrations that ran, oldest first
	Pending []string // ids of those that have not run
	Unknown []string // ids of those that a newer version of this program ran
	// Trouble is what makes the server unfit, and Remedy what to do; empty: nothing.
	Trouble, Remedy string
}

// oldest are the servers, by major and minor version, that their makers still mend and that have what the store's statements need.
var oldest = map[string][2]int{"PostgreSQL": {14, 0}, "MariaDB": {10, 6}, "MySQL": {8, 0}}

// Status looks at the database and changes nothing.
func (s *Store) Status(ctx context.Context) (Status, error) {
	var out Status
	var ran []string
	err := s.read(ctx, "look at the database", func(tx *gorm.DB) error {
		kind, query := "SQLite", "SELECT sqlite_version()"
		switch s.w.Name() {
		case "postgres":
			kind, query = "PostgreSQL", "SHOW server_version"
		case "mysql":
			kind, query = "MySQL", "SELECT VERSION()"
		}
		var version string
		if err := tx.Raw(query).Scan(&version).Error; err != nil {
			return err
		}
		if strings.Contains(version, "MariaDB") {
			kind = "MariaDB"
		}
		version, _, _ = strings.Cut(version, " ")
		version, _, _ = strings.Cut(version, "-")
		out.Server = kind + " " + version
		if err := s.fitness(tx, kind, version, &out); err != nil {
			return err
		}
		if !tx.Migrator().HasTable(migrations.Table) {
			return nil
		}
		return tx.Table(migrations.Table).Order("id").Pluck("id", &ran).Error
	})
	if err != nil {
		return Status{}, err
	}
	known := map[string]bool{}
	for _, m := range migrations.All() { // their own order: as text a count of ten comes before one of nine
		known[m.ID] = true
		if slices.Contains(ran, m.ID) {
			out.Done = append(out.Done, m.ID)
		} else {
			out.Pending = append(out.Pending, m.ID)
		}
	}
	for _, id := range ran {
		if !known[id] {
			out.Unknown = append(out.Unknown, id)
		}
	}
	out.Done = append(out.Done, out.Unknown...)
	return out, nil
}

// fitness fills in what is wrong with the server.
func (s *Store) fitness(tx *gorm.DB, kind, version string, out *Status) error {
	if need := oldest[kind]; older(version, need) {
		out.Trouble, out.Remedy = "it is too old", fmt.Sprintf("use %s %d.%d or newer", kind, need[0], need[1])
	}
	if kind != "PostgreSQL" {
		return nil
	}
	var encoding string
	if err := tx.Raw("SHOW server_encoding").Scan(&encoding).Error; err != nil {
		return err
	}
	if encoding != "UTF8" {
		out.Trouble, out.Remedy = "its encoding is "+encoding, "make the database anew: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
	}
	return nil
}

func older(version string, than [2]int) bool {
	var is [2]int
	_, err := fmt.Sscanf(version, "%d.%d", &is[0], &is[1])
	return err == nil && slices.Compare(is[:], than[:]) < 0
}

// Pending lists the ids of the migrations that have not run here.
func (s *Store) Pending(ctx context.Context) ([]string, error) {
	status, err := s.Status(ctx)
	return status.Pending, err
}
