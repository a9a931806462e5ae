package api_test

import (
	"bytes"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"switchroom/account"
	"switchroom/agent"
	"switchroom/api"
	"switchroom/api/contract"
	"switchroom/call"
)

// watched is a house whose clock the test moves: it begins on the day of the story's call.
func watched(t *testing.T) (h *house, forward func(time.Duration)) {
	var at atomic.Int64
	at.Store(time.Now().UnixNano())
	h = open(t, options{config: func(c *api.Config) { c.Now = func() time.Time { return time.Unix(0, at.Load()) } }})
	return h, func(d time.Duration) { at.Add(int64(d)) }
}

func (h *house) board(t *testing.T, token string) contract.Wallboard {
	t.Helper()
	r := h.ask(token, "GET", "/api/v1/wallboard", "")
	if r.status != http.StatusOK {
		t.Fatalf("%d %s", r.status, r.body)
	}
	fitsSchema(t, document(t), "Wallboard", r.body, "board")
	var b contract.Wallboard
	r.into(t, &b)
	return b
}

func lineOf(b contract.Wallboard, queue string) (out contract.BoardQueue) {
	for _, s := range b.Services {
		for _, q := range s.Queues {
			if q.Name == queue {
				out = q
			}
		}
	}
	return out
}

func TestASupervisorWatchesTheirOwnServicesAndNoOthers(t *testing.T) {
	h, forward := watched(t)
	h.otherService(t)
	sue, root := h.member("sue", "demo", account.Supervisor), h.admin()
	none := h.hire("odo", account.Supervisor)
	hostile := "Nina <img src=x onerror=alert(1)>\u202e"
	h.live.Put(agent.Agent{ID: "anna", Name: "Anna", Chosen: agent.Ready, Queues: []string{"sales", "far"}, Held: &agent.Reservation{Call: "f", Phase: agent.Talking}})
	h.live.Put(agent.Agent{ID: "nina", Name: hostile, Chosen: agent.Rest, Reason: "lunch", Queues: []string{"far"}})
	h.live.Put(agent.Agent{ID: "ben", Name: "Ben", Chosen: agent.LoggedOut})
	secret := call.Party{Number: "+821012345678", Name: "Secret Customer"}
	h.live.SetCalls(
		call.Call{ID: "w", Service: "demo", Queue: "sales", State: call.Queued, QueuedAt: time.Now(), Caller: secret},
		call.Call{ID: "f", Service: "far", Queue: "far", State: call.Talking, Caller: secret, EnteredAt: time.Now()},
	)
	hers, all := h.board(t, sue), h.board(t, root)
	if len(hers.Services) != 1 || hers.Services[0].Id != "demo" || len(all.Services) != 2 {
		t.Fatalf("hers %+v, all %+v", hers.Services, all.Services)
	}
	if q := lineOf(hers, "sales"); q.Waiting != 1 || q.WaitingSince == nil || q.Ringing+q.InCall != 0 {
		t.Errorf("sales %+v", q)
	}
	if q := lineOf(all, "far"); q.InCall != 1 || q.WaitingSince != nil {
		t.Errorf("far %+v", q)
	}
	// Anna is hers and talks for another service: that she talks is seen, not what about.
	if len(hers.Agents) != 1 || hers.Agents[0].Id != "anna" || hers.Agents[0].Status.Code != agent.ShowOnCall || hers.Agents[0].Call != nil || len(hers.Agents[0].Queues) != 1 {
		t.Errorf("her agents %+v", hers.Agents)
	}
	if len(all.Agents) != 2 || all.Agents[0].Call == nil || all.Agents[0].Call.Id != "f" || all.Agents[1].Name != hostile || all.Agents[1].Status.Reason != "lunch" {
		t.Errorf("all agents %+v", all.Agents)
	}
	for _, token := range []string{sue, root} {
		if body := h.ask(token, "GET", "/api/v1/wallboard", "").body; bytes.Contains(body, []byte("Secret")) || bytes.Contains(body, []byte("12345678")) {
			t.Errorf("a customer is named: %s", body)
		}
	}
	if b := h.board(t, none); len(b.Services)+len(b.Agents) != 0 {
		t.Errorf("of no service: %+v", b)
	}
	if r := h.ask(h.login("anna").AccessToken, "GET", "/api/v1/wallboard", ""); r.problem.Code != "not_a_supervisor" {
		t.Errorf("an agent: %d %s", r.status, r.body)
	}

	// Who leaves a service sees it no more, within five seconds.
	version := h.ask(root, "GET", "/api/v1/people/sue", "").header.Get("ETag")
	if r := h.ask(root, "PATCH", "/api/v1/people/sue", `{"services":[],"home_service":""}`, "If-Match", version); r.status != http.StatusOK {
		t.Fatalf("%d %s", r.status, r.body)
	}
	forward(6 * time.Second)
	if b := h.board(t, sue); len(b.Services) != 0 {
		t.Errorf("she left: %+v", b)
	}
}

func TestAWallboardIsSentAgainOnlyWhenSomethingChanged(t *testing.T) {
	h, forward := watched(t)
	token := h.admin()
	first := h.ask(token, "GET", "/api/v1/wallboard", "")
	tag := first.header.Get("ETag")
	forward(time.Second)
	if r := h.ask(token, "GET", "/api/v1/wallboard", "", "If-None-Match", tag); r.status != http.StatusNotModified || len(r.body) != 0 {
		t.Errorf("nothing changed: %d %s", r.status, r.body)
	}
	h.live.SetCalls(call.Call{ID: "w", Service: "demo", Queue: "sales", State: call.Queued, QueuedAt: time.Now()})
	if r := h.ask(token, "GET", "/api/v1/wallboard", "", "If-None-Match", tag); r.status != http.StatusNotModified {
		t.Errorf("within the half second for which it is kept: %d", r.status)
	}
	forward(time.Second)
	if r := h.ask(token, "GET", "/api/v1/wallboard", "", "If-None-Match", tag); r.status != http.StatusOK || !strings.Contains(string(r.body), `"waiting":1`) {
		t.Errorf("a call waits: %d %s", r.status, r.body)
	}

	h.live.Fail()
	forward(time.Second)
	if r := h.ask(token, "GET", "/api/v1/wallboard", ""); r.status != http.StatusServiceUnavailable || r.problem.Code != "store_away" {
		t.Errorf("without the live store: %d %s", r.status, r.body)
	}
	h.live.Mend()
	if b := h.board(t, token); lineOf(b, "sales").Waiting != 1 {
		t.Errorf("it is back: %+v", b)
	}
}

func TestTodayIsTheServicesOwnDay(t *testing.T) {
	h, forward := watched(t)
	h.records(t, "demo", map[string]string{})
	var file contract.CallFile
	h.ask(h.admin(), "GET", "/api/v1/calls/demo-1", "").into(t, &file)
	forward(time.Until(file.Call.Entered))
	if today := lineOf(h.board(t, h.login("root").AccessToken), "sales").Today; today.Answered != 1 || today.Lost != 0 {
		t.Errorf("on the day of the call: %+v", today)
	}
	forward(24 * time.Hour)
	if today := lineOf(h.board(t, h.login("root").AccessToken), "sales").Today; today != (contract.BoardToday{}) {
		t.Errorf("on the next day: %+v", today)
	}
}
