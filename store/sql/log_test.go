package sql_test

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"switchroom/store/sql"
)

func TestAStatementWhoseCallerHasGoneIsNoErrorInTheLogAndAFailedOneIs(t *testing.T) {
	var log bytes.Buffer
	s, err := sql.Open(t.Context(), sql.Config{URL: filepath.Join(t.TempDir(), "a.db"), Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // the test is over
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Accounts(gone); err == nil {
		t.Error("a caller who has gone got an answer")
	}
	if log.Len() > 0 {
		t.Errorf("logged: %s", &log)
	}
	if _, err := s.Accounts(t.Context()); err == nil { // not migrated: there is no such table
		t.Error("accounts of an empty database")
	}
	if !strings.Contains(log.String(), "level=ERROR") {
		t.Errorf("a failed statement is not logged: %s", &log)
	}
}
