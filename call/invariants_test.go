package call

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"switchroom/agent"
)

// What must hold after every step of every history. The numbers are those of the design's invariants.

// apply runs Apply and, in a part of the steps, holds it to its word: pure, deterministic, and nothing lost in the journal.
func (w *world) apply(c Call, in Input) (Call, []Effect, error) {
	legal := table[c.State][in.Kind()] != nil
	var before Call
	closely := w.chance(.2)
	if closely {
		before = deepCopy(c)
	}
	next, effects, err := c.Apply(w.now, in)
	w.must(err == nil || len(effects) == 0, "a refused input has effects")
	if closely {
		w.pure(c, before, in, next, effects, err)
	}
	if err != nil {
		return next, nil, err
	}
	w.stats.count(c.State, in.Kind(), next.State, legal)
	if w.chance(.02) {
		w.roundTrip(next, in, effects)
	}
	return next, effects, nil
}

// pure: the same again gives the same, the receiver is as it was, and what was refused or does not belong here changed nothing.
func (w *world) pure(c, before Call, in Input, next Call, effects []Effect, err error) {
	legal := table[c.State][in.Kind()] != nil
	again, effects2, err2 := c.Apply(w.now, in)
	w.must(reflect.DeepEqual(next, again) && reflect.DeepEqual(effects, effects2) && (err == nil) == (err2 == nil), "%s%+v twice gave two results", in.Kind(), in)
	if legal && err == nil { // else the receiver itself is what comes back
		scribble(&again)
	}
	w.must(reflect.DeepEqual(c, before), "Apply of %s%+v changed its receiver", in.Kind(), in)
	w.must(reflect.DeepEqual(next, deepCopy(next)), "a result shares memory")
	w.must(legal && err == nil || len(effects) == 0 && reflect.DeepEqual(next, before), "%s did something outside the table, or though refused", in.Kind())
}

func (w *world) roundTrip(c Call, in Input, effects []Effect) {
	b, err := json.Marshal(c)
	var back Call
	if err == nil {
		err = json.Unmarshal(b, &back)
	}
	w.must(err == nil && reflect.DeepEqual(normal(c), normal(back)), "a call does not survive JSON (%v):\n%s", err, b)
	b, err = EncodeInput(in)
	w.must(err == nil, "encode %v: %v", in, err)
	again, err := DecodeInput(b)
	w.must(err == nil && reflect.DeepEqual(in, again), "an input does not survive the journal (%v): %s", err, b)
	_, err = EncodeEffects(effects)
	w.must(err == nil, "encode effects: %v", err)
}

func (w *world) record(was Call, in Input, next Call, effects []Effect) {
	if len(w.trace) > 4000 {
		w.trace = slices.Clone(w.trace[2000:])
	}
	w.trace = append(w.trace, line{w.now, next.ID, was.State, in, next.State, effects})
}

