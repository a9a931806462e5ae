package api_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"switchroom/account"
	"switchroom/api"
	"switchroom/api/contract"
)

func refreshBody(token string) string { return fmt.Sprintf(`{"refresh_token":%q}`, token) }

func TestALoginGivesATokenThatWorksAndALogoutEndsIt(t *testing.T) {
	h := open(t, options{})
	s := h.login("anna")
	if s.TokenType != contract.SessionTokenTypeBearer || s.ExpiresIn != 600 || s.Agent.Id != "anna" || s.Agent.Name != "Anna Berg" || len(s.Agent.Roles) != 1 {
		t.Errorf("session %+v", s)
	}
	r := h.do(request{method: "GET", path: "/api/v1/me", token: s.AccessToken})
	var me contract.Me
	r.into(t, &me)
	if r.status != http.StatusOK || me.Cti == nil || me.Cti.Id != "A100" || me.Cti.Number != "2001" || len(me.Cti.Queues) != 2 || me.User != "anna" {
		t.Errorf("%d %s", r.status, r.body)
	}
	other := h.login("ANNA") // logins know no case
	if r := h.do(request{method: "DELETE", path: "/api/v1/sessions", token: s.AccessToken}); r.status != http.StatusNoContent {
		t.Errorf("logout: %d %s", r.status, r.body)
	}
	if r := h.do(request{method: "GET", path: "/api/v1/me", token: s.AccessToken}); r.problem.Code != "session_revoked" {
		t.Errorf("after logout: %d %s", r.status, r.body)
	}
	if r := h.do(request{method: "POST", path: "/api/v1/sessions/refresh", body: refreshBody(s.RefreshToken)}); r.problem.Code != "session_revoked" {
		t.Errorf("refresh after logout: %d %s", r.status, r.body)
	}
	if r := h.do(request{method: "GET", path: "/api/v1/me", token: other.AccessToken}); r.status != http.StatusOK {
		t.Errorf("another session ended too: %d %s", r.status, r.body)
	}
}

// A page that is loaded anew, or a laptop that falls asleep, in the middle of a refresh has the old token only.
func TestARefreshWhoseAnswerWasLostIsAskedForAgain(t *testing.T) {
	h := open(t, options{})
	first := h.login("anna")
	ask := func(token string) (s contract.Session, r reply) {
		r = h.do(request{method: "POST", path: "/api/v1/sessions/refresh", body: refreshBody(token)})
		if r.status == http.StatusOK {
			r.into(t, &s)
		}
		return s, r
	}
	lost, _ := ask(first.RefreshToken)
	again, r := ask(first.RefreshToken)
	if r.status != http.StatusOK {
		t.Fatalf("asked again: %d %s", r.status, r.body)
	}
	if r := h.do(request{method: "GET", path: "/api/v1/me", token: again.AccessToken}); r.status != http.StatusOK {
		t.Errorf("%d %s", r.status, r.body)
	}
	if _, r := ask(lost.RefreshToken); r.problem.Code != "session_revoked" {
		t.Errorf("what was lost turns up: %d %s", r.status, r.body)
	}
	if _, r := ask(again.RefreshToken); r.problem.Code != "session_revoked" {
		t.Errorf("the good token after that: %d %s", r.status, r.body)
	}
}

