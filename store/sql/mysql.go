package sql

import (
	"crypto/tls"
	"crypto/x509"
	stdsql "database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	mysqldriver "github.com/go-sql-driver/mysql"
	"gorm.io/driver/mysql"
)

// sessionSettings are set on every connection: nothing is cut or made zero in silence, times are UTC, and a controller that lost its power
// holds locks no longer than a minute.
var sessionSettings = map[string]string{
	"sql_mode":                 "'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
	"time_zone":                "'+00:00'",
	"innodb_lock_wait_timeout": "5",
	"wait_timeout":             "60",
}

// mysql connects to MariaDB 10.6 or MySQL 8.0 or newer.
func (s *Store) mysql(u *url.URL) error {
	const form = `mysql://user:password@host:3306/database?tls=true`
	c, err := mysqlConfig(u)
	if err != nil {
		return badURL("MariaDB or MySQL", form, u, err)
	}
	if c.DBName == "" || c.User == "" {
		return badURL("MariaDB or MySQL", form, u, errors.New("it names no user or no database"))
	}
	for name, value := range sessionSettings {
		if c.Params == nil {
			c.Params = map[string]string{}
		}
		if _, given := c.Params[name]; !given {
			c.Params[name] = value
		}
	}
	c.ParseTime, c.Loc, c.InterpolateParams = true, time.UTC, true
	c.Logger = &mysqldriver.NopLogger{} // what matters comes as an error
	if c.Timeout == 0 {
		c.Timeout = s.timeout
	}
	if err := c.Apply(mysqldriver.Charset("utf8mb4", "")); err != nil {
		return err
	}
	connector, err := mysqldriver.NewConnector(c)
	if err != nil {
		return badURL("MariaDB or MySQL", form, u, err)
	}
	microseconds := 6
	db := stdsql.OpenDB(connector)
	return s.server(mysql.New(mysql.Config{Conn: db, DSNConfig: c, DefaultDatetimePrecision: &microseconds, DisableWithReturning: true}), db)
}

// mysqlConfig reads a URL whose parameters are the driver's, and three of our own: ca, cert and key are PEM files for TLS.
func mysqlConfig(u *url.URL) (*mysqldriver.Config, error) {
	q := u.Query()
	files := map[string]string{}
	for _, name := range []string{"ca", "cert", "key"} {
		files[name] = q.Get(name)
		q.Del(name)
	}
	address, network := u.Host, "tcp"
	if socket := q.Get("socket"); socket != "" {
		address, network = socket, "unix"
		q.Del("socket")
	} else if u.Port() == "" {
		address = net.JoinHostPort(u.Hostname(), "3306")
	}
	c, err := mysqldriver.ParseDSN(network + "(" + address + ")/?" + q.Encode())
	if err != nil {
		return nil, err
	}
	c.User, c.DBName = u.User.Username(), strings.TrimPrefix(u.Path, "/")
	c.Passwd, _ = u.User.Password()
	if files["ca"] != "" || files["cert"] != "" {
		c.TLS, err = tlsConfig(u.Hostname(), files)
	}
	return c, err
}

func tlsConfig(host string, files map[string]string) (*tls.Config, error) {
	c := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if files["ca"] != "" {
		pem, err := os.ReadFile(files["ca"])
		if err != nil {
			return nil, err
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s holds no certificate in PEM form", files["ca"])
		}
	}
	if files["cert"] != "" {
		pair, err := tls.LoadX509KeyPair(files["cert"], files["key"])
		if err != nil {
			return nil, err
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}
