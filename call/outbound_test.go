package call

import (
	"fmt"
	"slices"
	"time"

	"switchroom/agent"
)

// dialOut is an agent who calls a customer, or a colleague.
func (w *world) dialOut() {
	if w.closing || w.down {
		return
	}
	p := pick(w, w.agents)
	if ok, _ := p.a.Claimable(w.now, agent.Dialling, ""); !ok && w.chance(.95) {
		return
	}
	w.names++
	id := fmt.Sprintf("c%d", w.names)
	in := Place{
		ID: id, Node: "n1", Service: "acme", Queue: "help", Scenario: w.scenario(), Agent: p.a.ID, Device: p.a.Phone.Device, Endpoint: p.a.Phone.Endpoint,
		To: Party{Number: "+8210" + id}, CallerID: "+822", Ways: []string{"one", "two"}[w.rng.IntN(2):],
	}
	if w.chance(.3) {
		in.Queue = NoQueue
	}
	if w.chance(.3) {
		colleague := w.aimedAt(p.a.ID)
		in.Colleague, in.To, in.CallerID, in.Ways, in.Queue = &colleague, Party{Number: "1", Name: colleague.Agent}, "", nil, NoQueue
	}
	r := &run{caller: &channel{id: id + "-n1", gone: true}}
	r.caller.run, r.call.ID = r, id
	w.channels[r.caller.id] = r.caller
	if p.a.Phone.Device == agent.Desk && w.chance(.5) { // on the phone itself
		in.Leg = "own-" + id
		w.hangupAt(w.dialsOn(r, p, in.Leg), w.between(100*time.Millisecond, 40*time.Second), 16)
	}
	if err := w.take(r, in); err != nil { // taken by another call meanwhile
		delete(w.channels, r.caller.id)
		r.shutdown = true
		w.notTaken(r, in.Leg)
		return
	}
	w.runs = append(w.runs, r)
	w.work(r)
}

// dialsOn is an agent who dials on the phone itself.
func (w *world) dialsOn(r *run, p *person, id string) *channel {
	ch := &channel{id: id, run: r, agent: p, state: Up, own: true}
	w.channels[id] = ch
	r.own = append(r.own, ch)
	return ch
}

// notTaken gives the channel of an agent who dialled back to the dialplan.
func (w *world) notTaken(r *run, id string) {
	delete(w.channels, id)
	r.own = slices.DeleteFunc(r.own, func(ch *channel) bool { return ch.id == id })
}

// secondLine is an agent in a call who dials on the second line of the desk phone, which holds the first one, mostly before that.
func (w *world) secondLine(r *run, p *person) {
	a := r.call.Agent
	if w.down || w.closing || r.shutdown || r.working || len(r.box)+len(r.todo) > 0 || a == nil || a.Agent != p.a.ID || p.a.Phone.Device != agent.Desk {
		return
	}
	first := w.channels[a.Leg]
	if first == nil || first.gone {
		return
	}
	w.keyed(first, w.chance(.8))
	w.names++
	id := fmt.Sprintf("own%d-%s", w.names, r.call.ID)
	second := w.dialsOn(r, p, id)
	in := Consult{Agent: p.a.ID, To: w.aimed(p.a.ID), Leg: id}
	if err := w.take(r, in); err != nil {
		w.notTaken(r, id)
		return
	}
	w.work(r)
	w.hangupAt(second, w.upTo(40*time.Second), pick(w, []int{16, 16, 16, 44}))
	w.after(w.upTo(2*time.Second), func() { w.turns(r, first, second) })
}

// turns is what the agent does with the two lines: speaks on the one, the other, or both, or ends one.
func (w *world) turns(r *run, first, second *channel) {
	if w.closing || first.gone || second.gone {
		return
	}
	switch x := w.rng.Float64(); {
	case x < .3:
		w.keyed(second, true)
		w.keyed(first, false)
	case x < .6:
		w.keyed(first, true)
		w.keyed(second, false)
	case x < .7:
		w.keyed(first, false)
		w.keyed(second, false)
	case x < .8:
		w.keyed(first, true)
		w.keyed(second, true)
	case x < .85:
		w.hangup(first, pick(w, []int{16, 16, 44}))
	case x < .9:
		w.hangup(second, pick(w, []int{16, 16, 44}))
	case x < .93: // the phone's transfer key
		by := second.agent.a.ID
		if a := r.call.Agent; a != nil && a.Second == second.id && !r.working && len(r.box)+len(r.todo) == 0 {
			w.commanded(r, Complete{Agent: by, ByKey: true})
			for _, line := range []*channel{first, second} {
				line.leaving = true
				w.hangupAt(line, w.upTo(3*time.Second), 16)
			}
		}
	}
	w.after(w.upTo(2*time.Second), func() { w.turns(r, first, second) })
}

// callOut makes the customer's leg: in the bridge before it is rung. The id must be new for ever.
func (w *world) callOut(r *run, e CallOut) {
	w.must(!w.dialled[e.Leg], "customer %s was called twice", e.Leg)
	w.dialled[e.Leg] = true
	w.must(e.Way != "" && e.CallerID != "", "call out %+v", e)
	ch := &channel{id: e.Leg, run: r, state: Dialing, joined: e.Bridge != ""}
	w.channels[e.Leg] = ch
	if r.call.State == DialingOut || e.Leg == r.call.Customer.ID {
		w.must(e.Bridge == r.call.Bridge() && r.call.Outbound, "call out %+v", e)
		r.caller = ch
	} else {
		ch.far = true
		w.must(r.call.End != nil || e.Bridge == "" || e.Bridge == r.call.Bridge(), "call out %+v", e)
	}
	w.after(e.Timeout, func() {
		if ch.state != Up {
			w.hangup(ch, 19)
		}
	})
	w.after(w.upTo(300*time.Millisecond), func() { w.customerReacts(ch) })
	if w.chance(.15) {
		w.after(w.upTo(2*time.Second), func() {
			if r.call.Agent != nil {
				w.pressesHold(w.channels[r.call.Agent.Leg])
			}
		})
	}
}

func (w *world) customerReacts(ch *channel) {
	switch x := w.rng.Float64(); {
	case x < .1:
		w.hangup(ch, pick(w, []int{17, 21, 1, 28}))
	case x < .25:
		w.hangup(ch, pick(w, []int{34, 38, 58, 20, CauseTrunkFull}))
	case x < .3: // no word, for ever
	default:
		w.rings(ch)
		switch x := w.rng.Float64(); {
		case x < .1:
			w.hangupAt(ch, w.upTo(8*time.Second), pick(w, []int{17, 19, 21}))
		case x < .15: // rings on
		default:
			w.after(w.upTo(4*time.Second), func() {
				if !ch.gone && ch.state != Up {
					ch.answered = true
					w.picksUp(ch)
					w.hangupAt(ch, w.upTo(90*time.Second), 16)
				}
			})
		}
	}
}
