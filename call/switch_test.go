package call

import (
	"slices"
	"time"

	"switchroom/agent"
)

// channel is one channel at the model switch.
type channel struct {
	id     string
	run    *run
	agent  *person // nil: the customer's
	state  LegState
	told   time.Time // when the last fact about it arrives
	gone   bool
	given  bool // back in the dialplan: not ours to command
	auto   bool
	joined bool // in the call's bridge

	// The customer's.
	answered, music, ringing, rescue bool
	// A dead page's: no audio any more. known: the call was told.
	deaf, known bool
}

func (ch *channel) commandable() bool { return !ch.gone && !ch.given }

// ofCall lists the call's channels in a fixed order.
func (w *world) ofCall(r *run) []*channel {
	out := []*channel{r.caller}
	for i := 1; i <= r.call.Dials; i++ {
		if ch := w.channels[legID(r.call.ID, i)]; ch != nil {
			out = append(out, ch)
		}
	}
	return out
}

// carryOut does one effect at the switch or in the house, or fails to.
func (w *world) carryOut(r *run, e Effect) {
	if !w.closing && w.chance(w.mood.effectFails) {
		if _, ok := e.(OpenTicket); !ok {
			w.doubt(r)
			return
		}
	}
	switch e := e.(type) {
	case OpenTicket:
		w.openTicket(r, e)
		return
	case AskAnswer:
		w.askAnswer(e)
		return
	case Dial:
		w.dial(r, e)
		return
	case Join:
		w.join(r, e)
		return
	case MakeBridge:
		w.must(e.Bridge == r.call.Bridge(), "bridge %q is not the call's", e.Bridge)
		r.bridge = true
		return
	case DestroyBridge:
		w.must(e.Bridge == r.call.Bridge(), "bridge %q is not the call's", e.Bridge)
		r.bridge = false
		for _, ch := range w.ofCall(r) {
			ch.joined = false
		}
		return
	}
	id := legOf(e)
	ch := w.channels[id]
	w.must(ch != nil || isLegOf(r, id), "%s%+v speaks of a channel that is not the call's", e.Effect(), e)
	if ch == nil || !ch.commandable() {
		return // its object is gone: done
	}
	w.must(ch.run == r, "%s%+v: the channel is another call's", e.Effect(), e)
	w.command(ch, e)
}

// command does an effect on one live channel.
func (w *world) command(ch *channel, e Effect) {
	customer := ch.agent == nil
	switch e := e.(type) {
	case AnswerCustomer:
		w.must(customer, "answered an agent's leg")
		ch.answered, ch.ringing = true, false
	case PlayRinging:
		w.orDoubt(ch.run, customer && !ch.answered, "ringing played to %s, who was answered", ch.id)
		ch.ringing = true
	case PlayMusic:
		w.orDoubt(ch.run, customer && ch.answered, "music played to %s, who was not answered", ch.id)
		w.must(e.Class != "", "music of no class")
		ch.music = true
	case StopMusic:
		ch.music = false
	case Leave:
		ch.joined = false
	case Drop:
		w.must(!customer, "the customer was hung up (invariant 3)")
		w.hangup(ch, 16)
	case GiveBack:
		w.must(customer && e.Call == ch.run.call.ID, "given back: %+v", e)
		w.orDoubt(ch.run, !ch.music, "the customer was given back with our music on (the dialplan would talk over it)")
		ch.given, ch.joined = true, false
		w.fact(ch, LegGone{Leg: ch.id, Cause: 16})
	case StopRescue:
		w.must(customer, "rescue of an agent's leg")
		ch.rescue = false
	default:
		w.must(false, "the model knows no %T", e)
	}
}

// orDoubt is must, unless an earlier effect of the call failed and was not looked into yet.
func (w *world) orDoubt(r *run, ok bool, format string, args ...any) {
	w.must(ok || r.doubts > 0, "call "+r.call.ID+": "+format, args...)
}

func legOf(e Effect) string {
	switch e := e.(type) {
	case AnswerCustomer:
		return e.Leg
	case PlayRinging:
		return e.Leg
	case PlayMusic:
		return e.Leg
	case StopMusic:
		return e.Leg
	case Leave:
		return e.Leg
	case Drop:
		return e.Leg
	case GiveBack:
		return e.Leg
	case StopRescue:
		return e.Leg
	}
	return ""
}

