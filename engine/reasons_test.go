package engine_test

import (
	"errors"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/engine"
)

func TestS12_BusinessAndRestAreChosenWithAReasonOfTheHomeService(t *testing.T) {
	inHouse(t, []string{"ann", "web"}, func(h *house) {
		reasons := agent.Reasons{Required: true, Reasons: []agent.Reason{
			{Code: "lunch", Name: "Lunch", Statuses: []agent.Choice{agent.Rest}, Active: true}, {Code: "smoke", Name: "Smoke", Statuses: []agent.Choice{agent.Rest}},
		}}
		for id, device := range map[string]agent.Device{"ann": agent.Desk, "web": agent.WebRTC} {
			h.home.Hire(id, device, "sales")
			p, err := h.home.Person(h.Context(), id)
			if err != nil {
				h.Fatal(err)
			}
			p.Reasons = reasons
			h.home.SetPerson(p)
		}
		for _, c := range []struct {
			who    string
			status agent.Choice
			reason string
			want   string
		}{
			{"web", agent.Rest, "lunch", ""}, {"web", agent.Business, "", ""}, {"web", agent.Rest, "", "reason_required"}, {"web", agent.Rest, "smoke", "reason_inactive"},
			{"web", agent.Rest, "nap", "unknown_reason"}, {"web", agent.Ready, "", ""}, {"ann", agent.Rest, "", ""}, {"ann", agent.Rest, "nap", "unknown_reason"}, {"web", agent.Rest, "lunch", ""},
		} {
			err := h.e.Choose(h.Context(), c.who, c.status, c.reason)
			var e *agent.Error
			if errors.As(err, &e); (err == nil) != (c.want == "") || err != nil && (e == nil || e.Slug != c.want) {
				t.Errorf("%s chooses %s with %q: %v, want %q", c.who, c.status, c.reason, err, c.want)
			}
		}
		if a := h.agent("web"); a.Chosen != agent.Rest || a.Reason != "lunch" || engine.Look(time.Now(), a, nil).Status.Reason != "lunch" {
			t.Errorf("web is %s (%s)", a.Chosen, a.Reason)
		}
		h.home.Away(errors.New("the database is away"))
		if err := h.e.Choose(h.Context(), "web", agent.Business, ""); err != nil {
			t.Errorf("a break waits for the database: %v", err)
		}
		if err := h.e.Choose(h.Context(), "web", agent.Rest, "lunch"); !refused(err, "store_away") {
			t.Errorf("a reason that cannot be looked up: %v", err)
		}
		h.home.Away(nil)
	})
}
