package call

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"switchroom/agent"
)

// person is an agent: the live record, and what their phone does.
type person struct {
	a    agent.Agent
	told time.Time // when the last word about the phone arrives
}

func legID(call string, n int) string { return call + "-a" + strconv.Itoa(n) }

func isLegOf(r *run, id string) bool {
	for i := 1; i <= r.call.Dials; i++ {
		if id == legID(r.call.ID, i) {
			return true
		}
	}
	return false
}

func (w *world) person(id string) *person {
	for _, p := range w.agents {
		if p.a.ID == id {
			return p
		}
	}
	w.must(false, "nobody is called %q", id)
	return nil
}

func (w *world) hire(i int) {
	p := &person{a: agent.Agent{ID: fmt.Sprintf("agent%d", i)}}
	device := agent.WebRTC
	if i%2 == 1 {
		device = agent.Desk
	}
	w.agents = append(w.agents, p)
	w.tell(p, agent.Login{Default: agent.Business, Profile: agent.Profile{
		Name: p.a.ID, CTI: p.a.ID, Queues: []string{"help"}, Phone: agent.Phone{Device: device, Endpoint: "phone" + p.a.ID, Number: strconv.Itoa(100 + i)},
	}})
	w.tell(p, agent.PhoneChanged{Reachable: true})
	w.tell(p, agent.Choose{Status: agent.Ready})
}

// tell applies an input to an agent's record; its refusals are the agent's problem.
func (w *world) tell(p *person, in agent.Input) {
	if a, err := p.a.Apply(w.now, in); err == nil {
		p.a = a
		w.tickAt(p)
	}
}

func (w *world) tickAt(p *person) {
	if d := p.a.Deadline(); !d.IsZero() {
		w.must(d.After(w.now), "agent %s has a deadline in the past", p.a.ID)
		w.at(d, func() { w.tell(p, agent.Tick{}) })
	}
}

// callIn is a customer who calls.
func (w *world) callIn() {
	if w.closing || w.down {
		return
	}
	w.names++
	id := fmt.Sprintf("c%d", w.names)
	in := Enter{
		ID: id, Node: "n1", Channel: "caller-" + id, Service: "acme", Queue: "help", Caller: Party{Number: "+8210" + id}, Called: "1588",
		Answered: w.chance(.2), Scenario: w.scenario(),
	}
	if w.chance(.03) {
		in.Refuse = "inbound_off"
	}
	if w.chance(.05) {
		in.Waiting = w.now.Add(-w.upTo(time.Minute))
	}
	r := &run{caller: &channel{id: in.Channel, state: Up, answered: in.Answered, ringing: !in.Answered, rescue: true}}
	r.caller.run, r.call.ID = r, id
	w.channels[in.Channel] = r.caller
	w.runs = append(w.runs, r)
	w.feed(r, in)
	w.hangupAt(r.caller, w.upTo(90*time.Second), 16)
}

func (w *world) scenario() Scenario {
	s := Scenario{
		Pickup: w.between(2*time.Second, 12*time.Second), Music: "default", AnswerNow: w.chance(.5), MissLimit: w.rng.IntN(3), OverflowEmpty: w.chance(.5),
		Priority: w.rng.IntN(2),
	}
	if w.chance(.5) {
		s.MaxWait = w.between(5*time.Second, time.Minute)
	}
	if w.chance(.5) {
		s.WrapUp = w.upTo(10 * time.Second)
	}
	return s
}

// phoneReacts decides what the rung phone does.
func (w *world) phoneReacts(ch *channel) {
	x := w.rng.Float64() / w.mood.badPhone
	switch {
	case !ch.agent.a.Phone.Reachable:
		w.hangupAt(ch, w.upTo(200*time.Millisecond), 20)
	case x < .25:
		w.hangupAt(ch, w.upTo(200*time.Millisecond), 17)
	case x < .5:
		w.hangupAt(ch, w.upTo(time.Second), pick(w, []int{0, 18, 19, 20, 27, 38}))
	case x < .75: // no word, for ever
	case ch.auto && w.chance(.7):
		if w.chance(.5) {
			w.after(w.upTo(100*time.Millisecond), func() { w.rings(ch) })
		}
		w.after(w.between(100*time.Millisecond, 2*time.Second), func() { w.picksUp(ch) })
	default:
		d := w.upTo(400 * time.Millisecond)
		if w.chance(.1) {
			d = w.upTo(8 * time.Second)
		}
		w.after(d, func() { w.rings(ch); w.decides(ch) })
	}
}

