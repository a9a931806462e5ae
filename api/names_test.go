package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"switchroom/account"
	"switchroom/api/contract"
)

func TestAnswersSayWhatThoseAreCalledWhoStandInThem(t *testing.T) {
	h, ticket := recorded(t)
	anna := h.login("anna").AccessToken
	if r := h.ask(anna, "PATCH", "/api/v1/tickets/"+ticket.Id, `{"assignee":"carla"}`, "If-Match", `"1"`); r.status != http.StatusOK {
		t.Fatalf("%d %s", r.status, r.body)
	}
	admin := h.admin()
	for _, c := range []struct {
		path, schema string
		want         []string
	}{
		{"/api/v1/tickets/" + ticket.Id, "TicketFile", []string{"anna", "ben", "carla"}}, // who changed it, whose it is, whose it was made
		{"/api/v1/tickets", "TicketPage", []string{"carla", "ben"}},
		{"/api/v1/calls", "CallPage", []string{"ben"}}, {"/api/v1/calls/c-1", "CallFile", []string{"ben"}}, {"/api/v1/calls/c-1/timeline", "Timeline", []string{"anna", "ben"}},
		{"/api/v1/audit", "AuditTrail", []string{"anna"}},
		{"/api/v1/reports/agents?from=2026-01-01&until=2026-12-31", "AgentReport", []string{"ben"}},
	} {
		r := h.ask(admin, "GET", c.path, "")
		fitsSchema(t, document(t), c.schema, r.body, c.path)
		var got struct{ Names contract.Names }
		r.into(t, &got)
		for _, id := range c.want {
			if !strings.HasPrefix(strings.ToLower(got.Names[id]), id+" ") {
				t.Errorf("%s: %s is %q of %v", c.path, id, got.Names[id], got.Names)
			}
		}
	}
}

func TestWhatCanBeChosenIsOfOnesOwnServicesAndNotSentTwice(t *testing.T) {
	h := open(t, options{})
	h.otherService(t)
	for role, want := range map[string][2]int{"agent": {1, 2}, "supervisor": {1, 2}, "administrator": {2, 3}} {
		r := h.ask(h.person(role), "GET", "/api/v1/names", "")
		fitsSchema(t, document(t), "Directory", r.body, role)
		var d contract.Directory
		r.into(t, &d)
		queues := 0
		for _, s := range d.Services {
			queues += len(s.Queues)
		}
		if got := [2]int{len(d.Services), queues}; got != want {
			t.Errorf("a %s chooses from %v services and queues, want %v", role, got, want)
		}
		nina := slices.ContainsFunc(d.People, func(p contract.DirectoryPerson) bool { return p.Id == "nina" })
		if nina != (role == "administrator") {
			t.Errorf("a %s knows of somebody of another service: %v", role, nina)
		}
	}
	token := h.hire("rob", account.Agent)
	first := h.ask(token, "GET", "/api/v1/names", "")
	if again := h.ask(token, "GET", "/api/v1/names", "", "If-None-Match", first.header.Get("ETag")); again.status != http.StatusNotModified || len(again.body) != 0 {
		t.Errorf("the same again: %d %s", again.status, again.body)
	}
	must(t, h.sql.Permit(t.Context(), "root", "rob", "demo", true))
	if changed := h.ask(token, "GET", "/api/v1/names", "", "If-None-Match", first.header.Get("ETag")); changed.status != http.StatusOK || string(changed.body) == string(first.body) {
		t.Errorf("after a change: %d %s", changed.status, changed.body)
	}
}
