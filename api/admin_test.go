package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"switchroom/api"
	"switchroom/api/contract"
	"switchroom/api/feed"
	"switchroom/engine"
	"switchroom/settings"
)

// office is an administrator at work.
type office struct {
	*house
	token string
}

func newOffice(t *testing.T) office {
	h := open(t, options{})
	return office{h, h.admin()}
}

// ask sends a request with the version that was read before; it fails the test unless the status is that.
func (o office) ask(status int, method, path, version, body string) reply {
	o.t.Helper()
	r := request{method: method, path: "/api/v1" + path, token: o.token, body: body}
	if version != "" {
		r.headers = map[string]string{"If-Match": `"` + version + `"`}
	}
	got := o.do(r)
	if got.status != status {
		o.t.Fatalf("%s %s %s: %d %s, want %d", method, path, body, got.status, got.body, status)
	}
	return got
}

// versionOf is the version in a body, which is also the ETag.
func (o office) versionOf(r reply) string {
	o.t.Helper()
	var v struct{ Version string }
	r.into(o.t, &v)
	if v.Version == "" || r.header.Get("ETag") != `"`+v.Version+`"` || r.header.Get("Cache-Control") != "no-store" {
		o.t.Errorf("version %q, headers %v", v.Version, r.header)
	}
	return v.Version
}

func TestS3_AServiceIsMadeChangedAndDeletedByAPI(t *testing.T) {
	o := newOffice(t)
	made := o.ask(201, "POST", "/services", "", `{"id":"brand","name":"Brand","inbound":true}`)
	var v settings.Service
	made.into(t, &v)
	if !v.Inbound || v.Outbound || v.DefaultStatus != "business" || v.TransferRing != 20 {
		t.Errorf("made %+v", v)
	}
	first := o.versionOf(made)
	changed := o.ask(200, "PATCH", "/services/brand", first, `{"outbound":true,"hold_warn_seconds":0}`)
	changed.into(t, &v)
	if !v.Inbound || !v.Outbound || v.HoldWarn != 0 || v.Name != "Brand" {
		t.Errorf("changed to %+v", v)
	}
	for body, want := range map[string]string{
		`{"default_status":"ready"}`: "bad_request /default_status", `{"name":"","default_status":"ready","country":"x"}`: "bad_request /country", `{"fallback_queue":"none"}`: "invalid /fallback_queue", `{"name":"Demo"}`: "taken /name", `{"id":"x"}`: "unknown_field /",
		`{"transfer_ring_seconds":0}`: "bad_request /transfer_ring_seconds", `{"country":"XX"}`: "invalid /country", `{"time_zone":"Local"}`: "invalid /time_zone", `{"time_zone":"Mars/Phobos"}`: "invalid /time_zone", `{"name":null}`: "bad_request /name",
	} {
		r := o.do(request{method: "PATCH", path: "/api/v1/services/brand", token: o.token, body: body, headers: map[string]string{"If-Match": v.Version}})
		field := ""
		if r.problem.Field != nil {
			field = *r.problem.Field
		}
		if got := r.problem.Code + " " + field; !strings.HasPrefix(got, want) || r.problem.Detail == "" {
			t.Errorf("%s: %d %s, want %s", body, r.status, r.body, want)
		}
	}
	if r := o.ask(412, "PATCH", "/services/brand", first, `{"inbound":false}`); r.problem.Code != "changed_meanwhile" {
		t.Errorf("%s", r.body)
	}
	if r := o.ask(428, "PATCH", "/services/brand", "", `{"inbound":false}`); r.problem.Code != "version_required" {
		t.Errorf("%s", r.body)
	}
	if r := o.ask(409, "DELETE", "/services/demo", "", ""); r.problem.Code != "in_use" {
		t.Errorf("%s", r.body)
	}
	o.ask(204, "DELETE", "/services/brand", "", "")
	if r := o.ask(404, "GET", "/services/brand", "", ""); r.problem.Code != "unknown_service" {
		t.Errorf("%s", r.body)
	}
	var trail contract.AuditTrail
	o.ask(200, "GET", "/audit?target=brand&limit=2", "", "").into(t, &trail)
	if len(trail.Acts) != 2 || trail.Acts[0].What != "delete_service" || trail.Acts[1].Who != "root" || !strings.Contains(trail.Acts[1].Before, `"outbound":false`) {
		t.Errorf("%+v", trail)
	}
	o.ask(200, "GET", "/audit?target=brand&limit=2&before="+trail.Acts[1].ID, "", "").into(t, &trail)
	if len(trail.Acts) != 1 || trail.Acts[0].What != "create_service" {
		t.Errorf("the next page: %+v", trail)
	}
}

