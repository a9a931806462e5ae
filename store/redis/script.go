package redis

import (
	"context"
	"embed"
	"fmt"

	goredis "github.com/redis/go-redis/v9"
)

// Each script says at its head which keys and arguments it takes and what it returns.
//
//go:embed lua/*.lua
var luaFiles embed.FS

var (
	acquireScript  = load("acquire")
	renewScript    = load("renew")
	releaseScript  = load("release")
	saveScript     = load("save")
	callsScript    = load("calls")
	readyScript    = load("ready")
	snapshotScript = load("snapshot")
	beginScript    = load("begin")
	completeScript = load("complete")
)

// load reads a script; it is sent by its digest, and whole only where the server does not know it.
func load(name string) *goredis.Script {
	src, err := luaFiles.ReadFile("lua/" + name + ".lua")
	if err != nil {
		panic(err) // embedded
	}
	return goredis.NewScript(string(src))
}

// run runs a script whose reply is a list of strings.
func (s *Store) run(ctx context.Context, script *goredis.Script, keys []string, args ...any) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, opTimeout)
	defer cancel()
	return script.Run(ctx, s.rdb, keys, args...).StringSlice()
}

// unexpected is a reply that a script never gives.
func unexpected(what string, reply []string) error {
	return fmt.Errorf("redis: %s: unexpected reply %q", what, reply)
}
