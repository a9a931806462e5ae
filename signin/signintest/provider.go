// Package signintest is an OpenID Connect provider for tests: a real one of the library zitadel/oidc, on loopback, whose people sign in by pressing their name. Tests can make it lie.
package signintest

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// The client that the provider knows.
const (
	ClientID     = "switchroom"
	ClientSecret = "the secret of a client"
)

// Person is somebody who has an account at the provider.
type Person struct {
	Subject  string
	Email    string
	Verified bool
	Username string
	Methods  []string // amr
}

// Provider is one. Its fields may be set before it is asked.
type Provider struct {
	Issuer string
	// Redirects are the client's redirect URIs.
	Redirects []string
	// Assert puts the claims of the person into the ID token too.
	Assert bool
	// Mangle changes the ID token that the token endpoint answers with. Nil: nobody does.
	Mangle func(token string) string
	// Instead answers requests that it wants, in the provider's place; false: it does not.
	Instead func(w http.ResponseWriter, r *http.Request) bool

	mu      sync.Mutex
	people  map[string]Person // by subject
	key     key
	server  *httptest.Server
	storage *storage
}

// key signs.
type key struct {
	id      string
	private *rsa.PrivateKey
}

// New starts a provider, with an address that is free. Close it.
func New() (*Provider, error) {
	p := &Provider{people: map[string]Person{}}
	p.storage = newStorage(p)
	if err := p.Rotate(); err != nil {
		return nil, err
	}
	p.server = httptest.NewServer(http.NotFoundHandler())
	p.Issuer = p.server.URL
	provider, err := op.NewProvider(&op.Config{CryptoKey: [32]byte{1}, CodeMethodS256: true}, p.storage, op.StaticIssuer(p.Issuer), op.WithAllowInsecure())
	if err != nil {
		p.server.Close()
		return nil, fmt.Errorf("a provider for tests: %w", err)
	}
	p.server.Config.Handler = p.handler(provider)
	return p, nil
}

// Close ends it.
func (p *Provider) Close() { p.server.Close() }

// Put makes or changes somebody's account.
func (p *Provider) Put(who Person) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.people[who.Subject] = who
}

func (p *Provider) person(subject string) Person {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.people[subject]
}

// Rotate makes the provider sign with another key, and forget the one before.
func (p *Provider) Rotate() error {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.key = key{rand.Text(), private}
	return nil
}

// Key is what it signs with, and the key's ID.
func (p *Provider) Key() (*rsa.PrivateKey, string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.key.private, p.key.id
}

// Sign signs claims as the provider does.
func (p *Provider) Sign(claims map[string]any) string {
	private, id := p.Key()
	return Sign(jose.RS256, private, id, claims)
}

// Sign signs claims in any way.
func Sign(alg jose.SignatureAlgorithm, key any, id string, claims map[string]any) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: id}}, nil)
	if err != nil {
		panic(err) // a mistake of the test
	}
	text, _ := json.Marshal(claims) //nolint:errcheck // plain values
	signed, err := signer.Sign(text)
	if err != nil {
		panic(err)
	}
	out, _ := signed.CompactSerialize() //nolint:errcheck // it has one signature
	return out
}

// Claims are those of a token.
func Claims(token string) map[string]any {
	parsed, err := jose.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		panic(err)
	}
	var out map[string]any
	if err := json.Unmarshal(parsed.UnsafePayloadWithoutVerification(), &out); err != nil {
		panic(err)
	}
	return out
}

// Visit goes to the address as a browser does, and signs in as the person with that subject; empty: goes back instead. It returns what the provider adds to the redirect URI.
func (p *Provider) Visit(address, subject string) (url.Values, error) {
	client := &http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	for range 10 {
		resp, err := client.Get(address) //nolint:noctx // bounded by the client
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(resp.Body)
		if err = errorsOf(err, resp.Body.Close()); err != nil {
			return nil, err
		}
		next, err := resp.Location()
		if err != nil {
			return nil, fmt.Errorf("%s: %d %s", address, resp.StatusCode, body)
		}
		if !strings.HasPrefix(next.String(), p.Issuer) {
			return next.Query(), nil
		}
		if next.Path == "/people" {
			next.Path = "/press"
			next.RawQuery += "&subject=" + url.QueryEscape(subject)
		}
		address = next.String()
	}
	return nil, fmt.Errorf("the provider goes round in circles: %s", address)
}

func errorsOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

func (p *Provider) handler(provider *op.Provider) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /people", p.choose)
	mux.HandleFunc("GET /press", p.press(provider))
	mux.HandleFunc("POST /oauth/token", func(w http.ResponseWriter, r *http.Request) { p.token(provider, w, r) })
	mux.Handle("/", provider)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.Instead == nil || !p.Instead(w, r) {
			mux.ServeHTTP(w, r)
		}
	})
}

var page = template.Must(template.New("").Parse(`<!doctype html><html lang="en"><title>Test provider</title><h1>Who are you?</h1><ul>
{{range .People}}<li><a href="/press?request={{$.Request}}&subject={{.Subject}}">{{.Username}}</a>{{end}}<li><a href="/press?request={{.Request}}">Nobody: go back</a></ul>`))

func (p *Provider) choose(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = page.Execute(w, map[string]any{"People": p.people, "Request": r.FormValue("request")})
}

// press finishes a login by somebody, or refuses it.
func (p *Provider) press(provider *op.Provider) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		request, subject := r.FormValue("request"), r.FormValue("subject")
		a, err := p.storage.request(request)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if subject == "" {
			back := url.Values{"error": {"access_denied"}, "error_description": {"<script>alert(1)</script>"}, "state": {a.State}}
			http.Redirect(w, r, a.RedirectURI+"?"+back.Encode(), http.StatusFound)
			return
		}
		p.storage.done(request, subject)
		http.Redirect(w, r, op.AuthCallbackURL(provider)(op.ContextWithIssuer(r.Context(), p.Issuer), request), http.StatusFound)
	}
}

// token answers as the provider does, and then lies if it is to.
func (p *Provider) token(provider *op.Provider, w http.ResponseWriter, r *http.Request) {
	if p.Mangle == nil {
		provider.ServeHTTP(w, r)
		return
	}
	seen := httptest.NewRecorder()
	provider.ServeHTTP(seen, r)
	var answer map[string]any
	if json.Unmarshal(seen.Body.Bytes(), &answer) == nil {
		if token, ok := answer["id_token"].(string); ok {
			answer["id_token"] = p.Mangle(token)
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(seen.Code)
	_ = json.NewEncoder(w).Encode(answer)
}
