package sql_test

import (
	stdsql "database/sql"
	"os"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"

	"switchroom/store/sql"
)

// prepared migrates a database, closes it and returns its URL.
func prepared(t *testing.T, url fresh) string {
	t.Helper()
	at := url(t)
	s, err := sql.Open(t.Context(), sql.Config{URL: at})
	must(t, err)
	must(t, s.Migrate(t.Context()), s.Close())
	return at
}

// copies makes files like the one at the URL.
func copies(file fresh, model string) fresh {
	return func(t *testing.T) string {
		t.Helper()
		b, err := os.ReadFile(strings.TrimPrefix(model, "sqlite:"))
		must(t, err)
		path := file(t)
		must(t, os.WriteFile(path, b, 0o600))
		return "sqlite:" + path
	}
}

// emptied brings a server's database back to what migrations leave, each time that one is asked for: to make its tables, or to copy a database, takes seconds. Free is
// the statement that lets rows be written in any order, schema where the tables are, and model the name of the schema that keeps what was in them.
func emptied(t *testing.T, url, driver, dsn, free, schema, model string) fresh {
	t.Helper()
	keep, restore := []string{"CREATE SCHEMA " + model}, []string{free}
	for _, name := range tablesOf(t, driver, dsn, schema) {
		keep = append(keep, "CREATE TABLE "+model+"."+name+" AS SELECT * FROM "+name)
		restore = append(restore, "DELETE FROM "+name, "INSERT INTO "+name+" SELECT * FROM "+model+"."+name)
	}
	run(t, driver, dsn, keep)
	return func(t *testing.T) string {
		t.Helper()
		run(t, driver, dsn, restore)
		return url
	}
}

func tablesOf(t *testing.T, driver, dsn, schema string) (out []string) {
	t.Helper()
	db, err := stdsql.Open(driver, dsn)
	must(t, err)
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), "SELECT table_name FROM information_schema.tables WHERE table_schema = '"+schema+"'")
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var name string
		must(t, rows.Scan(&name))
		out = append(out, name)
	}
	must(t, rows.Err())
	return out
}

// run does statements one after the other, on one connection.
func run(t *testing.T, driver, dsn string, statements []string) {
	t.Helper()
	db, err := stdsql.Open(driver, dsn)
	must(t, err)
	defer db.Close()
	c, err := db.Conn(t.Context())
	must(t, err)
	defer c.Close()
	for _, s := range statements {
		if _, err := c.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// config reads a URL of lab's MariaDB.
func config(t *testing.T, url string) (dsn, database string) {
	t.Helper()
	account, place, _ := strings.Cut(strings.TrimPrefix(url, "mysql://"), "@")
	host, name, _ := strings.Cut(place, "/")
	c, err := mysql.ParseDSN(account + "@tcp(" + host + ")/" + name)
	must(t, err)
	return c.FormatDSN(), name
}
