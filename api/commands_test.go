package api_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"switchroom/agent"
	"switchroom/api"
	"switchroom/api/contract"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/store/sql"
)

func TestCommandsReachTheDeskInTheNameOfWhoSentThem(t *testing.T) {
	h := open(t, options{})
	token := h.login("anna").AccessToken
	for _, c := range []struct{ method, path, body, want string }{
		{"POST", "/api/v1/me/cti/login", "", "login anna"},
		{"POST", "/api/v1/me/cti/logout", "", "logout anna"},
		{"PUT", "/api/v1/me/status", `{"status":"ready"}`, `choose anna ready ""`},
		{"PUT", "/api/v1/me/status", `{"status":"rest","reason":"lunch"}`, `choose anna rest "lunch"`},
		{"POST", "/api/v1/calls/pbx1-1/answer", "", "pbx1-1 {Agent:anna}"},
		{"POST", "/api/v1/calls/pbx1-1/decline", "", "pbx1-1 {Agent:anna}"},
		{"POST", "/api/v1/calls/pbx1-1/hangup", "", "pbx1-1 {Agent:anna}"},
		{"POST", "/api/v1/calls/pbx1-1/rejoin", "", "pbx1-1 {Agent:anna}"},
		{"POST", "/api/v1/calls/pbx1-1/mute", `{"muted":true}`, "pbx1-1 {Agent:anna On:true}"},
		{"POST", "/api/v1/calls/pbx1-1/digits", `{"digits":"12#"}`, "pbx1-1 {Agent:anna Digits:12#}"},
		{"POST", "/api/v1/calls/pbx1-1/hold", "", "pbx1-1 {Agent:anna}"},
		{"POST", "/api/v1/calls/pbx1-1/resume", "", "pbx1-1 {Agent:anna}"},
		{"POST", "/api/v1/calls/pbx1-1/transfer", `{"agent":"ben"}`, "transfer pbx1-1 anna {Agent:ben Queue: Number:}"},
		{"POST", "/api/v1/calls/pbx1-1/consult", `{"number":"102"}`, "consult pbx1-1 anna {Agent: Queue: Number:102}"},
		{"POST", "/api/v1/calls/pbx1-1/consult", `{"queue":"support"}`, "consult pbx1-1 anna {Agent: Queue:support Number:}"},
		{"POST", "/api/v1/calls/pbx1-1/complete", "", "pbx1-1 {Agent:anna ByKey:false}"},
		{"POST", "/api/v1/calls/pbx1-1/cancel", "", "pbx1-1 {Agent:anna}"},
		{"POST", "/api/v1/calls/pbx1-1/swap", "", "pbx1-1 {Agent:anna}"},
		{"POST", "/api/v1/calls/pbx1-1/conference", "", "pbx1-1 {Agent:anna}"},
		{"POST", "/api/v1/calls/pbx1-1/force-disconnect", `{"reason":"threats"}`, "pbx1-1 {Agent:anna Reason:threats}"},
	} {
		r := h.do(request{method: c.method, path: c.path, body: c.body, token: token})
		if got := h.desk.take(); r.status != http.StatusNoContent || len(r.body) != 0 || !slices.Equal(got, []string{c.want}) {
			t.Errorf("%s: %d %s, desk heard %v, want %s", c.path, r.status, r.body, got, c.want)
		}
	}
	root := h.login("root").AccessToken
	for _, path := range []string{"/api/v1/me/cti/login", "/api/v1/calls/pbx1-1/hangup"} {
		if r := h.do(request{method: "POST", path: path, token: root}); r.status != http.StatusForbidden || r.problem.Code != "not_an_agent" || h.desk.take() != nil {
			t.Errorf("an administrator who is no agent: %d %s", r.status, r.body)
		}
	}
}

