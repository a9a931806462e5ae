package e2e

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/ari"
	"switchroom/call"
	"switchroom/lab/phone"
)

// trouble is something outside the controller that goes wrong, and comes right again. People go on acting in between.
type trouble struct {
	begin, end func(h *house)
}

var nothing = func(*house) {}

// troubleLasts is about as long as a restart or a switched network takes; longer than the controller's retries, shorter than its rescue timer.
const troubleLasts = 2 * time.Second

func TestRedisIsKilledAndRestartedInEachStateAndEveryCallGoesOn(t *testing.T) {
	t.Parallel()
	throughTrouble(t, options{}, trouble{
		begin: func(h *house) { h.redis.Kill() },
		end: func(h *house) {
			if err := h.redis.Restart(context.WithoutCancel(h.Context())); err != nil {
				h.Fatal(err)
			}
		},
	})
}

func TestTheConnectionToAsteriskIsCutInEachStateAndEveryCallGoesOn(t *testing.T) {
	t.Parallel()
	throughTrouble(t, options{proxied: true}, trouble{begin: func(h *house) { h.proxy.cut() }, end: nothing})
}

func TestAsteriskCannotBeReachedForAWhileInEachStateAndEveryCallGoesOn(t *testing.T) {
	t.Parallel()
	throughTrouble(t, options{proxied: true}, trouble{begin: func(h *house) { h.proxy.unplug() }, end: func(h *house) { h.proxy.pass() }})
}

func TestAsteriskIsSilentForAWhileInEachStateAndEveryCallGoesOn(t *testing.T) {
	t.Parallel()
	throughTrouble(t, options{proxied: true}, trouble{begin: func(h *house) { h.proxy.swallow() }, end: func(h *house) { h.proxy.pass() }})
}

func TestAllThatAsteriskSaysComesTwoSecondsLateInEachStateAndEveryCallGoesOn(t *testing.T) {
	t.Parallel()
	throughTrouble(t, options{proxied: true}, trouble{begin: func(h *house) { h.proxy.slow(2 * time.Second) }, end: func(h *house) { h.proxy.pass() }})
}

// throughTrouble plays an inbound call through trouble that begins in each of its states; whoever acts, acts in the middle of it.
func throughTrouble(t *testing.T, opt options, tr trouble) {
	opt.detector = always
	opt.sales = func(s *call.Scenario) { s.Pickup = 20 * time.Second }
	h := newHouse(t, opt)
	for _, line := range []string{"feed cannot be read", "write the phone accounts; will try again", "Stasis app 'switchroom' not active", brokenSocket} {
		h.expect(line)
	}
	h.maySilence = troubleLasts + 2*time.Second // an agent's hangup is heard of, or can be saved, only once the trouble is over
	carla := h.desk("carla").login()
	carla.page.patient = true
	var customer *customer
	var leg *phone.Call
	arrives := func() {
		t.Helper()
		customer = h.customer("0301234567").dials("1000").isAnswered().hearsMusic()
	}
	rings := func() {
		t.Helper()
		carla.does(phone.RingForever()).choose(agent.Ready)
		h.until(patience, "carla's phone rings", func(contextT) (bool, string) { leg = carla.ringing(); return leg != nil, "" })
	}
	// Who answers while nobody listens to Asterisk is hung up on, since Stasis has nobody to give the leg to, and is rung again.
	answers := func() {
		t.Helper()
		ctx, cancel := h.limit(soon)
		defer cancel()
		if err := leg.Answer(ctx); err != nil && !errors.Is(err, phone.ErrEnded) {
			t.Fatal(err)
		}
		carla.does(phone.AnswerAfterRinging(50 * time.Millisecond))
	}
	talk := func() {
		t.Helper()
		customer.waitsFor(patience, "hears carla", func(ctx contextT) error { return customer.call.WaitTone(ctx, carla.tone) })
		leg = carla.lastLeg()
		h.talk(customer, carla, leg)
	}
	over := func() {
		t.Helper()
		carla.seesWithin(patience, "is in ticket processing", func(v view) bool {
			return v.Status.Code == agent.ShowBusiness && v.Status.Reason == agent.ReasonTicketProcessing
		})
		h.settled()
	}
	// amid makes trouble while something is done.
	amid := func(what string, act func()) {
		t.Helper()
		t.Log(what)
		tr.begin(h)
		mended := time.Now().Add(troubleLasts)
		act()
		time.Sleep(time.Until(mended))
		tr.end(h)
	}
	hangUp := func() { customer.hangsUp() }

	amid("before the call", func() {})
	h.control.waitReady()
	arrives()
	amid("while the customer waits", func() {})
	rings()
	amid("while the phone rings", answers)
	talk()
	amid("while they talk", func() { talk() })
	talk()
	amid("while the customer hangs up", hangUp)
	over()
	if n := h.tickets(); n != 1 {
		t.Errorf("there are %d tickets", n)
	}

	arrives()
	rings()
	amid("while the caller gives up", hangUp)
	carla.seesWithin(patience, "is Ready again", func(v view) bool { return v.Status.Code == agent.ShowReady && v.Call == nil })
	ended(h, leg)
	carla.choose(agent.Business)

	arrives()
	rings()
	answers()
	talk()
	amid("while the agent hangs up", func() {
		carla.does(phone.AnswerAfterRinging(50 * time.Millisecond)) // whose hangup nobody heard is taken for lost, and called back
		carla.hangsUp(leg)
	})
	h.until(patience, "the call is over, or carla is called back", func(ctx contextT) (bool, string) {
		calls := h.calls(ctx)
		return len(calls) == 0 || carla.lastLeg() != leg && carla.lastLeg().State() == phone.StateUp, leg.String()
	})
	if last := carla.lastLeg(); last != leg && last.State() == phone.StateUp {
		t.Log("carla was called back")
		leg = last
		talk()
		customer.hangsUp()
	}
	over()
	if n := h.tickets(); n != 2 {
		t.Errorf("there are %d tickets", n)
	}
}

