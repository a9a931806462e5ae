package call

import (
	"errors"
	"fmt"
	"slices"
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
	if slices.ContainsFunc(r.own, func(ch *channel) bool { return ch.id == id }) {
		return true
	}
	for i := 1; i <= r.call.Outs; i++ {
		if id == r.call.ID+"-n"+strconv.Itoa(i) {
			return true
		}
	}
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
	if w.names%29 == 0 {
		in.Closing = &Closing{Message: "closed"}
	}
	if w.chance(.05) {
		in.Waiting = w.now.Add(-w.upTo(time.Minute)) // see rescuedEarlier
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
		Pickup: w.between(2*time.Second, 12*time.Second), Music: pick(w, []string{"default", "jazz"}), AnswerNow: w.chance(.5), MissLimit: w.rng.IntN(3), OverflowEmpty: w.chance(.5),
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
		if w.mood.chatty {
			d /= 4
		}
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
	if w.mood.chatty {
		d = w.upTo(300 * time.Millisecond)
	}
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
	by, _ := commander(in)
	_, mine := r.call.parts()[by]
	err := w.take(r, in)
	var e *Error
	var taken *agent.Error
	w.must(err == nil || errors.As(err, &e) || errors.As(err, &taken), "a command was refused with %v", err)
	w.must(err != nil || mine, "%s%+v was taken from a stranger", in.Kind(), in)
	w.work(r)
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
	if w.mood.chatty {
		d = w.between(10*time.Second, time.Minute)
		w.after(w.upTo(200*time.Millisecond), func() { w.handles(ch) })
	}
	for range w.rng.IntN(5) {
		w.after(w.upTo(d), func() { w.handles(ch) })
	}
	if w.chance(.5) {
		w.hangupAt(ch, d, 16)
		return
	}
	w.after(d, func() { w.commanded(ch.run, Hangup{Agent: by}) })
}

// handles is an agent who does something with the call: what is possible, mostly.
func (w *world) handles(ch *channel) {
	by, r := ch.agent.a.ID, ch.run
	possible := r.call.Possible(by)
	if len(possible) == 0 || r.shutdown {
		return
	}
	k := pick(w, possible)
	deeper := slices.DeleteFunc(slices.Clone(possible), func(k Kind) bool { return !slices.Contains(intoDepth, k) })
	switch {
	case w.mood.chatty && len(deeper) > 0 && w.chance(.8):
		k = pick(w, deeper)
	case w.mood.chatty && w.chance(.9):
		k = KMute // and waits for the other
	}
	if k != KHangup && k != KDecline {
		w.commanded(r, w.order(by, k))
	}
	if w.chance(.95) {
		w.after(w.upTo(400*time.Millisecond), func() { w.handles(ch) })
	}
}

// intoDepth are the commands that lead to the states that calls seldom come into.
var intoDepth = []Kind{KHold, KConsult, KConsult, KSwap, KSwap, KConfer}

// order makes a command.
func (w *world) order(by string, k Kind) Input {
	switch k {
	case KAnswer:
		return Answer{by}
	case KDecline:
		return Decline{by}
	case KHangup:
		return Hangup{by}
	case KRejoin:
		return Rejoin{by}
	case KMute:
		return Mute{by, w.chance(.5)}
	case KDigits:
		return Digits{by, "1#"}
	case KHold:
		return Hold{by}
	case KResume:
		return Resume{by}
	case KTransfer:
		return Transfer{by, w.aimed(by)}
	case KConsult:
		return Consult{Agent: by, To: w.aimed(by)}
	case KComplete:
		return Complete{Agent: by}
	case KCancel:
		return Cancel{by}
	case KSwap:
		return Swap{by}
	case KConfer:
		return Confer{by}
	}
	return ForceDisconnect{Agent: by, Reason: "abuse"}
}

// aimed is a target: a colleague, free or not, or a queue.
func (w *world) aimed(by string) Target {
	t := Target{Kind: ToAgent, By: Party{Number: "1", Name: by}}
	if w.chance(.25) {
		s := w.scenario()
		t.Kind, t.Queue, t.Scenario = ToQueue, pick(w, []string{"help", "other"}), &s
		return t
	}
	if w.chance(.25) {
		return Target{Kind: ToNumber, Number: "+8299", CallerID: "+822", Ways: []string{"one", "two"}[w.rng.IntN(2):], By: t.By}
	}
	return w.aimedAt(by)
}

// aimedAt is a colleague, free or not.
func (w *world) aimedAt(by string) Target {
	t := Target{Kind: ToAgent, By: Party{Number: "1", Name: by}}
	if w.chance(.3) {
		t.Way = agent.ByNumber
	}
	p := pick(w, w.agents)
	for range 3 {
		if ok, _ := p.a.Claimable(w.now, t.Way, ""); ok && p.a.ID != by {
			break
		}
		p = pick(w, w.agents)
	}
	t.Participant = Participant{Agent: p.a.ID, Device: p.a.Phone.Device, Endpoint: p.a.Phone.Endpoint}
	return t
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

// route is a simple routing: the first caller of the queue, any agent who did not miss this call just now. Sometimes it is
// out of date, and the claim must be refused.
func (w *world) route() {
	if w.down || w.closing {
		return
	}
	var first *run
	for _, r := range w.runs {
		if _, waits := r.call.Waiting(); waits && !r.working && len(r.box) == 0 && (first == nil || r.call.Place() < first.call.Place()) {
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

// closes is a service that closes while its callers wait.
func (w *world) closes() ServiceClosed {
	switch x := w.rng.Float64(); {
	case x < .4:
		return ServiceClosed{Closing: &Closing{Message: "closed", Time: w.between(time.Second, 20*time.Second)}}
	case x < .8:
		return ServiceClosed{Queue: "night", Service: "other", Scenario: new(w.scenario())}
	}
	return ServiceClosed{}
}