func TestRefusalsHaveTheirStatusAndCode(t *testing.T) {
	h := open(t, options{})
	token := h.login("anna").AccessToken
	for _, c := range []struct {
		err    error
		status int
		code   string
	}{
		{&call.Error{Slug: "wrong_state", State: call.Talking, Input: call.KDecline, Possible: []call.Kind{call.KHangup, call.KRejoin}}, 409, "wrong_state"},
		{&call.Error{Slug: "not_yours", State: call.Talking}, 403, "not_yours"},
		{&call.Error{Slug: "phone_holds", State: call.Held}, 409, "phone_holds"},
		{&call.Error{Slug: "bad_target", State: call.Talking}, 400, "bad_target"},
		{&agent.Error{Slug: "not_available", Detail: "d"}, 409, "not_available"},
		{&engine.Error{Slug: "unknown_target", Detail: "d"}, 404, "unknown_target"},
		{&engine.Error{Slug: "unknown_queue", Detail: "d"}, 404, "unknown_queue"},
		{&engine.Error{Slug: "unknown_call", Detail: "d"}, 404, "unknown_call"},
		{&engine.Error{Slug: "unknown_agent", Detail: "d"}, 404, "unknown_agent"},
		{&engine.Error{Slug: "no_permission", Detail: "d"}, 403, "no_permission"},
		{&engine.Error{Slug: "overloaded", Detail: "d"}, 503, "overloaded"},
		{&engine.Error{Slug: "not_ready", Detail: "d"}, 503, "not_ready"},
		{&engine.Error{Slug: "store_away", Detail: "d"}, 503, "store_away"},
		{&agent.Error{Slug: "no_cti_account", Detail: "d"}, 409, "no_cti_account"},
		{&agent.Error{Slug: "not_logged_in", Detail: "d"}, 409, "not_logged_in"},
		{&agent.Error{Slug: "bad_status", Detail: "d"}, 400, "bad_status"},
		{&agent.Error{Slug: "of_the_future", Detail: errEngine.Error()}, 500, "internal"},
		{errors.Join(errEngine, context.DeadlineExceeded), 504, "timeout"},
		{errEngine, 500, "internal"},
	} {
		h.desk.refuse(c.err)
		r := h.do(request{method: "POST", path: "/api/v1/calls/c/decline", token: token})
		p := r.problem
		if r.status != c.status || p.Status != c.status || p.Code != c.code || p.Detail == "" || p.Title == "" || p.RequestId == "" || p.Type != "urn:switchroom:problem:"+c.code {
			t.Errorf("%v: %d %s", c.err, r.status, r.body)
		}
		if strings.Contains(string(r.body), "secret") {
			t.Errorf("%v: a stranger sees %s", c.err, r.body)
		}
		if c.code == "wrong_state" && (p.State == nil || *p.State != "talking" || p.Possible == nil || !slices.Equal(*p.Possible, []string{"hangup", "rejoin"})) {
			t.Errorf("wrong state: %s", r.body)
		}
		if c.status == 503 && r.header.Get("Retry-After") == "" {
			t.Errorf("%s: no Retry-After", c.code)
		}
		if c.status == 500 && (!strings.Contains(h.log.String(), p.RequestId) || !strings.Contains(h.log.String(), "secret")) {
			t.Error("the log does not say what the stranger is not told")
		}
	}
}

// Errors in the log and among the answers counted are for what is broken, and here nothing is.
func TestWhatFailsBecauseItsClientHasGoneIsNoErrorOfOurs(t *testing.T) {
	h := open(t, options{})
	token := h.login("anna").AccessToken
	logged := func(call string) string {
		for line := range strings.Lines(h.log.String()) {
			if strings.Contains(line, "request refused") && strings.Contains(line, "/calls/"+call+"/decline") {
				return line
			}
		}
		return ""
	}
	h.desk.refuse(errEngine)
	h.do(request{method: "POST", path: "/api/v1/calls/stays/decline", token: token})
	if line := logged("stays"); !strings.Contains(line, "level=ERROR") {
		t.Errorf("a client that waits: %q", line)
	}
	h.desk.hold = make(chan struct{}) // never let go: the command ends with its client
	h.desk.take()
	ctx, leave := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, "POST", h.URL+"/api/v1/calls/leaves/decline", http.NoBody)
	must(t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	left := make(chan error)
	go func() {
		_, err := h.Client().Do(req) //nolint:bodyclose // there is no answer
		left <- err
	}()
	eventually(t, "the command", func() bool { return len(h.desk.take()) > 0 })
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Fatalf("the client had an answer: %v", err)
	}
	eventually(t, "the line in the log", func() bool { return logged("leaves") != "" })
	if line := logged("leaves"); !strings.Contains(line, "level=DEBUG") || !strings.Contains(line, "status=500") {
		t.Errorf("a client that left: %q", line)
	}
	counted := func(status string) bool {
		return strings.Contains(string(h.do(request{method: "GET", path: "/metrics"}).body),
			`switchroom_http_requests_total{method="POST",route="/api/v1/calls/:id/decline",status="`+status+`"} `)
	}
	eventually(t, "both in the metrics", func() bool { return counted("500") && counted("499") })
}

