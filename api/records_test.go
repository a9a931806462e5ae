package api_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"switchroom/account"
	"switchroom/agent"
	"switchroom/api/contract"
	"switchroom/call"
	"switchroom/store/sql"
)

// ask sends a request with headers, by name and value.
func (h *house) ask(token, method, path, body string, headers ...string) reply {
	h.t.Helper()
	r := request{method: method, path: path, token: token, body: body, headers: map[string]string{}}
	for i := 0; i < len(headers); i += 2 {
		r.headers[headers[i]] = headers[i+1]
	}
	return h.do(r)
}

// recorded has the story's call with its ticket, and olga and odo, agent and supervisor of another service.
func recorded(t *testing.T) (h *house, ticket contract.Ticket) {
	t.Helper()
	h = open(t, options{})
	must(t, h.sql.PutService(t.Context(), "root", sql.Service{ID: "other", Name: "Other", DefaultStatus: agent.Business}))
	entries, last := journal(t, strings.Replace(story, "<script>alert(1)</script>", "=cmd|'/C_calc'!A1", 1))
	n, err := h.sql.OpenTicket(t.Context(), last, "ben")
	must(t, err)
	must(t, h.sql.AppendJournal(t.Context(), entries))
	var f contract.TicketFile
	h.ask(h.admin(), "GET", "/api/v1/tickets/"+n, "").into(t, &f)
	return h, f.Ticket
}

// member makes somebody of a service.
func (h *house) member(name, service string, roles ...account.Role) string {
	h.t.Helper()
	token := h.hire(name, roles...)
	must(h.t, h.sql.Permit(h.t.Context(), "root", name, service, true))
	return token
}

func TestATicketIsForItsServiceAndWhoTookPartAndNobodyElseLearnsOfIt(t *testing.T) {
	h, ticket := recorded(t)
	path := "/api/v1/tickets/" + ticket.Id
	for who, c := range map[string]struct {
		token string
		sees  bool
	}{
		"agent of the service": {h.login("anna").AccessToken, true}, "took part": {h.login("ben").AccessToken, true}, "administrator": {h.admin(), true},
		"supervisor of the service": {h.member("sue", "demo", account.Supervisor), true}, "agent of another": {h.member("olga", "other", account.Agent), false},
		"supervisor of another": {h.member("odo", "other", account.Supervisor), false},
		"supervisor of none":    {h.hire("sam", account.Supervisor), false},
	} {
		theirs, none := h.ask(c.token, "GET", path, ""), h.ask(c.token, "GET", "/api/v1/tickets/nothing", "")
		patch := h.ask(c.token, "PATCH", path, `{}`, "If-Match", `"1"`)
		note := h.ask(c.token, "POST", path+"/notes", `{"text":""}`)
		list := h.ask(c.token, "GET", "/api/v1/tickets", "")
		customer := h.ask(c.token, "GET", "/api/v1/customers/"+*ticket.Customer, "")
		callFile := h.ask(c.token, "GET", "/api/v1/calls/c-1", "")
		var page contract.TicketPage
		list.into(t, &page)
		if none.status != 404 || none.problem.Code != "unknown_ticket" || note.status != 400 || len(page.Tickets) == 1 != c.sees {
			t.Errorf("%s: none %d, empty note %d, list %s", who, none.status, note.status, list.body)
		}
		want := map[bool]int{true: 200, false: 404}[c.sees]
		if theirs.status != want || patch.status != want || customer.status != want || callFile.status != want {
			t.Errorf("%s: ticket %d, change %d, customer %d, call %d, want %d", who, theirs.status, patch.status, customer.status, callFile.status, want)
		}
		if !c.sees && (theirs.problem.Detail != none.problem.Detail || theirs.problem.Code != none.problem.Code) {
			t.Errorf("%s can tell a ticket that is there from one that is not: %s", who, theirs.body)
		}
		if c.sees {
			fitsSchema(t, document(t), "TicketFile", theirs.body, who)
			fitsSchema(t, document(t), "CustomerFile", customer.body, who)
			fitsSchema(t, document(t), "CallFile", callFile.body, who)
		}
	}
	if r := h.ask(h.member("rob", "demo"), "GET", path, ""); r.status != http.StatusForbidden {
		t.Errorf("of the service, without a role: %d", r.status)
	}
	if r := h.ask("", "GET", path, ""); r.status != http.StatusUnauthorized {
		t.Errorf("without a token: %d", r.status)
	}
	list, err := h.sql.Audits(t.Context(), ticket.Id, 50)
	must(t, err)
	if !slices.ContainsFunc(list, func(a sql.Audit) bool { return a.Who == "olga" && a.What == "refused_ticket" && a.After == "not_yours" }) {
		t.Errorf("olga's attempt is not in the audit trail: %+v", list)
	}
}

