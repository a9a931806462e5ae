package redis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"switchroom/agent"
	"switchroom/call"
)

// Calls lists the node's live calls, by id.
func (s *Store) Calls(ctx context.Context, node string) ([]call.Call, error) {
	reply, err := s.run(ctx, callsScript, []string{s.keys.live(node), s.keys.calls()})
	if err != nil {
		return nil, fmt.Errorf("redis: calls of node %s: %w", node, err)
	}
	calls, err := decodeAll[call.Call](reply)
	if err != nil {
		return nil, fmt.Errorf("redis: calls of node %s: %w", node, err)
	}
	slices.SortFunc(calls, func(a, b call.Call) int { return strings.Compare(a.ID, b.ID) })
	return calls, nil
}

// Agent loads one record; ok is false when there is none yet.
func (s *Store) Agent(ctx context.Context, id string) (a agent.Agent, ok bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, opTimeout)
	defer cancel()
	text, err := s.rdb.HGet(ctx, s.keys.agents(), id).Bytes()
	if errors.Is(err, goredis.Nil) {
		return agent.Agent{}, false, nil
	}
	if err != nil {
		return agent.Agent{}, false, fmt.Errorf("redis: agent %s: %w", id, err)
	}
	if err := json.Unmarshal(text, &a); err != nil {
		return agent.Agent{}, false, fmt.Errorf("redis: agent %s: decode: %w", id, err)
	}
	return a, true, nil
}

// Agents lists every record, by id.
func (s *Store) Agents(ctx context.Context) ([]agent.Agent, error) {
	ctx, cancel := context.WithTimeout(ctx, opTimeout)
	defer cancel()
	reply, err := s.rdb.HVals(ctx, s.keys.agents()).Result()
	if err != nil {
		return nil, fmt.Errorf("redis: agents: %w", err)
	}
	agents, err := decodeAll[agent.Agent](reply)
	if err != nil {
		return nil, fmt.Errorf("redis: agents: %w", err)
	}
	slices.SortFunc(agents, func(a, b agent.Agent) int { return strings.Compare(a.ID, b.ID) })
	return agents, nil
}

// Everything is all agents' records and all live calls at one moment, of every node.
func (s *Store) Everything(ctx context.Context) (agents []agent.Agent, calls []call.Call, err error) {
	ctx, cancel := context.WithTimeout(ctx, opTimeout)
	defer cancel()
	var a, c *goredis.StringSliceCmd
	_, err = s.rdb.TxPipelined(ctx, func(p goredis.Pipeliner) error {
		a, c = p.HVals(ctx, s.keys.agents()), p.HVals(ctx, s.keys.calls())
		return nil
	})
	if err == nil {
		agents, err = decodeAll[agent.Agent](a.Val())
	}
	if err == nil {
		calls, err = decodeAll[call.Call](c.Val())
	}
	if err != nil {
		return nil, nil, fmt.Errorf("redis: agents and calls: %w", err)
	}
	return agents, calls, nil
}

// Ready lists at most limit agents whose record was Ready, free, reachable and not blocked when it was saved, longest idle first. The
// time is not looked at, and the record may have changed by the time of the claim, which [Store.Save] finds out.
func (s *Store) Ready(ctx context.Context, queue string, limit int) ([]agent.Agent, error) {
	if limit <= 0 {
		return nil, nil
	}
	reply, err := s.run(ctx, readyScript, []string{s.keys.ready(queue), s.keys.agents()}, limit)
	if err != nil {
		return nil, fmt.Errorf("redis: ready agents of queue %s: %w", queue, err)
	}
	agents, err := decodeAll[agent.Agent](reply)
	if err != nil {
		return nil, fmt.Errorf("redis: ready agents of queue %s: %w", queue, err)
	}
	return agents, nil
}

// Waiting lists at most limit ids of the queue's waiting calls, first the one to be served next.
func (s *Store) Waiting(ctx context.Context, queue string, limit int) ([]string, error) {
	if limit <= 0 {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, opTimeout)
	defer cancel()
	ids, err := s.rdb.ZRange(ctx, s.keys.queue(queue), 0, int64(limit)-1).Result()
	if err != nil {
		return nil, fmt.Errorf("redis: calls waiting in queue %s: %w", queue, err)
	}
	return ids, nil
}

func decodeAll[T any](texts []string) ([]T, error) {
	out := make([]T, len(texts))
	for i, text := range texts {
		if err := json.Unmarshal([]byte(text), &out[i]); err != nil {
			return nil, fmt.Errorf("decode: %w", err)
		}
	}
	return out, nil
}