func TestListsAreReplacedByVersion(t *testing.T) {
	o := newOffice(t)
	for path, c := range map[string]struct{ good, bad, code, field string }{
		"/services/demo/calling-numbers":   {`{"numbers":[{"number":"02-5555-0100","label":"Seoul","default":true}]}`, `{"numbers":[{"number":"119","label":"x","default":true}]}`, "bad_number", "/numbers/0/number"},
		"/services/demo/destination-rules": {`{"rules":[{"action":"allow","prefix":"+"}]}`, `{"rules":[{"action":"allow","prefix":"49"},{"action":"deny","prefix":"x"}]}`, "invalid", "/rules/1"},
		"/services/demo/frequent-numbers":  {`{"numbers":[{"label":"Sales","number":"1000"}]}`, `{"numbers":[{"label":"x","number":"nonsense"}]}`, "bad_number", "/numbers/0/number"},
		"/queues/sales/members":            {`{"members":["anna"]}`, `{"members":["anna","nobody"]}`, "invalid", "/members/1"},
		"/embedding":                       {`{"origins":["https://crm.example"]}`, `{"origins":["https://*.example"]}`, "not_an_origin", "/origins/0"},
		"/emergency-numbers":               {`{"numbers":["112"]}`, `{"numbers":["2001"]}`, "taken", "/numbers/0"},
	} {
		version := o.versionOf(o.ask(200, "GET", path, "", ""))
		r := o.do(request{method: "PUT", path: "/api/v1" + path, token: o.token, body: c.bad, headers: map[string]string{"If-Match": version}})
		if r.problem.Code != c.code || r.problem.Field == nil || *r.problem.Field != c.field {
			t.Errorf("%s %s: %d %s", path, c.bad, r.status, r.body)
		}
		next := o.versionOf(o.ask(200, "PUT", path, version, c.good))
		if again := o.versionOf(o.ask(200, "GET", path, "", "")); next == version || again != next {
			t.Errorf("%s: versions %s, %s, %s", path, version, next, again)
		}
		o.ask(412, "PUT", path, version, c.good)
		o.ask(428, "PUT", path, "", c.good)
	}
}

func TestQueuesTrunksAndRoutesAreMadeChangedAndDeletedByAPI(t *testing.T) {
	o := newOffice(t)
	for _, c := range []struct{ list, name, body, patch, code string }{
		{"/queues", "vip", `{"name":"vip","service":"demo","number":"1005"}`, `{"pickup_seconds":5,"number":""}`, "unknown_queue"},
		{"/trunks", "one", `{"name":"one","endpoint":"carrier"}`, `{"max_channels":30,"enabled":false}`, "unknown_trunk"},
		{"/routes", "all", `{"name":"all","prefixes":["+"],"trunks":["two"]}`, `{"prefixes":["+49"],"position":2}`, "unknown_route"},
	} {
		if c.name == "all" {
			o.ask(201, "POST", "/trunks", "", `{"name":"two","endpoint":"carrier-2"}`)
		}
		version := o.versionOf(o.ask(201, "POST", c.list, "", c.body))
		o.ask(409, "POST", c.list, "", c.body)
		changed := o.ask(200, "PATCH", c.list+"/"+c.name, version, c.patch)
		var fields, want map[string]any
		changed.into(t, &fields)
		must(t, json.Unmarshal([]byte(c.patch), &want))
		for k, v := range want {
			if fmt.Sprint(fields[k]) != fmt.Sprint(v) {
				t.Errorf("%s: %s is %v", c.patch, k, fields[k])
			}
		}
		if r := o.ask(200, "GET", c.list, "", ""); !strings.Contains(string(r.body), `"name":"`+c.name+`"`) {
			t.Errorf("%s", r.body)
		}
		if c.name == "all" {
			o.ask(409, "DELETE", "/trunks/two", "", "")
		}
		o.ask(204, "DELETE", c.list+"/"+c.name, "", "")
		if r := o.ask(404, "DELETE", c.list+"/"+c.name, "", ""); r.problem.Code != c.code {
			t.Errorf("%s", r.body)
		}
	}
}

