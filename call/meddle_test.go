package call

import (
	"maps"
	"slices"
	"time"

	"switchroom/agent"
)

// What people and the switch do at odd times, in the random histories.

// meddle is everything that people do at odd times.
func (w *world) meddle() {
	if w.closing {
		return
	}
	for _, p := range w.agents { // eager people: what is worth seeing needs free agents
		if p.a.Chosen == agent.Business && w.chance(.4) {
			w.tell(p, agent.Choose{Status: agent.Ready})
		}
		if p.a.Phone.Fault != "" && w.chance(.2) {
			w.tell(p, agent.PhoneChanged{Reachable: p.a.Phone.Reachable}) // registered anew
		}
	}
	p := pick(w, w.agents)
	if p.a.Held != nil && w.chance(.3) {
		w.secondLine(w.run(p.a.Held.Call), p)
	}
	switch x := w.rng.Float64(); {
	case x < .2:
		w.tell(p, agent.Choose{Status: agent.Ready})
	case x < .25:
		w.tell(p, agent.Choose{Status: pick(w, []agent.Choice{agent.Business, agent.Rest})})
	case x < .27:
		w.tell(p, agent.Choose{Status: agent.LoggedOut})
	case x < .29:
		w.tell(p, agent.Absent{})
	case x < .35:
		w.tell(p, agent.Login{Default: agent.Ready, Profile: agent.Profile{Name: p.a.Name, CTI: p.a.CTI, Queues: p.a.Queues, Phone: p.a.Phone}})
	case x < .35+.1*w.mood.vanish:
		w.reload(p)
	case len(w.runs) > 0:
		r := pick(w, w.runs)
		by := p.a.ID
		if r.call.Agent != nil && w.chance(.7) {
			by = r.call.Agent.Agent
		}
		in := pick(w, []Input{
			PhoneLost{by}, PhoneBack{by}, PhoneBack{by}, Nobody{}, Recalled{Agent: by}, NoRecall{}, MessageBegan{},
			Deadline{}, Answer{}, Hangup{}, LegUp{Leg: legID(r.call.ID, 1)}, LegRinging{Leg: legID(r.call.ID, 1)}, LegGone{Leg: "stranger"}, LegUp{Leg: r.caller.id},
			Joined{Leg: "stranger"}, JoinFailed{Leg: "stranger"},
		})
		if w.chance(.5) {
			in = w.order(by, pick(w, commands))
		}
		w.odd(r, in)
	}
}

// provoke lets things happen just when a call has come into a state: most states last only for a moment.
func (w *world) provoke(r *run) {
	dull := (r.call.State == Queued || r.call.State == Offering || r.call.State == Ended) && r.call.Served == ""
	if w.closing || w.mood.crash == 0 || dull && w.chance(.8) {
		return
	}
	if r.call.State == Connecting && r.call.Served != "" { // the rarest moment of all
		w.after(w.upTo(20*time.Millisecond), func() { w.poke(r) })
		w.after(w.upTo(200*time.Millisecond), func() { w.poke(r) })
	}
	soon := []time.Duration{10 * time.Millisecond, 30 * time.Millisecond, time.Second}
	if r.call.State == Recalling {
		soon = []time.Duration{400 * time.Millisecond, time.Second, time.Second} // nobody is called back before the engine has answered
	}
	for range w.pokes(r.call.State) {
		w.after(w.upTo(pick(w, soon)), func() { w.poke(r) })
	}
}

// pokes is how often. Where people are chatty, what leads into the depth is spared, or nobody would ever come there.
func (w *world) pokes(s State) int {
	deep := slices.Contains([]State{Swapped, InConference, AgentsOnly, Recalling, Rejoining, Transferring, Forwarded}, s)
	switch {
	case s == AgentsOnly:
		return 4
	case !w.mood.chatty || deep:
		return 1 + w.rng.IntN(4)
	case s == Consulting && w.chance(.5), w.chance(.15):
		return 1
	}
	return 0
}

// poke is one thing that can happen now, however unlikely it is: of those that this state knows, one that came up seldom so far.
func (w *world) poke(r *run) {
	if w.closing || r.shutdown {
		return
	}
	kinds := tableKinds(r.call.State)
	if len(kinds) == 0 {
		return
	}
	k := pick(w, kinds)
	for range 3 {
		if other := pick(w, kinds); w.poked[r.call.State][other] < w.poked[r.call.State][k] {
			k = other
		}
	}
	if w.poked[r.call.State] == nil {
		w.poked[r.call.State] = map[Kind]int{}
	}
	w.poked[r.call.State][k]++
	w.happens(r, k)
}

