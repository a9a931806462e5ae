package redis

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"switchroom/engine"
)

// Acquire makes owner the only one who may save for node, for ttl by Redis' clock, and returns the lease's epoch. The same owner gets it
// at once; another one only after it ran out or was released, and [engine.ErrLeased] until then. Every success raises the
// epoch, which fences out whoever had the one before.
func (s *Store) Acquire(ctx context.Context, node, owner string, ttl time.Duration) (uint64, error) {
	if node == "" || owner == "" || ttl < time.Millisecond {
		return 0, fmt.Errorf("redis: acquire node %q for %q, %v: all must be set", node, owner, ttl)
	}
	reply, err := s.run(ctx, acquireScript, []string{s.keys.node(node)}, owner, ttl.Milliseconds())
	if err != nil {
		return 0, fmt.Errorf("redis: acquire node %s: %w", node, err)
	}
	switch {
	case len(reply) == 2 && reply[0] == "ok":
		epoch, err := strconv.ParseUint(reply[1], 10, 64)
		if err != nil {
			return 0, fmt.Errorf("redis: acquire node %s: epoch: %w", node, err)
		}
		return epoch, nil
	case len(reply) == 3 && reply[0] == "leased":
		return 0, fmt.Errorf("redis: acquire node %s: %w (%s, %s ms more)", node, engine.ErrLeased, reply[1], reply[2])
	}
	return 0, unexpected("acquire", reply)
}

// Renew prolongs the lease to ttl from now, also one that ran out if nobody took it meanwhile; or fails with [engine.ErrFenced].
func (s *Store) Renew(ctx context.Context, node, owner string, epoch uint64, ttl time.Duration) error {
	reply, err := s.run(ctx, renewScript, []string{s.keys.node(node)}, owner, epoch, ttl.Milliseconds())
	if err != nil {
		return fmt.Errorf("redis: renew node %s: %w", node, err)
	}
	switch {
	case len(reply) == 1 && reply[0] == "ok":
		return nil
	case len(reply) == 1 && reply[0] == "fenced":
		return fmt.Errorf("redis: renew node %s: %w", node, engine.ErrFenced)
	}
	return unexpected("renew", reply)
}

// Release gives the lease up, so that another owner need not wait until it runs out. Saves under epoch are refused from
// now on. It is no error when the lease is another's already.
func (s *Store) Release(ctx context.Context, node, owner string, epoch uint64) error {
	if _, err := s.run(ctx, releaseScript, []string{s.keys.node(node)}, owner, epoch); err != nil {
		return fmt.Errorf("redis: release node %s: %w", node, err)
	}
	return nil
}
