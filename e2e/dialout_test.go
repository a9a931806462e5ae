package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/ari"
	"switchroom/call"
	"switchroom/dialing"
	"switchroom/engine"
	"switchroom/lab/phone"
	"switchroom/store/sql"
)

const (
	ourNumber   = "+82212345678" // the service's default caller ID
	ourOther    = "+82212345679"
	theirNumber = "+821055550100"
)

// outside is the telephone network: a carrier's trunk that ends at one customer's phone.
func (h *house) outside(does phone.Behaviour) *customer {
	h.Helper()
	c := h.customer(strings.TrimPrefix(theirNumber, "+"))
	c.does(does)
	contact, err := c.phone.Contact(h.Context())
	if err != nil {
		h.Fatal(err)
	}
	_, host, _ := strings.Cut(strings.Trim(contact, "<>"), "@")
	put := func(kind string, fields ...string) {
		var tuples []ari.ConfigTuple
		for i := 0; i < len(fields); i += 2 {
			tuples = append(tuples, ari.ConfigTuple{Attribute: fields[i], Value: fields[i+1]})
		}
		if _, err := h.ari.Asterisk().UpdateObject(h.Context(), "res_pjsip", kind, "carrier", tuples); err != nil {
			h.Fatal(err)
		}
	}
	put("aor", "contact", "sip:"+host, "qualify_frequency", "0")
	put("endpoint", "aors", "carrier", "context", "switchroom-in", "allow", "!all,ulaw,alaw", "direct_media", "no", "media_address", "127.0.0.1", "bind_rtp_to_media_address", "yes",
		"rtp_symmetric", "yes", "rewrite_contact", "yes", "send_pai", "yes", "trust_id_outbound", "yes", "timers", "yes", "inband_progress", "no")
	return c
}

// dialsOut is a house whose service may dial out, with carla logged in and her phone obeying auto-answer.
func dialsOut(t *testing.T, does phone.Behaviour) (h *house, outside *customer, carla *desk) {
	t.Helper()
	h = newHouse(t, options{before: wayOut})
	outside = h.outside(does)
	carla = h.desk("carla").obeysAutoAnswer().login()
	carla.sees("is reachable", func(v view) bool { return v.Phone.Reachable })
	return h, outside, carla
}

func wayOut(h *house) {
	const by = "test"
	for _, err := range []error{
		h.db.PutCallingNumber(h.Context(), by, theService, engine.CallerID{Number: ourNumber, Label: "Main", Default: true}),
		h.db.PutCallingNumber(h.Context(), by, theService, engine.CallerID{Number: ourOther, Label: "Other"}),
		h.db.PutTrunk(h.Context(), by, dialing.Trunk{Name: "carrier", Endpoint: "carrier", Format: dialing.E164, Country: "KR", Enabled: true}),
		h.db.PutRoute(h.Context(), by, sql.Route{Route: dialing.Route{Name: "all", Prefixes: []string{"+"}, Trunks: []string{"carrier"}}, Position: 1}),
	} {
		if err != nil {
			h.Fatal(err)
		}
	}
}

func TestS18_DialUpCallsTheOwnPhoneThenTheCustomer_S20_DialingUntilTheAnswer_S21_ThenATicket(t *testing.T) {
	t.Parallel()
	h, customer, carla := dialsOut(t, phone.AnswerAfterRinging(1500*time.Millisecond))
	carla.dialsUp("010-5555-0100", "")
	leg := carla.rings()
	if _, auto := leg.AutoAnswerRequested(); !auto || leg.FromUser() != theirNumber {
		t.Errorf("carla's own phone: auto-answer %t, shows %s", auto, leg.FromUser())
	}
	v := carla.shows(agent.ShowDialing, "")
	if !v.Call.Outbound || v.Call.Caller.Number != theirNumber || v.Call.CallerID != ourNumber {
		t.Errorf("the page shows %+v", v.Call)
	}
	customer.isCalled()
	if customer.call.FromUser() != ourNumber {
		t.Errorf("the customer sees %q", customer.call.FromUser())
	}
	carla.hearsRinging(leg)
	h.hear(customersEar(customer, carla.tone), desksEar(carla, leg, customer.tone))
	v = carla.shows(agent.ShowOnCall, "")
	h.hasOneTicket(v.Call.ID, "carla")
	carla.command(call.KHold)
	h.hear(customersEar(customer, musicTones()...))
	carla.command(call.KResume)
	h.hear(customersEar(customer, carla.tone), desksEar(carla, leg, customer.tone))
	carla.command(call.KHangup)
	customer.isHungUp()
	carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
}

