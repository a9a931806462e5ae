package e2e

import (
	"context"
	"fmt"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/lab/phone"
)

// Calls between colleagues, and a desk phone's second line, with the controller killed at each point. See crash_test.go.

var lineStories = []story{
	{
		name: "a colleague is called", sales: call.Scenario{Pickup: 8 * time.Second}, carla: phone.RingForever(), obeys: true,
		play: func(r *crashRun) {
			r.customer = r.outside // nobody is called there
			r.customer.call = nil
			r.dora.choose(agent.Ready)
			if r.callsColleague() {
				r.until1(r.carla, call.KHangup, nil, gone)
			}
			r.endsIn(r.carla, agent.ShowBusiness, "")
			r.endsIn(r.dora, agent.ShowReady, "")
			if n := r.house.tickets() - r.tickets; n != 0 {
				r.Errorf("%d tickets for a call without a customer", n)
			}
		},
	},
	{
		name: "second line, swapped and connected by the phone's keys", sales: call.Scenario{Pickup: 8 * time.Second, AnswerNow: true}, carla: answersSoon,
		play: func(r *crashRun) {
			r.talks()
			first := r.carla.lastLeg()
			r.dora.choose(agent.Ready)
			r.carla.holds(first, true)
			r.hearsMusic()
			second := r.secondLine()
			r.carla.holds(second, true)
			r.carla.holds(first, false)
			r.hearsAgent(r.carla)
			r.pressesTransfer(first, second)
			r.hearsAgent(r.dora)
			r.endsIn(r.carla, agent.ShowBusiness, agent.ReasonTicketProcessing)
			r.overWith(r.dora)
		},
	},
	{
		name: "second line, hung up", sales: call.Scenario{Pickup: 8 * time.Second, AnswerNow: true}, carla: answersSoon,
		play: func(r *crashRun) {
			r.talks()
			first := r.carla.lastLeg()
			r.dora.choose(agent.Ready)
			r.carla.holds(first, true)
			r.hearsMusic()
			r.carla.hangsUp(r.secondLine())
			r.endsIn(r.dora, agent.ShowReady, "")
			r.carla.holds(first, false)
			r.hearsAgent(r.carla)
			r.overWith(r.carla)
		},
	},
}

// callsColleague has carla call dora until they hear each other. The controller may die of it: then carla is free again, and may try once more.
func (r *crashRun) callsColleague() (ok bool) {
	r.Helper()
	ctx, cancel := r.limit(patience)
	defer cancel()
	if _, err := r.carla.page.dialUp(ctx, "2002", ""); err != nil && !away(err) {
		r.Fatalf("dial up: %v", err)
	}
	began := time.Now()
	r.until(patience, "carla and dora hear each other, or carla is free again", func(ctx context.Context) (bool, string) {
		a, b := r.carla.lastLeg(), r.dora.lastLeg()
		ok = a != nil && b != nil && a.Hears(r.dora.tone) && b.Hears(r.carla.tone)
		return ok || isFree(r.carla) && len(r.calls(ctx)) == 0 && time.Since(began) > 2*time.Second, fmt.Sprint(a, b)
	})
	return ok
}

// secondLine has carla dial dora on the second line until they hear each other. What comes to nothing because there is no controller is dialled again.
func (r *crashRun) secondLine() (line *phone.Call) {
	r.Helper()
	r.until(2*patience, "carla and dora hear each other", func(ctx context.Context) (bool, string) {
		over := line == nil
		if line != nil {
			_, over = line.Ended()
		}
		if over {
			var err error
			if line, err = r.carla.phone.Invite(ctx, "2002", phone.InviteOpts{}); err != nil {
				return false, err.Error()
			}
		}
		b := r.dora.lastLeg()
		return b != nil && line.Hears(r.dora.tone) && b.Hears(r.carla.tone), fmt.Sprint(line, b)
	})
	return line
}

// pressesTransfer connects the two lines, and presses again where nobody was there to hear of it.
func (r *crashRun) pressesTransfer(first, second *phone.Call) {
	r.Helper()
	var pressed time.Time
	r.until(patience, "carla's lines are connected", func(ctx context.Context) (bool, string) {
		_, over := first.Ended()
		if !over && time.Since(pressed) > 2*time.Second {
			pressed = time.Now()
			if err := first.ReferAttended(ctx, second); err != nil {
				return false, err.Error()
			}
		}
		return over, ""
	})
}
