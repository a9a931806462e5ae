package api_test

import (
	"encoding/base32"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"switchroom/account"
	"switchroom/api"
	"switchroom/api/contract"
	"switchroom/store/sql"
)

const factorPath = "/api/v1/me/second-factor"

// enterWith logs in with a code.
func (h *house) enterWith(login, code string) reply {
	h.t.Helper()
	body, err := json.Marshal(contract.Credentials{User: login, Password: login + "'s gravel tulip", Code: &code})
	must(h.t, err)
	return h.do(request{method: "POST", path: "/api/v1/sessions", body: string(body)})
}

// begin sets up a second factor and does not confirm it.
func (h *house) begin(token, login string) (secret []byte) {
	h.t.Helper()
	var made contract.FactorSecret
	h.ask(token, "POST", factorPath, `{"password":"`+login+`'s gravel tulip"}`).into(h.t, &made)
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(made.Secret)
	must(h.t, err)
	if !strings.HasPrefix(made.Address, "otpauth://totp/Switchroom:"+login+"?") || len(secret) != 20 {
		h.t.Fatalf("%+v", made)
	}
	return secret
}

func code(secret []byte, after time.Duration) string {
	return account.TOTPCode(secret, time.Now().Add(after))
}

func TestWhoHasASecondFactorIsAskedForItsCode(t *testing.T) {
	h := open(t, options{})
	anna := h.login("anna").AccessToken
	if r := h.ask(anna, "POST", factorPath, `{"password":"a guess"}`); r.status != 403 || r.problem.Code != "wrong_password" {
		t.Errorf("by a stolen token: %d %s", r.status, r.body)
	}
	secret := h.begin(anna, "anna")
	h.login("anna") // it does not count yet
	if r := h.ask(anna, "POST", factorPath+"/confirm", `{"code":"000000"}`); r.status != 403 || r.problem.Code != "wrong_code" {
		t.Errorf("%d %s", r.status, r.body)
	}
	confirmed := code(secret, -30*time.Second) // of the step before, so that this step's is good still
	r := h.ask(anna, "POST", factorPath+"/confirm", `{"code":"`+confirmed+`"}`)
	var recovery contract.RecoveryCodes
	r.into(t, &recovery)
	if r.status != 200 || len(recovery.Codes) != 10 || r.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if r := h.enter("anna", passwords["anna"]); r.status != 401 || r.problem.Code != "code_required" {
		t.Errorf("without a code: %d %s", r.status, r.body)
	}
	if r := h.enter("anna", "a guess"); r.problem.Code != "bad_credentials" {
		t.Errorf("a wrong password tells of the second factor: %d %s", r.status, r.body)
	}
	if r := h.enterWith("anna", confirmed); r.problem.Code != "bad_code" {
		t.Errorf("the code that was used: %d %s", r.status, r.body)
	}
	now := code(secret, 0)
	if r := h.enterWith("anna", now); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	for name, c := range map[string]string{"again": now, "of the far future": code(secret, time.Hour), "a guess": "123456", "somebody else's": code(account.NewTOTPSecret(), 0)} {
		if r := h.enterWith("anna", c); r.status != 401 || r.problem.Code != "bad_code" {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	if r := h.enterWith("anna", strings.ToUpper(recovery.Codes[3])); r.status != 200 {
		t.Errorf("a recovery code: %d %s", r.status, r.body)
	}
	if r := h.enterWith("anna", recovery.Codes[3]); r.problem.Code != "bad_code" {
		t.Errorf("a recovery code again: %d %s", r.status, r.body)
	}
	var state contract.SecondFactor
	h.ask(anna, "GET", factorPath, "").into(t, &state)
	if !state.Confirmed || state.RecoveryCodes != 9 {
		t.Errorf("%+v", state)
	}
	if log := h.log.String(); strings.Contains(log, now) || strings.Contains(log, recovery.Codes[3]) {
		t.Error("a code is in the log")
	}
	root := h.admin()
	if r := h.ask(root, "DELETE", "/api/v1/people/anna/second-factor", ""); r.status != 204 {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := h.ask(root, "DELETE", "/api/v1/people/anna/second-factor", ""); r.status != 404 || r.problem.Code != "unknown_factor" {
		t.Errorf("%d %s", r.status, r.body)
	}
	h.login("anna")
}

func TestWrongCodesLockALoginAsWrongPasswordsDo(t *testing.T) {
	h := open(t, options{})
	anna := h.login("anna").AccessToken
	secret := h.begin(anna, "anna")
	h.ask(anna, "POST", factorPath+"/confirm", `{"code":"`+code(secret, 0)+`"}`)
	for range 19 { // from elsewhere; the right password in between forgives nothing
		must(t, h.sql.LoginFailed(t.Context(), "anna"))
	}
	if r := h.enter("anna", passwords["anna"]); r.problem.Code != "code_required" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if r := h.ask(anna, "POST", factorPath, `{"password":"anna's gravel tulip"}`); r.problem.Code != "factor_exists" {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := h.enterWith("anna", "000000"); r.problem.Code != "bad_code" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if r := h.enterWith("anna", code(secret, 30*time.Second)); r.status != 429 {
		t.Errorf("the right code after twenty wrong ones: %d %s", r.status, r.body)
	}
}

func TestASecondFactorCanBeDemandedOfAdministrators(t *testing.T) {
	h := open(t, options{config: func(c *api.Config) { c.AdministratorFactor = true }})
	root := h.admin()
	if r := h.ask(root, "GET", "/api/v1/people", ""); r.status != 403 || r.problem.Code != "second_factor_required" {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := h.ask(root, "GET", "/api/v1/me", ""); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := h.ask(h.login("anna").AccessToken, "GET", "/api/v1/colleagues", ""); r.status != 200 {
		t.Errorf("an agent: %d %s", r.status, r.body)
	}
	secret := h.begin(root, "root")
	if r := h.ask(root, "POST", factorPath+"/confirm", `{"code":"`+code(secret, 0)+`"}`); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	var s contract.Session
	h.enterWith("root", code(secret, 30*time.Second)).into(t, &s)
	if r := h.ask(s.AccessToken, "GET", "/api/v1/people", ""); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestWithoutAKeyToSealItThereIsNoSecondFactor(t *testing.T) {
	var without *sql.Store
	h := open(t, options{deps: func(d *api.Deps) {
		var err error
		without, err = sql.Open(t.Context(), sql.Config{URL: "sqlite:" + t.TempDir() + "/none.db", Passwords: account.QuickHasher()})
		must(t, err)
		must(t, without.Migrate(t.Context()))
		must(t, without.SeedDemo(t.Context(), passwords))
		d.Accounts, d.Admin, d.Audit = without, without, without
	}})
	defer without.Close() //nolint:errcheck // the test's end
	anna := h.login("anna").AccessToken
	if r := h.ask(anna, "POST", factorPath, `{"password":"anna's gravel tulip"}`); r.status != http.StatusConflict || r.problem.Code != "no_secret_key" {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestSomebodyRemovesTheirOwnSecondFactorWithBothFactors(t *testing.T) {
	h := open(t, options{})
	anna := h.login("anna").AccessToken
	remove := func(password, code string) reply {
		body, err := json.Marshal(map[string]string{"password": password, "code": code})
		must(t, err)
		return h.ask(anna, "POST", factorPath+"/remove", string(body))
	}
	if r := remove(passwords["anna"], "123456"); r.status != 404 || r.problem.Code != "unknown_factor" {
		t.Errorf("there is none: %d %s", r.status, r.body)
	}
	secret := h.begin(anna, "anna")
	if r := remove(passwords["anna"], code(secret, 0)); r.status != 404 {
		t.Errorf("not confirmed yet: %d %s", r.status, r.body)
	}
	var recovery contract.RecoveryCodes
	h.ask(anna, "POST", factorPath+"/confirm", `{"code":"`+code(secret, -30*time.Second)+`"}`).into(t, &recovery)
	for name, c := range map[string]struct {
		password, code, want string
		status               int
	}{
		"a stolen token": {"a guess", code(secret, 0), "wrong_password", 403}, "a password alone": {passwords["anna"], "000000", "wrong_code", 403},
		"the code of before": {passwords["anna"], code(secret, -30*time.Second), "wrong_code", 403}, "hostile": {passwords["anna"], "' OR 1=1 --", "wrong_code", 403},
		"nothing": {passwords["anna"], "", "bad_request", 400}, "too much": {passwords["anna"], strings.Repeat("1", 65), "bad_request", 400},
	} {
		if r := remove(c.password, c.code); r.status != c.status || r.problem.Code != c.want {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	if r := h.enter("anna", passwords["anna"]); r.problem.Code != "code_required" {
		t.Errorf("it counts still: %d %s", r.status, r.body)
	}
	if r := remove(passwords["anna"], recovery.Codes[0]); r.status != http.StatusNoContent {
		t.Fatalf("%d %s", r.status, r.body)
	}
	h.login("anna")
	list, err := h.sql.Audits(t.Context(), "anna", 50)
	must(t, err)
	var acts []string
	for _, a := range list {
		acts = append(acts, a.Who+" "+a.What)
	}
	for _, want := range []string{"anna remove_second_factor", "anna refused_remove_own_second_factor"} {
		if !slices.Contains(acts, want) {
			t.Errorf("%s is not in the audit trail: %v", want, acts)
		}
	}
}
