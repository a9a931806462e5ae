package api_test

import (
	"testing"

	"switchroom/agent"
	"switchroom/api/contract"
	"switchroom/call"
)

func TestS13_ThePageBesideACallIsMadeOfWhatTheCallerSaysAndLeadsNowhereElse(t *testing.T) {
	h := open(t, options{})
	root, anna := h.admin(), h.login("anna").AccessToken
	const path = "/api/v1/services/demo/screen-pop"
	etag := h.ask(root, "GET", path, "").header.Get("ETag")
	for _, c := range []struct {
		who, body, version, code string
		status                   int
	}{
		{anna, `{"url":"","when":"ring"}`, etag, "not_an_administrator", 403},
		{root, `{"url":"","when":"ring"}`, "", "version_required", 428},
		{root, `{"url":"javascript:alert(1)","when":"ring"}`, etag, "invalid", 400},
		{root, `{"url":"https://{caller_name}/","when":"ring"}`, etag, "invalid", 400},
		{root, `{"url":"https://crm.example/{salary}","when":"ring"}`, etag, "unknown_placeholder", 400},
		{root, `{"url":"https://crm.example/","when":"never"}`, etag, "bad_request", 400},
		{root, `{"url":"https://crm.example/s?phone={caller_number}&name={caller_name}&call={call}","when":"answer"}`, etag, "", 200},
		{root, `{"url":"","when":"ring"}`, etag, "changed_meanwhile", 412},
	} {
		r := h.ask(c.who, "PUT", path, c.body, "If-Match", c.version)
		if r.status != c.status || r.problem.Code != c.code || r.status == 400 && c.code != "bad_request" && *r.problem.Field != "/url" {
			t.Errorf("%s: %d %s, want %s", c.body, r.status, r.body, c.code)
		}
	}
	offered := call.Call{
		ID: "c-2", Service: "demo", Queue: "sales", State: call.Offering, Caller: call.Party{Number: "+82&call=x", Name: "\"><script>#../"},
		Agent: &call.Participant{Agent: "anna", Token: "t", Endpoint: "anna", Leg: "c-2-a1"}, Customer: call.Leg{ID: "x", State: call.Up},
	}
	h.live.PutIn(agent.Agent{ID: "anna", Chosen: agent.Ready, Held: &agent.Reservation{Call: "c-2", Token: "t", Phase: agent.Ringing}}, offered)
	r := h.ask(anna, "GET", "/api/v1/calls/c-2/customer", "")
	var got contract.Caller
	r.into(t, &got)
	fitsSchema(t, document(t), "Caller", r.body, "caller")
	const want = "https://crm.example/s?phone=%2B82%26call%3Dx&name=%22%3E%3Cscript%3E%23..%2F&call=c-2"
	if got.ScreenPop == nil || got.ScreenPop.Url != want || got.ScreenPop.When != "answer" {
		t.Errorf("%s", r.body)
	}
}