func (w *world) rings(ch *channel) {
	if !ch.gone && ch.state == Dialing && !ch.deaf {
		ch.state = Rings
		w.fact(ch, LegRinging{Leg: ch.id})
	}
}

func (w *world) picksUp(ch *channel) {
	if !ch.gone && ch.state != Up && !ch.deaf {
		ch.state = Up
		w.fact(ch, LegUp{Leg: ch.id})
	}
}

// decides is what the agent does with a ringing phone.
func (w *world) decides(ch *channel) {
	d := w.between(200*time.Millisecond, 6*time.Second)
	by := ch.agent.a.ID
	switch x := w.rng.Float64(); {
	case x < .4:
		w.after(d, func() { w.picksUp(ch) })
	case x < .78:
		w.after(d, func() {
			w.commanded(ch.run, Answer{Agent: by})
			if w.chance(.3) { // impatient: the handset too
				w.after(w.upTo(300*time.Millisecond), func() { w.picksUp(ch) })
			}
		})
	case x < .84:
		w.after(d, func() { w.commanded(ch.run, Decline{Agent: by}) })
	case x < .9:
		w.hangupAt(ch, d, pick(w, []int{17, 18, 20, 21}))
	}
}

// commanded gives a command; who may not give it must be refused, and nothing may change.
func (w *world) commanded(r *run, in Input) {
	if w.down || r.shutdown {
		return
	}
	if r.working || len(r.box) > 0 || len(r.todo) > 0 {
		w.feed(r, in)
		return
	}
	mine := r.call.Agent != nil && r.call.Agent.Agent == commanderOf(in)
	err := w.take(r, in)
	var e *Error
	w.must(err == nil || errors.As(err, &e), "a command was refused with %v", err)
	w.must(err != nil || mine, "%s%+v was taken from a stranger", in.Kind(), in)
	w.work(r)
}

func commanderOf(in Input) string {
	switch in := in.(type) {
	case Answer:
		return in.Agent
	case Decline:
		return in.Agent
	case Hangup:
		return in.Agent
	case Rejoin:
		return in.Agent
	}
	return ""
}

// talks is what becomes of a conversation.
func (w *world) talks(ch *channel) {
	by, d := ch.agent.a.ID, w.upTo(10*time.Second)
	if w.chance(.1) {
		d = w.upTo(50 * time.Millisecond) // at once, before anybody knows that they talk
	}
	if w.chance(w.mood.vanish) {
		switch x := w.rng.Float64(); {
		case x < .4:
			w.hangupAt(ch, d, pick(w, []int{0, 20, 27, 38, 41, 42, 44, 102}))
		case x < .8:
			w.after(d, func() { w.reload(ch.agent) })
		default:
			w.after(d, func() { w.commanded(ch.run, Rejoin{Agent: by}) })
		}
		return
	}
	if w.chance(.5) {
		w.hangupAt(ch, d, 16)
		return
	}
	w.after(d, func() { w.commanded(ch.run, Hangup{Agent: by}) })
}

// reload is a page that goes away and comes back: its phone with it. The legs it had are deaf from now on, and the switch
// notices only when no sound has come for a while.
func (w *world) reload(p *person) {
	if !p.a.Phone.Reachable {
		return
	}
	w.tell(p, agent.PhoneChanged{Reachable: false})
	if p.a.Phone.Device == agent.WebRTC {
		for _, r := range w.runs {
			for _, ch := range w.ofCall(r) {
				if ch.agent == p && !ch.gone {
					ch.deaf = true
					w.hangupAt(ch, 15*time.Second, 44)
				}
			}
		}
	}
	w.phoneFact(p, PhoneLost{Agent: p.a.ID})
	away := w.between(300*time.Millisecond, 5*time.Second)
	if w.chance(w.mood.away) {
		away = w.upTo(time.Minute)
	}
	w.after(away, func() {
		w.tell(p, agent.PhoneChanged{Reachable: true})
		w.phoneFact(p, PhoneBack{Agent: p.a.ID})
	})
}

// phoneFact goes to the call that has the agent now; when it arrives, that may be over.
func (w *world) phoneFact(p *person, in Input) {
	if p.a.Held == nil {
		return
	}
	r := w.run(p.a.Held.Call)
	at := w.now.Add(w.upTo(10 * time.Millisecond))
	if w.chance(w.mood.late) {
		at = w.now.Add(w.upTo(2 * time.Second))
	}
	if !at.After(p.told) {
		at = p.told.Add(time.Microsecond)
	}
	p.told = at
	w.deliver(r, at, in)
}

