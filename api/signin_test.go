package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"switchroom/account"
	"switchroom/api"
	"switchroom/api/contract"
	"switchroom/reach"
	"switchroom/settings"
	"switchroom/signin"
	"switchroom/signin/signintest"
	"switchroom/store/sql"
)

const signInPath = "/api/v1/sign-in/providers/"

// visitor is a browser: it keeps one cookie.
type visitor struct {
	h      *house
	cookie string
}

func (v *visitor) send(method, path string, body any, headers ...string) reply {
	v.h.t.Helper()
	text, err := json.Marshal(body)
	must(v.h.t, err)
	r := request{method: method, path: path, body: string(text), headers: map[string]string{}}
	if v.cookie != "" {
		r.headers["Cookie"] = v.cookie
	}
	for i := 0; i < len(headers); i += 2 {
		r.headers[headers[i]] = headers[i+1]
	}
	got := v.h.do(r)
	if set := got.header.Get("Set-Cookie"); set != "" {
		v.cookie, _, _ = strings.Cut(set, ";")
	}
	return got
}

// begin goes to the provider's page.
func (v *visitor) begin(id, returnTo string) (address string) {
	v.h.t.Helper()
	r := v.send("POST", signInPath+id, map[string]string{"return_to": returnTo})
	var a contract.SignInAddress
	r.into(v.h.t, &a)
	if r.status != http.StatusOK || a.Address == "" {
		v.h.t.Fatalf("%d %s", r.status, r.body)
	}
	return a.Address
}

// finish sends what the provider added to the page's address.
func (v *visitor) finish(id string, answer url.Values) reply {
	v.h.t.Helper()
	body := map[string]string{}
	for _, name := range []string{"state", "code", "iss", "error"} {
		if answer.Has(name) {
			body[name] = answer.Get(name)
		}
	}
	return v.send("POST", signInPath+id+"/answer", body)
}

// signIn does all of it.
func (v *visitor) signIn(p *signintest.Provider, id, subject, returnTo string) reply {
	v.h.t.Helper()
	answer, err := p.Visit(v.begin(id, returnTo), subject)
	must(v.h.t, err)
	return v.finish(id, answer)
}

func withProviders(t *testing.T, o options) *house {
	t.Helper()
	g, err := reach.Parse("SWITCHROOM_OIDC_NETWORKS", []string{"127.0.0.0/8"})
	must(t, err)
	deps := o.deps
	o.deps = func(d *api.Deps) {
		d.SignIn = signin.New(g, nil)
		if deps != nil {
			deps(d)
		}
	}
	return open(t, o)
}

// provider runs one, and lets people sign in by it.
func (h *house) provider(id string, change func(*settings.Provider)) *signintest.Provider {
	h.t.Helper()
	p, err := signintest.New()
	must(h.t, err)
	h.t.Cleanup(func() { p.Close(); http.DefaultClient.CloseIdleConnections() })
	p.Redirects = []string{h.URL + "/sign-in/" + id}
	for _, name := range []string{"anna", "ben", "carla", "root"} {
		p.Put(signintest.Person{Subject: "s-" + name, Username: name, Email: name, Verified: true})
	}
	v := settings.NewProvider()
	v.ID, v.Name, v.Issuer, v.ClientID, v.Claim = id, "House "+id, p.Issuer, signintest.ClientID, account.ClaimUsername
	if change != nil {
		change(&v)
	}
	_, err = h.sql.CreateProvider(h.t.Context(), "test", v, signintest.ClientSecret)
	must(h.t, err)
	return p
}

func (h *house) visitor() *visitor { return &visitor{h: h} }

func (r reply) is(t *testing.T, what string, status int, code string) {
	t.Helper()
	if r.status != status || r.problem.Code != code {
		t.Errorf("%s: %d %s; want %d %s", what, r.status, r.body, status, code)
	}
}

func (r reply) signedIn(t *testing.T) contract.SignedIn {
	t.Helper()
	var in contract.SignedIn
	r.into(t, &in)
	if r.status != http.StatusOK || in.Session.AccessToken == "" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	return in
}

