package signin_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"go.uber.org/goleak"

	"switchroom/account"
	"switchroom/reach"
	"switchroom/settings"
	"switchroom/signin"
	"switchroom/signin/signintest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const redirect = "http://127.0.0.1:1/sign-in/test"

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func local(t *testing.T) reach.Guard {
	t.Helper()
	g, err := reach.Parse("SWITCHROOM_OIDC_NETWORKS", []string{"127.0.0.0/8"})
	must(t, err)
	return g
}

func slug(err error) string {
	var e *signin.Error
	if errors.As(err, &e) {
		return e.Slug
	}
	return fmt.Sprint(err)
}

// login is somebody who signs in by a provider.
type login struct {
	*signintest.Provider
	t      *testing.T
	client *signin.Client
	as     settings.Provider
	now    atomic.Int64 // seconds that the client's clock is ahead
}

func begin(t *testing.T) *login {
	t.Helper()
	p, err := signintest.New()
	must(t, err)
	t.Cleanup(func() { p.Close(); http.DefaultClient.CloseIdleConnections() })
	p.Redirects = []string{redirect}
	p.Put(signintest.Person{Subject: "s-anna", Email: "anna@example.com", Verified: true, Username: "anna", Methods: []string{"pwd", "otp"}})
	p.Put(signintest.Person{Subject: "s-ben", Email: "ben@example.com", Username: "ben"})
	l := &login{Provider: p, t: t, as: settings.Provider{ID: "test", Issuer: p.Issuer, ClientID: signintest.ClientID, Claim: account.ClaimEmail}}
	l.client = signin.New(local(t), func() time.Time { return time.Now().Add(time.Duration(l.now.Load()) * time.Second) })
	return l
}

// visit goes to the provider and comes back.
func (l *login) visit(subject string) (f account.Flow, code string) {
	l.t.Helper()
	f = account.NewFlow("browser", redirect)
	address, err := l.client.Address(l.t.Context(), l.as, f)
	must(l.t, err)
	answer, err := l.Visit(address, subject)
	must(l.t, err)
	if answer.Get("state") != f.State || subject != "" && answer.Get("code") == "" {
		l.t.Fatalf("%v", answer)
	}
	return f, answer.Get("code")
}

func (l *login) prove(subject string) (account.Proof, error) {
	l.t.Helper()
	f, code := l.visit(subject)
	return l.client.Prove(l.t.Context(), l.as, signintest.ClientSecret, f, code, "")
}

