package lab

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

const postgresBin = "usr/lib/postgresql/18/bin"

// Postgres is a PostgreSQL server of its own. It does not sync to disk: a power cut would cost its data. Its methods are not safe for
// concurrent use, but for URL and CreateDatabase.
type Postgres struct {
	server
	password string
}

// StartPostgres starts a PostgreSQL of the bundle that [Databases] returns on a free loopback port, with new data in dir, which must not hold
// any. PostgreSQL refuses to run as root: for root it runs as nobody.
func StartPostgres(ctx context.Context, b Bundle, dir string) (*Postgres, error) {
	s, err := newServer("postgres", b, dir)
	if err != nil {
		return nil, err
	}
	p := &Postgres{server: s, password: newPassword()}
	p.command, p.ready, p.ending = p.serve, p.ping, syscall.SIGINT
	p.again = "is still in use" // a killed server's children end by themselves, and until then hold its memory
	if err := p.initialize(ctx); err != nil {
		return nil, fmt.Errorf("postgres: make the data folder: %w", err)
	}
	return p, p.open(ctx)
}

// URL is a database's address with its password, as the controller takes it. The database "postgres" is always there.
func (p *Postgres) URL(database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(databaseUser, p.password), Host: p.Addr(), Path: "/" + database,
		RawQuery: "sslmode=disable",
	}
	return u.String()
}

// CreateDatabase makes an empty database and returns its URL.
func (p *Postgres) CreateDatabase(ctx context.Context) (string, error) {
	name, err := createDatabase(ctx, "pgx", p.URL("postgres"))
	if err != nil {
		return "", fmt.Errorf("postgres: create a database: %w", err)
	}
	return p.URL(name), nil
}

func (p *Postgres) initialize(ctx context.Context) error {
	if err := os.MkdirAll(p.data(), 0o700); err != nil {
		return err
	}
	secret := filepath.Join(p.dir, "postgres.password")
	if err := os.WriteFile(secret, []byte(p.password+"\n"), 0o600); err != nil {
		return err
	}
	if os.Geteuid() == 0 {
		if err := os.Chown(p.data(), nobody, nobody); err != nil {
			return err
		}
	}
	_, err := output(ctx, p.program("initdb", "--pgdata", p.data(), "--username", databaseUser, "--pwfile", secret, "--auth", "scram-sha-256",
		"--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions"))
	return err
}

func (p *Postgres) serve() *exec.Cmd {
	args := []string{"-D", p.data()}
	for key, value := range map[string]string{
		"listen_addresses": "127.0.0.1", "port": strconv.Itoa(p.port), "unix_socket_directories": "", "max_connections": "200",
		"fsync": "off", "full_page_writes": "off",
	} {
		args = append(args, "-c", key+"="+value)
	}
	return p.program("postgres.elf", args...)
}

func (p *Postgres) ping(ctx context.Context) error {
	return pingDatabase(ctx, "pgx", p.URL("postgres"))
}

const nobody = 65534

// asNobody keeps, of all of root's rights, the one to read: the bundle may lie in root's home. The security bit makes access(2) respect it.
var asNobody = []string{
	"setpriv", "--securebits", "+no_setuid_fixup", "--inh-caps", "+dac_override", "--ambient-caps", "+dac_override",
	"--reuid", strconv.Itoa(nobody), "--regid", strconv.Itoa(nobody), "--clear-groups", "--pdeathsig", "KILL", "--",
}

func (p *Postgres) program(name string, args ...string) *exec.Cmd {
	cmd := p.bundle.command(filepath.Join(postgresBin, name), args...)
	if os.Geteuid() == 0 {
		env := cmd.Env
		cmd = exec.Command(asNobody[0], slices.Concat(asNobody[1:], cmd.Args)...)
		cmd.Env = env
	}
	cmd.Dir = p.data()
	return cmd
}
