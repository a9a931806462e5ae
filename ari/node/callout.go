package node

import (
	"context"
	"errors"
	"strconv"
	"time"

	"switchroom/ari"
	"switchroom/call"
)

// placed is the first Stasis argument of a customer's leg that we made; its bridge and the timeout in seconds follow.
const placed = "place"

const causeOutOfOrder = 27 // Q.850: the trunk is not there, or has no contact

// callOut makes the leg of a customer whom an agent calls. It is not rung yet: that goes on in ring, when the leg has come into our app. A second
// request with the same id would leak a session in Asterisk; the core makes none.
func (c *client) callOut(ctx context.Context, e call.CallOut) (call.Input, error) {
	var seen map[string]string
	if e.CallerID != "" { // who is seen to call is the connected line; CALLERID is ignored for a leg that we make
		seen = map[string]string{
			"CONNECTEDLINE(num,i)": e.CallerID, "CONNECTEDLINE(name,i)": e.CallerID, "CONNECTEDLINE(num-pres,i)": "allowed", "CONNECTEDLINE(name-pres,i)": "allowed",
		}
	}
	_, err := c.c.Channels().Create(ctx, ari.ChannelCreateParams{
		Endpoint: e.Way, App: c.app, AppArgs: placed + "," + e.Bridge + "," + strconv.Itoa(int(e.Timeout/time.Second)), ChannelID: e.Leg, Variables: seen,
	})
	var refused *ari.Error
	if errors.As(err, &refused) {
		return call.LegGone{Leg: e.Leg, Cause: causeOutOfOrder}, nil
	}
	return nil, err
}

// called is the variable by which a later life of ours sees that a leg that says nothing was rung. Its state does not tell.
const called = "SWITCHROOM_CALLED"

func (n *Node) noteCalled(ctx context.Context, leg string) {
	err := n.c.Channels().SetVariable(ctx, leg, ari.ChannelSetVariableParams{Variable: called, Value: "1"})
	if settled(err) != nil && ctx.Err() == nil {
		n.log.Warn("note that a customer was called", "leg", leg, "err", err)
	}
}

// wasCalled reads that. A leg that cannot be asked about is not known to have been rung.
func (n *Node) wasCalled(ctx context.Context, leg string) bool {
	v, err := n.c.Channels().GetVariable(ctx, leg, called)
	return err == nil && v.Value == "1"
}

// ring puts the leg into the bridge, where an agent waits for it and hears what the network says, and rings it. The request must not be made twice. A leg
// that cannot be rung is hung up, which tells the call.
func (n *Node) ring(ctx context.Context, leg string, args []string) {
	seconds := 0
	bridge := ""
	if len(args) > 2 {
		bridge = args[1]
		seconds, _ = strconv.Atoi(args[2])
	}
	var err error
	if bridge != "" {
		err = n.c.Bridges().AddChannel(ctx, bridge, ari.AddChannelParams{Channel: []string{leg}, InhibitConnectedLineUpdates: true})
	}
	if err == nil {
		err = n.c.Channels().Dial(ctx, leg, ari.DialParams{Timeout: seconds})
		if err == nil {
			n.noteCalled(ctx, leg)
			return
		}
	}
	if err != nil && ctx.Err() == nil {
		n.log.Warn("ring a customer", "leg", leg, "err", err)
		if err := n.Drop(ctx, leg); err != nil {
			n.log.Warn("hang up", "leg", leg, "err", err)
		}
	}
}
