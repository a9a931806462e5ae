package e2e

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/lab/phone"
)

// What agents do with a live call, with the controller killed at each point. See crash_test.go.

var answersSoon = phone.AnswerAfterRinging(50 * time.Millisecond)

var inCallStories = []story{
	{
		name: "hold and resume", sales: call.Scenario{Pickup: 8 * time.Second, AnswerNow: true}, carla: answersSoon,
		play: func(r *crashRun) {
			r.talks()
			r.until1(r.carla, call.KHold, nil, in(call.Held))
			r.hearsMusic()
			r.until1(r.carla, call.KResume, nil, in(call.Talking))
			r.hearsAgent(r.carla)
			r.overWith(r.carla)
		},
	},
	{
		name: "consult and connect", sales: call.Scenario{Pickup: 8 * time.Second, AnswerNow: true}, carla: answersSoon,
		play: func(r *crashRun) {
			r.consults()
			r.until1(r.carla, call.KComplete, nil, gone)
			r.hearsAgent(r.dora)
			r.endsIn(r.carla, agent.ShowBusiness, agent.ReasonTicketProcessing)
			r.overWith(r.dora)
		},
	},
	{
		name: "consult, cancel, resume", sales: call.Scenario{Pickup: 8 * time.Second, AnswerNow: true}, carla: answersSoon,
		play: func(r *crashRun) {
			r.consults()
			r.until1(r.carla, call.KCancel, nil, in(call.Held))
			r.hearsMusic()
			r.until1(r.carla, call.KResume, nil, in(call.Talking))
			r.hearsAgent(r.carla)
			r.overWith(r.carla)
			r.dora.seesWithin(patience, "is free", func(v view) bool { return v.Call == nil })
		},
	},
	{
		name: "consult, swap, conference, connect", sales: call.Scenario{Pickup: 8 * time.Second, AnswerNow: true}, carla: answersSoon,
		play: func(r *crashRun) {
			r.consults()
			r.until1(r.carla, call.KSwap, nil, in(call.Swapped))
			r.hearsAgent(r.carla)
			r.until1(r.carla, call.KConfer, nil, in(call.InConference))
			r.hearsAgent(r.carla)
			r.hearsAgent(r.dora)
			r.until1(r.carla, call.KComplete, nil, gone)
			r.hearsAgent(r.dora)
			r.overWith(r.dora)
		},
	},
	{
		name: "transfer", sales: call.Scenario{Pickup: 8 * time.Second, AnswerNow: true}, carla: answersSoon,
		play: func(r *crashRun) {
			r.talks()
			r.dora.choose(agent.Ready)
			r.until1(r.carla, call.KTransfer, toAgent("dora"), gone)
			r.until(patience, "the customer hears dora, or carla who is called back", func(context.Context) (bool, string) {
				last := time.Now().Add(-100 * time.Millisecond) // whoever it is by now, not who transferred a moment ago
				heard := r.customer.call.HeardBetween(last, time.Time{})
				return slices.Contains(heard, r.dora.tone) || slices.Contains(heard, r.carla.tone) && r.carla.view().Call != nil, fmt.Sprint(heard)
			})
			r.ticketComes()
			r.customer.hangsUp()
			for _, d := range r.desks {
				d.seesWithin(patience, "is free", func(v view) bool { return v.Call == nil })
			}
		},
	},
	{
		name: "transfer declined, called back", sales: call.Scenario{Pickup: 8 * time.Second, AnswerNow: true}, carla: answersSoon,
		play: func(r *crashRun) {
			r.talks()
			r.dora.does(phone.DeclineAfterRinging(50 * time.Millisecond)).choose(agent.Ready)
			r.until1(r.carla, call.KTransfer, toAgent("dora"), gone)
			r.dora.does(answersSoon) // should nobody remember whom to call back, the customer is the queue's first, and hers
			r.until(patience, "the customer hears somebody again", func(context.Context) (bool, string) {
				return r.customer.call.Hears(r.carla.tone) || r.customer.call.Hears(r.dora.tone), ""
			})
			r.customer.hangsUp()
			for _, d := range r.desks {
				d.seesWithin(patience, "is free", func(v view) bool { return v.Call == nil })
			}
		},
	},
	{
		name: "the customer hangs up in a consultation", sales: call.Scenario{Pickup: 8 * time.Second, AnswerNow: true}, carla: answersSoon,
		play: func(r *crashRun) {
			r.consults()
			r.customer.hangsUp()
			r.carla.seesWithin(patience, "talks to dora alone", func(v view) bool { return v.Call != nil && v.Call.Gone })
			r.until1(r.carla, call.KHangup, nil, gone)
			r.endsIn(r.carla, agent.ShowBusiness, agent.ReasonTicketProcessing)
			r.dora.seesWithin(patience, "is free", func(v view) bool { return v.Call == nil })
		},
	},
	{
		name: "forced disconnect", sales: call.Scenario{Pickup: 8 * time.Second, AnswerNow: true}, carla: answersSoon,
		play: func(r *crashRun) {
			r.talks()
			r.until1(r.carla, call.KDisconnect, map[string]any{"reason": "threats"}, gone)
			r.customer.waitsFor(patience, "is hung up", func(ctx context.Context) error { _, err := r.customer.call.WaitEnded(ctx); return err })
			r.endsIn(r.carla, agent.ShowBusiness, agent.ReasonTicketProcessing)
		},
	},
}