// checkStep asserts what one step must leave behind.
func (w *world) checkStep(r *run, was Call, in Input, effects []Effect) {
	c := r.call
	if err := c.Check(); err != nil {
		w.must(false, "%v", err)
	}
	w.checkHold(c)
	w.checkTimes(was, c)
	if t := was.Target; t != nil && c.Agent != nil && c.Agent.Token == t.Token && t.Token != "" && slices.Contains([]State{Consulting, Swapped}, was.standing()) {
		r.handed, r.heir = w.now, t.Token
	}
	if w.closing && c.State == AgentsOnly { // two colleagues could go on for ever
		w.hangupAt(w.channels[c.Agent.Leg], 3*time.Second, 16)
	}
	for i, e := range effects {
		switch e := e.(type) {
		case Dial:
			w.checkDial(c, e)
		case ReleaseAgent:
			w.checkRelease(r, was, in, e)
		case AgentPhase:
			last := !slices.ContainsFunc(effects[i+1:], func(l Effect) bool { p, ok := l.(AgentPhase); return ok && p.Agent == e.Agent })
			now, still := c.parts()[e.Agent]
			w.must(!last || !still || now.phase == e.Phase, "%s is told phase %s in state %s", e.Agent, e.Phase, c.State)
			bridged := e.Phase == agent.Talking || e.Phase == agent.Holding && (was.State == Connecting || was.State == DialingOut) // whose phone's hold key was quicker
			if bridged && c.Agent != nil && c.Agent.Agent == e.Agent {
				r.owners = append(r.owners, e.Agent)
			}
		case Drop:
			leg := was.leg(e.Leg)
			w.must(e.Reason != NoAnswer || leg != nil && (was.State == Offering || was.State == DialingOut || leg.Own), "%s: NoAnswer for a leg that was not offered", e.Leg)
		case AskAnswer:
			w.must(c.rung() != nil && c.rung().Asked && c.rung().Leg == e.Leg, "asked the page to answer leg %s", e.Leg)
		case AskRecall:
			w.must(c.State == Recalling && c.Agent == nil && c.Recall == e.Agent, "asks to call %s back", e.Agent)
		}
	}
	for _, p := range w.agents {
		known := p.a.WrapUpTicket == c.Ticket || c.Ticket == "" && slices.Contains(c.Untold, p.a.ID)
		w.must(p.a.WrapUpCall != c.ID || known, "agent %s processes ticket %q of call %s, whose ticket is %q", p.a.ID, p.a.WrapUpTicket, c.ID, c.Ticket)
	}
	if was.End != nil {
		w.must(reflect.DeepEqual(was.End, c.End), "the ending changed")
	} else if c.End != nil {
		w.checkEnd(r, was, in)
	}
}

// checkDial: who is dialled is somebody's part of the call, and asked to answer by themselves only where they wanted it, or have the call.
func (w *world) checkDial(c Call, e Dial) {
	p, ok := c.parts()[e.Agent]
	w.must(ok && p.Leg == e.Leg, "dialled %s, who has no part in the call", e.Agent)
	back := c.Missing() == e.Agent || c.State == DialingOut && c.Agent.Agent == e.Agent
	w.must(e.Auto == (back || p.Asked), "dial %+v in state %s", e, c.State)
	seen := c.Caller
	if c.Target != nil && c.Target.Agent == e.Agent {
		seen = c.Target.By
	}
	w.must(e.Caller == seen, "dial %+v does not say who calls", e)
}

// phaseOf is what the owner's leg does in a state.
func phaseOf(s State) agent.Phase {
	return map[State]agent.Phase{
		DialingOut: agent.Dialing, Offering: agent.Ringing, Recalling: agent.Ringing, Connecting: agent.Connecting, Talking: agent.Talking, Held: agent.Holding, Rejoining: agent.Rejoining,
		ConsultRings: agent.Consulting, Consulting: agent.Consulting, Swapped: agent.Consulting, InConference: agent.Consulting, AgentsOnly: agent.Talking,
	}[s]
}

// parts lists who takes part in a call, with what their leg does.
func (c Call) parts() map[string]part {
	out := map[string]part{}
	if c.Agent != nil {
		phase := phaseOf(c.State)
		if c.TargetLost {
			phase = agent.Talking
		}
		out[c.Agent.Agent] = part{c.Agent, phase}
	}
	if c.Target != nil && c.Target.Agent != "" {
		phase := agent.Talking
		switch {
		case c.standing() == ConsultRings || c.State == Transferring || c.State == DialingOut:
			phase = agent.Ringing
		case c.TargetLost:
			phase = agent.Rejoining
		}
		out[c.Target.Agent] = part{&c.Target.Participant, phase}
	}
	return out
}

type part struct {
	*Participant
	phase agent.Phase
}

