package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"switchroom/account"
	"switchroom/api/contract"
)

// renew asks for another password of one's own.
func (h *house) renew(token, current, password string) reply {
	h.t.Helper()
	body, err := json.Marshal(map[string]string{"current": current, "password": password})
	must(h.t, err)
	return h.do(request{method: "PUT", path: "/api/v1/me/password", token: token, body: string(body)})
}

// enter tries to log in.
func (h *house) enter(login, password string) reply {
	h.t.Helper()
	body, err := json.Marshal(contract.Credentials{User: login, Password: password})
	must(h.t, err)
	return h.do(request{method: "POST", path: "/api/v1/sessions", body: string(body)})
}

func TestAPersonChangesTheirPasswordAndTheirOtherSessionsEnd(t *testing.T) {
	h := open(t, options{})
	mine, other, ben := h.login("anna"), h.login("anna"), h.login("ben")
	const fresh = "battery tulip seven"
	if r := h.renew(mine.AccessToken, passwords["anna"], fresh); r.status != 204 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	for _, c := range []struct{ who, token, code string }{{"mine", mine.AccessToken, ""}, {"my other", other.AccessToken, "session_revoked"}, {"somebody else's", ben.AccessToken, ""}} {
		if r := h.do(request{method: "GET", path: "/api/v1/me", token: c.token}); r.problem.Code != c.code {
			t.Errorf("%s session: %d %s", c.who, r.status, r.body)
		}
	}
	if r := h.enter("anna", passwords["anna"]); r.problem.Code != "bad_credentials" {
		t.Errorf("the old password: %d %s", r.status, r.body)
	}
	if r := h.enter("anna", fresh); r.status != 200 {
		t.Errorf("the new password: %d %s", r.status, r.body)
	}
	if acts, err := h.sql.Audits(t.Context(), "anna", 1); err != nil || acts[0].What != "set_password" || acts[0].Who != "anna" {
		t.Errorf("%+v, %v", acts, err)
	}
}

func TestANewPasswordIsRefusedWithACodeThatSaysWhy(t *testing.T) {
	o := newOffice(t)
	anna := o.login("anna").AccessToken
	for password, want := range map[string]string{
		"":                    "bad_request",
		"short":               "password_too_short",
		"password1234":        "password_too_common",
		"Anna Berg A100 2001": "password_too_common",
		passwords["anna"]:     "password_unchanged",
	} {
		if r := o.renew(anna, passwords["anna"], password); r.status != 400 || r.problem.Code != want || r.problem.Field == nil || *r.problem.Field != "/password" {
			t.Errorf("%q: %d %s, want %s", password, r.status, r.body, want)
		}
		if want == "password_unchanged" || password == "" {
			continue
		}
		if r := o.ask(400, "PUT", "/people/anna/password", "", `{"password":"`+password+`"}`); r.problem.Code != want {
			t.Errorf("by an administrator, %q: %s, want %s", password, r.body, want)
		}
	}
}

// A stolen token is not enough, and guessing with it is held up as at login.
func TestWhoDoesNotKnowTheCurrentPasswordIsHeldUpAsAtLogin(t *testing.T) {
	h := open(t, options{})
	anna := h.login("anna").AccessToken
	for i := range 8 {
		if r := h.renew(anna, "a guess", "battery tulip seven"); r.status != 403 || r.problem.Code != "wrong_password" {
			t.Fatalf("attempt %d: %d %s", i, r.status, r.body)
		}
	}
	for name, r := range map[string]reply{"here": h.renew(anna, passwords["anna"], "battery tulip seven"), "at login": h.enter("anna", passwords["anna"])} {
		if r.status != 429 || r.problem.Code != "too_many_attempts" {
			t.Errorf("the ninth %s: %d %s", name, r.status, r.body)
		}
	}
	acts, err := h.sql.Audits(t.Context(), "password", 10)
	if err != nil || len(acts) != 8 || acts[0].What != "refused_set_own_password" || acts[0].Who != "anna" || acts[0].After != "wrong_password" {
		t.Errorf("%+v, %v", acts, err)
	}
	for range 12 { // from elsewhere
		must(t, h.sql.LoginFailed(t.Context(), "anna"))
	}
	if wait, err := h.sql.Locked(t.Context(), "anna"); err != nil || wait == 0 {
		t.Errorf("guesses of the current password do not count towards the lock: %v, %v", wait, err)
	}
}

func TestALinkSetsANewPasswordOnce(t *testing.T) {
	o := newOffice(t)
	mine := o.login("anna")
	made := o.ask(201, "POST", "/people/anna/password-reset", "", "")
	var link contract.PasswordReset
	made.into(t, &link)
	address, token, found := strings.Cut(link.Link, "/reset#")
	if !found || address != o.URL || len(token) < 43 || made.header.Get("Cache-Control") != "no-store" || time.Until(link.Expires) < 23*time.Hour {
		t.Fatalf("%s", made.body)
	}
	reset := func(token, password string) reply {
		return o.do(request{method: "POST", path: "/api/v1/password-resets", body: fmt.Sprintf(`{"token":%q,"password":%q}`, token, password)})
	}
	if r := reset(token, "Anna Berg A100 2001"); r.problem.Code != "password_too_common" {
		t.Errorf("her own name: %d %s", r.status, r.body)
	}
	if r := reset(token, "battery tulip seven"); r.status != 204 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if r := o.do(request{method: "GET", path: "/api/v1/me", token: mine.AccessToken}); r.problem.Code != "session_revoked" {
		t.Errorf("a session from before: %d %s", r.status, r.body)
	}
	if r := o.enter("anna", "battery tulip seven"); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
	used, unknown := reset(token, "battery tulip eight"), reset(account.NewToken(), "battery tulip eight")
	used.problem.RequestId, unknown.problem.RequestId = "", ""
	if *used.problem.Field != "/token" || used.problem.Code != "bad_reset_token" || used.problem.Code != unknown.problem.Code || used.problem.Detail != unknown.problem.Detail {
		t.Errorf("used: %s; unknown: %s", used.body, unknown.body)
	}
	if log := o.log.String(); strings.Contains(log, token) || strings.Contains(log, account.HashToken(token)) || strings.Contains(log, "battery") {
		t.Error("a secret is in the log")
	}
	acts, err := o.sql.Audits(t.Context(), "anna", 2)
	if err != nil || acts[0].What != "reset_password" || acts[0].Who != "anna" || !strings.Contains(acts[0].After, `"link_by":"root"`) || acts[1].What != "create_password_reset" || acts[1].Who != "root" {
		t.Errorf("%+v, %v", acts, err)
	}
	o.ask(201, "POST", "/people/anna/password-reset", "", "")
	o.ask(204, "DELETE", "/people/anna/password-reset", "", "")
	if r := o.ask(404, "DELETE", "/people/anna/password-reset", "", ""); r.problem.Code != "unknown_reset" {
		t.Errorf("%s", r.body)
	}
	for range 10 {
		reset("a guess", "battery tulip nine")
	}
	if r := reset("a guess", "battery tulip nine"); r.status != 429 || r.problem.RetryAfter == nil {
		t.Errorf("a flood: %d %s", r.status, r.body)
	}
}
