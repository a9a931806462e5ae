package lab

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	startTimeout = 30 * time.Second
	stopGrace    = 10 * time.Second
)

// RedisOptions for [StartRedisWith]. The zero value is right for most.
type RedisOptions struct {
	// Fsync is Redis' appendfsync: "everysec" (the default), "always" or "no".
	Fsync string
}

// Redis is a redis-server of its own. Its methods are not safe for concurrent use.
type Redis struct {
	bundle Bundle
	dir    string
	fsync  string
	port   int
	ports  ports
	proc   *process
}

// StartRedis starts a redis-server on a free loopback port. It keeps an append-only
// file in dir, synced every second, and finds there what an earlier one left.
func StartRedis(ctx context.Context, b Bundle, dir string) (*Redis, error) {
	return StartRedisWith(ctx, b, dir, RedisOptions{})
}

// StartRedisWith is [StartRedis] with options.
func StartRedisWith(ctx context.Context, b Bundle, dir string, o RedisOptions) (*Redis, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("redis: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("redis: %w", err)
	}
	r := &Redis{bundle: b, dir: dir, fsync: o.Fsync}
	if r.fsync == "" {
		r.fsync = "everysec"
	}
	if r.port, err = r.ports.single(); err != nil {
		return nil, fmt.Errorf("redis: %w", err)
	}
	if err := r.start(ctx); err != nil {
		r.ports.close()
		return nil, err
	}
	return r, nil
}

// Addr is host:port.
func (r *Redis) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(r.port)) }

// LogPath is the server's log.
func (r *Redis) LogPath() string { return filepath.Join(r.dir, "redis.log") }

// Pid is the process id, for tests that stop it (SIGSTOP) or measure it.
func (r *Redis) Pid() int { return r.proc.cmd.Process.Pid }

// Stop shuts the server down in order and gives its port back. It may be called again.
func (r *Redis) Stop() error {
	defer r.ports.close()
	if err := r.proc.stop(stopGrace); err != nil {
		return fmt.Errorf("redis: %w", err)
	}
	return nil
}

// Kill ends the server at once, as a crash would. The port stays reserved for [Redis.Restart].
func (r *Redis) Kill() { r.proc.kill() }

// Restart starts the server again with the same port and data, stopping it first if it runs.
// After [Redis.Stop] it cannot be used.
func (r *Redis) Restart(ctx context.Context) error {
	if len(r.ports.locks) == 0 {
		return errors.New("redis: restart after Stop: the port has been given back")
	}
	if err := r.proc.stop(stopGrace); err != nil {
		return fmt.Errorf("redis: %w", err)
	}
	return r.start(ctx)
}

func (r *Redis) start(ctx context.Context) error {
	cmd := r.bundle.command("usr/bin/redis-server",
		"--bind", "127.0.0.1", "--port", strconv.Itoa(r.port), "--unixsocket", "",
		"--dir", r.dir, "--logfile", r.LogPath(), "--daemonize", "no",
		"--appendonly", "yes", "--appendfsync", r.fsync, "--save", "",
		"--enable-debug-command", "local", // tests stall the server with DEBUG SLEEP
	)
	cmd.Dir = r.dir
	p, err := startProcess(cmd)
	if err != nil {
		return fmt.Errorf("redis: start: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := p.waitReady(ctx, r.ping); err != nil {
		p.kill()
		return fmt.Errorf("redis: start: %w\n%s", err, tail(r.LogPath(), 4096))
	}
	r.proc = p
	return nil
}

// ping succeeds once the server has loaded its data.
func (r *Redis) ping(ctx context.Context) error {
	d := net.Dialer{Timeout: time.Second}
	conn, err := d.DialContext(ctx, "tcp", r.Addr())
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return err
	}
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return err
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return err
	}
	if line = strings.TrimSpace(line); line != "+PONG" {
		return fmt.Errorf("answered %q", line)
	}
	return nil
}
