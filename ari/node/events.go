package node

import (
	"context"
	"strconv"
	"strings"
	"time"

	"switchroom/ari"
	"switchroom/call"
	"switchroom/engine"
)

// watchCalls turns the events of calls into facts.
func (n *Node) watchCalls(ctx context.Context, facts engine.Facts) error {
	return n.session(ctx, n.calls, func(item ari.Item) {
		switch e := item.(type) {
		case ari.Connected:
			facts.Connected(n.name, e.Epoch)
		case ari.Disconnected:
			facts.Disconnected(n.name)
		case *ari.StasisStart:
			n.started(ctx, e, facts)
		case *ari.StasisEnd:
			n.leftUs(ctx, e.Channel, facts)
		case *ari.ChannelStateChange:
			switch {
			case e.Channel.State == ari.ChannelStateRinging:
				facts.Leg(e.Channel.ID, call.LegRinging{Leg: e.Channel.ID})
			case e.Channel.State == ari.ChannelStateUp && engine.CalledOut(e.Channel.ID): // it was in our app before it was rung
				facts.Leg(e.Channel.ID, call.LegUp{Leg: e.Channel.ID})
			}
		case *ari.Dial:
			if e.DialStatus == "PROGRESS" && engine.CalledOut(e.Peer.ID) { // the network speaks before, or instead of, ringing
				facts.Leg(e.Peer.ID, call.LegRinging{Leg: e.Peer.ID})
			}
		case *ari.ChannelHold:
			facts.Leg(e.Channel.ID, call.PhoneHold{Leg: e.Channel.ID, On: true})
		case *ari.ChannelUnhold:
			facts.Leg(e.Channel.ID, call.PhoneHold{Leg: e.Channel.ID})
		case *ari.ChannelTransfer:
			if e.State == "" { // with a state it is the echo of our own answer
				facts.Referred(e.ReferredBy.SourceChannel.ID, referredTo(e))
			}
		case *ari.PlaybackStarted:
			messageFact(e.Playback, call.MessageBegan{}, facts)
		case *ari.PlaybackFinished:
			messageFact(e.Playback, call.MessageOver{Failed: e.Playback.State == ari.PlaybackStateFailed}, facts)
		case *ari.ChannelDestroyed:
			facts.Leg(e.Channel.ID, call.LegGone{Leg: e.Channel.ID, Cause: causeOf(e)})
		}
	})
}

const (
	causeNormal   = 16 // Q.850: normal call clearing
	causeRejected = 21 // Q.850: what Asterisk makes of a person's 603 and of a carrier's 403 alike
	sipForbidden  = 403
)

// toldWithin is how soon Asterisk tells the cause of a leg's end after the leg left us: milliseconds.
const toldWithin = time.Second

// leftUs: a caller who left Stasis left us, whether hung up or not. A phone's end has a cause, which only ChannelDestroyed tells; of a phone on which an
// agent dialled it does so by a subscription of ours (watchDialled). Where that says nothing, the phone left us alive or was not subscribed to.
func (n *Node) leftUs(ctx context.Context, ch ari.Channel, facts engine.Facts) {
	if engine.CallOf(ch.ID) != "" {
		return
	}
	gone := call.LegGone{Leg: ch.ID, Cause: causeNormal}
	if args, ours := n.stasisArgs(ch); !ours || len(args) == 0 || args[0] != outbound {
		facts.Leg(ch.ID, gone)
		return
	}
	n.asides.Go(func() {
		if pause(ctx, toldWithin) == nil {
			facts.Leg(ch.ID, gone) // nothing new where the cause was told
		}
	})
}

// causeOf is why a leg ended. A carrier that forbids the call (an account that is blocked, a caller ID that it does not know) is a way out that is out of
// order, and no person who declines. A phone on which an agent dialled, and that was not answered yet, thought better of it.
func causeOf(e *ari.ChannelDestroyed) int {
	if engine.CallOf(e.Channel.ID) == "" && e.Channel.State != ari.ChannelStateUp {
		return causeNormal
	}
	if engine.CalledOut(e.Channel.ID) && e.Cause == causeRejected && e.TechCause == sipForbidden {
		return causeOutOfOrder
	}
	return e.Cause
}