func TestS20_WhyACustomerDoesNotAnswerIsToldApartAndThePreviousStatusComesBack(t *testing.T) {
	t.Parallel()
	h, customer, carla := dialsOut(t, phone.Busy())
	carla.choose(agent.Rest)
	for _, tt := range []struct {
		slug string
		does phone.Behaviour
	}{{"busy", phone.Busy()}, {"declined", phone.DeclineAfterRinging(100 * time.Millisecond)}, {"invalid_number", rejects(404)}, {"trunk_failed", rejects(503)}, {"trunk_failed", rejects(403)}} {
		customer.does(tt.does)
		id := carla.dialsUp(theirNumber, ourOther)
		ended(h, carla.rings())
		carla.shows(agent.ShowRest, "")
		h.endedAs(id, call.Unanswered, tt.slug)
		carla.sees("is told why", func(v view) bool {
			return v.DialFailure != nil && v.DialFailure.Call == id && v.DialFailure.Why == tt.slug
		})
	}
	if n := h.tickets(); n != 0 {
		t.Errorf("%d tickets for calls that nobody answered", n)
	}
}

func rejects(code int) phone.Behaviour {
	return func(c *phone.Call) { _ = c.Reject(code, "No") }
}

func TestS20_DiallingIsCancelledAtEveryMoment(t *testing.T) {
	t.Parallel()
	h, customer, carla := dialsOut(t, phone.RingForever())
	for how, cancel := range map[string]func(leg *phone.Call){
		"on the page": func(*phone.Call) { carla.command(call.KHangup) }, "on the handset": func(leg *phone.Call) { carla.hangsUp(leg) },
	} {
		id := carla.dialsUp(theirNumber, "")
		leg := carla.rings()
		customer.isCalled()
		cancel(leg)
		if end := ended(h, customer.call); end.By != phone.Remote {
			t.Errorf("%s: the customer's phone: %+v", how, end)
		}
		ended(h, leg)
		carla.shows(agent.ShowBusiness, "")
		h.endedAs(id, call.Unanswered, "cancelled")
	}
	carla.setObeys(false)
	id := carla.dialsUp(theirNumber, "") // before the own phone is picked up: the customer is not called at all
	leg := carla.rings()
	carla.command(call.KHangup)
	ended(h, leg)
	h.endedAs(id, call.Unanswered, "cancelled")
}

func TestS19_WhatIsNotAllowedIsRefusedWithACodeAndNobodyIsCalled(t *testing.T) {
	t.Parallel()
	h, _, carla := dialsOut(t, phone.Busy())
	for _, tt := range []struct{ number, callerID, code string }{
		{theirNumber, "+82299999999", "caller_id_not_registered"}, {"+19005551234", "", "destination_denied"}, {"+4930123456", "", "destination_denied"},
		{"0", "", "bad_number"}, {"abc", "", "bad_number"}, {"112@evil.example", "", "bad_number"}, {"010;5555", "", "bad_number"}, {"", "", "bad_request"},
	} {
		if _, err := carla.page.dialUp(t.Context(), tt.number, tt.callerID); code(err) != tt.code {
			t.Errorf("dial %q as %q: %v, want %s", tt.number, tt.callerID, err, tt.code)
		}
	}
	if n := carla.isCalled(); n != 0 {
		t.Errorf("carla's phone was called %d times", n)
	}
	for _, number := range []string{theirNumber, "+19005551234", "+4930123456"} { // what she tried is in the audit trail
		h.until(soon, "the audit trail has "+number, func(ctx contextT) (bool, string) {
			trail, err := h.db.Audits(ctx, number, 5)
			return err == nil && len(trail) == 1 && trail[0].Who == "carla" && trail[0].What == "refused_dial", fmt.Sprint(trail, err)
		})
	}
	carla.choose(agent.LoggedOut)
	if _, err := carla.page.dialUp(t.Context(), theirNumber, ""); code(err) != "not_available" {
		t.Errorf("not logged in: %v", err)
	}
	s := sql.Service{ID: theService, Name: "Brand", Inbound: true, DefaultStatus: agent.Business}
	if err := h.db.PutService(t.Context(), "test", s); err != nil { // OB off (S3)
		t.Fatal(err)
	}
	h.until(15*time.Second, "the contract switch takes effect", func(ctx contextT) (bool, string) {
		_, err := carla.page.dialUp(ctx, theirNumber, "")
		return code(err) == "outbound_off", code(err)
	})
}

