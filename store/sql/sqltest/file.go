package sqltest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"

	"switchroom/store/sql"
)

// NewFile writes an SQLite database that is up to date and has nothing in it, and returns its URL: a copy, because migrating takes longer than many a test.
func NewFile(path string) (url string, err error) {
	b, err := upToDate()
	if err != nil {
		return "", err
	}
	return "sqlite:" + path, os.WriteFile(path, b, 0o600)
}

var upToDate = sync.OnceValues(func() (b []byte, err error) {
	dir, err := os.MkdirTemp("", "switchroom-template-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "template.db")
	ctx := context.Background()
	db, err := sql.Open(ctx, sql.Config{URL: "sqlite:" + path})
	if err != nil {
		return nil, err
	}
	if err := errors.Join(db.Migrate(ctx), db.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})