// checkHold: invariant 1. Call and agent name each other by the same token, or neither does.
func (w *world) checkHold(c Call) {
	parts := c.parts()
	for _, p := range w.agents {
		h := p.a.Held
		mine, ok := parts[p.a.ID]
		if !ok {
			w.must(h == nil || h.Call != c.ID, "agent %s is held by call %s, which let go (invariant 1)", p.a.ID, c.ID)
			continue
		}
		w.must(h != nil && h.Call == c.ID && h.Token == mine.Token, "call %s has agent %s, held by %+v (invariant 1)", c.ID, p.a.ID, h)
		w.must(h.Phase == mine.phase, "agent %s is %s while the call is %s (invariant 6)", p.a.ID, h.Phase, c.State)
	}
}

// rescuedEarlier is how much earlier than entered a rescued caller may have come, with the time that word of them takes.
const rescuedEarlier = time.Minute + time.Second

// checkTimes: deadlines are bounded, and what must not change did not.
func (w *world) checkTimes(was, c Call) {
	d := c.Deadline
	bound := map[State]time.Time{
		Offering: c.Since.Add(c.Scenario.Pickup + 2*RingWithin), Connecting: c.Since.Add(ConnectWithin), Rejoining: c.Since.Add(RejoinWithin), Ended: w.now.Add(SweepEvery),
		Held: w.now.Add(c.Scenario.HoldWarn), Farewell: c.Since.Add(FarewellWithin), Recalling: c.Since.Add(c.Scenario.Pickup + RecallWithin + 2*RingWithin),
		Transferring: w.now.Add(max(c.ringTime(), CustomerWithin) + 2*RingWithin), ConsultRings: c.Since.Add(consultQueueWithin),
	}[c.State]
	w.must(bound.IsZero() || !d.After(bound), "%s: the deadline %s is %s too late", c.State, d, d.Sub(bound))
	if c.State == Queued && c.Scenario.MaxWait > 0 {
		w.must(d.Equal(c.waitsFrom().Add(c.Scenario.MaxWait)), "%s: deadline %s", c.State, d)
	}
	if was.State == New {
		return
	}
	if !was.QueuedAt.Equal(c.QueuedAt) {
		w.must(c.Front || c.Queue != was.Queue || w.intoQueue(was, c), "the caller lost the place in the queue (S16)")
		w.must(!was.ConnectedAt.IsZero(), "the place in the queue changed before anybody was there (S16)")
	}
	w.must(was.Front == c.Front || !was.ConnectedAt.IsZero(), "moved to the front from %s", was.State)
	w.must(was.ConnectedAt.IsZero() || was.ConnectedAt.Equal(c.ConnectedAt), "connected twice")
	both := was.State == DialingOut && !c.ConnectedAt.IsZero() // answered and lost, heard of at once after a restart
	w.must(both || c.ConnectedAt.IsZero() == (was.ConnectedAt.IsZero() && c.State != Talking && c.State != Held), "connected: %s in state %s", c.ConnectedAt, c.State)
	w.must(!was.Answered || c.Answered, "un-answered")
	w.must(was.Ticket == "" || was.Ticket == c.Ticket, "the ticket changed")
	w.must(c.Waited >= was.Waited && c.Waited <= w.now.Sub(c.EnteredAt)+rescuedEarlier, "waited %s, before that %s", c.Waited, was.Waited)
	w.must(c.Failure == nil || c.State != Queued && c.State != Offering && c.State != Transferring, "a failure that concerns nobody any more")
	w.must(c.Offers >= was.Offers && c.Dials >= was.Dials && len(c.Tries) >= len(was.Tries), "a counter went back")
	w.must((was.State == c.State) == was.Since.Equal(c.Since) || was.State != c.State, "since %s changed without the state", c.Since)
}

// intoQueue tells whether the customer was transferred to a queue, which may be the one they came from.
func (w *world) intoQueue(was, c Call) bool {
	return slices.Contains([]State{Talking, Held, ConsultRings, Rejoining}, was.State) && slices.Contains([]State{Queued, Offering, Ended}, c.State)
}

