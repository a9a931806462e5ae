package e2e

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/lab"
	"switchroom/lab/phone"
)

// talking is a house in which carla talks to a customer; dora is Ready.
func talking(t *testing.T, opt options) (h *house, customer *customer, carla, dora *desk, leg *phone.Call) {
	t.Helper()
	h = newHouse(t, opt)
	carla = h.desk("carla").ready()
	dora = h.desk("dora").login()
	customer = h.customer("0301234567").dials("1000")
	leg = carla.answers(carla.rings())
	h.talk(customer, carla, leg)
	dora.ready()
	return h, customer, carla, dora, leg
}

func TestS35_HoldPlaysMusicToTheCustomer_S36_ShowsOnHold_S37_ResumeGoesOn(t *testing.T) {
	t.Parallel()
	h, customer, carla, _, leg := talking(t, options{})
	for range 2 {
		carla.command(call.KHold)
		h.hear(customersEar(customer, musicTones()...), desksEar(carla, leg))
		if v := carla.shows(agent.ShowOnHold, ""); v.Call.State != call.Held {
			t.Errorf("the page shows the call %s", v.Call.State)
		}
		carla.command(call.KResume)
		h.hear(customersEar(customer, carla.tone), desksEar(carla, leg, customer.tone))
		carla.shows(agent.ShowOnCall, "")
	}
	if err := carla.tries(call.KResume, nil); code(err) != "wrong_state" {
		t.Errorf("resume in a conversation: %v", err)
	}
	carla.command(call.KHold)
	customer.hangsUp()
	carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
}

func TestS37_ADeskPhonesOwnHoldKeyDoesTheSame(t *testing.T) {
	t.Parallel()
	h, customer, carla, _, leg := talking(t, options{})
	carla.must("press hold", leg.Hold)
	carla.shows(agent.ShowOnHold, "")
	h.hear(customersEar(customer, musicTones()...))
	if err := carla.tries(call.KResume, nil); code(err) != "phone_holds" {
		t.Errorf("resume from the page while the phone holds: %v", err)
	}
	carla.must("release hold", leg.Resume)
	carla.shows(agent.ShowOnCall, "")
	h.hear(customersEar(customer, carla.tone), desksEar(carla, leg, customer.tone))
	customer.hangsUp()
}

func TestAMutedAgentIsNotHeardAndHearsTheCustomer(t *testing.T) {
	t.Parallel()
	h, customer, carla, _, leg := talking(t, options{})
	customer.mayHearNothing = true // that is what mute means
	carla.order(call.KMute, map[string]any{"muted": true})
	carla.sees("is muted", func(v view) bool { return v.Call != nil && v.Call.Muted })
	h.hear(customersEar(customer), desksEar(carla, leg, customer.tone))
	carla.command(call.KHold)
	h.hear(customersEar(customer, musicTones()...))
	carla.command(call.KResume)
	h.hear(customersEar(customer), desksEar(carla, leg, customer.tone))
	carla.order(call.KMute, map[string]any{"muted": false})
	h.hear(customersEar(customer, carla.tone), desksEar(carla, leg, customer.tone))
	customer.hangsUp()
}

func TestDigitsReachTheCustomersPhoneAndTheCustomersReachTheAgents(t *testing.T) {
	t.Parallel()
	h, customer, carla, _, leg := talking(t, options{})
	carla.order(call.KDigits, map[string]any{"digits": "12#"})
	customer.waits("gets the digits", func(ctx contextT) error { return customer.call.WaitDigits(ctx, "12#") })
	carla.must("get the customer's digits", func(ctx contextT) error {
		if err := customer.call.SendDTMF(ctx, "7*"); err != nil {
			return err
		}
		return leg.WaitDigits(ctx, "7*")
	})
	if err := carla.tries(call.KDigits, map[string]any{"digits": "1;rm"}); code(err) != "bad_request" {
		t.Errorf("hostile digits: %v", err)
	}
	carla.command(call.KHold)
	if err := carla.tries(call.KDigits, map[string]any{"digits": "1"}); code(err) != "wrong_state" {
		t.Errorf("digits while the customer holds, which would stop the music: %v", err)
	}
	h.hear(customersEar(customer, musicTones()...))
	customer.hangsUp()
}

