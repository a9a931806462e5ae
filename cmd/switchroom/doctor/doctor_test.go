package doctor

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"switchroom/lab"
	"switchroom/prompt"
	"switchroom/seal"
	"switchroom/store/sql"
)

// setup is a set-up that works, on real servers.
func setup(t *testing.T) (Setup, *lab.Asterisk, *lab.Redis) {
	t.Helper()
	a, r := lab.NewAsterisk(t, lab.AsteriskOptions{}), lab.NewRedis(t)
	path := "sqlite:" + filepath.Join(t.TempDir(), "doctor.db")
	db, err := sql.Open(t.Context(), sql.Config{URL: path})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return Setup{
		ARIURL: strings.TrimSuffix(a.ARIURL, "/ari"), ARIUser: a.User, ARIPassword: a.Password, SIPSocket: a.WSURL, Media: "127.0.0.1",
		Redis: "redis://" + r.Addr() + "/0", Database: path, Prompts: a.PromptDir(), SecretKey: seal.NewKey(),
	}, a, r
}

func find(t *testing.T, findings []Finding, level Level, about, what string) Finding {
	t.Helper()
	for _, f := range findings {
		if f.Level == level && f.About == about && strings.Contains(f.What, what) {
			if level != OK && f.Do == "" {
				t.Errorf("%+v does not say what to do", f)
			}
			return f
		}
	}
	var b strings.Builder
	Print(&b, findings)
	t.Fatalf("no finding %s about %s saying %q in:\n%s", level, about, what, b.String())
	return Finding{}
}

func TestDoctorSaysWhetherSecretsCanBeSealed(t *testing.T) {
	find(t, secrets(t.Context(), Setup{}), Warn, "secrets", "no key")
	find(t, secrets(t.Context(), Setup{SecretKey: "hunter2"}), Fail, "secrets", "bad_secret_key")
}

func TestDoctorFindsNothingWrongWithAGoodSetupAndNamesEachFaultOfABadOne(t *testing.T) {
	s, a, r := setup(t)
	healthy := Examine(t.Context(), s)
	find(t, healthy, OK, "asterisk", "version 22.")
	find(t, healthy, OK, "codecs", "Opus")
	find(t, healthy, OK, "clock", "Asterisk")
	find(t, healthy, OK, "clock", "Redis")
	find(t, healthy, OK, "sip", "answers")
	find(t, healthy, OK, "dns", "no look-up")
	find(t, healthy, OK, "redis", "append-only")
	find(t, healthy, OK, "database", "SQLite 3.")
	find(t, healthy, OK, "database", "up to date")
	find(t, healthy, OK, "secrets", "and 0 more")
	find(t, healthy, OK, "prompts", "messages are in")
	find(t, healthy, Warn, "asterisk", "no controller is connected")
	if Failed(healthy) {
		t.Errorf("a good set-up failed: %+v", healthy)
	}

	bad := s
	bad.ARIPassword = "wrong"
	bad.SIPSocket = s.ARIURL + "/nothing"
	bad.Database = "sqlite:" + filepath.Join(t.TempDir(), "new.db")
	bad.Prompts = filepath.Join(t.TempDir(), "nowhere")
	rdb := goredis.NewClient(&goredis.Options{Addr: r.Addr()})
	defer rdb.Close()
	for key, value := range map[string]string{"appendonly": "no", "maxmemory-policy": "allkeys-lru"} {
		if err := rdb.ConfigSet(t.Context(), key, value).Err(); err != nil {
			t.Fatal(err)
		}
	}
	sick := Examine(t.Context(), bad)
	find(t, sick, Fail, "asterisk", "refuses the user")
	find(t, sick, Fail, "sip", "no SIP over WebSocket")
	find(t, sick, Fail, "redis", "no append-only file")
	find(t, sick, Fail, "redis", "allkeys-lru")
	find(t, sick, Warn, "database", "pending")
	find(t, sick, Fail, "prompts", "cannot be written")

	if out, err := a.CLI(t.Context(), "module unload res_ari_bridges.so"); err != nil {
		t.Fatal(err, out)
	}
	f := find(t, Examine(t.Context(), s), Fail, "asterisk", "res_ari_bridges.so")
	if !strings.Contains(f.Do, "modules.conf") {
		t.Errorf("does not say where to load the module: %+v", f)
	}
	if err := a.Stop(); err != nil {
		t.Fatal(err)
	}
	r.Kill()
	dead := Examine(t.Context(), s)
	find(t, dead, Fail, "asterisk", "no ARI")
	find(t, dead, Fail, "redis", "does not answer")
}