// dialStories are calls that carla places; her phone answers by itself when it is asked to.
var dialStories = []story{
	{
		name: "dial up, answered", sales: call.Scenario{Pickup: 8 * time.Second}, carla: phone.RingForever(), obeys: true, outside: phone.AnswerAfterRinging(600 * time.Millisecond),
		play: func(r *crashRun) {
			if r.dialsUp() {
				r.until(patience, "the customer hears carla, or carla is free again", func(context.Context) (bool, string) {
					return r.customer.call.Hears(r.carla.tone) || isFree(r.carla), ""
				})
			}
			if v := r.carla.view(); v.Call != nil {
				r.hearsAgent(r.carla)
				r.ticketComes()
				r.customer.hangsUp()
			}
			r.carla.seesWithin(patience, "is free", gone)
		},
	},
	{
		name: "dial up, busy", sales: call.Scenario{Pickup: 8 * time.Second}, carla: phone.RingForever(), obeys: true, outside: phone.Busy(),
		play: func(r *crashRun) {
			r.dialsUp()
			r.endsIn(r.carla, agent.ShowBusiness, "")
		},
	},
	{
		name: "dial up, cancelled", sales: call.Scenario{Pickup: 8 * time.Second}, carla: phone.RingForever(), obeys: true, outside: phone.RingForever(),
		play: func(r *crashRun) {
			if r.dialsUp() {
				r.until1(r.carla, call.KHangup, nil, gone)
			}
			r.endsIn(r.carla, agent.ShowBusiness, "")
		},
	},
}

// dialsUp places a call until the customer's phone rings. The controller may die of it at any point: then it is not known whether the customer was
// called, they are not called again, and it is up to the agent to try once more. ok is false where that was so.
func (r *crashRun) dialsUp() (ok bool) {
	r.Helper()
	before := r.outside.calls()
	ctx, cancel := r.limit(patience)
	defer cancel()
	var refused *refusal
	// A page that asks again, because the controller was killed before it answered, may be told that the first time counted.
	if _, err := r.carla.page.dialUp(ctx, theirNumber, ""); err != nil && !away(err) && (!errors.As(err, &refused) || refused.Code != "not_available") {
		r.Fatalf("dial up: %v", err)
	}
	r.customer = r.outside
	r.customer.call = nil
	began := time.Now()
	r.until(patience, "the customer is called, or carla is free again", func(ctx context.Context) (bool, string) {
		if n := r.outside.calls(); n > before {
			r.customer.call = r.outside.latest()
			return true, ""
		}
		// A page whose controller is away shows what was before.
		return isFree(r.carla) && len(r.calls(ctx)) == 0 && time.Since(began) > 2*time.Second, ""
	})
	if n := r.outside.calls() - before; n > 1 {
		r.Errorf("the customer was called %d times", n)
	}
	return r.customer.call != nil
}

func isFree(d *desk) bool {
	v := d.view()
	return v.Call == nil
}

// talks brings carla and the customer together.
func (r *crashRun) talks() {
	r.Helper()
	r.carla.choose(agent.Ready)
	r.callsIn()
	r.hearsAgent(r.carla)
	r.carla.seesWithin(patience, "talks", in(call.Talking))
}

// consults brings carla and dora together, while the customer hears music.
func (r *crashRun) consults() {
	r.Helper()
	r.talks()
	r.dora.choose(agent.Ready)
	r.until1(r.carla, call.KConsult, toAgent("dora"), in(call.Consulting))
	r.hearsMusic()
	r.until(patience, "carla and dora hear each other", func(context.Context) (bool, string) {
		a, b := r.carla.lastLeg(), r.dora.lastLeg()
		return a != nil && b != nil && a.Hears(r.dora.tone) && b.Hears(r.carla.tone), fmt.Sprint(a, b)
	})
}

func (r *crashRun) hearsMusic() {
	r.Helper()
	for _, hz := range musicTones() {
		r.customer.waitsFor(patience, "hears music", func(ctx context.Context) error { return r.customer.call.WaitTone(ctx, hz) })
	}
}

// overWith ends the call by the customer; the agent is in ticket processing.
func (r *crashRun) overWith(d *desk) {
	r.Helper()
	r.ticketComes()
	r.customer.hangsUp()
	r.endsIn(d, agent.ShowBusiness, agent.ReasonTicketProcessing)
}

func in(s call.State) func(view) bool {
	return func(v view) bool { return v.Call != nil && v.Call.State == s }
}

// gone: the agent has no part in the call any more.
func gone(v view) bool { return v.Call == nil }

// until1 gives a command until the page shows what it leads to. The controller that it is given to may die of it; it is given again only
// where the page still offers it.
func (r *crashRun) until1(d *desk, k call.Kind, body map[string]any, done func(view) bool) {
	r.Helper()
	var last time.Time
	r.until(patience, fmt.Sprintf("%s: %s", d.name, k), func(ctx context.Context) (bool, string) {
		v, err := d.page.view(ctx)
		if err != nil || done(v) {
			return err == nil, fmt.Sprint(err)
		}
		if v.Call != nil && slices.Contains(v.Call.Commands, k) && time.Since(last) > 200*time.Millisecond { // people do not press faster
			last = time.Now()
			err = d.page.onceWith(ctx, v.Call.ID, k, body)
		}
		return false, fmt.Sprint(v.Status, v.Call, err)
	})
}
