package redis

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchroom/engine"
)

// forgetAfter is how long a node without calls is kept after its controller's last word: longer is no outage, it was retired.
const forgetAfter = 7 * 24 * time.Hour

// PutNode keeps what a controller says of its node, until it says something else, and forgets the nodes that were retired.
func (s *Store) PutNode(ctx context.Context, r engine.NodeReport) error {
	ctx, cancel := context.WithTimeout(ctx, opTimeout)
	defer cancel()
	text, err := json.Marshal(r)
	if err == nil {
		err = s.rdb.HSet(ctx, s.keys.nodes(), r.Name, text).Err()
	}
	if err == nil {
		err = s.forgetRetired(ctx, r.SeenAt)
	}
	if err != nil {
		return fmt.Errorf("redis: report on node %s: %w", r.Name, err)
	}
	return nil
}

// forgetRetired drops old reports. A node that comes back in this very moment says so again with its next report.
func (s *Store) forgetRetired(ctx context.Context, now time.Time) error {
	list, err := s.Nodes(ctx)
	for _, r := range list {
		if now.Sub(r.SeenAt) <= forgetAfter {
			continue
		}
		calls, err := s.rdb.SCard(ctx, s.keys.live(r.Name)).Result()
		if err == nil && calls == 0 {
			err = s.rdb.HDel(ctx, s.keys.nodes(), r.Name).Err()
		}
		if err != nil {
			return err
		}
	}
	return err
}

// Nodes lists what was said of each node, by name; those that were retired are forgotten.
func (s *Store) Nodes(ctx context.Context) ([]engine.NodeReport, error) {
	ctx, cancel := context.WithTimeout(ctx, opTimeout)
	defer cancel()
	reply, err := s.rdb.HVals(ctx, s.keys.nodes()).Result()
	if err != nil {
		return nil, fmt.Errorf("redis: nodes: %w", err)
	}
	out, err := decodeAll[engine.NodeReport](reply)
	if err != nil {
		return nil, fmt.Errorf("redis: nodes: %w", err)
	}
	slices.SortFunc(out, func(a, b engine.NodeReport) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}
