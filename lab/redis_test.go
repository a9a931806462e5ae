package lab_test

import (
	"os"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"switchroom/lab"
)

func TestRedisKeepsItsDataOverKillAndRestart(t *testing.T) {
	for _, fsync := range []string{"everysec", "always"} {
		t.Run(fsync, func(t *testing.T) {
			server, err := lab.StartRedisWith(t.Context(), lab.Need(t), t.TempDir(), lab.RedisOptions{Fsync: fsync})
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := server.Stop(); err != nil {
					t.Error(err)
				}
			}()
			addr := server.Addr()
			client := redis.NewClient(&redis.Options{Addr: addr, MaxRetries: -1, DialerRetries: 1})
			defer client.Close()
			if got := client.ConfigGet(t.Context(), "appendfsync").Val()["appendfsync"]; got != fsync {
				t.Errorf("appendfsync: %q", got)
			}
			if err := client.Set(t.Context(), "agent:7", "ready", 0).Err(); err != nil {
				t.Fatal(err)
			}
			server.Kill()
			if err := client.Ping(t.Context()).Err(); err == nil {
				t.Error("a killed server answered")
			}
			for range 2 { // after a kill, then after an orderly stop
				if err := server.Restart(t.Context()); err != nil {
					t.Fatal(err)
				}
				if server.Addr() != addr {
					t.Errorf("moved from %s to %s", addr, server.Addr())
				}
				if got, err := client.Get(t.Context(), "agent:7").Result(); got != "ready" || err != nil {
					t.Errorf("after restart: %q, %v", got, err)
				}
			}
		})
	}
}

func TestRedisListensOnLoopbackOnly(t *testing.T) {
	server := lab.NewRedis(t)
	client := redis.NewClient(&redis.Options{Addr: server.Addr()})
	defer client.Close()
	if got := client.ConfigGet(t.Context(), "bind").Val()["bind"]; got != "127.0.0.1" {
		t.Errorf("bind: %q", got)
	}
}

func TestAFailedRedisStartShowsItsLog(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(dir+"/appendonlydir", 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"appendonly.aof.manifest":   "file appendonly.aof.1.incr.aof seq 1 type i\n",
		"appendonly.aof.1.incr.aof": "this is no command\r\n",
	} {
		if err := os.WriteFile(dir+"/appendonlydir/"+name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := lab.StartRedis(t.Context(), lab.Need(t), dir)
	if err == nil || !strings.Contains(err.Error(), "Bad file format") {
		t.Errorf("error: %v", err)
	}
}

func TestRestartAfterStopIsRefused(t *testing.T) {
	server, err := lab.StartRedis(t.Context(), lab.Need(t), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := server.Stop(); err != nil {
			t.Fatal(err)
		}
	}
	if err := server.Restart(t.Context()); err == nil {
		t.Error("a stopped server was restarted on a port it had given back")
	}
}
