package feed

import (
	"context"
	"slices"
	"time"
)

const (
	// askNodes is the time between two looks at the reports on the nodes.
	askNodes = 500 * time.Millisecond
	// awayFor is how long a node is away before clients are told: a new connection takes less.
	awayFor = time.Second
)

// watchNodes keeps which nodes are away, and has every client told when that changes. Reports that cannot be had change nothing.
func (h *Hub) watchNodes(ctx context.Context) {
	for ctx.Err() == nil {
		if reports, err := h.config.Nodes(ctx); err == nil {
			var away []string
			now := h.config.Now()
			for _, r := range reports {
				if !r.At(now).Connected && now.Sub(r.Since) > awayFor {
					away = append(away, r.Name)
				}
			}
			if !slices.Equal(away, h.nodesAway()) {
				h.away.Store(&away)
				h.each((*conn).poke)
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(askNodes):
		}
	}
}

func (h *Hub) nodesAway() []string {
	if away := h.away.Load(); away != nil {
		return *away
	}
	return nil
}
