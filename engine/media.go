package engine

import (
	"context"
	"slices"
	"time"

	"switchroom/agent"
	"switchroom/call"
)

// When the contact of a browser phone goes away in a conversation, the audio may still flow: only the phone's signalling was cut, by a
// restart of this controller, which passes it on, or a short fault of the network. Then nothing is lost but the registration, and
// the page makes a new one. A page that was reloaded or closed takes its audio along, and Asterisk stops receiving packets at once.

const (
	// heardWithin: a phone that speaks sends 50 packets a second, also when muted. Without one in this time it is gone.
	heardWithin = 200 * time.Millisecond
	// listenAgain is the time between two looks at a phone without a contact that is heard.
	listenAgain = 300 * time.Millisecond
)

// phoneLost tells the call that the agent's phone is lost, as soon as it is not heard any more. A contact that came back does not settle
// it: it may be a reloaded page's, which knows nothing of the leg. What is heard after that does.
func (e *Engine) phoneLost(ctx context.Context, o *owner, agentID, endpoint string) {
	for {
		back := e.reachable(endpoint)
		c := o.snapshot()
		leg, talks := c.Talks(agentID)
		if !talks {
			if !back {
				o.post(call.PhoneLost{Agent: agentID})
			}
			return
		}
		if !e.heard(ctx, leg) && talksOn(o.snapshot(), agentID, leg) && ctx.Err() == nil {
			o.post(call.PhoneLost{Agent: agentID}) // of this very leg: one that was dialled meanwhile is not lost
			if e.reachable(endpoint) {
				o.post(call.PhoneBack{Agent: agentID}) // what was said of it before came too early for the call
			}
			return
		}
		if back || pause(ctx, listenAgain) != nil {
			return
		}
	}
}

// askHold finds out what became of the phones' own hold keys while nobody heard of it. It runs in the mailbox: what is told of a key after the
// question is taken after the answer.
func (o *owner) askHold(ctx context.Context) {
	for _, leg := range slices.Clone(o.call.Legs) {
		if leg.State != call.Up || leg.Dropped || inBrowser(o.call, leg.ID) {
			continue
		}
		held, err := o.e.opt.Switch.Holding(ctx, leg.ID)
		switch {
		case err != nil && ctx.Err() == nil:
			o.log.Warn("ask whether a phone holds", "leg", leg.ID, "err", err)
		case err == nil && held != leg.Held:
			o.take(ctx, item{in: call.PhoneHold{Leg: leg.ID, On: held}})
		}
	}
}

// inBrowser tells whether the leg is that of a page, which has no hold key of its own. Asterisk 22 says of a browser that hides its address (c=0.0.0.0) that it holds.
func inBrowser(c call.Call, leg string) bool {
	for _, id := range c.Parties() {
		if p := c.Part(id); p.Leg == leg && p.Device == agent.WebRTC {
			return true
		}
	}
	return false
}

// talksOn tells whether the agent still talks, on that leg.
func talksOn(c call.Call, agentID, leg string) bool {
	on, talks := c.Talks(agentID)
	return talks && on == leg
}

// heard tells whether audio of the leg arrives at Asterisk. One that cannot be asked about is not heard.
func (e *Engine) heard(ctx context.Context, leg string) bool {
	before, err := e.opt.Switch.Heard(ctx, leg)
	if err != nil || pause(ctx, heardWithin) != nil {
		return false
	}
	after, err := e.opt.Switch.Heard(ctx, leg)
	return err == nil && after > before
}