func TestS6_APersonWhoWasJustMadeLogsInAndHasAPhone(t *testing.T) {
	o := newOffice(t)
	r := o.ask(201, "POST", "/people", "", `{"login":"Dora","name":"Dora","services":[{"service":"demo","phone":true}],"queues":["sales"],"cti_id":"A9","cti_number":"2009","device":"desk","password":"dora's gravel tulip"}`)
	if strings.Contains(string(r.body), "dora's gravel tulip") || strings.Contains(string(r.body), "argon2") {
		t.Errorf("a secret: %s", r.body)
	}
	var v settings.Person
	r.into(t, &v)
	s := o.login("dora")
	var phone contract.PhoneAccount
	o.do(request{method: "GET", path: "/api/v1/me/phone", token: s.AccessToken}).into(t, &phone)
	if phone.Number != "2009" || phone.Username != v.ID || len(phone.Password) < 40 {
		t.Errorf("%+v", phone)
	}
	for body, want := range map[string]string{
		`{"login":"anna","name":"x"}`:                               "taken /login",
		`{"login":"x","name":"x","cti_id":"A1","cti_number":"119"}`: "invalid /home_service",
		`{"login":"x","name":"x","services":[{"service":"demo","phone":true}],"cti_id":"A1","cti_number":"119"}`:  "taken /cti_number",
		`{"login":"x","name":"x","services":[{"service":"demo","phone":true}],"cti_id":"A1","cti_number":"2001"}`: "taken /cti_number",
		`{"login":"x","name":"x","password":"short"}`:                                                             "password_too_short /password",
		`{"login":"x","name":"\u0000"}`: "invalid /name",
	} {
		got := o.do(request{method: "POST", path: "/api/v1/people", token: o.token, body: body})
		if got.problem.Field == nil || got.problem.Code+" "+*got.problem.Field != want {
			t.Errorf("%s: %d %s, want %s", body, got.status, got.body, want)
		}
	}
	// Deactivating ends the sessions at once, here and on the feed.
	v.Version = o.versionOf(o.ask(200, "GET", "/people/"+v.ID, "", ""))
	o.ask(200, "PATCH", "/people/"+v.ID, v.Version, `{"active":false}`)
	if r := o.do(request{method: "GET", path: "/api/v1/me", token: s.AccessToken}); r.problem.Code != "session_revoked" {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := o.do(request{method: "POST", path: "/api/v1/sessions", body: `{"user":"dora","password":"dora's gravel tulip"}`}); r.problem.Code != "bad_credentials" {
		t.Errorf("%d %s", r.status, r.body)
	}
	var people contract.People
	o.ask(200, "GET", "/people?search=dor&limit=1", "", "").into(t, &people)
	if people.Total != 1 || people.People[0].Active {
		t.Errorf("%+v", people)
	}
	root := o.versionOf(o.ask(200, "GET", "/people/root", "", ""))
	if r := o.ask(409, "PATCH", "/people/root", root, `{"roles":["agent"]}`); r.problem.Code != "last_administrator" {
		t.Errorf("%s", r.body)
	}
}

func TestAnAdministratorSetsPasswordsEndsSessionsAndLogsAgentsOut(t *testing.T) {
	o := newOffice(t)
	anna := o.login("anna").AccessToken
	o.ask(204, "PUT", "/people/anna/password", "", `{"password":"battery tulip seven"}`)
	if r := o.do(request{method: "GET", path: "/api/v1/me", token: anna}); r.problem.Code != "session_revoked" {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := o.do(request{method: "POST", path: "/api/v1/sessions", body: `{"user":"anna","password":"battery tulip seven"}`}); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := o.ask(400, "PUT", "/people/anna/password", "", `{"password":"xk9!"}`); strings.Contains(string(r.body), "xk9!") {
		t.Errorf("it repeats the password: %s", r.body)
	}
	ben := o.login("ben").AccessToken
	o.ask(204, "DELETE", "/people/ben/sessions", "", "")
	if r := o.do(request{method: "GET", path: "/api/v1/me", token: ben}); r.problem.Code != "session_revoked" {
		t.Errorf("%d %s", r.status, r.body)
	}
	o.ask(204, "POST", "/people/ben/cti/logout", "", "")
	if heard := o.desk.take(); !slices.Equal(heard, []string{"logout ben"}) {
		t.Errorf("the desk heard %v", heard)
	}
	for _, path := range []string{"/people/none/password", "/people/none/sessions", "/people/none/lock", "/people/none/cti/logout"} {
		method, body := "DELETE", ""
		switch {
		case strings.HasSuffix(path, "password"):
			method, body = "PUT", `{"password":"long enough to be one"}`
		case strings.HasSuffix(path, "logout"):
			method = "POST"
		}
		if r := o.ask(404, method, path, "", body); r.problem.Code != "unknown_person" {
			t.Errorf("%s: %s", path, r.body)
		}
	}
	acts, err := o.sql.Audits(t.Context(), "ben", 2)
	must(t, err)
	if acts[0].What != "force_cti_logout" || acts[1].What != "end_sessions" || acts[0].Who != "root" {
		t.Errorf("%+v", acts)
	}
}

func TestTwentyWrongPasswordsLockALoginAndTellNobodyWhetherItIsOne(t *testing.T) {
	o := newOffice(t)
	try := func(login, password string) reply {
		return o.do(request{method: "POST", path: "/api/v1/sessions", body: fmt.Sprintf(`{"user":%q,"password":%q}`, login, password)})
	}
	for _, login := range []string{"anna", "nobody"} {
		if r := try(login, "wrong"); r.problem.Code != "bad_credentials" {
			t.Fatalf("%d %s", r.status, r.body)
		}
		for range 19 { // from elsewhere: one address gets no further than a few
			must(t, o.sql.LoginFailed(t.Context(), login))
		}
	}
	known, unknown := try("ANNA", passwords["anna"]), try("nobody", "x")
	if known.status != 429 || unknown.status != 429 || known.problem.Detail != unknown.problem.Detail || *known.problem.RetryAfter < 890 {
		t.Errorf("%s\n%s", known.body, unknown.body)
	}
	var v settings.Person
	o.ask(200, "GET", "/people/anna", "", "").into(t, &v)
	if v.LockedUntil == nil || time.Until(*v.LockedUntil) > 15*time.Minute {
		t.Errorf("%+v", v)
	}
	o.ask(204, "DELETE", "/people/anna/lock", "", "")
	if r := try("anna", passwords["anna"]); r.status != 200 {
		t.Errorf("unlocked: %d %s", r.status, r.body)
	}
}

func TestPeopleAreImportedTogetherOrNotAtAll(t *testing.T) {
	o := newOffice(t)
	send := func(query, file string) reply {
		return o.do(request{method: "POST", path: "/api/v1/people/import" + query, token: o.token, kind: "text/csv", body: file})
	}
	const good = "\xef\xbb\xbflogin;name;services;queues;cti_id;cti_number;password\r\neva;\"=HYPERLINK(\"\"x\"\")\";demo;sales;A31;2031;eva's gravel tulip\r\nfinn;Finn;demo;;;;\r\n"
	var report contract.ImportReport
	send("?dry_run=true", good).into(t, &report)
	if !report.DryRun || report.Rows != 2 || len(report.Wrong) != 0 || len(report.People) != 0 {
		t.Errorf("%+v", report)
	}
	const bad = good + "anna;Anna;demo;;;;\r\nfinn;Finn;demo;;;;\r\ngil;Gil;nowhere;;;;\r\nhal;Hal;demo;;A31;2031;\r\nida;;demo;;;;\r\n"
	send("?dry_run=true", bad).into(t, &report)
	var wrong []string
	for _, w := range report.Wrong {
		wrong = append(wrong, fmt.Sprint(w.Row, " ", w.Code, " ", *w.Field))
	}
	if want := []string{"4 taken /login", "5 taken /login", "6 invalid /services/0/service", "7 taken /cti_id", "8 invalid /name"}; !slices.Equal(wrong, want) {
		t.Errorf("%q, want %q", wrong, want)
	}
	r := send("", bad)
	if r.status != 422 || r.problem.Code != "rows_refused" || r.problem.Rows == nil || len(*r.problem.Rows) != 5 {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := send("", "x"); r.status != 422 || r.problem.Code != "bad_csv" {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := send("", strings.Repeat("x", 1<<20+1)); r.status != 413 {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := o.do(request{method: "POST", path: "/api/v1/people/import", token: o.token, body: `{}`}); r.status != 415 {
		t.Errorf("%d %s", r.status, r.body)
	}
	if _, total, err := o.sql.ListPeople(t.Context(), settings.PersonQuery{Limit: 1}); err != nil || total != 4 {
		t.Errorf("%d people, %v", total, err)
	}
	r = send("", good)
	r.into(t, &report)
	if r.status != 200 || len(report.People) != 2 || report.People[0].Name != `=HYPERLINK("x")` {
		t.Fatalf("%d %s", r.status, r.body)
	}
	o.login("eva")
	if r := o.do(request{method: "POST", path: "/api/v1/sessions", body: `{"user":"finn","password":"x"}`}); r.problem.Code != "bad_credentials" {
		t.Errorf("without a password: %d %s", r.status, r.body)
	}
}

func TestS5_EachNodeIsListedAndOneWhoseControllerIsSilentIsAway(t *testing.T) {
	o := newOffice(t)
	now := time.Now().UTC()
	o.nodes.report(
		engine.NodeReport{Name: "a", Controller: "c1", Connected: true, Since: now.Add(-time.Hour), Version: "22.10.1", ICEServers: []string{"stun:stun.example:3478"}, SeenAt: now},
		engine.NodeReport{Name: "b", Controller: "c2", Connected: true, ICEServers: []string{}, SeenAt: now.Add(-time.Minute)},
	)
	var out contract.Nodes
	o.ask(200, "GET", "/nodes", "", "").into(t, &out)
	if len(out.Nodes) != 2 || !out.Nodes[0].Connected || out.Nodes[0].ControllerAway || out.Nodes[1].Connected || !out.Nodes[1].ControllerAway {
		t.Errorf("%+v", out)
	}
}

func TestASessionThatAnotherProcessEndedIsOverOnceSettingsAreSeenToHaveChanged(t *testing.T) {
	o := newOffice(t)
	anna := o.login("anna")
	me := request{method: "GET", path: "/api/v1/me", token: anna.AccessToken}
	if r := o.do(me); r.status != http.StatusOK {
		t.Fatalf("%d %s", r.status, r.body)
	}
	socket := o.feed(anna.AccessToken, "", 0)
	socket.next()
	_, err := o.sql.EndSessions(t.Context(), "root", "anna")
	must(t, err)
	o.api.SettingsChanged(t.Context())
	if r := o.do(me); r.problem.Code != "session_revoked" {
		t.Errorf("%d %s", r.status, r.body)
	}
	socket.closed(feed.SessionEnded)
}

var _ api.Nodes = (*nodes)(nil)