func TestSomebodySignsInByAProviderAndIsLinked(t *testing.T) {
	h := withProviders(t, options{})
	p := h.provider("keycloak", nil)
	var list contract.SignInProviders
	r := h.do(request{method: "GET", path: "/api/v1/sign-in/providers"})
	r.into(t, &list)
	if r.status != http.StatusOK || len(list.Providers) != 1 || list.Providers[0] != (contract.SignInProvider{Id: "keycloak", Name: "House keycloak"}) || strings.Contains(string(r.body), "127.0.0.1") {
		t.Errorf("%d %s", r.status, r.body)
	}
	v := h.visitor()
	address := v.begin("keycloak", "/tickets/T-000001")
	u, err := url.Parse(address)
	must(t, err)
	q := u.Query()
	if q.Get("code_challenge_method") != "S256" || len(q.Get("nonce")) != 43 || len(q.Get("state")) != 43 || q.Get("redirect_uri") != h.URL+"/sign-in/keycloak" || q.Get("response_type") != "code" || strings.Contains(address, signintest.ClientSecret) {
		t.Errorf("%s", address)
	}
	answer, err := p.Visit(address, "s-anna")
	must(t, err)
	r = v.finish("keycloak", answer)
	in := r.signedIn(t)
	if in.ReturnTo != "/tickets/T-000001" || in.Session.Agent.Id != "anna" || r.header.Get("Cache-Control") != "no-store" || v.cookie != "switchroom-sign-in=" {
		t.Errorf("%s, cookie %q", r.body, v.cookie)
	}
	fitsSchema(t, document(t), "SignedIn", r.body, "signed in")
	if r := h.do(request{method: "GET", path: "/api/v1/me", token: in.Session.AccessToken}); r.status != http.StatusOK {
		t.Errorf("%d %s", r.status, r.body)
	}
	// It is the account at the provider that counts from now on, whatever it says of itself.
	p.Put(signintest.Person{Subject: "s-anna", Username: "ben"})
	if in := h.visitor().signIn(p, "keycloak", "s-anna", "/").signedIn(t); in.Session.Agent.Id != "anna" {
		t.Errorf("%+v", in)
	}
	admin := h.admin()
	var linked contract.Identities
	r = h.ask(admin, "GET", "/api/v1/people/anna/identities", "")
	r.into(t, &linked)
	fitsSchema(t, document(t), "Identities", r.body, "identities")
	if len(linked.Identities) != 1 || linked.Identities[0].Subject != "s-anna" || linked.Identities[0].Issuer != p.Issuer {
		t.Fatalf("%s", r.body)
	}
	// An administrator logs everybody out, also whoever came by a provider; and unlinks.
	if r := h.ask(admin, "DELETE", "/api/v1/people/anna/sessions", ""); r.status != http.StatusNoContent {
		t.Errorf("%d %s", r.status, r.body)
	}
	h.do(request{method: "GET", path: "/api/v1/me", token: in.Session.AccessToken}).is(t, "after a forced logout", 401, "session_revoked")
	again := h.visitor().signIn(p, "keycloak", "s-anna", "/").signedIn(t)
	one := "/api/v1/people/anna/identities/" + linked.Identities[0].ID
	if r := h.ask(admin, "DELETE", one, ""); r.status != http.StatusNoContent {
		t.Errorf("%d %s", r.status, r.body)
	}
	h.ask(admin, "DELETE", one, "").is(t, "again", 404, "unknown_identity")
	h.do(request{method: "GET", path: "/api/v1/me", token: again.Session.AccessToken}).is(t, "unlinked", 401, "session_revoked")
	if in := h.visitor().signIn(p, "keycloak", "s-anna", "/").signedIn(t); in.Session.Agent.Id != "ben" {
		t.Errorf("linked anew to %+v", in.Session.Agent)
	}
}