// checkRelease: what an agent is told about the end of an offer or a call is what happened (S16, S38).
func (w *world) checkRelease(r *run, was Call, in Input, e ReleaseAgent) {
	c, o, p := r.call, e.Outcome, was.parts()[e.Agent]
	w.must(p.Participant != nil && p.Token == e.Token, "released %s, who had no part in the call", e.Agent)
	leg, pickup, limit := was.leg(p.Leg), was.Scenario.Pickup, was.Scenario.MissLimit
	if t := was.Target; t != nil && t.Agent == e.Agent {
		pickup = was.ringTime()
		if t.Kind == ToQueue {
			limit = t.Scenario.MissLimit
		}
	}
	overdue := !w.now.Before(p.Since.Add(pickup))
	misses := len(c.Tries) > len(was.Tries)
	w.must(misses == (o.Kind == agent.Missed), "outcome %s with %d tries", o.Kind, len(c.Tries))
	owner := was.Agent != nil && was.Agent.Agent == e.Agent
	connected := !slices.Contains([]State{DialingOut, Offering, Connecting, Recalling}, was.State) && !was.Internal
	switch o.Kind {
	case agent.Missed:
		w.must(o.MissLimit == limit, "miss limit %d", o.MissLimit)
		why := c.Tries[len(c.Tries)-1].Why
		if in.Kind() == KDeadline {
			w.must(why == whyRingOut && leg.Rang && overdue, "a miss (%s) before the pickup time was over", why)
		}
		_, soon := c.Tried(e.Agent, w.now)
		w.must(soon, "who missed the call could be offered it again at once (S16)")
	case agent.PhoneFault:
		w.must(o.Fault == whyBusy || o.Fault == whyUnreachable, "fault %q", o.Fault)
		if in.Kind() == KDeadline && p.phase == agent.Ringing {
			w.must(!leg.Rang && (overdue || !w.now.Before(leg.At.Add(RingWithin))), "a phone was called unreachable too soon")
		}
		if in.Kind() == KLegGone && p.phase == agent.Ringing {
			w.must(!leg.Rang, "a phone that rang was called %s", o.Fault)
		}
	case agent.Served, agent.Interrupted, agent.Vanished:
		w.must(o.Kind != agent.Vanished || in.Kind() == KRecovered && c.Customer.State == Gone, "%s by %s", o.Kind, in.Kind())
		w.must(owner && connected, "%s from %s (S38)", o.Kind, was.State)
		w.must(o.WrapUp == was.Scenario.WrapUp && o.Ticket == was.Ticket, "wrap-up %+v", o)
	case agent.Returned:
		slips := owner && w.slips(r, was) && (in.Kind() == KHangup || in.Kind() == KLegGone)
		w.must(!owner || !connected || slips, "%s from %s (S38)", o.Kind, was.State)
	}
}

// slips tells whether who leaves got the customer so short a time ago that they mean the consultation.
func (w *world) slips(r *run, was Call) bool {
	mine := was.Agent != nil && was.Agent.Token == r.heir && r.heir != ""
	return mine && (was.State == Talking || was.State == Held) && w.now.Sub(r.handed) < 2*time.Second
}

// leaves tells whether the input is one of two agents leaving, or found gone.
func (w *world) leaves(c Call, in Input) bool {
	legs := []string{c.Agent.Leg, c.Target.Leg}
	switch in := in.(type) {
	case LegGone:
		return slices.Contains(legs, in.Leg)
	case Recovered:
		return slices.ContainsFunc(legs, func(id string) bool {
			return !slices.ContainsFunc(in.Channels, func(c Seen) bool { return c.ID == id })
		})
	}
	givenUp := in.Kind() == KDeadline && c.State == Rejoining && !w.now.Before(c.Since.Add(RejoinWithin))
	last := c.State == Rejoining || c.Target.Agent == "" // whom nobody calls back
	return givenUp || in.Kind() == KHangup || last && (in.Kind() == KPhoneLost || in.Kind() == KJoinFailed)
}