func TestWhatDoesNotFitTheContractNeverReachesTheCall(t *testing.T) {
	h := open(t, options{})
	token := h.login("anna").AccessToken
	for path, bodies := range map[string][]string{
		"mute":             {`{}`, `{"muted":"yes"}`},
		"digits":           {`{"digits":""}`, `{"digits":"12; DROP"}`, `{"digits":"` + strings.Repeat("1", 33) + `"}`},
		"transfer":         {`{}`, `{"agent":"ben","queue":"sales"}`, `{"agent":"ben@evil"}`, `{"agent":""}`, `{"fax":"1"}`},
		"consult":          {`{"number":""}`, `{"number":"` + strings.Repeat("1", 65) + `"}`, `{"queue":"a,b"}`},
		"force-disconnect": {`{"reason":"` + strings.Repeat("x", 201) + `"}`, `[]`},
	} {
		for _, body := range bodies {
			r := h.do(request{method: "POST", path: "/api/v1/calls/c/" + path, body: body, token: token})
			if r.status != 400 || r.problem.Code == "" || h.desk.take() != nil {
				t.Errorf("%s %s: %d %s", path, body, r.status, r.body)
			}
		}
	}
}

func TestS28_TheReadyAgentsAreSearchedByNameAndNumberWithoutMe(t *testing.T) {
	h := open(t, options{})
	token := h.login("anna").AccessToken
	list := func(search string) (names []string) {
		r := h.do(request{method: "GET", path: "/api/v1/colleagues?search=" + search, token: token})
		var out contract.Colleagues
		r.into(t, &out)
		for _, c := range out.Colleagues {
			names = append(names, c.Name)
		}
		if r.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%v", r.header)
		}
		return names
	}
	for search, want := range map[string][]string{"": {"Ben", "Carla"}, "CAR": {"Carla"}, "102": {"Ben"}, "nobody": nil} {
		if got := list(search); !slices.Equal(got, want) {
			t.Errorf("search %q: %v, want %v", search, got, want)
		}
	}
	if r := h.do(request{method: "GET", path: "/api/v1/colleagues", token: h.login("root").AccessToken}); r.status != 403 || r.problem.Code != "not_an_agent" {
		t.Errorf("an administrator who is no agent: %d %s", r.status, r.body)
	}
}

func TestARequestWithAKeyIsDoneOnce(t *testing.T) {
	h := open(t, options{})
	token := h.login("anna").AccessToken
	first := request{method: "POST", path: "/api/v1/calls/c/hangup", token: token, key: "key-12345"}
	a, b := h.do(first), h.do(first)
	if a.status != 204 || b.status != 204 || b.header.Get("Idempotency-Replayed") != "true" || len(h.desk.take()) != 1 {
		t.Errorf("%d, %d %v", a.status, b.status, b.header)
	}
	other := first
	other.path = "/api/v1/calls/c/rejoin"
	if r := h.do(other); r.status != 422 || r.problem.Code != "key_reused" || h.desk.take() != nil {
		t.Errorf("another request with the key: %d %s", r.status, r.body)
	}
	ben := first
	ben.token = h.login("ben").AccessToken
	if r := h.do(ben); r.status != 204 || len(h.desk.take()) != 1 {
		t.Errorf("another person's key of the same name: %d %s", r.status, r.body)
	}
	h.desk.refuse(&call.Error{Slug: "wrong_state", State: call.Talking})
	refused := first
	refused.key = "key-refused"
	a = h.do(refused)
	h.desk.refuse(nil)
	b = h.do(refused)
	if a.status != 409 || b.status != 409 || string(a.body) != string(b.body) || b.header.Get("Content-Type") != "application/problem+json" || len(h.desk.take()) != 1 {
		t.Errorf("a refusal comes again as %d %s", b.status, b.body)
	}
	h.desk.refuse(errEngine)
	broken := first
	broken.key = "key-broken"
	a = h.do(broken)
	h.desk.refuse(nil)
	if b = h.do(broken); a.status != 500 || b.status != 204 || len(h.desk.take()) != 2 {
		t.Errorf("after a failure: %d, %d", a.status, b.status)
	}
}

