package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"switchroom/api/contract"
)

func TestNobodyEmbedsAnythingButTheFrameAndThatOnlyWhoIsOnTheList(t *testing.T) {
	o := newOffice(t)
	ancestors := func(path string) (policy, options string) {
		r := o.do(request{method: "GET", path: path})
		_, policy, _ = strings.Cut(r.header.Get("Content-Security-Policy"), "frame-ancestors ")
		return policy, r.header.Get("X-Frame-Options")
	}
	if policy, options := ancestors("/embed"); policy != "'none'" || options != "DENY" {
		t.Errorf("before anybody was named: %q, %q", policy, options)
	}
	version := o.versionOf(o.ask(200, "GET", "/embedding", "", ""))
	o.ask(200, "PUT", "/embedding", version, `{"origins":["https://crm.example","http://localhost:3000"]}`)
	if policy, options := ancestors("/embed"); policy != "http://localhost:3000 https://crm.example" || options != "" {
		t.Errorf("the frame: %q, %q", policy, options)
	}
	for _, path := range []string{"/", "/phone", "/embed/x", "/embed.html", "/tickets", "/assets/a-1234.js", "/api/v1/embedding"} {
		if policy, options := ancestors(path); policy != "'none'" || options != "DENY" {
			t.Errorf("%s: %q, %q", path, policy, options)
		}
	}
	var list struct{ Origins []string }
	r := o.do(request{method: "GET", path: "/api/v1/embedding"})
	if r.into(t, &list); len(list.Origins) != 2 || r.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("who is not logged in: %s %v", r.body, r.header)
	}
}

func TestTheLoaderIsForEveryPageAndTheWindowKnowsWhoOpenedIt(t *testing.T) {
	h := open(t, options{})
	r := h.do(request{method: "GET", path: "/embed.js"})
	for name, want := range map[string]string{"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "public, max-age=300, stale-while-revalidate=86400", "Content-Type": "text/javascript; charset=utf-8"} {
		if r.header.Get(name) != want {
			t.Errorf("%s is %q", name, r.header.Get(name))
		}
	}
	for path, want := range map[string]string{
		"/": "same-origin", "/phone": "", "/phone/sign-in": "", "/phone/x": "same-origin",
		"/sign-in/house?state=phone.x": "", "/sign-in/house?state=door.x": "", "/sign-in/house?state=x": "same-origin", "/sign-in/house": "same-origin", "/?state=door.x": "same-origin",
	} {
		if got := h.do(request{method: "GET", path: path}).header.Get("Cross-Origin-Opener-Policy"); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func TestASignInSaysWithItsStateWhichWindowBeganIt(t *testing.T) {
	h := withProviders(t, options{})
	p := h.provider("house", nil)
	for returnTo, want := range map[string]string{"/": "", "/phone": "phone.", "/phone?language=ko": "phone.", "/phone/sign-in?provider=house": "door.", "/phones": "", "//phone": ""} {
		v := h.visitor()
		address, err := url.Parse(v.begin("house", returnTo))
		must(t, err)
		state := address.Query().Get("state")
		if got := state[:strings.Index(state, ".")+1]; got != want {
			t.Errorf("%s: %q, want %q", returnTo, got, want)
		}
	}
	if r := h.visitor().signIn(p, "house", "s-anna", "/phone/sign-in?provider=house"); r.status != http.StatusOK || !strings.Contains(string(r.body), `"return_to":"/phone/sign-in?provider=house"`) {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestASecondSessionIsIndependentOfTheFirst(t *testing.T) {
	h := open(t, options{})
	first := h.login("anna")
	r := h.do(request{method: "POST", path: "/api/v1/sessions/second", body: refreshBody(first.RefreshToken)})
	var pair contract.SessionPair
	if r.into(t, &pair); r.status != http.StatusOK || r.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if pair.Own.RefreshToken == first.RefreshToken || pair.Own.RefreshToken == pair.Second.RefreshToken || pair.Second.Agent.Id != "anna" {
		t.Errorf("%s", r.body)
	}
	if r := h.do(request{method: "DELETE", path: "/api/v1/sessions", token: pair.Own.AccessToken}); r.status != http.StatusNoContent {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if r := h.do(request{method: "GET", path: "/api/v1/me", token: pair.Second.AccessToken}); r.status != http.StatusOK {
		t.Errorf("the second after the first logged out: %d %s", r.status, r.body)
	}
	for token, code := range map[string]string{first.RefreshToken: "session_revoked", pair.Own.RefreshToken: "session_revoked", "never issued": "bad_refresh_token"} {
		if r := h.do(request{method: "POST", path: "/api/v1/sessions/second", body: refreshBody(token)}); r.problem.Code != code {
			t.Errorf("want %s: %d %s", code, r.status, r.body)
		}
	}
	if r := h.do(request{method: "POST", path: "/api/v1/sessions/second", body: refreshBody(pair.Second.RefreshToken)}); r.status != http.StatusOK {
		t.Errorf("the second's own token: %d %s", r.status, r.body)
	}
}
