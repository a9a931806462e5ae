package sql

import (
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"switchroom/record"
	"switchroom/settings"
)

// servicesOf lists the services that somebody belongs to, or that a key is for.
func servicesOf(tx *gorm.DB, userID string) (list []string, err error) {
	if key, ok := settings.KeyOf(userID); ok {
		return servicesOfKey(tx, key)
	}
	return list, tx.Model(&serviceMember{}).Where("user_id = ?", userID).Order("service_id").Pluck("service_id", &list).Error
}

// scope is what a viewer may see.
type scope struct {
	record.Viewer
	services []string // theirs; of who sees everything, those that the table knows
}

// scopeOf finds out. Table is the one that will be read: tickets or calls.
func scopeOf(tx *gorm.DB, v record.Viewer, table string) (scope, error) {
	if !v.All {
		list, err := servicesOf(tx, v.User)
		return scope{v, list}, err
	}
	// The services that there are, each found by one look into the index: a DISTINCT would read all of it.
	var list []string
	err := tx.Raw(strings.ReplaceAll(`WITH RECURSIVE found(v) AS (
		SELECT MIN(service_id) FROM T UNION ALL SELECT (SELECT MIN(service_id) FROM T WHERE service_id > found.v) FROM found WHERE found.v IS NOT NULL
	) SELECT v FROM found WHERE v IS NOT NULL`, " T", " "+table)).Scan(&list).Error
	return scope{v, list}, err
}

// sees tells whether the viewer may see something of that service in which they took part, or not.
func (s scope) sees(serviceID string, took bool) bool {
	return s.All || took || slices.Contains(s.services, serviceID)
}

// narrowed leaves one service, where one is asked for: none, where it is not theirs.
func (s scope) narrowed(serviceID string) []string {
	switch {
	case serviceID == "":
		return s.services
	case s.All || slices.Contains(s.services, serviceID):
		return []string{serviceID}
	}
	return nil
}

// clauseOf is a part of a statement with its values.
type clauseOf struct {
	sql  string
	args []any
}

func all(list []clauseOf) clauseOf {
	out := clauseOf{sql: "1 = 1"}
	for _, c := range list {
		out.sql += " AND " + c.sql
		out.args = append(out.args, c.args...)
	}
	return out
}

// branch is one of the sorted lists that a page is merged from. From is the table, or tables, key the order: its columns, first the one that counts most.
type branch struct {
	from  string
	where []clauseOf
	key   [2]string // position, ID
}

// order of a key that is the ID alone names the ID alone: databases take a constant there for a column's number.
func (b branch) order() string {
	if b.key[0] == "0" {
		return b.key[1] + " DESC"
	}
	return b.key[0] + " DESC, " + b.key[1] + " DESC"
}

// place is where a row stands in a list.
type place struct {
	Pos int64
	ID  string
}

// merged reads the first of several sorted lists in one statement, newest first, each row once. Each list is read along its own index, and no further than the
// page: so an answer takes the same time among a million rows as among a hundred.
func merged(tx *gorm.DB, branches []branch, limit int) ([]place, error) {
	if len(branches) == 0 {
		return nil, nil
	}
	var parts []string
	var args []any
	for i, b := range branches {
		where := all(b.where)
		parts = append(parts, fmt.Sprintf("SELECT pos, id FROM (SELECT %[1]s AS pos, %[2]s AS id FROM %[3]s WHERE %[4]s ORDER BY %[5]s LIMIT ?) AS b%[6]d",
			b.key[0], b.key[1], b.from, where.sql, b.order(), i))
		args = append(append(args, where.args...), limit)
	}
	var out []place
	err := tx.Raw(strings.Join(parts, " UNION ")+" ORDER BY pos DESC, id DESC LIMIT ?", append(args, limit)...).Scan(&out).Error
	return out, err
}

// alongIndexes is merged, and keeps PostgreSQL from reading all that fits a list and sorting it: of a condition that [asIs] hides it believes that next to nothing fits it,
// and would read ten thousand rows for a page of fifty.
func alongIndexes(tx *gorm.DB, branches []branch, limit int) (out []place, err error) {
	if tx.Name() != "postgres" {
		return merged(tx, branches, limit)
	}
	return out, tx.Transaction(func(tx *gorm.DB) error {
		err := tx.Exec("SELECT set_config('enable_sort', 'off', TRUE), set_config('enable_bitmapscan', 'off', TRUE)").Error
		if err == nil {
			out, err = merged(tx, branches, limit)
		}
		return err
	})
}

// asIs keeps a column from being looked for in an index, where another condition is the one to begin with.
func asIs(column string) string { return "COALESCE(" + column + ", '')" }

// like is a pattern that finds the text anywhere; use it with ESCAPE '!'.
func like(text string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text) + "%"
}