func TestWhoMayNotIsToldWhy(t *testing.T) {
	h := withProviders(t, options{})
	p := h.provider("keycloak", func(v *settings.Provider) { v.Claim = account.ClaimEmail })
	p.Put(signintest.Person{Subject: "s-nobody", Email: "nobody@example.com", Verified: true})
	p.Put(signintest.Person{Subject: "s-unverified", Email: "ben"})
	p.Put(signintest.Person{Subject: "s-second", Email: "anna", Verified: true})
	h.visitor().signIn(p, "keycloak", "s-anna", "/").signedIn(t)
	for subject, code := range map[string]string{"s-nobody": "not_registered", "s-unverified": "claim_missing", "s-second": "identity_taken", "": "provider_denied"} {
		r := h.visitor().signIn(p, "keycloak", subject, "/")
		r.is(t, subject, 403, code)
		if strings.Contains(string(r.body), "script") {
			t.Errorf("the provider's words are reflected: %s", r.body)
		}
	}
	people, _, err := h.sql.ListPeople(t.Context(), settings.PersonQuery{Limit: 100})
	must(t, err)
	if len(people) != 4 {
		t.Errorf("%d people: somebody was made", len(people))
	}
	for range 20 {
		must(t, h.sql.LoginFailed(t.Context(), "anna"))
	}
	h.visitor().signIn(p, "keycloak", "s-anna", "/").is(t, "locked", 429, "too_many_attempts")
	must(t, h.sql.Unlock(t.Context(), "test", "anna"))
	v, err := h.sql.PersonSettings(t.Context(), "anna")
	must(t, err)
	v.Active = false
	_, _, err = h.sql.ChangePerson(t.Context(), "test", v.Version, v)
	must(t, err)
	h.visitor().signIn(p, "keycloak", "s-anna", "/").is(t, "deactivated", 403, "deactivated")
	if log := h.log.String(); !strings.Contains(log, "not_registered") || strings.Contains(log, signintest.ClientSecret) {
		t.Error("the log does not say why, or says too much")
	}
}

func TestAnAnswerIsGoodOnceInItsBrowserAtItsProvider(t *testing.T) {
	h := withProviders(t, options{})
	p, evil := h.provider("keycloak", nil), h.provider("evil", nil)
	v := h.visitor()
	visit := func(p *signintest.Provider, address string) url.Values {
		answer, err := p.Visit(address, "s-anna")
		must(t, err)
		return answer
	}
	answer := visit(p, v.begin("keycloak", "/"))
	for name, c := range map[string]struct {
		v      *visitor
		id     string
		answer url.Values
	}{
		"without the cookie":       {h.visitor(), "keycloak", answer},
		"with an empty cookie":     {&visitor{h, "switchroom-sign-in="}, "keycloak", answer},
		"in another browser":       {&visitor{h, "switchroom-sign-in=" + account.NewToken()}, "keycloak", answer},
		"for another provider":     {&visitor{h, v.cookie}, "evil", answer},
		"a state that was made up": {&visitor{h, v.cookie}, "keycloak", url.Values{"state": {account.NewToken()}, "code": answer["code"]}},
	} {
		c.v.finish(c.id, c.answer).is(t, name, 403, "sign_in_expired")
	}
	v2 := &visitor{h, v.cookie}
	v.finish("keycloak", answer).signedIn(t)
	v2.finish("keycloak", answer).is(t, "replayed", 403, "sign_in_expired")

	// The attacker's code in the victim's flow, and the victim's in the attacker's.
	victim, attacker := h.visitor(), h.visitor()
	his, hers := visit(p, attacker.begin("keycloak", "/")), visit(p, victim.begin("keycloak", "/"))
	victim.finish("keycloak", url.Values{"state": hers["state"], "code": his["code"]}).is(t, "a code of another flow", 403, "provider_failed")
	attacker.finish("keycloak", url.Values{"state": his["state"], "code": hers["code"]}).is(t, "a code of another flow", 403, "provider_failed")

	// Mix-up: the code of one provider comes in the flow of the other, by the state or by the issuer's name.
	v = h.visitor()
	mine := visit(p, v.begin("keycloak", "/"))
	other := visit(evil, v.begin("evil", "/"))
	v.finish("evil", url.Values{"state": other["state"], "code": mine["code"]}).is(t, "a code of another provider", 403, "provider_failed")
	v.finish("keycloak", url.Values{"state": mine["state"], "code": mine["code"], "iss": {evil.Issuer}}).is(t, "of another issuer", 403, "provider_failed")
	v = h.visitor()
	v.finish("keycloak", visit(p, v.begin("keycloak", "/"))).signedIn(t)

	// Two tabs of one browser.
	v = h.visitor()
	one, two := visit(p, v.begin("keycloak", "/one")), visit(p, v.begin("keycloak", "/two"))
	tab := &visitor{h, v.cookie}
	if in := v.finish("keycloak", two).signedIn(t); in.ReturnTo != "/two" {
		t.Errorf("%+v", in)
	}
	if in := tab.finish("keycloak", one).signedIn(t); in.ReturnTo != "/one" {
		t.Errorf("%+v", in)
	}
	for _, said := range []string{"server_error", "login_required", "<script>alert(1)</script>", ""} {
		v := h.visitor()
		answer := visit(p, v.begin("keycloak", "/"))
		answer.Del("code")
		answer.Set("error", said)
		r := v.finish("keycloak", answer)
		r.is(t, said, 403, "provider_failed")
		if strings.Contains(string(r.body), "script") {
			t.Errorf("%s", r.body)
		}
	}
}