func TestARefreshTokenRotatesAndItsReuseEndsTheSession(t *testing.T) {
	h := open(t, options{})
	first := h.login("anna")
	r := h.do(request{method: "POST", path: "/api/v1/sessions/refresh", body: refreshBody(first.RefreshToken)})
	var second contract.Session
	r.into(t, &second)
	if r.status != http.StatusOK || second.RefreshToken == first.RefreshToken || r.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if r := h.do(request{method: "GET", path: "/api/v1/me", token: second.AccessToken}); r.status != http.StatusOK {
		t.Fatalf("the new token: %d %s", r.status, r.body)
	}
	var third contract.Session
	h.do(request{method: "POST", path: "/api/v1/sessions/refresh", body: refreshBody(second.RefreshToken)}).into(t, &third)
	if r := h.do(request{method: "POST", path: "/api/v1/sessions/refresh", body: refreshBody(first.RefreshToken)}); r.status != http.StatusUnauthorized || r.problem.Code != "session_revoked" {
		t.Errorf("reuse: %d %s", r.status, r.body)
	}
	for name, token := range map[string]string{"first": first.AccessToken, "second": second.AccessToken, "third": third.AccessToken} {
		if r := h.do(request{method: "GET", path: "/api/v1/me", token: token}); r.problem.Code != "session_revoked" {
			t.Errorf("%s access token after reuse: %d %s", name, r.status, r.body)
		}
	}
	if r := h.do(request{method: "POST", path: "/api/v1/sessions/refresh", body: refreshBody(third.RefreshToken)}); r.problem.Code != "session_revoked" {
		t.Errorf("the good refresh token after reuse: %d %s", r.status, r.body)
	}
	if r := h.do(request{method: "POST", path: "/api/v1/sessions/refresh", body: refreshBody("never issued")}); r.problem.Code != "bad_refresh_token" {
		t.Errorf("unknown: %d %s", r.status, r.body)
	}
}

func TestWrongUserAndWrongPasswordAreTheSameError(t *testing.T) {
	h := open(t, options{})
	ask := func(user, password string) reply {
		return h.do(request{method: "POST", path: "/api/v1/sessions", body: fmt.Sprintf(`{"user":%q,"password":%q}`, user, password)})
	}
	a, b := ask("anna", "wrong"), ask("nobody", "wrong")
	a.problem.RequestId, b.problem.RequestId = "", ""
	if a.status != http.StatusUnauthorized || a.problem.Code != "bad_credentials" || a.problem != b.problem {
		t.Errorf("%+v\n%+v", a.problem, b.problem)
	}
	u, err := h.sql.User(t.Context(), "ben")
	must(t, err)
	u.Disabled = true
	session := h.login("ben")
	must(t, h.sql.PutUser(t.Context(), "root", u, ""))
	if r := ask("ben", "ben's gravel tulip"); r.problem.Code != "bad_credentials" {
		t.Errorf("a disabled user: %d %s", r.status, r.body)
	}
	if r := h.do(request{method: "POST", path: "/api/v1/sessions/refresh", body: refreshBody(session.RefreshToken)}); r.problem.Code != "session_revoked" {
		t.Errorf("a disabled user's session: %d %s", r.status, r.body)
	}
	if log := h.log.String(); strings.Contains(log, "wrong") || strings.Contains(log, session.RefreshToken) || strings.Contains(log, session.AccessToken) {
		t.Error("a secret is in the log")
	}
}

func TestAttemptsToLogInAreThrottledPerUserAndAddress(t *testing.T) {
	h := open(t, options{})
	ask := func(user, password string) reply {
		return h.do(request{method: "POST", path: "/api/v1/sessions", body: fmt.Sprintf(`{"user":%q,"password":%q}`, user, password)})
	}
	for i := range 8 {
		if r := ask("anna", "guess"); r.status != http.StatusUnauthorized {
			t.Fatalf("attempt %d: %d %s", i, r.status, r.body)
		}
	}
	r := ask("anna", "anna's gravel tulip")
	if r.status != http.StatusTooManyRequests || r.problem.Code != "too_many_attempts" || r.header.Get("Retry-After") == "" || r.problem.RetryAfter == nil {
		t.Errorf("the ninth: %d %s", r.status, r.body)
	}
	if r := ask("ben", "ben's gravel tulip"); r.status != http.StatusOK {
		t.Errorf("another user from the same address: %d %s", r.status, r.body)
	}
}

func signed(t *testing.T, method jwt.SigningMethod, key any, change func(jwt.MapClaims)) string {
	t.Helper()
	c := jwt.MapClaims{"iss": "switchroom", "aud": "switchroom", "sub": "anna", "sid": "s", "roles": []string{"agent", "administrator"},
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix()}
	if change != nil {
		change(c)
	}
	token, err := jwt.NewWithClaims(method, c).SignedString(key)
	must(t, err)
	return token
}

