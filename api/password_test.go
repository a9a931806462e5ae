package api_test

import (
	"encoding/json"
	"testing"

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
