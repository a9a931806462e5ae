package e2e

import (
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/lab/phone"
)

func toAgent(name string) map[string]any { return map[string]any{"agent": name} }

func TestS29_AConsultationLetsTheCustomerHold_S30_ConnectGivesThemToTheTarget(t *testing.T) {
	t.Parallel()
	h, customer, carla, dora, leg := talking(t, options{})
	ticket := h.hasOneTicket(h.theCall().ID, "carla")
	carla.order(call.KConsult, toAgent("dora"))
	h.hear(customersEar(customer, musicTones()...))
	carla.hearsRinging(leg)
	v := carla.shows(agent.ShowTransfer, "")
	if v.Call.Other == nil || v.Call.Other.Agent != "dora" || !v.Call.Other.Rings || v.Call.Other.Party.Name != "Dora" {
		t.Errorf("carla sees as the other party %+v", v.Call.Other)
	}
	other := dora.rings()
	if v = dora.shows(agent.ShowRinging, ""); v.Call.Role != "target" || v.Call.Other.Party.Name != "Carla" || v.Call.Caller.Number != "0301234567" {
		t.Errorf("dora sees %+v, other %+v", v.Call, v.Call.Other)
	}
	if other.FromName() != "Carla" {
		t.Errorf("dora's phone shows %q", other.FromName())
	}
	dora.answers(other)
	h.hear(customersEar(customer, musicTones()...), desksEar(carla, leg, dora.tone), desksEar(dora, other, carla.tone))
	carla.command(call.KComplete)
	ended(h, leg)
	h.hear(customersEar(customer, dora.tone), desksEar(dora, other, customer.tone))
	v = carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
	if v.WrapUp == nil || v.WrapUp.Ticket != ticket {
		t.Errorf("carla's wrap-up: %+v", v.WrapUp)
	}
	if v = dora.shows(agent.ShowOnCall, ""); v.Call.Ticket != ticket {
		t.Errorf("dora sees the ticket %q, want %q", v.Call.Ticket, ticket)
	}
	customer.hangsUp()
	dora.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
	if n := h.tickets(); n != 1 {
		t.Errorf("%d tickets", n)
	}
}

func TestS31_CancelLeavesTheCustomerOnHold_S32_ResumeReconnects(t *testing.T) {
	t.Parallel()
	for _, when := range []string{"while it rings", "while they talk"} {
		t.Run(when, func(t *testing.T) {
			h, customer, carla, dora, leg := talking(t, options{})
			carla.order(call.KConsult, toAgent("dora"))
			other := dora.rings()
			if when == "while they talk" {
				dora.answers(other)
				h.hear(desksEar(carla, leg, dora.tone), desksEar(dora, other, carla.tone))
			}
			carla.command(call.KCancel)
			ended(h, other)
			carla.shows(agent.ShowOnHold, "")
			dora.shows(agent.ShowReady, "") // who was only consulted returns to the earlier status
			h.hear(customersEar(customer, musicTones()...), desksEar(carla, leg))
			carla.command(call.KResume)
			h.hear(customersEar(customer, carla.tone), desksEar(carla, leg, customer.tone))
			customer.hangsUp()
		})
	}
}

func TestS31_ATargetWhoDoesNotComeLeavesTheCustomerOnHoldWithTheReasonShown(t *testing.T) {
	t.Parallel()
	h, customer, carla, dora, leg := talking(t, options{})
	for _, tt := range []struct {
		why string
		b   phone.Behaviour
	}{{"declined", phone.DeclineAfterRinging(200 * time.Millisecond)}, {"busy", phone.Busy()}} {
		dora.does(tt.b)
		carla.order(call.KConsult, toAgent("dora"))
		carla.sees("is told "+tt.why, func(v view) bool {
			return v.Status.Code == agent.ShowOnHold && v.Call.Failure != nil && v.Call.Failure.Why == tt.why && v.Call.Failure.Agent == "dora"
		})
		h.hear(customersEar(customer, musicTones()...), desksEar(carla, leg))
	}
	if err := carla.tries(call.KConsult, toAgent("dora")); code(err) != "not_available" {
		t.Errorf("a phone that was busy a moment ago: %v", err)
	}
	carla.command(call.KResume)
	h.hear(customersEar(customer, carla.tone), desksEar(carla, leg, customer.tone))
	customer.hangsUp()
}

func TestSwapChangesWhomTheAgentTalksToAndConferenceJoinsAllThree(t *testing.T) {
	t.Parallel()
	h, customer, carla, dora, leg := talking(t, options{})
	carla.order(call.KConsult, toAgent("dora"))
	other := dora.answers(dora.rings())
	h.hear(customersEar(customer, musicTones()...), desksEar(carla, leg, dora.tone), desksEar(dora, other, carla.tone))
	carla.command(call.KSwap)
	h.hear(customersEar(customer, carla.tone), desksEar(carla, leg, customer.tone), desksEar(dora, other, musicTones()...))
	carla.command(call.KSwap)
	h.hear(customersEar(customer, musicTones()...), desksEar(carla, leg, dora.tone), desksEar(dora, other, carla.tone))
	carla.command(call.KConfer)
	h.hear(customersEar(customer, carla.tone, dora.tone), desksEar(carla, leg, customer.tone, dora.tone), desksEar(dora, other, customer.tone, carla.tone))
	dora.hangsUp(other)
	carla.shows(agent.ShowOnCall, "")
	h.hear(customersEar(customer, carla.tone), desksEar(carla, leg, customer.tone))
	customer.hangsUp()
}

