package engine_test

import (
	"slices"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/engine"
)

func TestS4_WhoMayNotUseThePhoneIsRefusedWithACode_AndTheAuditTrailHasIt(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		h.home.SetPerson(engine.Person{ID: "eve", Service: "demo", DefaultStatus: agent.Business})
		if err := h.e.Login(h.Context(), "eve"); !refused(err, "no_permission") {
			t.Errorf("CTI login: %v", err)
		}
		want := engine.Refusal{Agent: "eve", What: "login", Target: "demo", Code: "no_permission"}
		h.until(time.Second, "it is noted", func() bool { return slices.Contains(h.home.Refusals(), want) })
	})
}