// checkEnd: invariant 3. A customer is let go only for these causes.
func (w *world) checkEnd(r *run, was Call, in Input) {
	c, e := r.call, r.call.End
	gone := c.Customer.State == Gone
	switch {
	case c.Internal && e.Class == Completed:
		w.must(was.standing() == AgentsOnly && w.leaves(was, in), "%s%+v ended two agents' conversation", in.Kind(), in)
	case e.Slug == slugClosed:
		w.must(e.Class == Refused && c.ConnectedAt.IsZero() && (was.State == Farewell && c.Closing != nil || was.State == Queued && in.Kind() == KClosed), "ended %s/%s from %s", e.Class, e.Slug, was.State)
	case e.Class == Abandoned:
		w.must(gone && c.ConnectedAt.IsZero(), "abandoned, but the caller is there or was connected")
	case e.Slug == "caller_hangup" || e.Slug == "caller_hangup_requeued":
		w.must(gone && e.Class == Completed && !c.ConnectedAt.IsZero(), "ended %s/%s", e.Class, e.Slug)
		w.must(was.standing() != AgentsOnly || w.leaves(was, in), "%s%+v ended two agents' conversation", in.Kind(), in)
	case e.Slug == slugForced:
		w.must(e.Class == Completed && was.State == Farewell && c.Disconnect != nil, "ended %s/%s from %s", e.Class, e.Slug, was.State)
	case e.Slug == "agent_hangup":
		w.must(!gone && e.Class == Completed, "ended %s/%s", e.Class, e.Slug)
		w.must(!w.slips(r, was), "the end of a consultation ended the customer's call (S30)")
		w.must(was.standing() == Talking || was.standing() == Held, "hung up on a customer whom somebody else could have (invariant 3)")
		switch in := in.(type) {
		case Hangup:
		case LegGone:
			w.must(!slices.Contains([]int{0, 20, 27, 38, 41, 42, 44, 102, CauseAbsent}, in.Cause), "a lost phone (cause %d) ended the conversation", in.Cause)
		default:
			w.must(false, "%s%+v ended the conversation (invariant 3)", in.Kind(), in)
		}
	case e.Class == Unanswered:
		w.must(was.State == DialingOut && c.ConnectedAt.IsZero(), "unanswered from %s", was.State)
	case e.Slug == "target_hangup" || e.Slug == "forward_time":
		w.must(e.Class == Completed && was.State == Forwarded && !gone, "ended %s/%s from %s", e.Class, e.Slug, was.State)
		w.must(e.Slug != "forward_time" || !w.now.Before(was.Deadline), "forwarded for too long, too soon")
	case e.Slug == "no_fallback_queue":
		w.must(e.Class == Overflow && c.Queue == NoQueue, "nowhere to go: %s", c.Queue)
	case e.Slug == "max_wait":
		w.must(e.Class == Overflow && c.Scenario.MaxWait > 0 && !w.now.Before(c.waitsFrom().Add(c.Scenario.MaxWait)), "overflow before the longest wait")
	case e.Slug == "nobody_there":
		w.must(e.Class == Overflow && c.Scenario.OverflowEmpty && in.Kind() == KNobody, "overflow though somebody is there")
	case e.Slug == "queue_deleted":
		w.must(e.Class == Overflow && was.State == Queued && in.Kind() == KNobody, "%s by %s", e.Slug, in.Kind())
	default:
		w.must(e.Class == Refused && was.State == New, "ended %s/%s by %s", e.Class, e.Slug, in.Kind())
	}
}

