package lab

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// RedisOptions for [StartRedisWith]. The zero value is right for most.
type RedisOptions struct {
	// Fsync is Redis' appendfsync: "everysec" (the default), "always" or "no".
	Fsync string
}

// Redis is a redis-server of its own. Its methods are not safe for concurrent use.
type Redis struct {
	server
	fsync string
}

// StartRedis starts a redis-server on a free loopback port. It keeps an append-only
// file in dir, synced every second, and finds there what an earlier one left.
func StartRedis(ctx context.Context, b Bundle, dir string) (*Redis, error) {
	return StartRedisWith(ctx, b, dir, RedisOptions{})
}

// StartRedisWith is [StartRedis] with options.
func StartRedisWith(ctx context.Context, b Bundle, dir string, o RedisOptions) (*Redis, error) {
	s, err := newServer("redis", b, dir)
	if err != nil {
		return nil, err
	}
	r := &Redis{server: s, fsync: cmp.Or(o.Fsync, "everysec")}
	r.command, r.ready = r.serve, r.ping
	return r, r.open(ctx)
}

func (r *Redis) serve() *exec.Cmd {
	cmd := r.bundle.command("usr/bin/redis-server",
		"--bind", "127.0.0.1", "--port", strconv.Itoa(r.port), "--unixsocket", "", "--dir", r.dir, "--daemonize", "no",
		"--appendonly", "yes", "--appendfsync", r.fsync, "--save", "",
		"--enable-debug-command", "local", // tests stall the server with DEBUG SLEEP
	)
	cmd.Dir = r.dir
	return cmd
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