// started: a phone that we rang was answered, or a caller came in.
func (n *Node) started(ctx context.Context, e *ari.StasisStart, facts engine.Facts) {
	if engine.CalledOut(e.Channel.ID) {
		n.asides.Go(func() { n.ring(ctx, e.Channel.ID, e.Args) })
		return
	}
	if engine.CallOf(e.Channel.ID) != "" {
		facts.Leg(e.Channel.ID, call.LegUp{Leg: e.Channel.ID})
		return
	}
	if a, ok := n.arrival(e.Channel, e.Args); ok {
		if a.Dialled != "" {
			n.asides.Go(func() { n.watchDialled(ctx, a.Channel) })
		}
		facts.Arrived(a)
		return
	}
	n.log.Warn("a channel came into Stasis with arguments that are not in the dialplan contract; giving it back", "channel", e.Channel.ID, "args", e.Args)
	n.asides.Go(func() {
		if err := n.giveBack(ctx, call.GiveBack{Leg: e.Channel.ID, Result: "refused", Slug: "bad_stasis_arguments"}); err != nil {
			n.log.Warn("give a channel back", "channel", e.Channel.ID, "err", err)
		}
	})
}

// outbound is the first Stasis argument of a phone on which an agent dialled.
const outbound = "outbound"

// arrival reads the dialplan contract: Stasis(switchroom,inbound,<queue>[,<number dialled>[,<waiting since, Unix seconds>]]), and of an agent's
// phone Stasis(switchroom,outbound,<number dialled>).
func (n *Node) arrival(ch ari.Channel, args []string) (engine.Arrival, bool) {
	if len(args) == 2 && args[0] == outbound {
		endpoint := endpointOf(ch.Name)
		if endpoint == "" {
			return engine.Arrival{}, false
		}
		return engine.Arrival{Node: n.name, Channel: ch.ID, Called: args[1], Dialled: endpoint}, true
	}
	if len(args) < 2 || args[0] != "inbound" {
		return engine.Arrival{}, false
	}
	a := engine.Arrival{
		Node: n.name, Channel: ch.ID, Queue: args[1], Answered: ch.State == ari.ChannelStateUp,
		Caller: call.Party{Number: ch.Caller.Number, Name: ch.Caller.Name},
	}
	if len(args) > 2 {
		a.Called = args[2]
	}
	if len(args) > 3 {
		if s, err := strconv.ParseInt(args[3], 10, 64); err == nil && s > 0 {
			a.Since = time.Unix(s, 0).UTC()
		}
	}
	return a, true
}

// watchDialled lets us hear why a phone on which an agent dialled ends, and makes its transfer key ask us. A phone that is lost is called back, and one that
// was hung up ended the conversation.
func (n *Node) watchDialled(ctx context.Context, channel string) {
	_, err := n.c.Applications().Subscribe(ctx, n.app, []string{"channel:" + channel})
	if settled(err) != nil && ctx.Err() == nil {
		n.log.Warn("watch a phone on which an agent dialled", "channel", channel, "err", err)
	}
	err = n.c.Channels().SetVariable(ctx, channel, ari.ChannelSetVariableParams{Variable: transferHandling, Value: askUs})
	if settled(err) != nil {
		n.log.Warn("take over a phone's transfer key", "channel", channel, "err", err)
	}
}

// referredTo is where a desk phone's transfer key wants its call. Empty: to its other line (an attended transfer).
func referredTo(e *ari.ChannelTransfer) string {
	if e.ReferTo.DestinationChannel != nil {
		return ""
	}
	return e.ReferTo.RequestedDestination.Destination
}

// endpointOf is whose channel it is: PJSIP/<endpoint>-<number in hex>. Empty: of no PJSIP endpoint.
func endpointOf(name string) string {
	name, pjsip := strings.CutPrefix(name, "PJSIP/")
	i := strings.LastIndex(name, "-")
	if !pjsip || i < 0 {
		return ""
	}
	return name[:i]
}

// stasisArgs reads a channel's Stasis arguments where no StasisStart tells them. ok is false outside our app.
func (c *client) stasisArgs(ch ari.Channel) (args []string, ok bool) {
	if ch.Dialplan.AppName != "Stasis" {
		return nil, false
	}
	parts := strings.Split(ch.Dialplan.AppData, ",")
	if parts[0] != c.app {
		return nil, false
	}
	return parts[1:], true
}