// listen: invariant 2. Once everything said has been done and everything done has been heard of, the customer hears what the
// state says, and never nothing.
func (w *world) listen(r *run) {
	c, ch := r.call, r.caller
	if w.down || r.working || r.flying > 0 || len(r.todo)+len(r.box) > 0 || !ch.commandable() && !c.Internal || r.shutdown {
		return
	}
	w.stats.listened++
	if c.Internal {
		w.listenToLegs(r)
		return
	}
	for _, o := range w.ofCall(r) {
		if o == ch || o.agent == nil && !o.far || o.gone {
			continue
		}
		leg := c.leg(o.id)
		w.about(r, leg != nil, "channel %s is nobody's (invariant 4)", o.id)
		w.about(r, !leg.Dropped || o.leaving, "channel %s was dropped and is still there", o.id)
	}
	if c.State == Ended {
		w.about(r, false, "the call has ended and the customer is still here")
	}
	person := ch.joined && slices.ContainsFunc(w.ofCall(r), func(o *channel) bool { return (o.agent != nil || o.far) && o.joined && !(o.deaf && o.known) })
	switch c.Hears {
	case Person:
		w.about(r, !ch.soothed || w.heldBy(r, ch), "%s: the switch's own music goes on over what the customer hears", c.State)
		w.about(r, person && !ch.music, "%s: the customer hears no person: in the bridge %t, music %t, legs %s (invariant 2)", c.State, ch.joined, ch.music, w.describe(r))
	case Music:
		w.about(r, ch.music && ch.answered && !ch.joined, "%s: the customer hears no music (invariant 2)", c.State)
	case Message:
		w.about(r, ch.said != nothing && !ch.music && !ch.joined, "the customer hears no message (S33): music %t, in the bridge %t", ch.music, ch.joined)
	case Tone:
		w.about(r, ch.ringing && !ch.answered, "%s: the caller hears no ringing (invariant 2)", c.State)
	}
	w.listenToLegs(r)
	waits := c.Outbound || slices.Contains([]State{Queued, Offering, Connecting, Transferring, Recalling, Ended}, c.State)
	w.about(r, waits || c.State == AgentsOnly || c.Closing != nil || !ch.rescue, "a rescue timer runs in a conversation and will end it (invariant 3)")
}

// listenToLegs: agents and targets sit where they belong, hear what they shall, and are muted if they said so.
func (w *world) listenToLegs(r *run) {
	for _, p := range r.call.parts() {
		ch, leg := w.channels[p.Leg], r.call.leg(p.Leg)
		if ch == nil || ch.gone || leg == nil || leg.State != Up {
			continue
		}
		calls := r.call.State == DialingOut || r.call.State == ConsultRings && p.Second == ch.id
		w.about(r, !ch.own || ch.answered || calls, "%s: the phone on which the agent dialled was not answered", r.call.State)
		w.about(r, ch.joined == leg.In, "%s: leg %s is in the bridge: %t, should be: %t", r.call.State, leg.ID, ch.joined, leg.In)
		w.about(r, ch.music == leg.Music, "%s: leg %s hears music: %t", r.call.State, leg.ID, ch.music)
		w.about(r, !ch.soothed || leg.Music || w.heldBy(r, ch), "%s: the switch's own music goes on at leg %s, over what else it hears", r.call.State, leg.ID)
		w.about(r, ch.tone == leg.Tone, "%s: leg %s hears ringing: %t", r.call.State, leg.ID, ch.tone)
		w.about(r, ch.muted == p.Muted, "%s: leg %s is muted: %t", r.call.State, leg.ID, ch.muted)
	}
}

// heldBy tells whether somebody in the bridge with the channel presses the hold key.
func (w *world) heldBy(r *run, ch *channel) bool {
	return slices.ContainsFunc(w.ofCall(r), func(o *channel) bool { return o != ch && ch.joined && o.joined && o.holds })
}

func (w *world) describe(r *run) string {
	var b strings.Builder
	for _, ch := range w.ofCall(r)[1:] {
		fmt.Fprintf(&b, "%s(%s gone:%t joined:%t deaf:%t known:%t) ", ch.id, ch.state, ch.gone, ch.joined, ch.deaf, ch.known)
	}
	return b.String()
}

// about is must with the call's name.
func (w *world) about(r *run, ok bool, format string, args ...any) {
	w.must(ok, "call "+r.call.ID+": "+format, args...)
}