func TestForgedTokensAreRefused(t *testing.T) {
	h := open(t, options{})
	key := bytes.Repeat([]byte("k"), 32)
	good := h.login("anna").AccessToken
	parts := strings.Split(good, ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	must(t, err)
	asRoot := base64.RawURLEncoding.EncodeToString(bytes.Replace(payload, []byte(`"anna"`), []byte(`"root"`), 1))
	for name, c := range map[string]struct{ token, code string }{
		"none":                {signed(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil), "bad_token"},
		"other key":           {signed(t, jwt.SigningMethodHS256, bytes.Repeat([]byte("x"), 32), nil), "bad_token"},
		"other method":        {signed(t, jwt.SigningMethodHS512, key, nil), "bad_token"},
		"other issuer":        {signed(t, jwt.SigningMethodHS256, key, func(c jwt.MapClaims) { c["iss"] = "other" }), "bad_token"},
		"other audience":      {signed(t, jwt.SigningMethodHS256, key, func(c jwt.MapClaims) { c["aud"] = "other" }), "bad_token"},
		"no expiry":           {signed(t, jwt.SigningMethodHS256, key, func(c jwt.MapClaims) { delete(c, "exp") }), "bad_token"},
		"no session":          {signed(t, jwt.SigningMethodHS256, key, func(c jwt.MapClaims) { delete(c, "sid") }), "bad_token"},
		"expired":             {signed(t, jwt.SigningMethodHS256, key, func(c jwt.MapClaims) { c["exp"] = time.Now().Add(-time.Second).Unix() }), "token_expired"},
		"unknown session":     {signed(t, jwt.SigningMethodHS256, key, nil), "session_revoked"},
		"payload changed":     {parts[0] + "." + asRoot + "." + parts[2], "bad_token"},
		"signature cut":       {parts[0] + "." + parts[1] + ".", "bad_token"},
		"garbage":             {"\xff\xfe..", "bad_token"},
		"a refresh token":     {account.NewToken(), "bad_token"},
		"huge":                {strings.Repeat("a", 100_000), "bad_token"},
		"nothing":             {" ", "no_token"},
		"expired and foreign": {signed(t, jwt.SigningMethodHS256, []byte("x"), func(c jwt.MapClaims) { c["exp"] = 1 }), "bad_token"},
	} {
		r := h.do(request{method: "GET", path: "/api/v1/me", headers: map[string]string{"Authorization": "Bearer " + c.token}})
		if r.status != http.StatusUnauthorized || r.problem.Code != c.code || r.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: %d %s, want %s", name, r.status, r.body, c.code)
		}
	}
	if r := h.do(request{method: "GET", path: "/api/v1/me", headers: map[string]string{"Authorization": "Basic YTpi"}}); r.problem.Code != "no_token" {
		t.Errorf("basic: %d %s", r.status, r.body)
	}
}

func TestATokenRunsOut(t *testing.T) {
	began := time.Now()
	var later atomic.Int64
	now := func() time.Time { return began.Add(time.Duration(later.Load())) }
	h := open(t, options{config: func(c *api.Config) { c.Now = now; c.AccessTTL = time.Minute }})
	s := h.login("anna")
	later.Store(int64(59 * time.Second))
	if r := h.do(request{method: "GET", path: "/api/v1/me", token: s.AccessToken}); r.status != http.StatusOK {
		t.Errorf("before: %d %s", r.status, r.body)
	}
	later.Store(int64(61 * time.Second))
	if r := h.do(request{method: "GET", path: "/api/v1/me", token: s.AccessToken}); r.problem.Code != "token_expired" {
		t.Errorf("after: %d %s", r.status, r.body)
	}
}

func TestAServerWithoutAGoodKeyDoesNotStart(t *testing.T) {
	if _, err := api.New(api.Config{TokenKey: []byte("short")}, api.Deps{}); err == nil {
		t.Error("a short key was taken")
	}
	if _, err := api.New(api.Config{TokenKey: make([]byte, 32), PublicURL: &url.URL{Host: "example.com"}}, api.Deps{}); err == nil {
		t.Error("a public URL without a scheme was taken")
	}
	if _, err := api.New(api.Config{TokenKey: make([]byte, 32)}, api.Deps{}); err == nil {
		t.Error("missing dependencies were taken")
	}
}
