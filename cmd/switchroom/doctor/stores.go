package doctor

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"switchroom/store/sql"
)

// liveStore: Redis holds the live calls, so it must survive its own restart, and must never evict.
func liveStore(ctx context.Context, s Setup) []Finding {
	o, err := goredis.ParseURL(s.Redis)
	if err != nil {
		return []Finding{fail("redis", "set SWITCHROOM_REDIS to redis://[user:password@]host:port[/db]", "the address of Redis cannot be read")}
	}
	o.DialTimeout, o.ReadTimeout, o.MaxRetries = 2*time.Second, 2*time.Second, -1
	r := goredis.NewClient(o)
	defer r.Close()
	began := time.Now()
	theirs, err := r.Time(ctx).Result()
	if err != nil {
		return []Finding{fail("redis", "is it running, and is the password right?", "Redis at %s does not answer: %v", o.Addr, err)}
	}
	out := []Finding{ok("redis", "answers at %s in %s", o.Addr, time.Since(began).Round(10*time.Microsecond)), skew("Redis", time.Until(theirs)+time.Since(began)/2)}
	config := func(key string) (string, bool) {
		m, err := r.ConfigGet(ctx, key).Result()
		return m[key], err == nil
	}
	appendonly, allowed := config("appendonly")
	if !allowed {
		return append(out, warn("redis", "see for yourself that it writes an append-only file and does not evict", "its configuration may not be read"))
	}
	if appendonly != "yes" {
		out = append(out, fail("redis", "redis.conf: appendonly yes", "no append-only file: a restart of Redis loses the live calls and the agents' statuses"))
	} else {
		fsync, _ := config("appendfsync")
		out = append(out, ok("redis", "append-only file, fsync %s: %s", fsync, survives(fsync)))
	}
	if policy, _ := config("maxmemory-policy"); policy != "noeviction" {
		out = append(out, fail("redis", "redis.conf: maxmemory-policy noeviction", "maxmemory-policy is %s: under pressure Redis would throw live calls away", policy))
	}
	if info, err := r.Info(ctx, "persistence").Result(); err == nil && strings.Contains(info, "aof_last_write_status:err") {
		out = append(out, fail("redis", "look at Redis' log; is the disk full?", "the append-only file cannot be written"))
	}
	return out
}

func survives(fsync string) string {
	if fsync == "always" {
		return "survives a power cut"
	}
	return "survives its own crash; a power cut may lose the last second"
}

func database(ctx context.Context, s Setup) []Finding {
	db, err := sql.Open(ctx, sql.Config{URL: s.Database, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		return []Finding{fail("database", "is it running, and is SWITCHROOM_DATABASE right? sqlite:/var/lib/switchroom/switchroom.db, postgres://user:password@host/database or mysql://user:password@host/database", "%v", err)}
	}
	defer db.Close()
	st, err := db.Status(ctx)
	if err != nil {
		return []Finding{fail("database", "look at the database's log", "%v", err)}
	}
	out := []Finding{ok("database", "%s", st.Server)}
	if st.Trouble != "" {
		out[0] = fail("database", st.Remedy, "%s: %s", st.Server, st.Trouble)
	}
	switch {
	case len(st.Unknown) > 0:
		return append(out, warn("database", "run the version of Switchroom that the other controllers run", "a newer version has migrated it: %s", strings.Join(st.Unknown, ", ")))
	case len(st.Pending) > 0:
		return append(out, warn("database", "run 'switchroom migrate', or start 'switchroom serve', which does it", "%d migrations are pending: %s", len(st.Pending), strings.Join(st.Pending, ", ")))
	}
	return append(out, ok("database", "up to date: %d migrations, the newest is %s", len(st.Done), st.Done[len(st.Done)-1]))
}