func TestDoctorCountsMessagesThatAreNotOnTheDisk(t *testing.T) {
	s := Setup{Database: "sqlite:" + filepath.Join(t.TempDir(), "doctor.db"), Prompts: t.TempDir()}
	db, err := sql.Open(t.Context(), sql.Config{URL: s.Database})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = errors.Join(db.Migrate(t.Context()), db.PutService(t.Context(), "x", sql.Service{ID: "demo", Name: "Demo", DefaultStatus: "business"}))
	if err == nil {
		_, err = db.AddPrompt(t.Context(), "x", "demo", "Goodbye", prompt.Audio{Narrow: []byte("n"), Wide: []byte("w"), Length: time.Second})
	}
	if err != nil {
		t.Fatal(err)
	}
	find(t, prompts(t.Context(), s), Warn, "prompts", "2 files")
	s.Prompts = ""
	find(t, prompts(t.Context(), s), Warn, "prompts", "no folder")
}

func TestDoctorTellsEachDatabasesVersionAndMigrations(t *testing.T) {
	postgres, mariadb := lab.NewPostgres(t), lab.NewMariaDB(t)
	for server, create := range map[string]func(context.Context) (string, error){"PostgreSQL 18": postgres.CreateDatabase, "MariaDB 11": mariadb.CreateDatabase} {
		url, err := create(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		s := Setup{Database: url}
		find(t, database(t.Context(), s), OK, "database", server)
		find(t, database(t.Context(), s), Warn, "database", "pending")
		db, err := sql.Open(t.Context(), sql.Config{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(db.Migrate(t.Context()), db.Close()); err != nil {
			t.Fatal(err)
		}
		find(t, database(t.Context(), s), OK, "database", "up to date")
	}
	if err := postgres.Stop(); err != nil {
		t.Fatal(err)
	}
	away := find(t, database(t.Context(), Setup{Database: postgres.URL("gone")}), Fail, "database", "refused")
	if text := away.What + away.Do; !strings.Contains(text, "127.0.0.1") || strings.Contains(text, "switchroom:") {
		t.Errorf("does not say which server, or repeats the URL: %s", text)
	}
}

func TestDoctorNamesANameThatDoesNotResolve(t *testing.T) {
	broken := func(context.Context, string) ([]string, error) { return nil, errors.New("no such host") }
	find(t, []Finding{lookup(t.Context(), "pbx", broken)}, Fail, "dns", "does not resolve")
	slow := func(context.Context, string) ([]string, error) { time.Sleep(2 * slowLookup); return nil, nil }
	find(t, []Finding{lookup(t.Context(), "pbx", slow)}, Warn, "dns", "took")
}

func TestDoctorRefusesUnusableAddressesInWords(t *testing.T) {
	bad := Examine(t.Context(), Setup{ARIURL: "nonsense", ARIUser: "u", ARIPassword: "p", SIPSocket: "::", Redis: "http://x", Database: "oracle:x"})
	for _, about := range []string{"asterisk", "sip", "redis", "database"} {
		find(t, bad, Fail, about, "")
	}
	for _, f := range bad {
		if strings.Contains(f.What+f.Do, "http://x") && f.About == "redis" {
			t.Error("quotes Redis' address, which may hold a password")
		}
	}
}

func TestClocksApart(t *testing.T) {
	find(t, []Finding{skew("Asterisk", -3*time.Second)}, Warn, "clock", "3s off")
}