// happens makes such an input come about, as far as it can.
func (w *world) happens(r *run, k Kind) {
	c := r.call
	parts := c.parts()
	names := slices.Sorted(maps.Keys(parts))
	if c.State == Recalling && k == KAnswer && w.chance(.6) {
		k = pick(w, []Kind{KDecline, KDecline, KPhoneLost}) // the rarer ones: most pick up
	}
	if slices.Contains(commands, k) {
		if may := slices.DeleteFunc(names, func(n string) bool { return c.forbids(n, k) != "" }); len(may) > 0 {
			w.feed(r, w.order(pick(w, may), k))
		}
		return
	}
	var ch *channel
	var by string
	if len(names) > 0 {
		by = pick(w, names)
		ch = w.channels[parts[by].Leg]
	}
	switch k {
	case KTicket: // said again: the request had been sent twice
		if ticket := w.tickets[c.ID]; ticket != "" {
			w.feed(r, TicketOpened{Ticket: ticket})
		}
	case KRecovered:
		if w.chance(.5) {
			w.feed(r, w.inventory(r))
		} else {
			w.doubt(r)
		}
	case KDeadline:
		w.feed(r, Deadline{})
	case KNoRecall:
		w.feed(r, NoRecall{Why: "rest"})
	case KChanged:
		w.feed(r, QueueChanged{w.scenario()})
	case KClosed:
		w.feed(r, w.closes())
	case KLegRinging:
		if ch != nil {
			w.rings(ch)
		}
	case KLegUp:
		if ch != nil && ch.state != Up && w.chance(.5) {
			w.picksUp(ch)
		} else {
			w.veryLate(r)
		}
	case KLegGone:
		stays := .9
		if slices.Contains([]State{Consulting, Swapped, InConference}, c.State) {
			stays = .4 // the customer's going is what is special there
		}
		if t := c.Target; t != nil && t.Kind == ToNumber && w.chance(.4) {
			ch = w.channels[t.Leg]
		}
		if ch != nil && w.chance(stays) {
			w.hangup(ch, pick(w, []int{16, 16, 17, 20, 21, 44}))
		} else {
			w.hangup(r.caller, 16)
		}
	case KPhoneLost:
		if by != "" {
			w.reload(w.person(by))
		}
	case KPhoneHold:
		for _, n := range names {
			if ch := w.channels[parts[n].Leg]; w.person(n).a.Phone.Device == agent.Desk {
				w.pressesHold(ch)
			}
		}
		if r.caller.answered && (c.State == Forwarded || w.chance(.2)) { // a customer has such a key too
			w.keyed(r.caller, !r.caller.holds)
		}
	case KPhoneBack: // its contact was replaced
		w.feed(r, PhoneBack{by})
	case KJoined, KJoinFailed:
		w.joinOf(r, by, ch, k)
	}
}

// joinOf is the late result of a former leg's join, or the switch that cannot join this one, for good.
func (w *world) joinOf(r *run, by string, ch *channel, k Kind) {
	former := legID(r.call.ID, 1)
	if _, ok := r.call.parts()[by]; !ok || r.call.parts()[by].Leg != former && w.chance(.5) {
		mine := false
		for _, p := range r.call.parts() {
			mine = mine || p.Leg == former
		}
		if !mine {
			w.feed(r, map[Kind]Input{KJoined: Joined{Leg: former}, KJoinFailed: JoinFailed{Leg: former}}[k])
		}
		return
	}
	if leg := r.call.leg(r.call.parts()[by].Leg); k == KJoinFailed && ch != nil && leg != nil && leg.In {
		ch.joined = false
		w.feed(r, JoinFailed{Leg: leg.ID, Why: "refused"})
	}
}

// veryLate says once more that legs were answered that are long gone.
func (w *world) veryLate(r *run) {
	for i := 1; i <= r.call.Dials; i++ {
		if ch := w.channels[legID(r.call.ID, i)]; ch != nil && ch.gone {
			w.feed(r, LegUp{Leg: ch.id})
		}
	}
}

// odd feeds an input that nobody expects; commands must come from who may give them.
func (w *world) odd(r *run, in Input) {
	if _, ok := commander(in); ok {
		w.commanded(r, in)
		return
	}
	switch in := in.(type) {
	case Recalled:
		if !r.working && len(r.box)+len(r.todo) == 0 && r.call.State != Recalling {
			_ = w.take(r, in)
		}
	case NoRecall, MessageBegan:
		if r.call.State != Recalling && r.call.State != Farewell {
			w.feed(r, in)
		}
	case PhoneLost:
		_, mine := r.call.parts()[in.Agent]
		if w.person(in.Agent).a.Phone.Device == agent.Desk || !mine {
			w.feed(r, in)
		}
	case LegUp:
		if ch := w.channels[in.Leg]; in.Leg == r.caller.id && !r.call.Outbound || ch != nil && ch.gone && ch.agent != nil {
			w.feed(r, in)
		}
	case LegRinging:
		if ch := w.channels[in.Leg]; ch == nil || ch.gone {
			w.feed(r, in)
		}
	default:
		w.feed(r, in)
	}
}

// pressesHold is a desk phone's hold key; nobody holds for ever.
func (w *world) pressesHold(ch *channel) {
	if ch == nil || ch.agent.a.Phone.Device != agent.Desk || ch.state != Up || ch.gone || ch.deaf {
		return
	}
	w.keyed(ch, !ch.holds)
	w.after(w.upTo(5*time.Second), func() { w.keyed(ch, false) })
}

// keyed puts a phone's hold key there. The switch tells the other in the bridge, by music of its own, if they are two.
func (w *world) keyed(ch *channel, on bool) {
	if ch.holds == on || ch.gone {
		return
	}
	ch.holds = on
	var others []*channel
	for _, o := range w.ofCall(ch.run) {
		if o != ch && o.joined && ch.joined {
			others = append(others, o)
		}
	}
	for _, o := range others {
		o.soothed = on && len(others) == 1
	}
	w.fact(ch, PhoneHold{Leg: ch.id, On: on})
}