func TestTwoOfTheSameRequestAtOnceActOnce(t *testing.T) {
	h := open(t, options{})
	token := h.login("anna").AccessToken
	h.desk.hold = make(chan struct{})
	r := request{method: "POST", path: "/api/v1/calls/c/hangup", token: token, key: "key-at-once"}
	var wg sync.WaitGroup
	var slow reply
	wg.Go(func() { slow = h.do(r) })
	var heard []string
	eventually(t, "the first request is being worked on", func() bool { heard = append(heard, h.desk.take()...); return len(heard) == 1 })
	if r := h.do(r); r.status != 409 || r.problem.Code != "in_progress" {
		t.Errorf("the second: %d %s", r.status, r.body)
	}
	close(h.desk.hold)
	wg.Wait()
	if slow.status != 204 || h.desk.take() != nil {
		t.Errorf("the first: %d %s", slow.status, slow.body)
	}
}

func TestOnlyTheOwnPhonesSecretIsGivenOut(t *testing.T) {
	h := open(t, options{config: func(c *api.Config) {
		c.ICE = []api.ICEServer{{URLs: []string{"stun:stun.example:3478"}}, {URLs: []string{"turn:turn.example"}, Username: "u", Credential: "c"}}
	}})
	r := h.do(request{method: "GET", path: "/api/v1/me/phone", token: h.login("anna").AccessToken})
	var p contract.PhoneAccount
	r.into(t, &p)
	want, err := h.sql.Account(t.Context(), "anna")
	must(t, err)
	if r.status != 200 || p.Username != "anna" || p.Password != want.Secret || p.SipUri != "sip:anna@switchroom" || p.Number != "2001" || p.Device != agent.WebRTC ||
		p.WebsocketUrl == nil || *p.WebsocketUrl != strings.Replace(h.URL, "http", "ws", 1)+"/sip" || len(p.IceServers) != 2 || *p.IceServers[1].Credential != "c" {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r.header.Get("Cache-Control") != "no-store" {
		t.Error("a password may be cached")
	}
	r = h.do(request{method: "GET", path: "/api/v1/me/phone", token: h.login("carla").AccessToken})
	p = contract.PhoneAccount{}
	r.into(t, &p)
	if r.status != 200 || p.Username != "carla" || p.WebsocketUrl != nil || p.Device != agent.Desk {
		t.Errorf("desk phone: %d %s", r.status, r.body)
	}
	must(t, h.sql.PutPhone(t.Context(), "root", "ben", sql.Phone{Device: agent.WebRTC, Home: "demo"}))
	token := h.login("ben").AccessToken
	if r := h.do(request{method: "GET", path: "/api/v1/me/phone", token: token}); r.status != 404 || r.problem.Code != "no_phone" {
		t.Errorf("no phone: %d %s", r.status, r.body)
	}
	if r := h.do(request{method: "GET", path: "/api/v1/me", token: token}); r.status != 200 || !strings.Contains(string(r.body), `"cti":null`) {
		t.Errorf("no phone: %d %s", r.status, r.body)
	}
}

func TestTheSnapshotOfAnAgentWhoNeverLoggedInIsComplete(t *testing.T) {
	h := open(t, options{})
	token := h.login("anna").AccessToken
	r := h.do(request{method: "GET", path: "/api/v1/me/snapshot", token: token})
	fitsSchema(t, document(t), "Snapshot", r.body, "snapshot")
	var s contract.Snapshot
	r.into(t, &s)
	if s.View.Status.Code != agent.ShowLoggedOut || s.View.Name != "Anna Berg" || s.View.CTI != "A100" || s.Epoch == "" {
		t.Errorf("%s", r.body)
	}
	h.live.Put(agent.Agent{ID: "anna", Name: "Anna Berg", Chosen: agent.Ready, Phone: agent.Phone{Reachable: true}})
	r = h.do(request{method: "GET", path: "/api/v1/me/snapshot", token: token})
	r.into(t, &s)
	if s.Seq != 1 || s.View.Status.Code != agent.ShowReady {
		t.Errorf("%s", r.body)
	}
	h.live.Fail()
	if r := h.do(request{method: "GET", path: "/api/v1/me/snapshot", token: token}); r.status != 503 || r.problem.Code != "store_away" {
		t.Errorf("%d %s", r.status, r.body)
	}
	h.live.Mend()
}

func TestADemoCallIsPlacedOnlyByADemo(t *testing.T) {
	h := open(t, options{})
	token := h.login("anna").AccessToken
	r := h.do(request{method: "POST", path: "/api/v1/demo/calls", body: `{"queue":"sales"}`, token: token, key: "demo-call-1"})
	if r.status != 202 || !slices.Equal(h.demo.queues, []string{"sales"}) {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := h.do(request{method: "POST", path: "/api/v1/demo/calls", body: `{"queue":"none"}`, token: token}); r.status != 404 || r.problem.Code != "unknown_queue" {
		t.Errorf("%d %s", r.status, r.body)
	}
	h = open(t, options{deps: func(d *api.Deps) { d.Demo = nil }})
	if r := h.do(request{method: "POST", path: "/api/v1/demo/calls", body: `{"queue":"sales"}`, token: h.login("anna").AccessToken}); r.status != 404 || r.problem.Code != "not_a_demo" {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestReadinessSaysWhatIsWrong(t *testing.T) {
	h := open(t, options{})
	if r := h.do(request{method: "GET", path: "/ready"}); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
	h.desk.mu.Lock()
	h.desk.ready = &engine.Error{Slug: "not_ready", Detail: "taking stock"}
	h.desk.mu.Unlock()
	h.live.Fail()
	r := h.do(request{method: "GET", path: "/ready"})
	fitsSchema(t, document(t), "Readiness", r.body, "readiness")
	if r.status != 503 || !strings.Contains(string(r.body), "taking stock") || !strings.Contains(string(r.body), "Redis does not answer") {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := h.do(request{method: "GET", path: "/health"}); r.status != 200 || string(r.body) != "{\"status\":\"ok\"}\n" {
		t.Errorf("health: %d %s", r.status, r.body)
	}
	h.live.Mend()
}

func TestMetricsAreForTheMachineItselfOrATokensBearer(t *testing.T) {
	h := open(t, options{})
	h.login("anna")
	r := h.do(request{method: "GET", path: "/metrics"})
	for _, want := range []string{`switchroom_http_requests_total{method="POST",route="/api/v1/sessions",status="200"} 1`, `switchroom_logins_total{result="ok"} 1`, "switchroom_feed_sockets 0"} {
		if !strings.Contains(string(r.body), want) {
			t.Errorf("no %s in\n%s", want, r.body)
		}
	}
	h = open(t, options{config: func(c *api.Config) { c.MetricsToken = "let me see" }})
	if r := h.do(request{method: "GET", path: "/metrics"}); r.status != 404 {
		t.Errorf("without the token: %d", r.status)
	}
	if r := h.do(request{method: "GET", path: "/metrics", token: "let me see"}); r.status != 200 {
		t.Errorf("with the token: %d", r.status)
	}
	elsewhere := request{method: "GET", path: "/metrics", headers: map[string]string{"X-Forwarded-For": "203.0.113.7"}}
	if r := open(t, options{}).do(elsewhere); r.status != 404 {
		t.Errorf("from elsewhere by a proxy that nobody said to trust: %d", r.status)
	}
	if r := open(t, options{config: behindProxy}).do(elsewhere); r.status != 404 {
		t.Errorf("from elsewhere: %d", r.status)
	}
}