// dial makes an agent's leg and lets its phone react. The id must be new for ever.
func (w *world) dial(r *run, e Dial) {
	w.must(!w.dialled[e.Leg], "leg %s was dialled twice", e.Leg)
	w.dialled[e.Leg] = true
	p := w.person(e.Agent)
	w.must(e.For == r.caller.id && e.Caller == r.call.Caller, "dial %+v does not say for whom", e)
	w.must(e.Device == p.a.Phone.Device && e.Endpoint == p.a.Phone.Endpoint, "dial %+v is not the agent's phone", e)
	for _, other := range w.ofCall(r) {
		w.must(other.agent == nil || other.gone || other.lostDrop(r), "leg %s is dialled while %s rings the same agent (invariant 1)", e.Leg, other.id)
	}
	ch := &channel{id: e.Leg, run: r, agent: p, state: Dialing, auto: e.Auto}
	w.channels[e.Leg] = ch
	if !r.caller.commandable() { // what it is made for is gone: the switch refuses
		w.hangup(ch, 0)
		return
	}
	w.after(e.Timeout, func() {
		if ch.state != Up {
			w.hangup(ch, 19)
		}
	})
	w.phoneReacts(ch)
}

// lostDrop: the leg's Drop was sent and failed; it will be said again.
func (ch *channel) lostDrop(r *run) bool {
	leg := r.call.leg(ch.id)
	return leg == nil || leg.Dropped
}

func (w *world) hangup(ch *channel, cause int) {
	if ch.gone {
		return
	}
	ch.gone, ch.joined = true, false
	w.fact(ch, LegGone{Leg: ch.id, Cause: cause})
}

func (w *world) hangupAt(ch *channel, d time.Duration, cause int) {
	w.after(d, func() { w.hangup(ch, cause) })
}

func (w *world) join(r *run, e Join) {
	leg := w.channels[e.Leg]
	w.must(e.Bridge == r.call.Bridge() && e.Customer == r.caller.id, "join %+v is not of call %s", e, r.call.ID)
	result := Input(JoinFailed{Leg: e.Leg, Why: "channel gone"})
	if leg != nil && leg.commandable() && r.caller.commandable() && (w.closing || !w.chance(w.mood.joinFails)) {
		w.must(leg.state == Up, "leg %s is joined before it was answered", e.Leg)
		w.orDoubt(r, r.caller.answered, "a customer who was not answered is joined")
		w.orDoubt(r, !r.caller.music, "music goes on over the conversation")
		r.bridge = true
		first := !leg.joined
		leg.joined, r.caller.joined = true, true
		result = Joined{Leg: e.Leg}
		if first {
			w.talks(leg)
		}
	}
	delay := w.upTo(30 * time.Millisecond)
	if w.chance(w.mood.late) {
		delay = w.upTo(1500 * time.Millisecond)
	}
	if w.chance(w.mood.slowJoin) {
		delay = w.upTo(8 * time.Second)
	}
	w.deliver(r, w.now.Add(delay), result)
}

// openTicket is idempotent on the call; the database may be slow.
func (w *world) openTicket(r *run, e OpenTicket) {
	w.must(slices.Contains(r.owners, e.Agent), "a ticket for %s, who never talked to the customer", e.Agent)
	life := w.epoch
	delay := w.upTo(50 * time.Millisecond)
	if w.chance(.5) {
		delay = w.upTo(25 * time.Second)
	}
	w.after(delay, func() {
		if w.down || life != w.epoch {
			return // died with the controller
		}
		if w.tickets[r.call.ID] == "" {
			w.tickets[r.call.ID] = "T-" + r.call.ID
		}
		w.feed(r, TicketOpened{Ticket: w.tickets[r.call.ID]})
	})
}

func (w *world) askAnswer(e AskAnswer) {
	ch := w.channels[e.Leg]
	w.must(ch == nil || ch.agent.a.Phone.Device == agent.WebRTC, "a desk phone's page was asked to answer")
	if ch != nil && w.chance(.9) {
		w.after(w.upTo(400*time.Millisecond), func() { w.picksUp(ch) })
	}
}