func TestAnAddressBeginsAndFinishesSoManyLoginsAtATime(t *testing.T) {
	h := withProviders(t, options{})
	v := h.visitor()
	last := 0
	for range 400 {
		if last = v.send("POST", signInPath+"keycloak/answer", map[string]string{"state": "x"}).status; last != http.StatusForbidden {
			break
		}
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("%d", last)
	}
	v.send("POST", signInPath+"keycloak", map[string]string{}).is(t, "another", 429, "too_many_attempts")
	h.login("anna") // passwords are counted by themselves
}

func TestOneReturnsToOwnPagesOnly(t *testing.T) {
	h := withProviders(t, options{})
	p := h.provider("keycloak", nil)
	for to, want := range map[string]string{
		"/tickets/T-000001?x=1#y": "/tickets/T-000001?x=1#y", "/": "/", "https://evil.example/": "/", "//evil.example": "/", "/\\evil.example": "/", "\\\\evil.example": "/", "javascript:alert(1)": "/", "/%2f/evil.example": "/",
		"evil": "/", "/\tevil": "/", " /x": "/", "/sign-in/keycloak": "/",
	} {
		if in := h.visitor().signIn(p, "keycloak", "s-anna", to).signedIn(t); in.ReturnTo != want {
			t.Errorf("%q: %q, want %q", to, in.ReturnTo, want)
		}
	}
}

func TestTheRedirectURIIsThePublicAddress(t *testing.T) {
	public, err := url.Parse("https://calls.example.com")
	must(t, err)
	h := withProviders(t, options{config: func(c *api.Config) { c.PublicURL = public }})
	h.provider("keycloak", nil)
	v := h.visitor()
	r := v.send("POST", signInPath+"keycloak", map[string]string{}, "Origin", "https://calls.example.com")
	set := r.header.Get("Set-Cookie")
	if r.status != 200 || !strings.Contains(string(r.body), url.QueryEscape("https://calls.example.com/sign-in/keycloak")) || !strings.HasPrefix(set, "__Host-switchroom-sign-in=") ||
		!strings.Contains(set, "; Path=/; Max-Age=600; HttpOnly; Secure; SameSite=Lax") {
		t.Errorf("%d %s %s", r.status, r.body, set)
	}
	v.send("POST", signInPath+"keycloak", map[string]string{}, "Origin", "http://10.0.0.5:8080").is(t, "opened elsewhere", 409, "other_address")

	bare := withProviders(t, options{})
	bare.provider("keycloak", nil)
	req, err := http.NewRequestWithContext(t.Context(), "POST", bare.URL+signInPath+"keycloak", strings.NewReader("{}"))
	must(t, err)
	req.Host = "evil.example"
	req.Header.Set("Content-Type", "application/json")
	res, err := bare.Client().Do(req)
	must(t, err)
	defer res.Body.Close() //nolint:errcheck // read to its end
	var problem contract.Problem
	must(t, json.NewDecoder(res.Body).Decode(&problem))
	if problem.Code != "public_url_unknown" || !strings.Contains(problem.Detail, "SWITCHROOM_PUBLIC_URL") {
		t.Errorf("%+v", problem)
	}
	bare.visitor().send("POST", signInPath+"google", map[string]string{}).is(t, "no such provider", 404, "unknown_provider")
}

