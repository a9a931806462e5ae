package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"switchroom/account"
	"switchroom/api"
	"switchroom/api/contract"
	"switchroom/call"
	"switchroom/call/calltest"
	"switchroom/engine"
)

// story: carla's phone is busy, anna rings out, ben talks; bob was not ready. The caller's name is hostile.
const story = `0s enter id=c-1 node=n1 channel=cust service=demo queue=sales caller.number=+821012345678 caller.name=<script>alert(1)</script> scenario.music=default scenario.pickup=5s scenario.miss_limit=1 called=1000
1s claimed agent=carla device=desk endpoint=carla-phone
1.1s leg_gone leg=c-1-a1 cause=17
1.2s claimed agent=anna device=webrtc endpoint=anna-phone
1.3s leg_ringing leg=c-1-a2
6.2s deadline
6.4s claimed agent=ben device=webrtc endpoint=ben-phone
6.5s leg_ringing leg=c-1-a3
8s leg_up leg=c-1-a3
8.1s joined leg=c-1-a3
8.2s ticket_opened ticket=T-7
20s hangup agent=ben`

// journal is what the engine writes of a story, with who was considered for the first offer.
func journal(t *testing.T, script string) (entries []engine.Entry, last call.Call) {
	t.Helper()
	steps, err := calltest.Play(script)
	must(t, err)
	for _, s := range steps {
		if c, ok := s.In.(call.Claimed); ok && c.Agent == "carla" {
			c.Considered = []call.Considered{{Agent: "dora", Why: "rest"}}
			s.In = c
		}
		in, err := call.EncodeInput(s.In)
		must(t, err)
		effects, err := call.EncodeEffects(s.Effects)
		must(t, err)
		entries = append(entries, engine.Entry{Call: s.Next.ID, Version: s.Next.Version, At: s.At, State: s.Next.State, Input: in, Effects: effects})
		last = s.Next
	}
	return entries, last
}

// hire makes somebody who is there in no story yet.
func (h *house) hire(name string, roles ...account.Role) string {
	h.t.Helper()
	must(h.t, h.sql.PutUser(h.t.Context(), "root", account.User{ID: name, Login: name, Name: name, Roles: roles}, name+"'s gravel tulip"))
	return h.login(name).AccessToken
}