func TestAsteriskIsKilledAndRestartedInEachStateAndAgentsAreFreeForNewCalls(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	carla := h.desk("carla").login()
	carla.page.patient = true
	restart := func() {
		t.Helper()
		h.asterisk.Kill()
		h.restartAsterisk()
	}
	works := func() {
		t.Helper()
		h.settled()
		carla.choose(agent.Ready)
		customer := h.customer("0307654321").dials("1000")
		leg := carla.answers(carla.ringsWithin(patience))
		h.talk(customer, carla, leg)
		customer.hangsUp()
		carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
		h.settled()
	}
	t.Log("while the customer waits")
	h.customer("0301234567").dials("1000").hearsMusic()
	restart()
	works()

	t.Log("while the phone rings")
	carla.choose(agent.Ready)
	h.customer("0301234567").dials("1000")
	carla.rings()
	carla.shows(agent.ShowRinging, "")
	restart()
	carla.seesWithin(patience, "is Ready again", func(v view) bool { return v.Status.Code == agent.ShowReady && v.Call == nil })
	works()

	t.Log("while they talk")
	carla.choose(agent.Ready)
	customer := h.customer("0301234567").dials("1000")
	h.talk(customer, carla, carla.answers(carla.rings()))
	restart()
	carla.seesWithin(patience, "is in ticket processing", func(v view) bool {
		return v.Status.Code == agent.ShowBusiness && v.Status.Reason == agent.ReasonTicketProcessing && v.Call == nil
	})
	works()
}

// restartAsterisk starts an Asterisk that died. Whoever was in a call is gone, and the desk phones register again.
func (h *house) restartAsterisk() {
	h.Helper()
	if err := h.asterisk.Restart(context.WithoutCancel(h.Context())); err != nil {
		h.Fatal(err)
	}
	for _, c := range h.customers {
		c.mayHearNothing = true
		_ = c.phone.Close()
	}
	h.control.waitReady()
	for _, d := range h.desks {
		d.plugIn()
	}
}

func TestACallerWhoComesWhileNoControllerIsThereHearsMusicAndIsServedOnceItIsBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	h.expect("Stasis app 'switchroom' not active")
	carla := h.desk("carla").ready()
	h.control.kill()
	h.until(soon, "Asterisk knows that the controller is gone", func(ctx contextT) (bool, string) {
		_, err := h.ari.Applications().Get(ctx, "switchroom")
		return ari.IsNotFound(err), fmt.Sprint(err)
	})
	customer := h.customer("0301234567").dials("1000").isAnswered().hearsMusic()
	h.control.start()
	leg := carla.ringsWithin(patience)
	h.talk(customer, carla, carla.answers(leg))
}

func TestACallerInsideIsRescuedByTheDialplanWhenTheControllerStaysAwayAndKeepsThePlace(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{rescue: 6 * time.Second})
	h.expect("Stasis app 'switchroom' not active")
	carla := h.desk("carla").login()
	first := h.customer("0300000001").dials("1000").hearsMusic()
	time.Sleep(4 * time.Second) // the controller renews the rescue timer at a third of it
	h.control.kill()
	// The first caller's timer runs out; the dialplan takes over with music and tries again and again.
	h.until(15*time.Second, "the first caller is back in the dialplan", func(ctx contextT) (bool, string) {
		channels, err := h.ari.Channels().List(ctx)
		if err != nil {
			return false, err.Error()
		}
		for _, ch := range channels {
			if ch.Dialplan.AppName == "Stasis" {
				return false, ch.Name + " is in Stasis"
			}
		}
		return len(channels) == 1, fmt.Sprint(len(channels), " channels")
	})
	second := h.customer("0300000002").dials("1000").isAnswered().hearsMusic()
	first.hearsMusic()
	h.control.start()
	h.until(soon, "both are in the queue again", func(ctx contextT) (bool, string) { return len(h.calls(ctx)) == 2, "" })
	carla.choose(agent.Ready)
	leg := carla.rings()
	if leg.FromUser() != "0300000001" {
		t.Errorf("%s is served first", leg.FromUser())
	}
	h.talk(first, carla, carla.answers(leg))
	second.hangsUp()
}
