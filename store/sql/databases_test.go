package sql_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"switchroom/account"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/lab"
	"switchroom/prompt"
	"switchroom/store/sql"
	"switchroom/store/sql/sqltest"
)

// fresh makes a database that is empty, and returns its URL.
type fresh func(t *testing.T) string

func TestSQLite(t *testing.T) {
	file := func(t *testing.T) string { return filepath.Join(t.TempDir(), "switchroom?.db") } // a name that a URL would misread
	url := func(t *testing.T) string { return "sqlite:" + file(t) }
	everything(t, url, copies(file, prepared(t, url)))
}

func TestPostgreSQL(t *testing.T) {
	server := lab.NewPostgres(t)
	url := func(t *testing.T) string { return created(t, server.CreateDatabase) }
	again := prepared(t, url)
	everything(t, url, emptied(t, again, "pgx", again, "SET session_replication_role = replica", "public", "model"))
	t.Run("the store goes on when the server is back", func(t *testing.T) { back(t, created(t, server.CreateDatabase), server.Kill, server.Restart) })
}

func TestMariaDB(t *testing.T) {
	server := lab.NewMariaDB(t)
	url := func(t *testing.T) string { return created(t, server.CreateDatabase) }
	again := prepared(t, url)
	dsn, name := config(t, again)
	everything(t, url, emptied(t, again, "mysql", dsn, "SET FOREIGN_KEY_CHECKS = 0", name, name+"_model"))
	t.Run("the store goes on when the server is back", func(t *testing.T) { back(t, created(t, server.CreateDatabase), server.Kill, server.Restart) })
	t.Run("TLS is spoken when the URL says so", func(t *testing.T) {
		s := open(t, created(t, server.CreateDatabase)+"?tls=skip-verify", nil) // the server makes a certificate of its own
		if cipher, err := s.Ask(t.Context(), "SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'Ssl_cipher'"); err != nil || cipher == "" {
			t.Errorf("cipher %q, %v", cipher, err)
		}
	})
}

// back kills the server under a store and starts it again.
func back(t *testing.T, url string, kill func(), restart func(context.Context) error) {
	ctx := t.Context()
	s := open(t, url, nil)
	must(t, s.Migrate(ctx), s.SeedDemo(ctx, map[string]string{"anna": "a", "ben": "b", "carla": "c"}))
	one, err := s.OpenTicket(ctx, call.Call{ID: "c1", Service: "demo"}, "anna")
	must(t, err)
	kill()
	// PostgreSQL's processes that serve a connection notice a little later that their server is gone.
	for until := time.Now().Add(10 * time.Second); ; {
		if _, err := s.OpenTicket(ctx, call.Call{ID: "c2", Service: "demo"}, "anna"); err != nil {
			break
		}
		if time.Now().After(until) {
			t.Fatal("a ticket was opened without a server")
		}
	}
	must(t, restart(ctx))
	again, err := s.OpenTicket(ctx, call.Call{ID: "c1", Service: "demo"}, "anna")
	must(t, err)
	two, err := s.OpenTicket(ctx, call.Call{ID: "c2", Service: "demo"}, "anna")
	must(t, err)
	if again != one || two != "T-000002" {
		t.Errorf("tickets %s, %s, %s", one, again, two)
	}
}

func created(t testing.TB, create func(context.Context) (string, error)) string {
	t.Helper()
	url, err := create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return url
}

// everything is what each database must do. Migrated makes a database like url's, after all migrations: they would take most of the contract's time.
func everything(t *testing.T, url, migrated fresh) {
	t.Run("contract", func(t *testing.T) {
		sqltest.Run(t, func(t *testing.T, now func() time.Time) *sql.Store { return open(t, migrated(t), now) })
	})
	for name, test := range map[string]func(*testing.T, fresh){
		"migrations go forward on data that is there":                   forward,
		"many who migrate at once do no harm, and one does the work":    migrateTogether,
		"two processes that migrate at once do no harm":                 migrateInProcesses,
		"a migration that breaks off is finished by the next run":       brokenOff,
		"two controllers open one ticket for each call, without gaps":   ticketsOfTwo,
		"two controllers drain the same journal, which is kept once":    journalOfTwo,
		"two controllers' changes of settings come one after another":   settingsOfTwo,
		"the database itself keeps one default and what is referred to": constraints,
		"neither errors nor the log repeat the password":                passwords,
		"the longest message is kept as it was uploaded (S33)":          longest,
		"the status says the server's version and what is pending":      status,
	} {
		t.Run(name, func(t *testing.T) { test(t, url) })
	}
}

