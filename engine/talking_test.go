package engine_test

import (
	"errors"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/engine/enginetest"
)

// talk is a house in which ann, the first of its agents, talks to a customer; the others are Ready.
type talk struct {
	*house
	customer, id string // the customer's channel, and the call

	silent, doubled int // of together
}

// inTalk runs f in one, with the queue's scenario changed. In the end everybody hangs up, and nothing may be left.
func inTalk(t *testing.T, agents []string, change func(*call.Scenario), f func(*talk)) {
	t.Helper()
	inHouse(t, agents, func(h *house) {
		s := scenario
		if change != nil {
			change(&s)
		}
		h.home.SetQueue(engine.Queue{Name: "sales", Service: "demo", Inbound: true, Scenario: s})
		h.sw.React("p-ann", enginetest.Always(enginetest.AnswersAfter(time.Second)))
		k := &talk{house: h, customer: h.sw.CallIn("sales")}
		h.in(5*time.Second, call.Talking)
		k.id = h.only().ID
		f(k)
		h.everybodyHangsUp(agents)
	})
}

func (h *house) everybodyHangsUp(agents []string) {
	h.Helper()
	for _, id := range h.sw.Callers() {
		h.sw.HangUp(id)
	}
	for _, id := range agents {
		h.sw.HangUpPhone("p-"+id, 16)
	}
	h.quiet(30 * time.Second)
	for _, id := range agents {
		if a := h.agent(id); a.Held != nil {
			h.Errorf("agent %s is still held: %+v", id, a.Held)
		}
	}
}

// do gives commands that must succeed, one after the other.
func (k *talk) do(commands ...call.Input) {
	k.Helper()
	for _, in := range commands {
		if err := k.e.Command(k.Context(), k.id, in); err != nil {
			k.Fatalf("%s: %v", in.Kind(), err)
		}
	}
}

func (k *talk) transfer(by string, to engine.Aim) {
	k.Helper()
	if err := k.e.Transfer(k.Context(), k.id, by, to); err != nil {
		k.Fatal(err)
	}
}

// consult lets ann consult the target.
func (k *talk) consult(to engine.Aim) {
	k.Helper()
	if err := k.e.Consult(k.Context(), k.id, "ann", to); err != nil {
		k.Fatal(err)
	}
}

// is waits until the call is in the state and the customer hears what they should.
func (k *talk) is(limit time.Duration, s call.State, hears call.Sound) call.Call {
	k.Helper()
	var c call.Call
	k.until(limit, "the call is "+string(s)+" and the customer hears "+string(hears), func() bool {
		c, _ = k.e.Call(k.id)
		what, _ := k.sw.Hears(k.customer)
		return c.State == s && what == hears
	})
	return c
}

// view is what the agent's page shows by what is saved.
func (h *house) view(id string) engine.View {
	h.Helper()
	a := h.agent(id)
	calls, err := h.store.Calls(h.Context(), "fake")
	if err != nil {
		h.Fatal(err)
	}
	for i := range calls {
		if a.Held != nil && calls[i].ID == a.Held.Call {
			return engine.Look(time.Now(), a, &calls[i])
		}
	}
	return engine.Look(time.Now(), a, nil)
}

// shows checks the status of somebody who has no part in the call.
func (h *house) shows(id string, code agent.Code, reason string) engine.View {
	h.Helper()
	v := h.view(id)
	if v.Status.Code != code || v.Status.Reason != reason || v.Call != nil {
		h.Errorf("%s sees %s (%s) and the call %+v; want %s (%s) and none", id, v.Status.Code, v.Status.Reason, v.Call, code, reason)
	}
	return v
}

// sees checks what somebody sees of their call.
func (h *house) sees(id string, code agent.Code, state call.State, role engine.Role) engine.CallView {
	h.Helper()
	v := h.view(id)
	if v.Call == nil {
		h.Fatalf("%s sees %s (%s) and no call; want %s and a call that is %s", id, v.Status.Code, v.Status.Reason, code, state)
	}
	if v.Status.Code != code || v.Call.State != state || v.Call.Role != role {
		h.Errorf("%s sees %s and, as %s, a call that is %s; want %s, as %s, %s", id, v.Status.Code, v.Call.Role, v.Call.State, code, role, state)
	}
	return *v.Call
}

// leg is what the switch was told of the agent's leg.
func (k *talk) leg(id string) enginetest.Told {
	k.Helper()
	c, _ := k.e.Call(k.id)
	p := c.Part(id)
	if p == nil {
		return enginetest.Told{}
	}
	return k.sw.Told(p.Leg)
}

// slug is the code of a refusal, whoever refused.
func slug(err error) string {
	var ofAgent *agent.Error
	var ofCall *call.Error
	var ofEngine *engine.Error
	switch {
	case errors.As(err, &ofAgent):
		return ofAgent.Slug
	case errors.As(err, &ofCall):
		return ofCall.Slug
	case errors.As(err, &ofEngine):
		return ofEngine.Slug
	}
	return ""
}