func TestDigitsLeaveTheMusicToACustomerWhoseAgentsPhoneHoldsAfterASwap(t *testing.T) {
	t.Parallel()
	h, customer, carla, dora, leg := talking(t, options{})
	carla.must("press hold", leg.Hold)
	carla.shows(agent.ShowOnHold, "")
	carla.order(call.KConsult, toAgent("dora"))
	other := dora.answers(dora.rings())
	carla.sees("consults", func(v view) bool { return v.Call != nil && v.Call.State == call.Consulting })
	carla.command(call.KSwap)
	h.hear(customersEar(customer, musicTones()...), desksEar(dora, other, musicTones()...))
	if err := carla.tries(call.KDigits, map[string]any{"digits": "1#"}); code(err) != "phone_holds" {
		t.Errorf("digits to a customer who hears music: %v", err)
	}
	h.hear(customersEar(customer, musicTones()...))
	carla.must("release hold", leg.Resume)
	h.hear(customersEar(customer, carla.tone), desksEar(carla, leg, customer.tone))
	carla.order(call.KDigits, map[string]any{"digits": "1#"})
	customer.waits("gets the digits", func(ctx contextT) error { return customer.call.WaitDigits(ctx, "1#") })
	customer.hangsUp()
}

func TestS33_ForceDisconnectLetsTheCustomerHearTheMessageAlone_S34_AndEndsTheCall(t *testing.T) {
	t.Parallel()
	for _, from := range []string{"talking", "held"} {
		t.Run(from, func(t *testing.T) {
			h, customer, carla, _, leg := talking(t, options{})
			if from == "held" {
				carla.command(call.KHold)
				carla.shows(agent.ShowOnHold, "")
			}
			carla.order(call.KDisconnect, map[string]any{"reason": "threats"})
			ended(h, leg)
			carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
			customer.waits("hears the message", func(ctx contextT) error {
				for customer.call.RMS(200*time.Millisecond) < -40 || customer.call.Hears(carla.tone) || customer.call.Hears(musicTones()[0]) {
					if err := ctx.Err(); err != nil {
						return err
					}
					time.Sleep(20 * time.Millisecond)
				}
				return nil
			})
			customer.isHungUp()
		})
	}
}

func TestS34_AMessageThatIsMissingEndsTheCallAllTheSame(t *testing.T) {
	t.Parallel()
	h, customer, carla, _, _ := talking(t, options{before: func(h *house) {
		h.farewell("missing.wav")
	}})
	carla.order(call.KDisconnect, map[string]any{})
	customer.isHungUp()
	h.settled()
}

// messageTone is what the service's own message says.
const messageTone = 1300

func TestS34_TheServicesOwnMessageIsHeardWholeAndAlone_AlsoWhenTheControllerIsKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	for _, killed := range []bool{false, true} {
		t.Run(map[bool]string{false: "in peace", true: "killed"}[killed], func(t *testing.T) {
			const length = 3 * time.Second
			h, customer, carla, dora, leg := talking(t, options{detector: never, before: func(h *house) {
				file := filepath.Join(h.asterisk.PromptDir(), "goodbye.wav")
				if err := os.WriteFile(file, lab.ToneWAV(messageTone, length), 0o644); err != nil {
					h.Fatal(err)
				}
				h.farewell("goodbye.wav")
			}})
			carla.order(call.KConsult, toAgent("dora")) // the consultation ends first
			other := dora.answers(dora.rings())
			h.hear(desksEar(carla, leg, dora.tone))
			began := time.Now()
			carla.order(call.KDisconnect, map[string]any{"reason": "threats"})
			ended(h, leg)
			ended(h, other)
			h.hear(customersEar(customer, messageTone))
			if killed {
				h.control.kill()
				h.control.start()
			}
			customer.waitsFor(patience, "is hung up", func(ctx contextT) error { _, err := customer.call.WaitEnded(ctx); return err })
			if heard := customer.call.ToneTime(messageTone, began, time.Now()); heard < length-200*time.Millisecond || heard > length+200*time.Millisecond {
				t.Errorf("the customer heard %v of a message of %v", heard, length)
			}
			carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
			dora.shows(agent.ShowReady, "")
		})
	}
}
