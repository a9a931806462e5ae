package lab

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/go-sql-driver/mysql"
)

// MariaDB is a MariaDB server of its own. It does not sync to disk: a power cut would cost its data. Its methods are not safe for concurrent
// use, but for URL and CreateDatabase.
type MariaDB struct {
	server
	password string
}

// StartMariaDB starts a MariaDB of the bundle that [Databases] returns on a free loopback port, with new data in dir, which must not hold any.
func StartMariaDB(ctx context.Context, b Bundle, dir string) (*MariaDB, error) {
	s, err := newServer("mariadb", b, dir)
	if err != nil {
		return nil, err
	}
	m := &MariaDB{server: s, password: newPassword()}
	m.command, m.ready = m.serve, m.ping
	if err := m.initialize(ctx); err != nil {
		return nil, fmt.Errorf("mariadb: make the data folder: %w", err)
	}
	return m, m.open(ctx)
}

// URL is a database's address with its password, as the controller takes it. The database "mysql" is always there.
func (m *MariaDB) URL(database string) string {
	u := url.URL{Scheme: "mysql", User: url.UserPassword(databaseUser, m.password), Host: m.Addr(), Path: "/" + database}
	return u.String()
}

func (m *MariaDB) dsn() string {
	c := mysql.NewConfig()
	c.User, c.Passwd, c.Net, c.Addr = databaseUser, m.password, "tcp", m.Addr()
	c.Logger = &mysql.NopLogger{} // it is asked before it listens
	return c.FormatDSN()
}

// CreateDatabase makes an empty database and returns its URL.
func (m *MariaDB) CreateDatabase(ctx context.Context) (string, error) {
	name, err := createDatabase(ctx, "mysql", m.dsn())
	if err != nil {
		return "", fmt.Errorf("mariadb: create a database: %w", err)
	}
	return m.URL(name), nil
}

// initialize makes the system tables, as mariadb-install-db does.
func (m *MariaDB) initialize(ctx context.Context) error {
	if err := os.MkdirAll(m.data(), 0o700); err != nil {
		return err
	}
	script := []io.Reader{strings.NewReader("CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket = NULL;\n")}
	for _, name := range []string{"mariadb_system_tables.sql", "mariadb_system_tables_data.sql"} {
		f, err := os.Open(filepath.Join(m.share(), name))
		if err != nil {
			return err
		}
		defer f.Close()
		script = append(script, f)
	}
	cmd := m.program("--bootstrap")
	cmd.Stdin = io.MultiReader(script...)
	if _, err := output(ctx, cmd); err != nil {
		return err
	}
	account := fmt.Sprintf("CREATE USER '%s'@'127.0.0.1' IDENTIFIED BY '%s';\nGRANT ALL ON *.* TO '%[1]s'@'127.0.0.1';\n", databaseUser, m.password)
	return os.WriteFile(m.accountFile(), []byte("DROP USER IF EXISTS '"+databaseUser+"'@'127.0.0.1';\n"+account), 0o600)
}

func (m *MariaDB) accountFile() string { return filepath.Join(m.dir, "mariadb-account.sql") }

func (m *MariaDB) share() string { return filepath.Join(m.bundle.Root, "usr/share/mariadb") }

func (m *MariaDB) serve() *exec.Cmd {
	return m.program("--bind-address=127.0.0.1", "--port="+strconv.Itoa(m.port), "--skip-name-resolve", "--init-file="+m.accountFile(), "--max-connections=200",
		"--innodb-flush-log-at-trx-commit=2", "--pid-file=mariadb.pid",
		"--socket=mariadb.sock") // in the data folder: a whole path may be too long for a socket
}

func (m *MariaDB) ping(ctx context.Context) error { return pingDatabase(ctx, "mysql", m.dsn()) }

// program runs the server with what it needs in each of its lives. As root it has to be told that this is meant.
func (m *MariaDB) program(args ...string) *exec.Cmd {
	all := []string{
		"--no-defaults", "--basedir=" + filepath.Join(m.bundle.Root, "usr"), "--datadir=" + m.data(), "--lc-messages-dir=" + m.share(),
		"--character-sets-dir=" + filepath.Join(m.share(), "charsets"), "--plugin-dir=" + m.data(),
		"--innodb-use-native-aio=0", "--innodb-buffer-pool-size=128M", "--innodb-log-file-size=32M", "--skip-log-bin",
	}
	if os.Geteuid() == 0 {
		all = append(all, "--user=root")
	}
	cmd := m.bundle.command("usr/sbin/mariadbd", append(all, args...)...)
	cmd.Dir = m.data()
	return cmd
}
