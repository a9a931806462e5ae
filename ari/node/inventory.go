package node

import (
	"context"
	"fmt"
	"slices"

	"switchroom/ari"
	"switchroom/call"
	"switchroom/engine"

	"github.com/oklog/ulid/v2"
)

// Inventory implements engine.Switch.
func (n *Node) Inventory(ctx context.Context) (engine.Inventory, error) {
	var inv engine.Inventory
	app, err := n.c.Applications().Get(ctx, n.app)
	if err != nil {
		return inv, fmt.Errorf("node %s: look at the app: %w", n.name, err)
	}
	channels, err := n.c.Channels().List(ctx)
	if err != nil {
		return inv, fmt.Errorf("node %s: list the channels: %w", n.name, err)
	}
	bridges, err := n.c.Bridges().List(ctx)
	if err != nil {
		return inv, fmt.Errorf("node %s: list the bridges: %w", n.name, err)
	}
	if inv.Phones, err = n.phones(ctx); err != nil {
		return inv, err
	}
	for _, ch := range channels {
		seen := n.seen(ch, app.ChannelIDs)
		seen.Called = seen.State == call.Dialing && engine.CalledOut(ch.ID) && n.wasCalled(ctx, ch.ID)
		inv.Channels = append(inv.Channels, seen)
	}
	for _, b := range bridges {
		if _, err := ulid.ParseStrict(b.ID); err == nil {
			inv.Bridges = append(inv.Bridges, b.ID)
		}
	}
	return inv, nil
}

// seen describes a channel. A phone's leg is ours from its birth; a caller only while in our app.
func (n *Node) seen(ch ari.Channel, inApp []string) engine.Channel {
	args, inside := n.stasisArgs(ch)
	s := engine.Channel{ID: ch.ID, State: call.Dialing, Created: ch.CreationTime.Time}
	if engine.CallOf(ch.ID) != "" {
		s.Ours = true
		switch {
		case ch.State == ari.ChannelStateUp && slices.Contains(inApp, ch.ID) && inside:
			s.State = call.Up
		case ch.State == ari.ChannelStateRinging || ch.State == ari.ChannelStateUp:
			s.State = call.Rings // answered, but not in the app yet: its StasisStart is to come
		}
		return s
	}
	s.State = call.Up
	s.Ours = inside && slices.Contains(inApp, ch.ID)
	if a, ok := n.arrival(ch, args); ok && s.Ours {
		s.Arrival = &a
	}
	return s
}