func TestATicketsChangesWantTheVersionThatWasRead(t *testing.T) {
	h, ticket := recorded(t)
	path, token := "/api/v1/tickets/"+ticket.Id, h.login("anna").AccessToken
	if r := h.ask(token, "GET", path, ""); r.header.Get("ETag") != `"1"` || r.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", r.header)
	}
	for _, c := range []struct {
		body, version, code string
		status              int
	}{
		{`{"subject":"Kettle"}`, "", "version_required", 428}, {`{"subject":"Kettle"}`, `"7"`, "changed_meanwhile", 412}, {`{"subject":"Kettle"}`, `W/x`, "changed_meanwhile", 412},
		{`{"subject":"Kettle"}`, `"1"`, "", 200}, {`{"subject":"Mine"}`, `"1"`, "changed_meanwhile", 412}, {`{"status":"closed"}`, `"2"`, "wrong_status", 409},
		{`{"status":"gone"}`, `"2"`, "bad_request", 400}, {`{"number":"T-1"}`, `"2"`, "bad_request", 400}, {`{"subject":"a\u0000b"}`, `"2"`, "bad_request", 400},
		{`{"subject":"` + strings.Repeat("x", 201) + `"}`, `"2"`, "bad_request", 400}, {`{"assignee":"nobody"}`, `"2"`, "bad_request", 400},
		{`{"tags":["<b>","VIP"],"disposition":"free","assignee":"ben","status":"solved"}`, `2`, "", 200},
	} {
		headers := []string{"If-Match", c.version}
		if c.version == "" {
			headers = nil
		}
		if r := h.ask(token, "PATCH", path, c.body, headers...); r.status != c.status || r.problem.Code != c.code {
			t.Errorf("%s at %s: %d %s", c.body, c.version, r.status, r.body)
		}
	}
	var f contract.TicketFile
	r := h.ask(token, "POST", path+"/notes", `{"text":"<script>alert(1)</script>\nsecond line \u202e"}`)
	r.into(t, &f)
	if r.status != 201 || len(f.Notes) != 1 || f.Notes[0].Text != "<script>alert(1)</script>\nsecond line \u202e" || f.Notes[0].Author != "anna" || f.Ticket.Version != 4 || len(f.History) != 6 {
		t.Errorf("%d %s", r.status, r.body)
	}
	var wg sync.WaitGroup
	statuses := make([]int, 8)
	for i := range statuses {
		wg.Go(func() {
			statuses[i] = h.ask(token, "PATCH", path, fmt.Sprintf(`{"subject":"%d"}`, i), "If-Match", `"4"`).status
		})
	}
	wg.Wait()
	slices.Sort(statuses)
	if statuses[0] != 200 || statuses[1] != 412 {
		t.Errorf("eight at once: %v", statuses)
	}
}

