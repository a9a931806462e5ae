package redis

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"switchroom/engine"
)

// PutNode keeps what a controller says of its node, until it says something else.
func (s *Store) PutNode(ctx context.Context, r engine.NodeReport) error {
	ctx, cancel := context.WithTimeout(ctx, opTimeout)
	defer cancel()
	text, err := json.Marshal(r)
	if err == nil {
		err = s.rdb.HSet(ctx, s.keys.nodes(), r.Name, text).Err()
	}
	if err != nil {
		return fmt.Errorf("redis: report on node %s: %w", r.Name, err)
	}
	return nil
}

// Nodes lists what was said of each node that there has been, by name.
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
