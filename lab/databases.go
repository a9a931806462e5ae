package lab

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
)

// Databases returns PostgreSQL and MariaDB, downloading and unpacking them (about 40 MB) when they are not in the cache yet, as [Ensure] does.
func Databases(ctx context.Context, o Options) (Bundle, error) {
	return ensure(ctx, o, databasesRecipe())
}

func databasesRecipe() recipe {
	return recipe{
		Version:  1,
		Suite:    "forky",
		Arch:     runtime.GOARCH,
		Packages: []string{"postgresql-18", "mariadb-server-core", "mariadb-client-core"},
		Given:    []string{"debconf", "locales", "mariadb-common", "perl", "perl-base", "postgresql-client-common", "postgresql-common", "ssl-cert", "systemd", "tzdata"},
		name:     "databases", what: "databases", mend: mendDatabases, other: "install PostgreSQL and MariaDB",
	}
}

// wrapper stands where initdb looks for postgres, and starts it with the bundle's own C library.
const wrapper = `#!/bin/sh
dir=${0%%/*}
lib=$dir/../../../%s
exec "$lib/%s" --argv0 "$0" --library-path "$lib" "$dir/postgres.elf" "$@"
`

func mendDatabases(root string) error {
	for _, dir := range []string{"doc", "info", "locale", "man"} {
		if err := os.RemoveAll(filepath.Join(root, "usr/share", dir)); err != nil {
			return err
		}
	}
	bin := filepath.Join(root, postgresBin)
	if err := os.Rename(filepath.Join(bin, "postgres"), filepath.Join(bin, "postgres.elf")); err != nil {
		return err
	}
	a := archs[runtime.GOARCH]
	return os.WriteFile(filepath.Join(bin, "postgres"), fmt.Appendf(nil, wrapper, a.triplet, a.loader), 0o755)
}

// The account that both servers have for whoever started them.
const databaseUser = "switchroom"

// made counts databases: each has a name of its own.
var made atomic.Uint64

// createDatabase makes an empty database and returns its name.
func createDatabase(ctx context.Context, driver, dsn string) (string, error) {
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return "", err
	}
	defer db.Close()
	name := fmt.Sprintf("switchroom_%d", made.Add(1))
	_, err = db.ExecContext(ctx, "CREATE DATABASE "+name)
	return name, err
}

// pingDatabase succeeds once the server lets the account in.
func pingDatabase(ctx context.Context, driver, dsn string) error {
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.PingContext(ctx)
}

func newPassword() string { return rand.Text() }