func TestDispositionsAreTheServices(t *testing.T) {
	h, ticket := recorded(t)
	path := "/api/v1/services/demo/records"
	if r := h.ask(h.login("anna").AccessToken, "GET", path, ""); r.status != 403 || r.problem.Code != "not_an_administrator" {
		t.Errorf("an agent: %d %s", r.status, r.body)
	}
	root := h.admin()
	was := h.ask(root, "GET", path, "").header.Get("ETag")
	for _, c := range []struct {
		path, body, version, code string
		status                    int
	}{
		{path, `{"dispositions":["Sold","Not sold"],"retention_days":30}`, was, "", 200}, {path, `{"dispositions":["Sold"," sold"],"retention_days":30}`, was, "listed_twice", 400},
		{path, `{"dispositions":[],"retention_days":-1}`, was, "bad_request", 400}, {path, `{"dispositions":[],"retention_days":1}`, was, "changed_meanwhile", 412},
		{"/api/v1/services/none/records", `{"dispositions":[],"retention_days":1}`, was, "unknown_service", 404},
	} {
		if r := h.ask(root, "PUT", c.path, c.body, "If-Match", c.version); r.status != c.status || r.problem.Code != c.code {
			t.Errorf("%s: %d %s", c.body, r.status, r.body)
		}
	}
	r := h.ask(root, "PATCH", "/api/v1/tickets/"+ticket.Id, `{"disposition":"Lost"}`, "If-Match", `"1"`)
	if r.status != 400 || r.problem.Code != "bad_disposition" || *r.problem.Field != "/disposition" {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestTheHistoryOfCallsIsFilteredPagedAndBounded(t *testing.T) {
	h, _ := recorded(t)
	root := h.admin()
	var page contract.CallPage
	h.ask(root, "GET", "/api/v1/calls?class=completed&direction=inbound&number=%2B821012345678&agent=anna&from=2026-01-01T00:00:00Z", "").into(t, &page)
	if len(page.Calls) != 1 || page.Calls[0].Times == nil || *page.Calls[0].Times != (contract.CallTimes{QueueMs: 1300, RingMs: 6800, TalkMs: 11900}) {
		t.Errorf("%+v", page.Calls)
	}
	for query, want := range map[string]string{
		"limit=0": "bad_request", "limit=201": "bad_request", "limit=1e9": "bad_request", "after=%27%20OR%201=1": "bad_request", "after=zzz": "bad_cursor", "number=hello": "bad_number",
		"class=none": "bad_request", "from=yesterday": "bad_request", "slug=%25": "bad_request", "direction=up": "bad_request",
	} {
		if r := h.ask(root, "GET", "/api/v1/calls?"+query, ""); r.status != 400 || r.problem.Code != want {
			t.Errorf("%s: %d %s", query, r.status, r.body)
		}
	}
	for _, query := range []string{"search=", "limit=0", "after=%27", "search=" + strings.Repeat("x", 65)} {
		if r := h.ask(root, "GET", "/api/v1/customers?"+query, ""); r.status != 400 || r.problem.Code != "bad_request" {
			t.Errorf("customers, %s: %d %s", query, r.status, r.body)
		}
	}
	if r := h.ask(root, "GET", "/api/v1/tickets?after=zzz", ""); r.problem.Code != "bad_cursor" {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := h.ask(root, "GET", "/api/v1/customers?search=+821012345678", ""); r.status != 200 || !strings.Contains(string(r.body), "+821012345678") { // a + that nobody escaped
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := h.ask(root, "GET", "/api/v1/customers?search=%2B821011111111", ""); r.status != 200 || strings.Contains(string(r.body), "+82") {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestTheExportIsForSupervisorsAndHoldsNoFormulas(t *testing.T) {
	h, _ := recorded(t)
	const year = "?from=2026-06-01T00:00:00Z&until=2027-05-01T00:00:00Z"
	for i := range 450 { // more than two pages
		c := fmt.Sprintf("more-%03d", i)
		entries, _ := journal(t, strings.NewReplacer("c-1", c, "cust", "ch-"+c).Replace(strings.Join(strings.SplitAfter(story, "\n")[:1], "")))
		must(t, h.sql.AppendJournal(t.Context(), entries))
	}
	if r := h.ask(h.login("anna").AccessToken, "GET", "/api/v1/calls.csv"+year, ""); r.status != 403 || r.problem.Code != "not_a_supervisor" {
		t.Errorf("an agent: %d %s", r.status, r.body)
	}
	for query, code := range map[string]string{"": "bad_request", "?from=2020-01-01T00:00:00Z&until=2026-01-01T00:00:00Z": "bad_range", "?until=2020-01-01T00:00:00Z&from=2026-01-01T00:00:00Z": "bad_range"} {
		if r := h.ask(h.admin(), "GET", "/api/v1/calls.csv"+query, ""); r.status != 400 || r.problem.Code != code {
			t.Errorf("%q: %d %s", query, r.status, r.body)
		}
	}
	for who, token := range map[string]string{"administrator": h.admin(), "supervisor": h.member("sue", "demo", account.Supervisor), "of another service": h.member("odo", "other", account.Supervisor)} {
		r := h.ask(token, "GET", "/api/v1/calls.csv"+year, "")
		lines, err := csv.NewReader(strings.NewReader(string(r.body))).ReadAll()
		must(t, err)
		if who == "of another service" {
			if len(lines) != 1 {
				t.Errorf("%s is given %d lines", who, len(lines))
			}
			continue
		}
		if len(lines) != 452 || !strings.HasPrefix(r.header.Get("Content-Type"), "text/csv") || !strings.Contains(r.header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%s: %d lines, %v", who, len(lines), r.header)
		}
		for _, line := range lines[1:] {
			for _, field := range line {
				if field != "" && strings.ContainsRune("=+-@\t\r", rune(field[0])) {
					t.Fatalf("%s: the field %q", who, field)
				}
			}
			if line[0] == "c-1" && (line[8] != "'=cmd|'/C calc'!A1" || line[7] != "'+821012345678" || line[17] != "11900") {
				t.Errorf("%s: %q", who, line)
			}
		}
	}
	acts, err := h.sql.Audits(t.Context(), "all", 5)
	must(t, err)
	if len(acts) == 0 || acts[0].What != "export_calls" {
		t.Errorf("audit %+v", acts)
	}
}

func TestWhoIsOfferedACallIsToldOfTheCallersEarlierTickets(t *testing.T) { // S13
	h, ticket := recorded(t)
	anna := h.login("anna").AccessToken
	if r := h.ask(anna, "GET", "/api/v1/calls/c-2/customer", ""); r.status != 404 || r.problem.Code != "unknown_call" {
		t.Errorf("no call: %d %s", r.status, r.body)
	}
	offered := call.Call{
		ID: "c-2", Service: "demo", Queue: "sales", State: call.Offering, Caller: call.Party{Number: "010-1234-5678"},
		Agent: &call.Participant{Agent: "anna", Token: "t", Endpoint: "anna", Leg: "c-2-a1"}, Customer: call.Leg{ID: "x", State: call.Up},
	}
	a := agent.Agent{ID: "anna", Chosen: agent.Ready, Held: &agent.Reservation{Call: "c-2", Token: "t", Phase: agent.Ringing}}
	h.live.PutIn(a, offered)
	r := h.ask(anna, "GET", "/api/v1/calls/c-2/customer", "")
	var got contract.Caller
	r.into(t, &got)
	fitsSchema(t, document(t), "Caller", r.body, "caller")
	if got.Customer == nil || got.Tickets != 1 || len(got.Latest) != 1 || got.Latest[0].Id != ticket.Id {
		t.Errorf("%s", r.body)
	}
	if r := h.ask(h.login("ben").AccessToken, "GET", "/api/v1/calls/c-2/customer", ""); r.status != 404 {
		t.Errorf("another's offer: %d %s", r.status, r.body)
	}
}

func TestACustomersDataIsDeletedByAnAdministratorOnly(t *testing.T) {
	h, ticket := recorded(t)
	path := "/api/v1/customers/" + *ticket.Customer
	for who, token := range map[string]string{"agent": h.login("anna").AccessToken, "supervisor": h.member("sue", "demo", account.Supervisor)} {
		if r := h.ask(token, "DELETE", path, ""); r.status != 403 || r.problem.Code != "not_an_administrator" {
			t.Errorf("%s: %d %s", who, r.status, r.body)
		}
	}
	r := h.ask(h.login("anna").AccessToken, "PATCH", path, `{"name":"Carl","notes":"secret"}`, "If-Match", `"1"`)
	if r.status != 200 || r.header.Get("ETag") != `"2"` {
		t.Errorf("%d %s", r.status, r.body)
	}
	root := h.admin()
	live, _ := journal(t, strings.NewReplacer("c-1", "c-9", "cust", "cust-9").Replace(story))
	must(t, h.sql.AppendJournal(t.Context(), live[:len(live)-1]))
	if r := h.ask(root, "DELETE", path, ""); r.status != 409 || r.problem.Code != "customer_in_call" {
		t.Errorf("in a call: %d %s", r.status, r.body)
	}
	must(t, h.sql.AppendJournal(t.Context(), live))
	if r := h.ask(root, "DELETE", path, ""); r.status != 204 {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := h.ask(root, "GET", "/api/v1/customers?search=%2B821012345678", ""); strings.Contains(string(r.body), "12345678") {
		t.Errorf("%s", r.body)
	}
	for _, p := range []string{path, "/api/v1/calls/c-1/timeline"} {
		if r := h.ask(root, "GET", p, ""); r.status != 404 {
			t.Errorf("%s: %d %s", p, r.status, r.body)
		}
	}
	for _, p := range []string{"/api/v1/calls/c-1", "/api/v1/tickets/" + ticket.Id} {
		if r := h.ask(root, "GET", p, ""); r.status != 200 || strings.Contains(string(r.body), "1012345678") || strings.Contains(string(r.body), "timeline") {
			t.Errorf("%s: %d %s", p, r.status, r.body)
		}
	}
	acts, err := h.sql.Audits(t.Context(), *ticket.Customer, 1)
	must(t, err)
	if text, err := json.Marshal(acts); err != nil || acts[0].What != "erase_customer" || strings.Contains(string(text), "secret") {
		t.Errorf("audit %s", text)
	}
}
