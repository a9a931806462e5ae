package e2e

import (
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/lab/phone"
)

// A desk phone's second line, with the keys that desk phones have: hold, a second call, swapping the two, transfer.

// twoLines is a house in which carla talks to a customer on her desk phone, puts them on hold by its key and dials dora on its second line.
func twoLines(t *testing.T, dora phone.Behaviour) (h *house, customer *customer, carla, other *desk, first, second *phone.Call) {
	t.Helper()
	h, customer, carla, other, first = talking(t, options{})
	if dora != nil {
		other.does(dora)
	}
	carla.holds(first, true)
	h.hear(customersEar(customer, musicTones()...))
	second = carla.dialsOnPhone("2002")
	return h, customer, carla, other, first, second
}

// holds presses a line's hold key, or releases it.
func (d *desk) holds(line *phone.Call, on bool) {
	d.h.Helper()
	if on {
		d.must("hold", line.Hold)
	} else {
		d.must("resume", line.Resume)
	}
}

func TestS20_ASecondCallOnTheDeskPhoneIsAConsultation_S29_Swapped_S30_AndConnectedByTheTransferKey(t *testing.T) {
	t.Parallel()
	h, customer, carla, dora, first, second := twoLines(t, nil)
	theirs := dora.rings()
	if theirs.FromUser() != "2001" {
		t.Errorf("dora's phone shows %q", theirs.FromUser())
	}
	carla.must("is told that dora's phone rings", func(ctx contextT) error { return second.WaitState(ctx, phone.StateRinging) })
	carla.shows(agent.ShowTransfer, "")
	h.hear(customersEar(customer, musicTones()...))
	if s := second.State(); s == phone.StateUp {
		t.Error("carla's second line was answered before dora was")
	}
	dora.answers(theirs)
	h.hear(customersEar(customer, musicTones()...), desksEar(carla, second, dora.tone), desksEar(dora, theirs, carla.tone))

	carla.holds(second, true) // the phone's own swap
	carla.holds(first, false)
	h.hear(customersEar(customer, carla.tone), desksEar(carla, first, customer.tone), desksEar(dora, theirs, musicTones()...))
	h.waitState(call.Swapped)
	carla.holds(first, true)
	carla.holds(second, false)
	h.hear(customersEar(customer, musicTones()...), desksEar(carla, second, dora.tone), desksEar(dora, theirs, carla.tone))

	carla.holds(second, true) // as phones do before they connect the two
	carla.must("press transfer", func(ctx contextT) error { return second.ReferAttended(ctx, first) })
	ended(h, first)
	ended(h, second)
	h.hear(customersEar(customer, dora.tone), desksEar(dora, theirs, customer.tone))
	carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
	h.hasOneTicket(dora.shows(agent.ShowOnCall, "").Call.ID, "carla")
	customer.hangsUp()
	dora.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
}

func TestS31_HangingUpTheSecondLineCancels_S32_AndTheCustomerIsResumedOnTheFirst(t *testing.T) {
	t.Parallel()
	h, customer, carla, dora, first, second := twoLines(t, nil)
	for _, talks := range []bool{false, true} {
		theirs := dora.rings()
		if talks {
			dora.answers(theirs)
			h.hear(desksEar(carla, second, dora.tone), desksEar(dora, theirs, carla.tone))
		}
		carla.hangsUp(second)
		ended(h, theirs)
		carla.shows(agent.ShowOnHold, "")
		h.hear(customersEar(customer, musicTones()...))
		carla.holds(first, false)
		h.hear(customersEar(customer, carla.tone), desksEar(carla, first, customer.tone))
		dora.shows(agent.ShowReady, "")
		if !talks {
			carla.holds(first, true)
			second = carla.dialsOnPhone("2002")
		}
	}
	customer.hangsUp()
	carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
}

func TestS31_TheSecondLineIsToldWhyTheTargetDoesNotCome(t *testing.T) {
	t.Parallel()
	h, customer, carla, dora, first, second := twoLines(t, phone.Busy())
	if end := ended(h, second); end.Code != 486 {
		t.Errorf("busy: carla's second line is told %+v", end)
	}
	if f := carla.shows(agent.ShowOnHold, "").Call.Failure; f == nil || f.Why != "busy" {
		t.Errorf("the page says %+v", f)
	}
	h.hear(customersEar(customer, musicTones()...))
	dora.does(phone.RingForever())
	carla.holds(first, false)
	h.hear(customersEar(customer, carla.tone), desksEar(carla, first, customer.tone))
	for _, number := range []string{"2001", "9999"} {
		if end := ended(h, carla.dialsOnPhone(number)); end.Code != 403 {
			t.Errorf("%s: carla's second line is told %+v", number, end)
		}
	}
	h.hear(customersEar(customer, carla.tone), desksEar(carla, first, customer.tone))
	customer.hangsUp()
}

func TestAConferenceOnThePhoneItselfIsOne_AndHangingUpTheCustomersLineLeavesTheCustomerToTheTarget(t *testing.T) {
	t.Parallel()
	h, customer, carla, dora, first, second := twoLines(t, phone.AnswerAfterRinging(300*time.Millisecond))
	theirs := dora.rings()
	h.hear(desksEar(carla, second, dora.tone))
	carla.holds(first, false) // both lines at once: the phone mixes them
	h.waitState(call.InConference)
	h.hear(customersEar(customer, carla.tone, dora.tone), desksEar(dora, theirs, carla.tone, customer.tone), desksEar(carla, second, customer.tone, dora.tone))
	carla.holds(first, true)
	h.waitState(call.Consulting)
	h.hear(customersEar(customer, musicTones()...), desksEar(dora, theirs, carla.tone))
	carla.hangsUp(first)
	ended(h, second)
	h.hear(customersEar(customer, dora.tone), desksEar(dora, theirs, customer.tone))
	carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
	time.Sleep(call.HandoverWithin) // sooner it would be the consultation that she hangs up on
	dora.hangsUp(theirs)
	customer.isHungUp()
}

func TestASecondLineOutlivesTheController(t *testing.T) {
	t.Parallel()
	h, customer, carla, dora, first, second := twoLines(t, nil)
	theirs := dora.rings()
	h.control.kill()
	h.control.start()
	h.hear(customersEar(customer, musicTones()...))
	dora.answers(theirs)
	h.hear(customersEar(customer, musicTones()...), desksEar(carla, second, dora.tone), desksEar(dora, theirs, carla.tone))
	h.control.kill()
	carla.holds(second, true)
	carla.holds(first, false)
	h.control.start()
	h.hear(customersEar(customer, carla.tone), desksEar(carla, first, customer.tone))
	carla.must("press transfer", func(ctx contextT) error { return first.ReferAttended(ctx, second) })
	ended(h, first)
	h.hear(customersEar(customer, dora.tone), desksEar(dora, theirs, customer.tone))
	customer.hangsUp()
}