func TestARealProviderProvesWhoSomebodyIs(t *testing.T) {
	l := begin(t)
	must(t, l.client.Try(t.Context(), l.Issuer))
	for _, assert := range []bool{true, false} { // claims in the ID token, or from the provider's user info only
		l.Assert = assert
		p, err := l.prove("s-anna")
		if err != nil || p.Subject != "s-anna" || p.Login(account.ClaimEmail) != "anna@example.com" || !p.SecondFactor() {
			t.Errorf("%+v, %v", p, err)
		}
		if p, err := l.prove("s-ben"); err != nil || p.Subject != "s-ben" || p.Login(account.ClaimEmail) != "" || p.SecondFactor() {
			t.Errorf("an address that is not verified: %+v, %v", p, err)
		}
	}
	l.as.Claim = account.ClaimUsername
	if p, err := l.prove("s-ben"); err != nil || p.Login(account.ClaimUsername) != "ben" {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestACodeIsGoodOnceForItsOwnFlowAndClient(t *testing.T) {
	l := begin(t)
	ctx := t.Context()
	f, code := l.visit("s-anna")
	if _, err := l.client.Prove(ctx, l.as, "a guess", f, code, ""); slug(err) != "provider_failed" {
		t.Errorf("by a wrong secret: %v", err)
	}
	other := account.FlowOf("another browser", f.State, redirect)
	if _, err := l.client.Prove(ctx, l.as, signintest.ClientSecret, other, code, ""); slug(err) != "provider_failed" {
		t.Errorf("without the verifier: %v", err)
	}
	f, code = l.visit("s-anna")
	if _, err := l.client.Prove(ctx, l.as, signintest.ClientSecret, f, code, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := l.client.Prove(ctx, l.as, signintest.ClientSecret, f, code, ""); slug(err) != "provider_failed" {
		t.Errorf("again: %v", err)
	}
	mine, _ := l.visit("s-anna")
	_, stolen := l.visit("s-anna")
	if _, err := l.client.Prove(ctx, l.as, signintest.ClientSecret, mine, stolen, ""); slug(err) != "provider_failed" {
		t.Errorf("the code of another flow: %v", err)
	}
	f, code = l.visit("s-anna")
	if _, err := l.client.Prove(ctx, l.as, signintest.ClientSecret, f, code, "https://evil.example"); slug(err) != "provider_failed" {
		t.Errorf("an answer of another issuer: %v", err)
	}
	if _, err := l.client.Prove(ctx, l.as, signintest.ClientSecret, f, code, l.Issuer); err != nil {
		t.Errorf("an answer with the issuer's name: %v", err)
	}
}

func TestAForgedTokenProvesNothing(t *testing.T) {
	l := begin(t)
	private, id := l.Key()
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	public := x509.MarshalPKCS1PublicKey(&private.PublicKey)
	pkix, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	must(t, err)
	armoured := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: pkix})
	with := func(change map[string]any) func(string) string {
		return func(token string) string {
			claims := signintest.Claims(token)
			maps.Copy(claims, change)
			for k, v := range change {
				if v == nil {
					delete(claims, k)
				}
			}
			return l.Sign(claims)
		}
	}
	hour := float64(time.Hour / time.Second)
	now := float64(time.Now().Unix())
	for name, mangle := range map[string]func(string) string{
		"signed by a stranger":           func(s string) string { return signintest.Sign(jose.RS256, stranger, id, signintest.Claims(s)) },
		"a stranger's key of no ID":      func(s string) string { return signintest.Sign(jose.RS256, stranger, "", signintest.Claims(s)) },
		"HS256 with the public key":      func(s string) string { return signintest.Sign(jose.HS256, public, id, signintest.Claims(s)) },
		"HS256 with the public key, PEM": func(s string) string { return signintest.Sign(jose.HS256, armoured, id, signintest.Claims(s)) },
		"HS256 with the client's secret": func(s string) string {
			return signintest.Sign(jose.HS256, []byte(strings.Repeat(signintest.ClientSecret, 2)), id, signintest.Claims(s))
		},
		"alg none":                           func(s string) string { return none("none", signintest.Claims(s)) },
		"alg None":                           func(s string) string { return none("None", signintest.Claims(s)) },
		"alg none with the signature":        func(s string) string { return none("none", signintest.Claims(s)) + s[strings.LastIndexByte(s, '.')+1:] },
		"no signature":                       func(s string) string { return s[:strings.LastIndexByte(s, '.')+1] },
		"claims of another token":            func(s string) string { return swapped(s, map[string]any{"sub": "s-root"}) },
		"nothing":                            func(string) string { return "" },
		"no token":                           func(string) string { return "a.b.c" },
		"for another client":                 with(map[string]any{"aud": "another"}),
		"for nobody":                         with(map[string]any{"aud": nil}),
		"issued to another client":           with(map[string]any{"azp": "another"}),
		"for two, and issued to we know not": with(map[string]any{"aud": []string{"switchroom", "another"}, "azp": nil}),
		"of another issuer":                  with(map[string]any{"iss": "https://evil.example"}),
		"of the issuer with a slash":         with(map[string]any{"iss": l.Issuer + "/"}),
		"run out":                            with(map[string]any{"exp": now - hour}),
		"that never runs out":                with(map[string]any{"exp": nil}),
		"not yet good":                       with(map[string]any{"nbf": now + hour}),
		"without a nonce":                    with(map[string]any{"nonce": nil}),
		"with another's nonce":               with(map[string]any{"nonce": account.NewFlow("browser", "").Nonce}),
		"of nobody":                          with(map[string]any{"sub": ""}),
		"of a very long name":                with(map[string]any{"sub": strings.Repeat("s", 256)}),
		"with another access token":          with(map[string]any{"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}),
		"of somebody else than user info":    with(map[string]any{"sub": "s-ben", "at_hash": nil}),
	} {
		l.Mangle = mangle
		if p, err := l.prove("s-anna"); slug(err) != "provider_failed" {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
	l.Mangle = with(map[string]any{"email": "root@example.com", "email_verified": true})
	if p, err := l.prove("s-anna"); err != nil || p.Login(account.ClaimEmail) != "root@example.com" {
		t.Errorf("the tests' own signature is good for nothing: %+v, %v", p, err)
	}
}

func none(alg string, claims map[string]any) string {
	text, _ := json.Marshal(claims) //nolint:errcheck // plain values
	enc := base64.RawURLEncoding.EncodeToString
	return enc([]byte(`{"alg":"`+alg+`","typ":"JWT"}`)) + "." + enc(text) + "."
}

// swapped keeps head and signature, and changes claims.
func swapped(token string, change map[string]any) string {
	claims := signintest.Claims(token)
	maps.Copy(claims, change)
	parts := strings.Split(token, ".")
	text, _ := json.Marshal(claims) //nolint:errcheck // plain values
	return parts[0] + "." + base64.RawURLEncoding.EncodeToString(text) + "." + parts[2]
}

func TestAProviderMayChangeItsKeys(t *testing.T) {
	l := begin(t)
	if _, err := l.prove("s-anna"); err != nil {
		t.Fatal(err)
	}
	old, oldID := l.Key()
	must(t, l.Rotate())
	if _, err := l.prove("s-anna"); err != nil {
		t.Errorf("by the new key: %v", err)
	}
	l.Mangle = func(s string) string { return signintest.Sign(jose.RS256, old, oldID, signintest.Claims(s)) }
	if _, err := l.prove("s-anna"); slug(err) != "provider_failed" {
		t.Errorf("by the key that was withdrawn: %v", err)
	}
}

func TestWhileAProviderIsAwayWhatIsKnownOfItCounts(t *testing.T) {
	l := begin(t)
	if _, err := l.prove("s-anna"); err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int64
	l.Instead = func(w http.ResponseWriter, r *http.Request) bool {
		away := strings.HasPrefix(r.URL.Path, "/.well-known")
		if away {
			asked.Add(1)
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		return away
	}
	l.visit("s-anna")
	if asked.Load() != 0 {
		t.Error("it was asked again within the hour")
	}
	l.now.Store(int64(2 * time.Hour / time.Second))
	l.visit("s-anna")
	if asked.Load() != 1 {
		t.Errorf("asked %d times", asked.Load())
	}
	if err := l.client.Try(t.Context(), l.Issuer); slug(err) != "provider_away" || !strings.Contains(err.Error(), "503") {
		t.Errorf("%v", err)
	}
}

func TestWhatIsNoProviderIsRefused(t *testing.T) {
	var document func(issuer string) any
	var slow atomic.Bool
	released := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case slow.Load():
			<-released
		case r.URL.Path == "/keys":
			fmt.Fprint(w, `{"keys":[{"kty":"RSA"}]}`)
		case r.URL.Path == "/long/.well-known/openid-configuration":
			for range 2000 {
				fmt.Fprint(w, strings.Repeat(" ", 1024))
			}
			fmt.Fprint(w, "{}")
		case r.URL.Path == "/moved/.well-known/openid-configuration":
			http.Redirect(w, r, "/.well-known/openid-configuration", http.StatusFound)
		case r.URL.Path == "/.well-known/openid-configuration":
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(document("http://" + r.Host))
		default:
			http.Error(w, "a secret of this house", http.StatusNotFound)
		}
	}))
	t.Cleanup(func() { close(released); server.Close() })
	good := func(issuer string) map[string]any {
		return map[string]any{
			"issuer": issuer, "authorization_endpoint": issuer + "/auth", "token_endpoint": issuer + "/token", "jwks_uri": issuer + "/keys",
			"response_types_supported": []string{"code"}, "id_token_signing_alg_values_supported": []string{"RS256"},
		}
	}
	with := func(name string, value any) func(string) any {
		return func(issuer string) any {
			d := good(issuer)
			if d[name] = value; value == nil {
				delete(d, name)
			}
			return d
		}
	}
	client := signin.New(local(t), nil)
	document = with("x", 1)
	must(t, client.Try(t.Context(), server.URL))
	for name, c := range map[string]struct {
		document func(string) any
		want     string
	}{
		"of another issuer":             {with("issuer", "https://login.example.com"), "it says that it is the issuer"},
		"of no issuer":                  {with("issuer", nil), "it says that it is the issuer"},
		"no JSON":                       {func(string) any { return "hello" }, "no discovery document"},
		"endpoint in the house":         {with("token_endpoint", "https://10.0.0.1/token"), "token_endpoint is refused"},
		"endpoint not https":            {with("token_endpoint", "http://login.example.com/token"), "token_endpoint is refused"},
		"a file for keys":               {with("jwks_uri", "file:///etc/passwd"), "jwks_uri is refused"},
		"cloud's metadata for a person": {with("userinfo_endpoint", "http://169.254.169.254/latest"), "userinfo_endpoint is refused"},
		"a script for the browser":      {with("authorization_endpoint", "javascript:alert(1)"), "no address for browsers"},
		"plain text for the browser":    {with("authorization_endpoint", "http://login.example.com/"), "no address for browsers"},
		"without authorization":         {with("authorization_endpoint", nil), "no address for browsers"},
		"without keys":                  {with("jwks_uri", nil), "jwks_uri is refused"},
		"keys that are none":            {func(i string) any { return with("jwks_uri", i+"/.well-known/openid-configuration")(i) }, "no keys"},
		"without a signature":           {with("id_token_signing_alg_values_supported", []string{"none", "HS256"}), "no public key"},
		"without codes":                 {with("response_types_supported", []string{"id_token"}), "no authorization code flow"},
		"without PKCE":                  {with("code_challenge_methods_supported", []string{"plain"}), "no PKCE"},
	} {
		document = c.document
		if err := client.Try(t.Context(), server.URL); slug(err) != "provider_unfit" || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	document = func(i string) any { return good(i) }
	for path, want := range map[string]string{"/nothing": "the answer was 404", "/moved": "the answer was 302", "/long": "no discovery document"} {
		if err := client.Try(t.Context(), server.URL+path); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret of this house") {
			t.Errorf("%s: %v", path, err)
		}
	}
	for name, c := range map[string]struct {
		guard  reach.Guard
		issuer string
	}{
		"this machine, not allowed": {reach.Guard{Setting: "SWITCHROOM_OIDC_NETWORKS"}, server.URL}, "in the house": {local(t), "https://10.0.0.1/realm"}, "metadata": {local(t), "https://169.254.169.254/"},
		"not https": {local(t), "http://login.example.com"}, "nobody listens": {local(t), "http://127.0.0.1:1"}, "no such name": {local(t), "https://nothing.invalid"},
	} {
		if err := signin.New(c.guard, nil).Try(t.Context(), c.issuer); slug(err) != "provider_away" {
			t.Errorf("%s: %v", name, err)
		}
	}
	slow.Store(true)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := client.Try(ctx, server.URL); slug(err) != "provider_away" || !strings.Contains(err.Error(), "in time") {
		t.Errorf("slow: %v", err)
	}
}

func TestAnAnswerWithoutEndIsCutOff(t *testing.T) {
	l := begin(t)
	endless := ""
	l.Instead = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != endless {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		for range 4096 {
			if _, err := fmt.Fprint(w, strings.Repeat("[", 1024)); err != nil {
				break
			}
		}
		return true
	}
	for _, path := range []string{"/userinfo", "/oauth/token", "/keys"} {
		endless = path
		if _, err := l.prove("s-anna"); slug(err) != "provider_failed" {
			t.Errorf("%s: %v", path, err)
		}
		l.client = signin.New(local(t), nil)
	}
}