func TestS27_S28_ConnectTransfersAtOnceAndTheTargetTalksToTheCustomer(t *testing.T) {
	t.Parallel()
	for name, to := range map[string]map[string]any{"a Ready agent": toAgent("dora"), "by number": {"number": "2002"}} {
		t.Run(name, func(t *testing.T) {
			h, customer, carla, dora, leg := talking(t, options{})
			carla.order(call.KTransfer, to)
			ended(h, leg)
			carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
			other := dora.rings()
			h.hear(customersEar(customer, musicTones()...))
			dora.answers(other)
			h.hear(customersEar(customer, dora.tone), desksEar(dora, other, customer.tone))
			dora.command(call.KHangup)
			dora.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
			customer.isHungUp()
		})
	}
}

func TestS28_ATransferThatFailsCallsBackWhoTransferredInTheirTicketProcessing(t *testing.T) {
	t.Parallel()
	h, customer, carla, dora, leg := talking(t, options{})
	dora.does(phone.DeclineAfterRinging(200 * time.Millisecond))
	carla.order(call.KTransfer, toAgent("dora"))
	ended(h, leg)
	again := carla.rings()
	h.hear(customersEar(customer, musicTones()...))
	v := carla.shows(agent.ShowRinging, "")
	if v.Call.State != call.Recalling || v.Call.Failure == nil || v.Call.Failure.Why != "declined" {
		t.Errorf("carla sees %+v, failure %+v", v.Call, v.Call.Failure)
	}
	carla.answers(again)
	h.hear(customersEar(customer, carla.tone), desksEar(carla, again, customer.tone))
	customer.hangsUp()
	carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
}

func TestS28_WithNobodyToCallBackTheCustomerIsFirstInTheQueue(t *testing.T) {
	t.Parallel()
	h, customer, carla, dora, leg := talking(t, options{})
	carla.order(call.KTransfer, toAgent("dora"))
	ended(h, leg)
	first := dora.rings()
	carla.choose(agent.Rest)
	waiting := h.customer("0307654321").dials("1000").hearsMusic() // was in the queue before, and is behind
	dora.command(call.KDecline)
	ended(h, first)
	other := dora.answers(dora.rings())
	h.hear(customersEar(customer, dora.tone), desksEar(dora, other, customer.tone), customersEar(waiting, musicTones()...))
	waiting.hangsUp()
	customer.hangsUp()
}

func TestWhoTransfersGoneInAConsultationLeavesTheCustomerToTheTarget(t *testing.T) {
	t.Parallel()
	h, customer, carla, dora, leg := talking(t, options{})
	carla.order(call.KConsult, toAgent("dora"))
	other := dora.answers(dora.rings())
	h.hear(desksEar(carla, leg, dora.tone), desksEar(dora, other, carla.tone))
	carla.hangsUp(leg)
	h.hear(customersEar(customer, dora.tone), desksEar(dora, other, customer.tone))
	carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
	customer.hangsUp()
}

func TestS30_WhoHangsUpOnAConsultationDoesNotHangUpOnTheCustomerWhoIsTheirsSinceAMoment(t *testing.T) {
	t.Parallel()
	for name, parting := range map[string]func(h *house, carla, dora *desk, leg, other *phone.Call){
		"both hang up, the agent sooner": func(h *house, carla, dora *desk, leg, other *phone.Call) {
			carla.hangsUp(leg)
			h.waitState(call.Talking)
			dora.hangsUp(other)
		},
		"Connect against the target's hangup": func(_ *house, carla, dora *desk, _, _ *phone.Call) {
			carla.command(call.KComplete)
			dora.command(call.KHangup)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h, customer, carla, dora, leg := talking(t, options{})
			carla.order(call.KConsult, toAgent("dora"))
			other := dora.answers(dora.rings())
			h.hear(desksEar(carla, leg, dora.tone), desksEar(dora, other, carla.tone))
			parting(h, carla, dora, leg, other)
			ended(h, leg)
			ended(h, other)
			again := carla.rings()
			h.hear(customersEar(customer, musicTones()...))
			dora.shows(agent.ShowReady, "") // was only consulted
			if v := carla.shows(agent.ShowRinging, ""); v.Call.Failure == nil || v.Call.Failure.Why != "hangup" || v.Call.Failure.Agent != "dora" {
				t.Errorf("carla sees %+v, failure %+v", v.Call, v.Call.Failure)
			}
			carla.answers(again)
			h.hear(customersEar(customer, carla.tone), desksEar(carla, again, customer.tone))
			customer.hangsUp()
		})
	}
}

