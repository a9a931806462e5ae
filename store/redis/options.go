package redis

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"switchroom/engine"
)

// How long things may take. A Redis that is down or stuck makes every method fail within opTimeout.
const (
	dialTimeout = 2 * time.Second
	ioTimeout   = 2 * time.Second // one read or write
	opTimeout   = 5 * time.Second // a method with all its retries
	retries     = 2               // of a command after a network error
)

// Options says which Redis and which part of it.
type Options struct {
	// URL is redis://[user:password@]host:port[/db], or rediss:// for TLS. Empty: Addr is used.
	URL string
	// Addr is host:port, without password or TLS. Ignored when URL is set.
	Addr string
	// Org is the organisation whose state this is; "default" when empty. Without braces.
	Org string
	// Prefix begins every key; "switchroom" when empty. Without braces.
	Prefix string
	// PoolSize limits the connections. Zero: 8 per CPU, at least 16. Each reader of the feed and the journal holds one.
	PoolSize int
}

// Store is the live state of one organisation. Safe for concurrent use.
type Store struct {
	rdb  goredis.UniversalClient
	keys keys
}

var _ engine.Store = (*Store)(nil)

// Open makes a store. It does not connect: the first use does, and [Store.Ping] tells whether Redis answers.
func Open(o Options) (*Store, error) {
	if o.Org == "" {
		o.Org = "default"
	}
	if o.Prefix == "" {
		o.Prefix = "switchroom"
	}
	if strings.ContainsAny(o.Org+o.Prefix, "{}") {
		return nil, fmt.Errorf("redis: organisation %q, prefix %q: braces are not allowed", o.Org, o.Prefix)
	}
	co, err := clientOptions(o)
	if err != nil {
		return nil, fmt.Errorf("redis: %w", err)
	}
	return &Store{rdb: goredis.NewClient(co), keys: newKeys(o.Prefix, o.Org)}, nil
}

func clientOptions(o Options) (*goredis.Options, error) {
	co := &goredis.Options{Addr: o.Addr}
	if o.URL != "" {
		var err error
		if co, err = goredis.ParseURL(o.URL); err != nil {
			return nil, errors.New("the URL is not redis://[user:password@]host:port[/db]") // err may quote the password
		}
	} else if o.Addr == "" {
		return nil, errors.New("neither URL nor Addr is set")
	}
	co.DialTimeout, co.ReadTimeout, co.WriteTimeout = dialTimeout, ioTimeout, ioTimeout
	co.PoolTimeout = ioTimeout
	co.MaxRetries = retries
	co.ContextTimeoutEnabled = true
	co.PoolSize = o.PoolSize
	if co.PoolSize == 0 {
		co.PoolSize = max(16, 8*runtime.GOMAXPROCS(0))
	}
	// For hosted upgrades only; it would cost a refused command on each connection.
	co.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return co, nil
}

// Close closes the connections. Methods that run fail.
func (s *Store) Close() error {
	if err := s.rdb.Close(); err != nil {
		return fmt.Errorf("redis: close: %w", err)
	}
	return nil
}

// Ping tells whether Redis answers.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, opTimeout)
	defer cancel()
	if err := s.rdb.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("redis: ping: %w", err)
	}
	return nil
}
