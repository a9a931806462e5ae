package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

const postgresBin = "usr/lib/postgresql/18/bin"

// Postgres is a PostgreSQL server of its own. It does not sync to disk: a power cut would cost its data. Its methods are not safe for
// concurrent use, but for URL and CreateDatabase.
type Postgres struct {
	bundle   Bundle
	dir      string
	password string
	port     int
	ports    ports
	proc     *process
}

// StartPostgres starts a PostgreSQL of the bundle that [Databases] returns on a free loopback port, with new data in dir, which must not hold
// any. PostgreSQL refuses to run as root: for root it runs as nobody.
func StartPostgres(ctx context.Context, b Bundle, dir string) (*Postgres, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	p := &Postgres{bundle: b, dir: dir, password: newPassword()}
	if err := p.initialize(ctx); err != nil {
		return nil, fmt.Errorf("postgres: make the data folder: %w", err)
	}
	if p.port, err = p.ports.single(); err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	if err := p.start(ctx); err != nil {
		p.ports.close()
		return nil, err
	}
	return p, nil
}

// URL is a database's address with its password, as the controller takes it. The database "postgres" is always there.
func (p *Postgres) URL(database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(databaseUser, p.password), Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(p.port)), Path: "/" + database,
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

// LogPath is the server's log.
func (p *Postgres) LogPath() string { return filepath.Join(p.dir, "postgres.log") }

// Pid is the process id.
func (p *Postgres) Pid() int { return p.proc.cmd.Process.Pid }

// Stop shuts the server down, ending its clients' connections, and gives its port back. It may be called again.
func (p *Postgres) Stop() error {
	defer p.ports.close()
	if err := p.proc.end(syscall.SIGINT, stopGrace); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	return nil
}

// Kill ends the server at once, as a crash would. The port stays reserved for [Postgres.Restart].
func (p *Postgres) Kill() { p.proc.kill() }

// Restart starts the server again with the same port and data, stopping it first if it runs. After [Postgres.Stop] it cannot be used.
func (p *Postgres) Restart(ctx context.Context) error {
	if len(p.ports.locks) == 0 {
		return errors.New("postgres: restart after Stop: the port has been given back")
	}
	if err := p.proc.end(syscall.SIGINT, stopGrace); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	return p.start(ctx)
}

func (p *Postgres) data() string { return filepath.Join(p.dir, "postgres") }

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
	_, err := output(ctx, p.command("initdb", "--pgdata", p.data(), "--username", databaseUser, "--pwfile", secret, "--auth", "scram-sha-256",
		"--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions"))
	return err
}

// start waits for what a killed server left: its children end by themselves, and until then hold its memory.
func (p *Postgres) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		err := p.attempt(ctx)
		if err == nil || ctx.Err() != nil || !strings.Contains(err.Error(), "is still in use") {
			return err
		}
		if err := os.Truncate(p.LogPath(), 0); err != nil {
			return fmt.Errorf("postgres: start: %w", err)
		}
	}
}

func (p *Postgres) attempt(ctx context.Context) error {
	args := []string{"-D", p.data()}
	for key, value := range map[string]string{
		"listen_addresses": "127.0.0.1", "port": strconv.Itoa(p.port), "unix_socket_directories": "", "max_connections": "200",
		"fsync": "off", "full_page_writes": "off",
	} {
		args = append(args, "-c", key+"="+value)
	}
	cmd := p.command("postgres.elf", args...)
	log, err := os.OpenFile(p.LogPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("postgres: start: %w", err)
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	proc, err := startProcess(cmd)
	if err != nil {
		return fmt.Errorf("postgres: start: %w", err)
	}
	if err := proc.waitReady(ctx, func(ctx context.Context) error { return pingDatabase(ctx, "pgx", p.URL("postgres")) }); err != nil {
		proc.kill()
		return fmt.Errorf("postgres: start: %w\n%s", err, tail(p.LogPath(), 4096))
	}
	p.proc = proc
	return nil
}

const nobody = 65534

// asNobody keeps, of all of root's rights, the one to read: the bundle may lie in root's home. The security bit makes access(2) respect it.
var asNobody = []string{
	"setpriv", "--securebits", "+no_setuid_fixup", "--inh-caps", "+dac_override", "--ambient-caps", "+dac_override",
	"--reuid", strconv.Itoa(nobody), "--regid", strconv.Itoa(nobody), "--clear-groups", "--pdeathsig", "KILL", "--",
}

func (p *Postgres) command(program string, args ...string) *exec.Cmd {
	cmd := p.bundle.command(filepath.Join(postgresBin, program), args...)
	if os.Geteuid() == 0 {
		env := cmd.Env
		cmd = exec.Command(asNobody[0], slices.Concat(asNobody[1:], cmd.Args)...)
		cmd.Env = env
	}
	cmd.Dir = p.data()
	return cmd
}