func TestTheCustomerGoneInAConsultationLetsTheAgentsTalkOn(t *testing.T) {
	t.Parallel()
	h, customer, carla, dora, leg := talking(t, options{})
	carla.order(call.KConsult, toAgent("dora"))
	other := dora.answers(dora.rings())
	h.hear(desksEar(carla, leg, dora.tone), desksEar(dora, other, carla.tone))
	customer.hangsUp()
	v := carla.sees("is told that the customer has gone", func(v view) bool { return v.Call != nil && v.Call.Gone })
	if v.Call.State != call.AgentsOnly {
		t.Errorf("the call is %s", v.Call.State)
	}
	if err := carla.tries(call.KComplete, nil); code(err) != "wrong_state" {
		t.Errorf("connect to a customer who has gone: %v", err)
	}
	h.hear(desksEar(carla, leg, dora.tone), desksEar(dora, other, carla.tone))
	dora.hangsUp(other)
	carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
	dora.shows(agent.ShowReady, "")
}

func TestATargetThatIsAQueueIsWhoeverItFinds(t *testing.T) {
	t.Parallel()
	h, customer, carla, dora, leg := talking(t, options{})
	carla.order(call.KConsult, map[string]any{"queue": sales})
	other := dora.answers(dora.rings())
	h.hear(customersEar(customer, musicTones()...), desksEar(carla, leg, dora.tone), desksEar(dora, other, carla.tone))
	carla.command(call.KComplete)
	h.hear(customersEar(customer, dora.tone), desksEar(dora, other, customer.tone))
	dora.order(call.KTransfer, map[string]any{"queue": sales}) // nobody is Ready: the customer waits there
	ended(h, other)
	h.hear(customersEar(customer, musicTones()...))
	h.waitState(call.Queued)
	carla.choose(agent.Ready)
	leg = carla.answers(carla.rings())
	h.hear(customersEar(customer, carla.tone), desksEar(carla, leg, customer.tone))
	customer.hangsUp()
}

func TestATransferIsRefusedWithACodeAndChangesNothing(t *testing.T) {
	t.Parallel()
	h, customer, carla, dora, leg := talking(t, options{})
	dora.choose(agent.Rest)
	for _, tt := range []struct {
		to   map[string]any
		code string
	}{
		{toAgent("dora"), "not_available"}, {toAgent("carla"), "bad_target"}, {toAgent("nobody"), "unknown_target"}, {map[string]any{"number": "9999"}, "unknown_target"},
		{map[string]any{"number": "2002"}, "not_available"}, {map[string]any{"queue": "nosuchqueue"}, "unknown_queue"}, {map[string]any{}, "bad_request"},
	} {
		for _, k := range []call.Kind{call.KTransfer, call.KConsult} {
			if err := carla.tries(k, tt.to); code(err) != tt.code {
				t.Errorf("%s to %v: %v, want %s", k, tt.to, err, tt.code)
			}
		}
	}
	h.hear(customersEar(customer, carla.tone), desksEar(carla, leg, customer.tone))
	if v := carla.view(); v.Call.State != call.Talking || dora.isCalled() != 0 {
		t.Errorf("it changed something: %+v", v.Call)
	}
	id := carla.view().Call.ID
	for k, body := range map[call.Kind]map[string]any{
		call.KHold: nil, call.KHangup: nil, call.KComplete: nil, call.KDisconnect: {}, call.KTransfer: toAgent("dora"), call.KConsult: toAgent("nobody"),
	} {
		if err := dora.page.order(t.Context(), id, k, body); code(err) != "not_yours" {
			t.Errorf("%s of another agent's call: %v", k, err)
		}
	}
	customer.hangsUp()
}

func TestS27_ADeskPhonesOwnTransferKeyDoesTheSameAndIsToldWhatBecameOfIt(t *testing.T) {
	t.Parallel()
	h, customer, carla, dora, leg := talking(t, options{})
	refers := func(number string) (code int) {
		carla.must("press transfer", func(ctx contextT) (err error) {
			if err = leg.Refer(ctx, number); err == nil {
				code, err = leg.WaitTransfer(ctx)
			}
			return err
		})
		return code
	}
	if code := refers("9999"); code != 603 {
		t.Errorf("to a number that nobody has: %d", code)
	}
	h.hear(customersEar(customer, carla.tone), desksEar(carla, leg, customer.tone))
	carla.must("press transfer", func(ctx contextT) error { return leg.Refer(ctx, "2002") })
	other := dora.rings()
	ended(h, leg)
	h.hear(customersEar(customer, musicTones()...))
	dora.answers(other)
	h.hear(customersEar(customer, dora.tone), desksEar(dora, other, customer.tone))
	carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
	customer.hangsUp()
}
