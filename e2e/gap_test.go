package e2e

import (
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
)

// longestGap is what a customer may hear nothing for when people and music change places.
const longestGap = 100 * time.Millisecond

// People here speak without a pause and the music never rests, so silence is a gap. The customer is held, resumed,
// transferred, and given on after a consultation, and some of it again with the phone's own keys.
//
// It stands alone, for in a crowd of houses Asterisk itself may be late.
func TestS30_S35_TheCustomerHearsNoGapOverHoldResumeTransferAndConsultation(t *testing.T) {
	h, customer, carla, dora, leg := talking(t, options{})
	from := time.Now()
	phase := func(what string) { // looks at what was heard since the last one
		t.Helper()
		to := time.Now()
		lag := clock.worst(from)
		if gap := customer.call.LongestSilence(from, to, -50); gap > longestGap+lag {
			t.Errorf("%s: the customer heard nothing for %v (the test's own clock lagged by up to %v)", what, gap, lag)
		} else {
			t.Logf("%-45s longest gap %v", what, gap.Round(time.Millisecond))
		}
		from = to.Add(-longestGap) // so that one on the border is whole in one of them
	}
	for range 3 {
		carla.command(call.KHold)
		h.hear(customersEar(customer, musicTones()...))
		phase("hold")
		carla.command(call.KResume)
		h.hear(customersEar(customer, carla.tone))
		phase("resume")
	}
	carla.must("press hold", leg.Hold)
	h.hear(customersEar(customer, musicTones()...))
	phase("the phone's own hold key")
	carla.must("release hold", leg.Resume)
	h.hear(customersEar(customer, carla.tone))
	phase("the hold key released")

	carla.order(call.KTransfer, toAgent("dora"))
	other := dora.rings()
	h.hear(customersEar(customer, musicTones()...))
	phase("blind transfer, ringing")
	dora.answers(other)
	h.hear(customersEar(customer, dora.tone), desksEar(dora, other, customer.tone))
	phase("blind transfer, answered")

	carla.choose(agent.Ready)
	dora.order(call.KConsult, toAgent("carla"))
	leg = carla.rings()
	h.hear(customersEar(customer, musicTones()...))
	phase("consultation, ringing")
	carla.answers(leg)
	h.hear(customersEar(customer, musicTones()...), desksEar(carla, leg, dora.tone))
	phase("consultation, answered")
	dora.command(call.KSwap)
	h.hear(customersEar(customer, dora.tone))
	phase("swap to the customer")
	dora.command(call.KSwap)
	h.hear(customersEar(customer, musicTones()...))
	phase("swap to the colleague")
	dora.command(call.KComplete)
	h.hear(customersEar(customer, carla.tone), desksEar(carla, leg, customer.tone))
	phase("consultation, connected")

	dora.choose(agent.Ready)
	carla.order(call.KConsult, toAgent("dora"))
	other = dora.answers(dora.rings())
	h.hear(desksEar(carla, leg, dora.tone), desksEar(dora, other, carla.tone))
	carla.command(call.KConfer)
	h.hear(customersEar(customer, carla.tone, dora.tone))
	phase("conference")
	carla.command(call.KComplete)
	h.hear(customersEar(customer, dora.tone))
	phase("the agent leaves the conference")
	customer.hangsUp()
}