func TestASecondFactorIsAskedForHereUnlessItWasThere(t *testing.T) {
	h := withProviders(t, options{config: func(c *api.Config) { c.AdministratorFactor = true }})
	p := h.provider("keycloak", nil)
	methods := func(name string, amr ...string) {
		p.Put(signintest.Person{Subject: "s-" + name, Username: name, Methods: amr})
	}
	admin := func(in contract.SignedIn) int {
		return h.do(request{method: "GET", path: "/api/v1/audit", token: in.Session.AccessToken}).status
	}
	methods("root", "pwd")
	if got := admin(h.visitor().signIn(p, "keycloak", "s-root", "/").signedIn(t)); got != http.StatusForbidden {
		t.Errorf("an administrator by a password there, without a factor anywhere: %d", got)
	}
	methods("root", "pwd", "otp")
	in := h.visitor().signIn(p, "keycloak", "s-root", "/").signedIn(t)
	if got := admin(in); got != http.StatusOK {
		t.Errorf("an administrator by two factors there: %d", got)
	}
	h.do(request{method: "POST", path: "/api/v1/sessions/refresh", body: refreshBody(in.Session.RefreshToken)}).into(t, &in.Session)
	if got := admin(in); got != http.StatusOK {
		t.Errorf("refreshed: %d", got)
	}
	var pair contract.SessionPair
	h.do(request{method: "POST", path: "/api/v1/sessions/second", body: refreshBody(in.Session.RefreshToken)}).into(t, &pair)
	if own, second := admin(contract.SignedIn{Session: pair.Own}), admin(contract.SignedIn{Session: pair.Second}); own != http.StatusOK || second != http.StatusOK {
		t.Errorf("a second session has other terms: %d, %d", own, second)
	}

	anna := h.login("anna").AccessToken
	secret := h.begin(anna, "anna")
	if r := h.ask(anna, "POST", factorPath+"/confirm", `{"code":"`+code(secret, -30*time.Second)+`"}`); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	v := h.visitor()
	answer, err := p.Visit(v.begin("keycloak", "/help"), "s-anna")
	must(t, err)
	v.finish("keycloak", answer).is(t, "a factor here", 401, "code_required")
	second := func(v *visitor, code string) reply {
		return v.send("POST", signInPath+"keycloak/answer", map[string]string{"state": answer.Get("state"), "second_factor": code})
	}
	second(v, "000000").is(t, "a wrong code", 401, "bad_code")
	second(v, "").is(t, "no code", 401, "code_required")
	second(&visitor{h, "switchroom-sign-in=" + account.NewToken()}, code(secret, 0)).is(t, "in another browser", 403, "sign_in_expired")
	if in := second(v, code(secret, 0)).signedIn(t); in.ReturnTo != "/help" || in.Session.Agent.Id != "anna" {
		t.Errorf("%+v", in)
	}
	second(v, code(secret, 30*time.Second)).is(t, "again", 403, "sign_in_expired")
	methods("anna", "hwk")
	h.visitor().signIn(p, "keycloak", "s-anna", "/").signedIn(t)

	set, err := h.sql.ProviderSettings(t.Context(), "keycloak")
	must(t, err)
	version := set.Version
	set.SecondFactor = true
	_, err = h.sql.ChangeProvider(t.Context(), "test", version, set, "")
	must(t, err)
	methods("anna", "pwd")
	methods("root")
	h.visitor().signIn(p, "keycloak", "s-anna", "/").signedIn(t)
	if got := admin(h.visitor().signIn(p, "keycloak", "s-root", "/").signedIn(t)); got != http.StatusOK {
		t.Errorf("by a provider that always asks: %d", got)
	}
}

func TestWhoIsLinkedMayHaveToSignInByTheProvider(t *testing.T) {
	h := withProviders(t, options{})
	p := h.provider("keycloak", func(v *settings.Provider) { v.PasswordLogin = false })
	h.login("anna") // not linked yet
	for _, name := range []string{"anna", "root"} {
		h.visitor().signIn(p, "keycloak", "s-"+name, "/").signedIn(t)
	}
	r := h.enter("anna", passwords["anna"])
	r.is(t, "linked", 403, "password_login_off")
	if !strings.Contains(r.problem.Detail, "House keycloak") {
		t.Errorf("%s", r.body)
	}
	h.enter("anna", "a guess").is(t, "a wrong password tells nothing", 401, "bad_credentials")
	h.login("root") // administrators always may
	p.Close()       // and the provider is down
	h.login("root")
	h.enter("anna", passwords["anna"]).is(t, "while it is down", 403, "password_login_off")
	v, err := h.sql.ProviderSettings(t.Context(), "keycloak")
	must(t, err)
	v.Enabled = false
	_, err = h.sql.ChangeProvider(t.Context(), "test", v.Version, v, "")
	must(t, err)
	h.login("anna") // an administrator switched it off
	away := h.provider("away", nil)
	away.Close()
	h.visitor().send("POST", signInPath+"away", map[string]string{}).is(t, "down before anything is known of it", 503, "sign_in_unavailable")
}