func TestATimelineIsForWhoWasInTheCallOrLookedAtAndForSupervisors(t *testing.T) {
	h := open(t, options{})
	entries, last := journal(t, story)
	must(t, h.sql.AppendJournal(t.Context(), entries))
	get := func(token, id string) reply {
		return h.do(request{method: "GET", path: "/api/v1/calls/" + id + "/timeline", token: token})
	}
	if r := get("", "c-1"); r.status != http.StatusUnauthorized {
		t.Errorf("without a token: %d", r.status)
	}
	seen := map[string]string{}
	for who, token := range map[string]string{
		"was offered it, busy": h.login("carla").AccessToken, "was offered it, missed": h.login("anna").AccessToken, "talked": h.login("ben").AccessToken,
		"was considered": h.hire("dora", account.Agent), "supervises": h.member("sue", "demo", account.Supervisor), "administers": h.admin(),
	} {
		r := get(token, "c-1")
		if r.status != http.StatusOK || r.header.Get("Cache-Control") != "no-store" {
			t.Errorf("who %s: %d %s", who, r.status, r.body)
		}
		seen[string(r.body)] = who
		fitsSchema(t, document(t), "Timeline", r.body, who)
	}
	if len(seen) != 1 {
		t.Errorf("they see different stories: %v", seen)
	}
	if r := get(h.hire("odo", account.Supervisor), "c-1"); r.status != http.StatusNotFound || r.problem.Code != "unknown_call" {
		t.Errorf("a supervisor of another service: %d %s", r.status, r.body)
	}
	stranger := h.hire("eve", account.Agent)
	theirs, none := get(stranger, "c-1"), get(stranger, "c-2")
	if theirs.status != http.StatusNotFound || theirs.problem.Code != "unknown_call" || none.status != theirs.status || none.problem.Code != theirs.problem.Code || none.problem.Detail != theirs.problem.Detail {
		t.Errorf("a stranger can tell a call that is there from one that is not: %s %s", theirs.body, none.body)
	}
	for id, want := range map[string]int{"c-1": 2, "c-2": 0} {
		list, err := h.sql.Audits(t.Context(), id, 10)
		must(t, err)
		if len(list) != want || want > 0 && (list[0].Who != "eve" || list[0].What != "refused_timeline" || list[0].After != "not_yours") {
			t.Errorf("%s: %+v", id, list)
		}
	}
	if r := get(h.hire("nobody"), "c-1"); r.status != http.StatusForbidden || r.problem.Code != "not_an_agent" { // of whatever call
		t.Errorf("without a role: %d", r.status)
	}
	if r := get(h.admin(), "%3Cscript%3E"); r.status != http.StatusBadRequest {
		t.Errorf("a hostile id: %d %s", r.status, r.body)
	}

	var tl contract.Timeline
	get(h.admin(), "c-1").into(t, &tl)
	if tl.Diverged || tl.End == nil || string(tl.End.Class) != string(last.End.Class) || tl.End.Slug != last.End.Slug || tl.Caller.Name != "<script>alert(1)</script>" || tl.Service != "demo" {
		t.Errorf("%+v", tl)
	}
	var told []string
	for _, s := range tl.Steps {
		told = append(told, strings.TrimRight(strings.Join([]string{s.What, deref(s.Agent), deref(s.Why)}, " "), " "))
	}
	want := []string{
		"entered", "queued", "offered carla", "left carla", "phone_fault carla busy", "queued", "offered anna", "rang anna", "missed anna no_answer", "queued", "offered ben", "rang ben", "answered ben",
		"connected ben", "ticket_opened", "hangup", "ended  agent_hangup",
	}
	if !slices.Equal(told, want) {
		t.Errorf("told %q\nwant %q", told, want)
	}
	offer := tl.Steps[2]
	if c := offer.Considered; c == nil || len(*c) != 2 || (*c)[0].Agent != "dora" || deref((*c)[0].Why) != "rest" || (*c)[1].Agent != "carla" || (*c)[1].Why != nil {
		t.Errorf("considered %+v", c)
	}
	if offer.AfterMs != 1000 || offer.LastedMs == nil || *offer.LastedMs != 1000 {
		t.Errorf("%+v", offer)
	}
	b, err := json.Marshal(tl)
	must(t, err)
	for _, secret := range []string{"c-1-a", "c-1-o", "-phone", "cust"} {
		if strings.Contains(string(b), `"`+secret) || strings.Contains(string(b), secret+`"`) {
			t.Errorf("%q is in the answer", secret)
		}
	}
}

func deref(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

// The ending that the API tells is the core's, for every story that it knows.
func TestTheAPITellsTheCoresEndings(t *testing.T) {
	doc := document(t)
	stories, err := calltest.Stories("../call/testdata")
	must(t, err)
	told := &past{}
	h := open(t, options{deps: func(d *api.Deps) { d.History = told }})
	token := h.admin()
	endings := map[string]bool{}
	for name, steps := range stories {
		last := steps[len(steps)-1].Next
		if last.End == nil || endings[last.End.Slug] {
			continue
		}
		endings[last.End.Slug] = true
		told.entries = nil
		for _, s := range steps {
			in, err := call.EncodeInput(s.In)
			must(t, err)
			told.entries = append(told.entries, engine.Entry{Call: s.Next.ID, Version: s.Next.Version, At: s.At, State: s.Next.State, Input: in})
		}
		r := h.do(request{method: "GET", path: "/api/v1/calls/c/timeline", token: token})
		fitsSchema(t, doc, "Timeline", r.body, name)
		var tl contract.Timeline
		r.into(t, &tl)
		if tl.End == nil || string(tl.End.Class) != string(last.End.Class) || tl.End.Slug != last.End.Slug || !tl.End.At.Equal(last.End.At) {
			t.Errorf("%s: %+v, want %+v", name, tl.End, last.End)
		}
	}
	if len(endings) < 20 {
		t.Errorf("only %d endings were looked at", len(endings))
	}
	told.err = errors.New("away")
	if r := h.do(request{method: "GET", path: "/api/v1/calls/c/timeline", token: h.login("anna").AccessToken}); r.status != http.StatusServiceUnavailable || r.problem.Code != "store_away" {
		t.Errorf("%d %s", r.status, r.body)
	}
}

// past is a history of one call.
type past struct {
	entries []engine.Entry
	err     error
}

func (p *past) Journal(context.Context, string) ([]engine.Entry, error) { return p.entries, p.err }