func TestS19_WhatAnAgentDialsOnTheDeskPhoneGoesTheSameWayAndObeysTheSameRules(t *testing.T) {
	t.Parallel()
	h, customer, carla := dialsOut(t, phone.AnswerAfterRinging(700*time.Millisecond))
	leg := carla.dialsOnPhone("01055550100")
	carla.shows(agent.ShowDialing, "")
	customer.isCalled()
	if customer.call.FromUser() != ourNumber {
		t.Errorf("the customer sees %q", customer.call.FromUser())
	}
	carla.must("is answered when the customer answers", func(ctx contextT) error { return leg.WaitState(ctx, phone.StateUp) })
	if up, theirs := leg.Since(phone.StateUp), customer.call.Since(phone.StateUp); up.Before(theirs) {
		t.Errorf("carla's phone was answered %v before the customer's", theirs.Sub(up))
	}
	h.hear(customersEar(customer, carla.tone), desksEar(carla, leg, customer.tone))
	h.hasOneTicket(carla.shows(agent.ShowOnCall, "").Call.ID, "carla")
	carla.hangsUp(leg)
	customer.isHungUp()
	carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)

	for _, tt := range []struct {
		number string
		does   phone.Behaviour
		code   int
	}{{"01055550100", phone.Busy(), 486}, {"01055550100", rejects(404), 404}, {"0019005551234", nil, 403}, {"12", nil, 403}} {
		if tt.does != nil {
			customer.does(tt.does)
		}
		if end := ended(h, carla.dialsOnPhone(tt.number)); end.Code != tt.code {
			t.Errorf("%s: carla's phone is told %+v, want %d", tt.number, end, tt.code)
		}
		carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing) // as before
	}
	carla.choose(agent.LoggedOut)
	if end := ended(h, carla.dialsOnPhone("01055550100")); end.Code != 403 {
		t.Errorf("logged out: %+v", end)
	}
}

// transfersOut is a house in which carla talks to a customer who called in, and somebody outside can be called over the carrier's trunk.
func transfersOut(t *testing.T, does phone.Behaviour) (h *house, customer, outside *customer, carla *desk, leg *phone.Call) {
	t.Helper()
	h = newHouse(t, options{before: wayOut})
	carla = h.desk("carla").ready()
	customer = h.customer("0301234567").dials("1000")
	outside = h.outside(does)
	leg = carla.answers(carla.rings())
	h.talk(customer, carla, leg)
	return h, customer, outside, carla, leg
}

func toNumber(n string) map[string]any { return map[string]any{"number": n} }

func TestS26_ANumberOutsideIsConsulted_S31_Cancelled_S30_AndConnected(t *testing.T) {
	t.Parallel()
	h, customer, outside, carla, leg := transfersOut(t, phone.AnswerAfterRinging(700*time.Millisecond))
	carla.order(call.KConsult, toNumber(theirNumber))
	outside.isCalled()
	if outside.call.FromUser() != ourNumber {
		t.Errorf("outside sees %q", outside.call.FromUser())
	}
	carla.hearsRinging(leg)
	h.hear(customersEar(customer, musicTones()...), desksEar(carla, leg, outside.tone), customersEar(outside, carla.tone))
	carla.command(call.KCancel)
	ended(h, outside.call)
	carla.shows(agent.ShowOnHold, "")
	h.hear(customersEar(customer, musicTones()...), desksEar(carla, leg))

	carla.order(call.KConsult, toNumber("010 5555 0100"))
	outside.isCalled()
	h.hear(desksEar(carla, leg, outside.tone))
	carla.command(call.KConfer)
	h.hear(customersEar(customer, carla.tone, outside.tone), desksEar(carla, leg, customer.tone, outside.tone), customersEar(outside, customer.tone, carla.tone))
	carla.command(call.KComplete)
	ended(h, leg)
	carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
	h.waitState(call.Forwarded)
	h.hear(customersEar(customer, outside.tone), customersEar(outside, customer.tone))
	customer.hangsUp()
	if end := ended(h, outside.call); end.By != phone.Remote {
		t.Errorf("outside: %+v", end)
	}
}