// checkClosed: nothing of a closed call is left (invariants 4 and 5).
func (w *world) checkClosed(r *run) {
	swept := r.call.Sweeps >= SweepTimes
	for _, ch := range w.ofCall(r) {
		if (ch.agent != nil || ch.far || r.call.Outbound) && r.doubts > 0 {
			w.hangupAt(ch, 15*time.Second, 16) // the watchdog for ownerless channels
			continue
		}
		w.must(!ch.commandable() || swept, "call %s is closed, its channel %s lives (invariant 4)", r.call.ID, ch.id)
	}
	w.must(!r.bridge || swept || r.doubts > 0, "call %s is closed, its bridge is there (invariant 4)", r.call.ID)
	w.must(r.call.ConnectedAt.IsZero() || r.call.Ticket != "", "a connected call closed without a ticket (invariant 5)")
}

// atRest: everybody has hung up, every deadline has passed. Nothing may be left.
func (w *world) atRest() {
	for _, r := range w.runs {
		w.must(false, "call %s is still %s", r.call.ID, r.call.State)
	}
	for _, p := range w.agents {
		w.must(p.a.Held == nil, "agent %s is still held by %+v", p.a.ID, p.a.Held)
	}
	for id, ch := range w.channels {
		w.must(!ch.commandable(), "channel %s was forgotten (invariant 4)", id)
	}
}

// --- copies ---

func deepCopy(c Call) Call {
	c.Legs, c.Tries, c.Untold, c.Ways = slices.Clone(c.Legs), slices.Clone(c.Tries), slices.Clone(c.Untold), slices.Clone(c.Ways)
	c.Agent, c.End, c.Failure, c.Disconnect, c.Closing = twin(c.Agent), twin(c.End), twin(c.Failure), twin(c.Disconnect), twin(c.Closing)
	if c.Target = twin(c.Target); c.Target != nil {
		c.Target.Scenario = twin(c.Target.Scenario)
		c.Target.Ways = slices.Clone(c.Target.Ways)
	}
	return c
}

func twin[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

// scribble overwrites everything that a result could share with its origin.
func scribble(c *Call) {
	for i := range c.Legs {
		c.Legs[i] = Leg{ID: "scribble"}
	}
	for i := range c.Tries {
		c.Tries[i] = Try{Agent: "scribble"}
	}
	for i := range c.Untold {
		c.Untold[i] = "scribble"
	}
	for i := range c.Ways {
		c.Ways[i] = "scribble"
	}
	if c.Agent != nil {
		*c.Agent = Participant{Agent: "scribble"}
	}
	if c.Target != nil {
		for i := range c.Target.Ways {
			c.Target.Ways[i] = "scribble"
		}
		if c.Target.Scenario != nil {
			*c.Target.Scenario = Scenario{Music: "scribble"}
		}
		*c.Target = Target{Queue: "scribble"}
	}
	if c.Failure != nil {
		*c.Failure = Failure{Why: "scribble"}
	}
	if c.Disconnect != nil {
		*c.Disconnect = Disconnect{Agent: "scribble"}
	}
	if c.Closing != nil {
		*c.Closing = Closing{Message: "scribble"}
	}
	if c.End != nil {
		*c.End = End{Slug: "scribble"}
	}
}

func normal(c Call) Call {
	if len(c.Legs) == 0 {
		c.Legs = nil
	}
	if len(c.Tries) == 0 {
		c.Tries = nil
	}
	if len(c.Untold) == 0 {
		c.Untold = nil
	}
	if len(c.Ways) == 0 {
		c.Ways = nil
	}
	if c.Target != nil && len(c.Target.Ways) == 0 {
		c.Target = twin(c.Target)
		c.Target.Ways = nil
	}
	return c
}

// equalJSON compares what two values look like from outside.
func equalJSON(a, b any) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && bytes.Equal(x, y)
}