func open(t *testing.T, url string, now func() time.Time) *sql.Store {
	t.Helper()
	s, err := sql.Open(t.Context(), sql.Config{URL: url, Now: now, Passwords: account.QuickHasher(), Secrets: sqltest.Secrets(), Timeout: 30 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// together does f many times at once.
func together(n int, f func(i int) error) error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = f(i) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// two opens a database with the demo's people twice, as two controllers do.
func two(t *testing.T, url fresh) [2]*sql.Store {
	t.Helper()
	u := url(t)
	a, b := open(t, u, nil), open(t, u, nil)
	must(t, a.Migrate(t.Context()), a.SeedDemo(t.Context(), map[string]string{"anna": "a", "ben": "b", "carla": "c"}))
	return [2]*sql.Store{a, b}
}

func ticketsOfTwo(t *testing.T, url fresh) {
	stores := two(t, url)
	const calls, each = 10, 10
	got := make([]string, calls*each)
	must(t, together(len(got), func(i int) (err error) {
		got[i], err = stores[i%2].OpenTicket(t.Context(), call.Call{ID: fmt.Sprint("c", i/each), Service: "demo"}, "anna")
		return err
	}))
	for i, n := range got {
		if first := got[i/each*each]; n != first {
			t.Errorf("call %d has the tickets %s and %s", i/each, first, n)
		}
	}
	numbers := slices.Compact(slices.Sorted(slices.Values(got)))
	for i, n := range numbers {
		if n != fmt.Sprintf("T-%06d", i+1) || len(numbers) != calls {
			t.Fatalf("numbers %v", numbers)
		}
	}
}

func journalOfTwo(t *testing.T, url fresh) {
	stores := two(t, url)
	var all []engine.Entry
	want := map[string]int{}
	for i := range 30 { // so that the largest batch is more than one statement
		id := fmt.Sprint("call-", i)
		entries, _ := sqltest.Served(t, time.Now(), id)
		all, want[id] = append(all, entries...), len(entries)
	}
	must(t, together(8, func(i int) error {
		size := 5 + 3*i // cut apart at other places each
		if i == 7 {
			size = len(all)
		}
		for batch := range slices.Chunk(all, size) {
			if err := stores[i%2].AppendJournal(t.Context(), batch); err != nil {
				return err
			}
		}
		return nil
	}))
	for id, n := range want {
		entries, err := stores[0].Journal(t.Context(), id)
		must(t, err)
		c, err := stores[1].Call(t.Context(), id)
		must(t, err)
		if len(entries) != n || c.Diverged || c.State != call.Ended || c.Ticket != "T-000001" {
			t.Errorf("%d entries of %d, call %+v", len(entries), n, c)
		}
	}
}

func settingsOfTwo(t *testing.T, url fresh) {
	ctx := t.Context()
	stores := two(t, url)
	must(t, together(12, func(i int) error {
		n := engine.CallerID{Number: fmt.Sprintf("+8225555%04d", i), Label: "One of many", Default: true}
		return stores[i%2].PutCallingNumber(ctx, "root", "demo", n)
	}))
	v, err := stores[0].Service(ctx, "demo")
	must(t, err)
	defaults := 0
	for _, n := range v.CallerIDs {
		if n.Default {
			defaults++
		}
	}
	if len(v.CallerIDs) != 14 || defaults != 1 {
		t.Errorf("%d numbers, %d defaults", len(v.CallerIDs), defaults)
	}
	// What is an extension cannot be an emergency number, and the other way round: of two at once one is refused.
	var refusals [2]error
	_ = together(2, func(i int) error {
		if i == 0 {
			refusals[0] = stores[0].PutEmergencyNumbers(ctx, "root", []string{"118"})
		} else {
			refusals[1] = stores[1].PutPhone(ctx, "root", "anna", sql.Phone{CTI: "A100", Number: "118", Device: "webrtc", Home: "demo"})
		}
		return nil
	})
	if (refusals[0] == nil) == (refusals[1] == nil) {
		t.Errorf("of two that exclude each other: %v", refusals)
	}
}

// longest is two minutes of noise at both rates.
func longest(t *testing.T, url fresh) {
	s := two(t, url)[1]
	noise := rand.NewChaCha8([32]byte{1})
	a := prompt.Audio{Narrow: make([]byte, 2*8000*120), Wide: make([]byte, 2*16000*120), Length: 2 * time.Minute}
	_, _ = noise.Read(a.Narrow) // never fails
	_, _ = noise.Read(a.Wide)
	p, err := s.AddPrompt(t.Context(), "root", "demo", "Noise", a)
	must(t, err)
	got, err := s.PromptAudio(t.Context(), p.SHA256)
	must(t, err)
	if !bytes.Equal(got.Narrow, a.Narrow) || !bytes.Equal(got.Wide, a.Wide) {
		t.Errorf("%d and %d bytes came back as %d and %d others", len(a.Narrow), len(a.Wide), len(got.Narrow), len(got.Wide))
	}
}

func migrateTogether(t *testing.T, url fresh) {
	u := url(t)
	stores := make([]*sql.Store, 8)
	for i := range stores {
		stores[i] = open(t, u, nil)
	}
	must(t, together(len(stores), func(i int) error { return stores[i].Migrate(t.Context()) }))
	if pending, err := stores[0].Pending(t.Context()); err != nil || len(pending) != 0 {
		t.Errorf("pending %v, %v", pending, err)
	}
}

// migrateEnv makes the test program migrate the database that it names, and end.
const migrateEnv = "SWITCHROOM_SQL_MIGRATE"

func TestMain(m *testing.M) {
	url := os.Getenv(migrateEnv)
	if url == "" {
		os.Exit(m.Run())
	}
	s, err := sql.Open(context.Background(), sql.Config{URL: url})
	if err == nil {
		err = errors.Join(s.Migrate(context.Background()), s.Close())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func migrateInProcesses(t *testing.T, url fresh) {
	u := url(t)
	must(t, together(2, func(int) error {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), migrateEnv+"="+u)
		out, err := cmd.CombinedOutput()
		if err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		return nil
	}))
	if pending, err := open(t, u, nil).Pending(t.Context()); err != nil || len(pending) != 0 {
		t.Errorf("pending %v, %v", pending, err)
	}
}

// brokenOff lets an attempt die after each change of a table in turn, on MariaDB, where it stays; elsewhere, where it is taken back, after ever more.
func brokenOff(t *testing.T, url fresh) {
	u := url(t)
	s := open(t, u, nil)
	attempts, changes := 0, 1
	for {
		err := s.MigrateBreakingOff(t.Context(), changes)
		if err == nil {
			break
		}
		if !strings.HasPrefix(u, "mysql:") {
			changes *= 2
		}
		if attempts++; !errors.Is(err, sql.ErrBrokenOff) || attempts > 200 {
			t.Fatalf("attempt %d: %v", attempts, err)
		}
	}
	if pending, err := s.Pending(t.Context()); err != nil || len(pending) != 0 || attempts < 5 {
		t.Errorf("after %d attempts: pending %v, %v", attempts, pending, err)
	}
	must(t, s.SeedDemo(t.Context(), map[string]string{"anna": "a", "ben": "b", "carla": "c"}))
}

func constraints(t *testing.T, url fresh) {
	s := two(t, url)[0]
	for statement, want := range map[string]string{
		"UPDATE calling_numbers SET is_default = TRUE":                           "taken",
		"UPDATE services SET farewell_prompt = 'none'":                           "in_use",
		"UPDATE services SET fallback_queue = 'none'":                            "in_use",
		"DELETE FROM queues WHERE name = 'support'":                              "in_use",
		"INSERT INTO destination_rules VALUES ('nowhere', 1, 'allow', '+')":      "in_use",
		"INSERT INTO outbound_route_trunks VALUES ('nowhere', 1, 'no such')":     "in_use",
		"INSERT INTO calling_numbers VALUES ('demo', '+82255550100', 'x', NULL)": "taken",
	} {
		var e *sql.Error
		if err := s.Raw(t.Context(), statement); !errors.As(err, &e) || e.Slug != want {
			t.Errorf("%s: %v", statement, err)
		}
	}
	// Texts are equal when their bytes are.
	for _, name := range []string{"Demo ", "demo", "Démo"} {
		must(t, s.PutService(t.Context(), "x", sql.Service{ID: name, Name: name, DefaultStatus: "business"}))
	}
}

func status(t *testing.T, url fresh) {
	s := open(t, url(t), nil)
	before, err := s.Status(t.Context())
	must(t, err, s.Migrate(t.Context()))
	after, err := s.Status(t.Context())
	must(t, err, s.Raw(t.Context(), "INSERT INTO schema_migrations VALUES ('29990101-1-future')"))
	newer, err := s.Status(t.Context())
	must(t, err)
	server, version, _ := strings.Cut(after.Server, " ")
	if !strings.HasPrefix(t.Name(), "Test"+server) || version == "" {
		t.Errorf("server %q", after.Server)
	}
	if len(before.Pending) == 0 || len(before.Done) != 0 || len(after.Pending) != 0 || !slices.Equal(before.Pending, after.Done) || len(newer.Unknown) != 1 {
		t.Errorf("before %+v, after %+v, newer %+v", before, after, newer)
	}
}
