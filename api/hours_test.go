package api_test

import (
	"strings"
	"testing"

	"switchroom/settings"
)

func TestHoursAreSetByAdministratorsAndSwitchedBySupervisorsToo(t *testing.T) {
	h := open(t, options{})
	root, boss, anna := h.admin(), h.person("supervisor"), h.person("agent")
	const path = "/api/v1/services/demo/hours"
	etag := func(path string) string { return h.ask(root, "GET", path, "").header.Get("ETag") }
	week := func(text string) string {
		return `{"week":[` + text + `],"holidays":[{"date":"2026-12-25","yearly":true,"name":"<b>성탄절</b>"}],"closed":{"action":"dialplan"}}`
	}
	for _, c := range []struct {
		who, body, version, code, field string
		status                          int
	}{
		{anna, week(``), etag(path), "not_an_administrator", "", 403},
		{boss, week(``), etag(path), "not_an_administrator", "", 403},
		{root, week(``), "", "version_required", "", 428},
		{root, week(`{"day":"monday","from":"09:00","to":"25:00"}`), etag(path), "bad_request", "/week/0/to", 400},
		{root, week(`{"day":"monday","from":"09:00","to":"09:00"}`), etag(path), "invalid", "/week/0", 400},
		{root, strings.Replace(week(``), "2026-12-25", "2026-02-30", 1), etag(path), "bad_request", "", 400},
		{root, strings.Replace(week(``), `"closed"`, `"now":{},"closed"`, 1), etag(path), "bad_request", "", 400},
		{root, week(``), etag(path), "", "", 200},
		{root, week(``), `"old"`, "changed_meanwhile", "", 412},
	} {
		r := h.ask(c.who, "PUT", path, c.body, "If-Match", c.version)
		if r.status != c.status || r.problem.Code != c.code || c.field != "" && (r.problem.Field == nil || *r.problem.Field != c.field) {
			t.Errorf("%s: %d %s, want %s %s", c.body, r.status, r.body, c.code, c.field)
		}
	}
	var v settings.Hours
	h.ask(boss, "GET", path, "").into(t, &v)
	if v.Now == nil || v.Now.Open || v.Holidays[0].Name != "<b>성탄절</b>" || v.Holidays[0].Spans == nil {
		t.Errorf("%+v", v)
	}
	hand := etag(path + "/switch")
	if r := h.ask(anna, "PUT", path+"/switch", `{"position":"open"}`, "If-Match", hand); r.problem.Code != "not_a_supervisor" {
		t.Errorf("an agent: %d %s", r.status, r.body)
	}
	if r := h.ask(boss, "PUT", path+"/switch", `{"position":"open","until":"2020-01-01T00:00:00Z"}`, "If-Match", hand); r.problem.Code != "invalid" || *r.problem.Field != "/until" {
		t.Errorf("until yesterday: %d %s", r.status, r.body)
	}
	if r := h.ask(boss, "PUT", path+"/switch", `{"position":"open","until":null}`, "If-Match", hand); r.status != 200 {
		t.Errorf("a supervisor: %d %s", r.status, r.body)
	}
	h.ask(root, "GET", path, "").into(t, &v)
	if !v.Now.Open || v.Now.Why != "hand" || v.Now.Next != nil {
		t.Errorf("%+v", v.Now)
	}
	if acts, err := h.sql.Audits(t.Context(), "demo", 1); err != nil || acts[0].What != "set_hours_switch" || !strings.Contains(acts[0].After, `"open"`) {
		t.Errorf("%+v, %v", acts, err)
	}
}