func TestS27_ANumberOutsideIsTransferredToBlindly_AndWhoTransferredIsCalledBackWhenItIsBusy(t *testing.T) {
	t.Parallel()
	h, customer, outside, carla, leg := transfersOut(t, phone.Busy())
	carla.order(call.KTransfer, toNumber(theirNumber))
	ended(h, leg)
	again := carla.rings()
	v := carla.shows(agent.ShowRinging, "")
	if f := v.Call.Failure; f == nil || f.Why != "busy" || f.Number != theirNumber {
		t.Errorf("carla is told %+v", f)
	}
	carla.answers(again)
	h.hear(customersEar(customer, carla.tone), desksEar(carla, again, customer.tone))
	outside.does(phone.AnswerAfterRinging(500 * time.Millisecond))
	outside.isCalled() // the busy one
	carla.order(call.KTransfer, toNumber(theirNumber))
	ended(h, again)
	outside.isCalled()
	h.hear(customersEar(customer, outside.tone), customersEar(outside, customer.tone))
	outside.hangsUp()
	customer.isHungUp()
	if n := h.tickets(); n != 1 {
		t.Errorf("%d tickets", n)
	}
}

func TestS26_WhatTheServiceDoesNotAllowCannotBeTransferredToEither(t *testing.T) {
	t.Parallel()
	h, customer, _, carla, leg := transfersOut(t, phone.Busy())
	for number, want := range map[string]string{"+19005551234": "destination_denied", "+4930123456": "destination_denied", "9999": "unknown_target", "a@b": "unknown_target"} {
		for _, k := range []call.Kind{call.KConsult, call.KTransfer} {
			if err := carla.tries(k, toNumber(number)); code(err) != want {
				t.Errorf("%s to %s: %v, want %s", k, number, err, want)
			}
		}
	}
	h.hear(customersEar(customer, carla.tone), desksEar(carla, leg, customer.tone))
	customer.hangsUp()
}

func TestACustomerWhoseNetworkSaysNothingYetIsCalledOnOverARestart(t *testing.T) {
	t.Parallel()
	const silence = call.GoesOnWithin + 2*time.Second
	h, customer, carla := dialsOut(t, func(c *phone.Call) {
		select {
		case <-c.Context().Done():
		case <-time.After(silence): // what is tested
			phone.AnswerAfterRinging(100 * time.Millisecond)(c)
		}
	})
	carla.dialsUp(theirNumber, "")
	leg := carla.rings()
	customer.isCalled()
	// Killed in the moment between the two, nobody knows whether the customer is called: they are given up after call.GoesOnWithin.
	h.until(soon, "it is noted that the customer is called", func(ctx contextT) (bool, string) {
		v, err := h.ari.Channels().GetVariable(ctx, h.theCall().Customer.ID, "SWITCHROOM_CALLED")
		return err == nil && v.Value == "1", fmt.Sprint(v, err)
	})
	h.control.kill()
	h.control.start()
	h.until(silence+soon, "the customer answers", func(contextT) (bool, string) {
		return customer.call.State() == phone.StateUp, fmt.Sprint(customer.call.State())
	})
	h.hear(customersEar(customer, carla.tone), desksEar(carla, leg, customer.tone))
	customer.hangsUp()
}

func TestS19_ATrunkThatTakesOneCallIsSentNoSecond_AndTheAgentIsToldWhy(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{before: func(h *house) {
		wayOut(h)
		trunk := dialing.Trunk{Name: "carrier", Endpoint: "carrier", Format: dialing.E164, Country: "KR", Enabled: true, MaxChannels: 1}
		if err := h.db.PutTrunk(h.Context(), "test", trunk); err != nil {
			h.Fatal(err)
		}
	}})
	outside := h.outside(phone.AnswerAfterRinging(200 * time.Millisecond))
	carla, dora := h.desk("carla").obeysAutoAnswer().login(), h.desk("dora").obeysAutoAnswer().login()
	for _, d := range []*desk{carla, dora} {
		d.sees("is reachable", func(v view) bool { return v.Phone.Reachable })
	}
	carla.dialsUp(theirNumber, "")
	leg := carla.rings()
	outside.isCalled()
	h.hear(customersEar(outside, carla.tone), desksEar(carla, leg, outside.tone))
	id := dora.dialsUp(theirNumber, "")
	ended(h, dora.rings())
	h.endedAs(id, call.Unanswered, "trunk_full")
	if v := dora.shows(agent.ShowBusiness, ""); v.DialFailure == nil || v.DialFailure.Why != "trunk_full" {
		t.Errorf("dora is told %+v", v.DialFailure)
	}
	if n := outside.calls(); n != 1 {
		t.Errorf("the carrier was sent %d calls", n)
	}
	h.hear(customersEar(outside, carla.tone), desksEar(carla, leg, outside.tone))
	carla.command(call.KHangup)
	carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
	outside.isHungUp()
	dora.dialsUp(theirNumber, "")
	leg = dora.rings()
	outside.isCalled()
	h.hear(customersEar(outside, dora.tone), desksEar(dora, leg, outside.tone))
	dora.command(call.KHangup)
}
