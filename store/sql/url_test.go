package sql_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchroom/store/sql"
)

const secret = "s3cr3t-of-the-database"

func TestBadAddressesAreRefusedWithACodeAndWithoutTheirPassword(t *testing.T) {
	for _, raw := range []string{
		"", "sqlite:", "oracle:x", "mysql:x", "postgres:", "postgres://", "mysql://u:PASSWORD@h:1", "mysql:///db",
		"postgres://u:PASSWORD@h:port/db", "postgres://u:PASSWORD@h/db?sslmode=perhaps", "postgres://u:PASSWORD@h/db?sslrootcert=/none", "postgres://u:PASSWORD@h:1:2/%zz",
		"mysql://u:PASSWORD@h:port/db", "mysql://u:PASSWORD@h/db?tls=perhaps", "mysql://u:PASSWORD@h/db?ca=/none", "mariadb://u:PASSWORD@h/db?cert=/none&key=/none", "mysql://u:PASSWORD@h/db?timeout=long",
	} {
		_, err := sql.Open(t.Context(), sql.Config{URL: strings.Replace(raw, "PASSWORD", secret, 1)})
		var e *sql.Error
		if !errors.As(err, &e) || e.Slug != "bad_url" || strings.Contains(err.Error(), secret) {
			t.Errorf("Open(%q): %v", raw, err)
		}
	}
	if _, err := sql.Open(t.Context(), sql.Config{URL: filepath.Join(t.TempDir(), "no", "such", "folder.db")}); err == nil {
		t.Error("a database in a folder that is not there was opened")
	}
}

// passwords: neither errors nor the log repeat one, right or wrong.
func passwords(t *testing.T, fresh fresh) {
	right := fresh(t)
	u, err := url.Parse(right)
	must(t, err)
	known, isServer := u.User.Password()
	if !isServer {
		return // SQLite has none
	}
	var log bytes.Buffer
	try := func(change func(*url.URL)) (*sql.Store, error) {
		v := *u
		change(&v)
		s, err := sql.Open(t.Context(), sql.Config{URL: v.String(), Log: slog.New(slog.NewTextHandler(&log, nil)), Timeout: 5 * time.Second})
		if err != nil && (strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), known)) {
			t.Errorf("the error repeats the password: %v", err)
		}
		return s, err
	}
	tls, bad := "tls=true", "no_such_setting=1"
	if u.Scheme == "postgres" {
		tls, bad = "sslmode=verify-full", "sslmode=disable&no_such_setting=1"
	}
	for name, change := range map[string]func(*url.URL){
		"a wrong password": func(v *url.URL) { v.User = url.UserPassword(u.User.Username(), secret) },
		"no such database": func(v *url.URL) { v.Path = "/nowhere" },
		"nobody listens":   func(v *url.URL) { v.Host = "127.0.0.1:9" },
		"TLS not trusted":  func(v *url.URL) { v.RawQuery = tls },
		"a bad setting":    func(v *url.URL) { v.RawQuery = bad },
	} {
		if _, err := try(change); err == nil {
			t.Errorf("%s: opened", name)
		}
	}
	s, err := try(func(*url.URL) {})
	must(t, err)
	if _, err := s.Accounts(t.Context()); err == nil { // not migrated
		t.Error("accounts of an empty database")
	}
	must(t, s.Close())
	if text := log.String(); text == "" || strings.Contains(text, secret) || strings.Contains(text, known) {
		t.Errorf("the log: %s", text)
	}
}