func TestAnAdministratorSetsUpAProvider(t *testing.T) {
	h := withProviders(t, options{})
	admin := h.admin()
	p, err := signintest.New()
	must(t, err)
	t.Cleanup(p.Close)
	const path = "/api/v1/identity-providers"
	body := func(id, issuer string) string {
		return fmt.Sprintf(`{"id":%q,"name":"House","issuer":%q,"client_id":"switchroom","client_secret":"a very secret text"}`, id, issuer)
	}
	r := h.ask(admin, "POST", path, body("keycloak", p.Issuer))
	var made settings.Provider
	r.into(t, &made)
	if r.status != http.StatusCreated || made.Claim != "email" || !made.Enabled || !made.PasswordLogin || made.SecondFactor {
		t.Fatalf("%d %s", r.status, r.body)
	}
	fitsSchema(t, document(t), "IdentityProvider", r.body, "made")
	one := path + "/keycloak"
	for _, at := range []string{path, one} {
		if r := h.ask(admin, "GET", at, ""); r.status != http.StatusOK || strings.Contains(string(r.body), "secret text") || !strings.Contains(string(r.body), p.Issuer) {
			t.Errorf("%s: %d %s", at, r.status, r.body)
		}
	}
	h.ask(admin, "POST", path, body("other", p.Issuer+"/realm")).is(t, "nothing there", 503, "provider_away")
	h.ask(admin, "POST", path, body("other", strings.Replace(p.Issuer, "127.0.0.1", "localhost", 1))).is(t, "another name of it", 409, "provider_unfit")
	h.ask(admin, "POST", path, body("other", "http://login.example.com")).is(t, "not https", 400, "invalid")
	h.ask(admin, "POST", path, body("other", "https://10.9.9.9")).is(t, "in the house", 503, "provider_away")
	h.ask(admin, "POST", path, `{"id":"other","name":"x","issuer":"https://login.example.com","client_id":"c"}`).is(t, "no secret", 400, "bad_request")
	h.ask(admin, "PATCH", one, `{"name":"x"}`).is(t, "without a version", 428, "version_required")
	h.ask(admin, "PATCH", one, `{"issuer":"https://10.9.9.9"}`, "If-Match", made.Version).is(t, "to where nothing is", 503, "provider_away")
	r = h.ask(admin, "PATCH", one, `{"enabled":false,"issuer":"https://10.9.9.9","client_secret":"new"}`, "If-Match", made.Version)
	if r.status != http.StatusOK { // what is off is not tried
		t.Fatalf("%d %s", r.status, r.body)
	}
	if got, err := h.sql.ProviderSecret(t.Context(), "keycloak"); err != nil || got != "new" {
		t.Errorf("%q, %v", got, err)
	}
	h.visitor().send("POST", signInPath+"keycloak", map[string]string{}).is(t, "off", 404, "unknown_provider")
	var list contract.SignInProviders
	h.do(request{method: "GET", path: "/api/v1/sign-in/providers"}).into(t, &list)
	if len(list.Providers) != 0 {
		t.Errorf("%+v", list)
	}
	h.ask(admin, "PATCH", one, `{"name":"x"}`, "If-Match", made.Version).is(t, "an old version", 412, "changed_meanwhile")
	if r := h.ask(admin, "DELETE", one, ""); r.status != http.StatusNoContent {
		t.Errorf("%d %s", r.status, r.body)
	}
	h.ask(admin, "GET", one, "").is(t, "deleted", 404, "unknown_provider")
	acts, err := h.sql.Audits(t.Context(), "keycloak", 10)
	must(t, err)
	for _, a := range acts {
		if strings.Contains(a.Before+a.After, "secret text") {
			t.Errorf("%+v", a)
		}
	}
	if len(acts) != 4 {
		t.Errorf("%+v", acts)
	}
}

func TestWithoutASecretKeyAProviderIsRefused(t *testing.T) {
	var bare *sql.Store
	h := withProviders(t, options{deps: func(d *api.Deps) {
		var err error
		bare, err = sql.Open(t.Context(), sql.Config{URL: "sqlite:" + t.TempDir() + "/bare.db"})
		must(t, err)
		must(t, bare.Migrate(t.Context()))
		d.Providers = bare
	}})
	t.Cleanup(func() { must(t, bare.Close()) })
	p, err := signintest.New()
	must(t, err)
	t.Cleanup(p.Close)
	h.ask(h.admin(), "POST", "/api/v1/identity-providers", fmt.Sprintf(`{"id":"a","name":"x","issuer":%q,"client_id":"c","client_secret":"s"}`, p.Issuer)).is(t, "no key", 409, "no_secret_key")
}
