package call

import (
	"slices"
	"strconv"
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
	answered, ringing, rescue bool
	// said is what became of the forced message.
	said saying
	// Anybody's.
	music, tone, muted bool
	// far is a target outside.
	far bool
	// own: an agent dialled on the phone itself; answered is theirs too.
	own bool
	// A desk phone's own hold key.
	holds bool
	// soothed: the switch plays music to it by itself, because who was alone in the bridge with it pressed the hold key. It goes on until that key
	// is released there, or the music is stopped, whatever becomes of the bridge.
	soothed bool
	// leaving: the phone hangs it up by itself.
	leaving bool
	// A dead page's: no audio any more. known: the call was told.
	deaf, known bool
}

type saying int

const (
	nothing saying = iota
	saysIt
	hasSaid
)

func (ch *channel) commandable() bool { return !ch.gone && !ch.given }

// ofCall lists the call's channels in a fixed order.
func (w *world) ofCall(r *run) []*channel {
	out := append([]*channel{r.caller}, r.own...)
	for i := 1; i <= r.call.Outs; i++ {
		if ch := w.channels[r.call.ID+"-n"+strconv.Itoa(i)]; ch != nil && ch.far {
			out = append(out, ch)
		}
	}
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
	case AskRecall:
		w.askRecall(r, e)
		return
	case Dial:
		w.dial(r, e)
		return
	case CallOut:
		w.callOut(r, e)
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
	customer := ch.agent == nil && !ch.far
	switch e := e.(type) {
	case AnswerOwn:
		w.must(ch.own, "answered a leg that was called")
		ch.answered = true
	case AnswerCustomer:
		w.must(customer, "answered an agent's leg")
		ch.answered, ch.ringing = true, false
	case PlayRinging:
		w.orDoubt(ch.run, customer && !ch.answered, "ringing played to %s, who was answered", ch.id)
		ch.ringing = true
	case PlayMusic:
		w.orDoubt(ch.run, !customer || ch.answered, "music played to %s, who was not answered", ch.id)
		w.orDoubt(ch.run, !ch.joined, "music played to %s in the bridge", ch.id)
		w.must(e.Class != "", "music of no class")
		ch.music, ch.soothed = true, false
	case StopMusic:
		ch.music, ch.soothed = false, false
	case PlayTone:
		w.must(!customer, "an agent's ringing played to the customer")
		ch.tone = true
	case StopTone:
		ch.tone = false
	case SetMute:
		w.must(!customer, "the customer was muted")
		ch.muted = e.On
	case SendDigits:
		w.must(e.Digits != "", "no digits")
		w.orDoubt(ch.run, !ch.music, "digits sent to %s, whose music they end", ch.id)
	case SayMessage:
		w.must(customer, "the message was played to an agent")
		w.orDoubt(ch.run, !ch.joined && !ch.music, "the message is talked over")
		w.say(ch)
	case HearMessage:
		if ch.said != saysIt {
			w.deliver(ch.run, w.now.Add(w.upTo(20*time.Millisecond)), MessageOver{})
		}
	case Leave:
		ch.joined = false
	case Drop:
		w.must(!customer, "the customer was hung up (invariant 3)")
		w.hangup(ch, 16)
	case Dismiss:
		c := ch.run.call
		w.must(customer && (c.Outbound && c.ConnectedAt.IsZero() || c.End != nil && (c.End.Slug == slugForced || c.Closing != nil || c.Outbound)), "the customer was hung up (invariant 3)")
		w.hangup(ch, 16)
	case GiveBack:
		w.must(customer && e.Call == ch.run.call.ID && !ch.run.call.Outbound, "given back: %+v", e)
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
	case AnswerOwn:
		return e.Leg
	case PlayRinging:
		return e.Leg
	case PlayMusic:
		return e.Leg
	case StopMusic:
		return e.Leg
	case Leave:
		return e.Leg
	case PlayTone:
		return e.Leg
	case StopTone:
		return e.Leg
	case SetMute:
		return e.Leg
	case SendDigits:
		return e.Leg
	case SayMessage:
		return e.Leg
	case HearMessage:
		return e.Leg
	case Drop:
		return e.Leg
	case Dismiss:
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
	w.must(e.For == r.caller.id || e.For == "" && (!r.call.called() || r.call.Customer.State == Gone), "dial %+v does not say for whom", e)
	w.must(e.Device == p.a.Phone.Device && e.Endpoint == p.a.Phone.Endpoint, "dial %+v is not the agent's phone", e)
	for _, other := range w.ofCall(r) {
		w.must(other.agent != p || other.gone || other.lostDrop(r), "leg %s is dialled while %s rings the same agent (invariant 1)", e.Leg, other.id)
	}
	ch := &channel{id: e.Leg, run: r, agent: p, state: Dialing, auto: e.Auto}
	w.channels[e.Leg] = ch
	if e.For != "" && !r.caller.commandable() { // what it is made for is gone: the switch refuses
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

// join puts one or two channels into the bridge. A customer who is not there any more is no failure.
func (w *world) join(r *run, e Join) {
	w.must(e.Bridge == r.call.Bridge() && (e.Customer == "" || e.Customer == r.caller.id), "join %+v is not of call %s", e, r.call.ID)
	leg := w.channels[e.Leg]
	there := leg != nil && leg.commandable()
	fails := e.Leg != "" && (!there || !w.closing && w.chance(w.mood.joinFails))
	if e.Customer != "" && !r.caller.commandable() || fails {
		if e.Leg != "" {
			w.deliver(r, w.joinTime(), JoinFailed{Leg: e.Leg, Why: "channel gone"})
		}
		return
	}
	r.bridge = true
	if e.Customer != "" {
		w.orDoubt(r, r.caller.answered, "a customer who was not answered is joined")
		w.orDoubt(r, !r.caller.music, "music goes on over the conversation")
		r.caller.joined = true
	}
	if e.Leg == "" {
		return
	}
	w.must(leg.state == Up || leg.far, "leg %s is joined before it was answered", e.Leg)
	w.orDoubt(r, !leg.music, "music goes on over what leg %s hears", e.Leg)
	first := !leg.joined
	leg.joined = true
	if first && !leg.far {
		w.talks(leg)
	}
	w.deliver(r, w.joinTime(), Joined{Leg: e.Leg})
}

// joinTime is when the result of a join is heard of.
func (w *world) joinTime() time.Time {
	delay := w.upTo(30 * time.Millisecond)
	if w.chance(w.mood.late) {
		delay = w.upTo(1500 * time.Millisecond)
	}
	if w.chance(w.mood.slowJoin) {
		delay = w.upTo(8 * time.Second)
	}
	return w.now.Add(delay)
}

// say plays the forced message: it may be missing, and is not begun twice.
func (w *world) say(ch *channel) {
	if ch.said == saysIt {
		return
	}
	ch.said = saysIt
	if w.chance(.1) {
		ch.said = hasSaid
		w.deliver(ch.run, w.now.Add(w.upTo(20*time.Millisecond)), MessageOver{Failed: true})
		return
	}
	began := w.now.Add(w.upTo(20 * time.Millisecond))
	w.deliver(ch.run, began, MessageBegan{})
	w.at(began.Add(w.upTo(8*time.Second)), func() {
		ch.said = hasSaid
		if w.chance(.9) {
			w.deliver(ch.run, w.now.Add(w.upTo(20*time.Millisecond)), MessageOver{})
		}
	})
}

// askRecall is the engine's answer: the agent who transferred can be taken, or not, or the answer is lost.
func (w *world) askRecall(r *run, e AskRecall) {
	p := w.person(e.Agent)
	life := w.epoch
	w.after(w.upTo(300*time.Millisecond), func() {
		if w.down || life != w.epoch || r.shutdown || w.chance(.05) {
			return
		}
		in := Recalled{Agent: e.Agent, Device: p.a.Phone.Device, Endpoint: p.a.Phone.Endpoint}
		if r.working || len(r.box) > 0 || len(r.todo) > 0 || w.take(r, in) != nil {
			w.feed(r, NoRecall{Why: "not_available"})
			return
		}
		w.work(r)
	})
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
