package api_test

import (
	"encoding/csv"
	"net/http"
	"slices"
	"strings"
	"testing"

	"switchroom/account"
	"switchroom/api/contract"
)

const november = "?from=2026-11-01&until=2026-11-30&period=month"

func TestASupervisorsReportIsAboutTheirServicesAndAnAdministratorsAboutAll(t *testing.T) {
	h := twoServices(t)
	olga := h.member("olga", "far", account.Supervisor)
	root := h.admin()
	report := func(token, query string) (out contract.CallReport) {
		t.Helper()
		r := h.ask(token, "GET", "/api/v1/reports/calls"+query, "")
		if r.status != http.StatusOK {
			t.Fatalf("%s: %d %s", query, r.status, r.body)
		}
		r.into(t, &out)
		return out
	}
	for name, c := range map[string]struct {
		token, query string
		calls        []int
	}{
		"all": {root, november, []int{2}}, "split": {root, november + "&split=service", []int{1, 1}}, "hers": {olga, november, []int{1}},
		"not hers": {olga, november + "&service=demo", nil}, "a queue of both": {root, november + "&queue=sales&direction=inbound", []int{2}},
		"another month": {root, "?from=2026-10-01&until=2026-10-31", nil},
	} {
		var got []int
		for _, l := range report(c.token, c.query).Lines {
			got = append(got, l.Calls)
		}
		if !slices.Equal(got, c.calls) {
			t.Errorf("%s: %v, want %v", name, got, c.calls)
		}
	}
	var agents contract.AgentReport
	h.ask(olga, "GET", "/api/v1/reports/agents"+november, "").into(t, &agents)
	if len(agents.Lines) == 0 || agents.Lines[0].Period != "2026-11" || agents.Lines[0].Taken+agents.Lines[0].Misses == 0 {
		t.Errorf("agents %+v", agents)
	}
	for _, what := range []string{"calls", "agents"} {
		r := h.ask(root, "GET", "/api/v1/reports/"+what+november+"&format=csv", "")
		rows, err := csv.NewReader(strings.NewReader(string(r.body))).ReadAll()
		if err != nil || len(rows) < 2 || rows[0][0] != "period" || rows[1][0] != "2026-11" || !strings.HasPrefix(r.header.Get("Content-Type"), "text/csv") {
			t.Errorf("%s as CSV: %v, %q", what, err, rows)
		}
	}
}

func TestBadInputAReportOfTooMuchIsRefused(t *testing.T) {
	h := twoServices(t)
	root := h.admin()
	for query, want := range map[string]string{
		"calls?from=2026-11-02&until=2026-11-01":              "bad_range",
		"agents?from=2026-11-02&until=2026-11-01":             "bad_range",
		"calls?from=2020-11-02&until=2026-11-01":              "bad_range",
		"calls?from=2026-01-01&until=2026-02-01&period=hour":  "bad_range",
		"agents?from=2026-11-01&until=2026-11-01&period=hour": "bad_range",
		"calls?from=2026-11-02":                               "bad_request",
		"agents?from=yesterday&until=2026-11-01":              "bad_request",
		"calls?from=2026-11-01&until=2026-11-01&period=year":  "bad_request",
		"calls?from=2026-11-01&until=2026-11-01&split=agent":  "bad_request",
		"calls?from=2026-11-01&until=2026-11-01&queue=%27--":  "bad_request",
	} {
		if r := h.ask(root, "GET", "/api/v1/reports/"+query, ""); r.status != http.StatusBadRequest || r.problem.Code != want {
			t.Errorf("%s: %d %s, want %s", query, r.status, r.body, want)
		}
	}
}