func (w *world) run(id string) *run {
	for _, r := range w.runs {
		if r.call.ID == id {
			return r
		}
	}
	w.must(false, "no live call %s", id)
	return nil
}

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
			Answer{by}, Answer{by}, Answer{by}, Decline{by}, Hangup{by}, Rejoin{by}, Rejoin{by}, PhoneLost{by}, PhoneBack{by}, PhoneBack{by}, Nobody{},
			Deadline{}, Answer{}, Hangup{}, LegUp{Leg: legID(r.call.ID, 1)}, LegRinging{Leg: legID(r.call.ID, 1)}, LegGone{Leg: "stranger"}, LegUp{Leg: r.caller.id},
			Joined{Leg: "stranger"}, JoinFailed{Leg: "stranger"},
		})
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
	for range 1 + w.rng.IntN(4) {
		w.after(w.upTo(pick(w, []time.Duration{10 * time.Millisecond, 30 * time.Millisecond, time.Second})), func() { w.poke(r) })
	}
}

// poke is one thing that can happen now, however unlikely it is; each is as likely as the others.
func (w *world) poke(r *run) {
	if w.closing || r.shutdown {
		return
	}
	c := r.call
	ticket := w.tickets[c.ID]
	requeued := c.State == Queued || c.State == Offering || c.State == Connecting
	if ticket != "" && w.chance(map[bool]float64{true: .9, false: .1}[requeued]) {
		w.feed(r, TicketOpened{Ticket: ticket}) // said again: the request had been sent twice
		return
	}
	if c.Agent == nil {
		if w.chance(.5) {
			w.veryLate(r)
			return
		}
		w.doubt(r)
		return
	}
	by, leg, ch := c.Agent.Agent, c.Agent.Leg, w.channels[c.Agent.Leg]
	switch w.rng.IntN(12) {
	case 0:
		w.feed(r, Answer{by})
	case 1:
		w.feed(r, Hangup{by})
	case 2:
		w.feed(r, Rejoin{by})
	case 3:
		w.reload(w.person(by))
	case 4:
		w.feed(r, PhoneBack{by}) // its contact was replaced
	case 5:
		w.veryLate(r)
	case 6:
		if ch != nil {
			w.hangup(ch, pick(w, []int{16, 17, 20, 21, 44}))
		}
	case 7:
		if ch != nil && ch.state != Up {
			w.hangup(ch, 21)
		}
	case 8: // a join of a former leg is heard of only now
		if leg != legID(c.ID, 1) {
			w.feed(r, pick(w, []Input{JoinFailed{Leg: legID(c.ID, 1)}, Joined{Leg: legID(c.ID, 1)}}))
		}
	case 9: // the switch cannot join them, for good
		if ch != nil && (c.Hears == Person || ch.state == Up) {
			ch.joined, r.caller.joined = false, false
			w.feed(r, JoinFailed{Leg: leg, Why: "refused"})
		}
	case 10:
		w.feed(r, Decline{by})
	default:
		w.doubt(r)
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
	switch in := in.(type) {
	case Answer, Decline, Hangup, Rejoin:
		w.commanded(r, in)
	case PhoneLost:
		if w.person(in.Agent).a.Phone.Device == agent.Desk || r.call.Agent == nil || r.call.Agent.Agent != in.Agent {
			w.feed(r, in)
		}
	case LegUp:
		if ch := w.channels[in.Leg]; in.Leg == r.caller.id || ch != nil && ch.gone {
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

// route is a simple routing: the first caller of the queue, any agent who did not miss this call just now. Sometimes it is
// out of date, and the claim must be refused.
func (w *world) route() {
	if w.down || w.closing {
		return
	}
	var first *run
	for _, r := range w.runs {
		if r.call.Waiting() && !r.working && len(r.box) == 0 && (first == nil || r.call.Place() < first.call.Place()) {
			first = r
		}
	}
	if first == nil {
		return
	}
	loggedIn := false
	for _, p := range w.agents {
		loggedIn = loggedIn || p.a.Chosen != agent.LoggedOut
		ok, _ := p.a.Available(w.now)
		_, tooSoon := first.call.Tried(p.a.ID, w.now)
		if (!ok || tooSoon) && !w.chance(.02) {
			continue
		}
		err := w.take(first, Claimed{Agent: p.a.ID, Device: p.a.Phone.Device, Endpoint: p.a.Phone.Endpoint})
		w.must((err == nil) == ok, "claim of %s, available: %t, gave %v", p.a.ID, ok, err)
		if err == nil {
			w.work(first)
			return
		}
	}
	if !loggedIn || w.chance(.02) {
		w.feed(first, Nobody{})
	}
}
