package lab_test

import (
	"context"
	"database/sql"
	"net/url"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"

	"switchroom/lab"
)

// server is what PostgreSQL and MariaDB have in common here.
type server interface {
	URL(database string) string
	CreateDatabase(ctx context.Context) (string, error)
	Kill()
	Restart(ctx context.Context) error
	Stop() error
}

func dialDatabase(t *testing.T, raw string) *sql.DB {
	t.Helper()
	driver, dsn := "pgx", raw
	if u, err := url.Parse(raw); err != nil {
		t.Fatal(err)
	} else if u.Scheme == "mysql" {
		password, _ := u.User.Password()
		c := mysql.NewConfig()
		c.User, c.Passwd, c.Net, c.Addr, c.DBName = u.User.Username(), password, "tcp", u.Host, strings.TrimPrefix(u.Path, "/")
		driver, dsn = "mysql", c.FormatDSN()
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestDatabasesKeepTheirDataOverKillAndRestart(t *testing.T) {
	for name, start := range map[string]func(*testing.T) server{
		"PostgreSQL": func(t *testing.T) server { return lab.NewPostgres(t) },
		"MariaDB":    func(t *testing.T) server { return lab.NewMariaDB(t) },
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			url, err := s.CreateDatabase(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := dialDatabase(t, url).Exec("CREATE TABLE kept (id int)"); err != nil {
				t.Fatal(err)
			}
			if err := dialDatabase(t, strings.Replace(url, "switchroom:", "switchroom:x", 1)).Ping(); err == nil {
				t.Error("a wrong password was let in")
			}
			s.Kill()
			if err := dialDatabase(t, url).Ping(); err == nil {
				t.Error("a killed server answered")
			}
			for range 2 { // after a kill, then after an orderly stop
				if err := s.Restart(t.Context()); err != nil {
					t.Fatal(err)
				}
				var n int
				if err := dialDatabase(t, url).QueryRow("SELECT count(*) FROM kept").Scan(&n); err != nil {
					t.Error(err)
				}
			}
			if err := s.Stop(); err != nil {
				t.Fatal(err)
			}
			if err := s.Restart(t.Context()); err == nil {
				t.Error("a stopped server was restarted on a port it had given back")
			}
		})
	}
}
