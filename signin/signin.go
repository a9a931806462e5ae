// Package signin speaks OpenID Connect with providers: it finds out where they are, sends people there, and checks what they answer.
//
// Nothing is asked of a provider before somebody signs in by it. What it says is read within bounds of time and size, from addresses that the operator allows, and nothing of it is shown to
// anybody.
package signin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"switchroom/account"
	"switchroom/reach"
	"switchroom/settings"
)

// Error is a refusal. Its slugs: provider_away, it cannot be reached; provider_unfit, it is none that we can use; provider_failed, its answer to a login is not good.
type Error = settings.Error

// fresh is how long a provider's discovery document and keys are believed. A key that is not known is looked for at once, a withdrawn one is good that long.
const fresh = time.Hour

// Client speaks with providers. Its methods may be called at any time, by many at once.
type Client struct {
	ways ways
	now  func() time.Time

	mu    sync.Mutex
	known map[string]*provider // by issuer
}

// New makes a client that calls what the guard allows. Now is its clock; nil: time.Now.
func New(g reach.Guard, now func() time.Time) *Client {
	if now == nil {
		now = time.Now
	}
	return &Client{ways: newWays(g), now: now, known: map[string]*provider{}}
}

// provider is what is known of one.
type provider struct {
	*oidc.Provider
	facts facts
	at    time.Time
}

// facts are those of the discovery document that the library does not look at.
type facts struct {
	Authorization  string   `json:"authorization_endpoint"`
	Token          string   `json:"token_endpoint"`
	Keys           string   `json:"jwks_uri"`
	UserInfo       string   `json:"userinfo_endpoint"`
	Algorithms     []string `json:"id_token_signing_alg_values_supported"`
	ResponseTypes  []string `json:"response_types_supported"`
	Challenges     []string `json:"code_challenge_methods_supported"`
	AnswersByName  bool     `json:"authorization_response_iss_parameter_supported"` // RFC 9207
	Authentication []string `json:"token_endpoint_auth_methods_supported"`
}

// Try reads a provider's discovery document and keys, and says why it cannot be used: an *Error.
func (c *Client) Try(ctx context.Context, issuer string) error {
	p, err := c.discover(ctx, issuer)
	if err != nil {
		return err
	}
	return c.ways.keys(ctx, p.facts.Keys)
}

// Address is where a browser goes to sign in. An *Error: provider_away, provider_unfit.
func (c *Client) Address(ctx context.Context, v settings.Provider, f account.Flow) (string, error) {
	p, err := c.provider(ctx, v.Issuer)
	if err != nil {
		return "", err
	}
	return p.config(v, "", f).AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), nil
}

// Prove exchanges the code that came back with the browser for an ID token, and checks it. Iss is who the answer says it is of; empty: it does not say. What the claims that were wanted need, it asks the
// provider for. Errors: an *Error.
func (c *Client) Prove(ctx context.Context, v settings.Provider, secret string, f account.Flow, code, iss string) (account.Proof, error) {
	p, err := c.provider(ctx, v.Issuer)
	if err != nil {
		return account.Proof{}, err
	}
	if iss != v.Issuer && (iss != "" || p.facts.AnswersByName) {
		return account.Proof{}, failed(fmt.Errorf("the answer is of the issuer %.100q", iss))
	}
	ctx = oidc.ClientContext(ctx, c.ways.client)
	token, err := p.config(v, secret, f).Exchange(ctx, code, oauth2.VerifierOption(f.Verifier))
	if err != nil {
		return account.Proof{}, trouble(ctx, err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := p.Verifier(&oidc.Config{ClientID: v.ClientID, Now: c.now}).Verify(ctx, raw)
	if err != nil {
		return account.Proof{}, trouble(ctx, err)
	}
	out := account.Proof{Subject: id.Subject}
	if err := id.Claims(&out.Claims); err != nil {
		return out, failed(err)
	}
	party, named := out.Claims["azp"]
	switch {
	case id.Nonce != f.Nonce:
		err = errors.New("the ID token is of another login")
	case named && party != v.ClientID, len(id.Audience) > 1 && !named:
		err = errors.New("the ID token was issued to another client")
	case id.Subject == "" || len(id.Subject) > settings.MaxSubject:
		err = errors.New("the ID token names nobody")
	case id.AccessTokenHash != "":
		err = id.VerifyAccessToken(token.AccessToken)
	}
	if err != nil {
		return out, failed(err)
	}
	return out, p.complete(ctx, v.Claim, token, &out)
}

// complete asks the provider for claims of the person that the ID token does not have: some give them nowhere else.
func (p *provider) complete(ctx context.Context, claim string, token *oauth2.Token, out *account.Proof) error {
	if _, said := out.Claims[claim]; said || p.facts.UserInfo == "" {
		return nil
	}
	info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return trouble(ctx, err)
	}
	var more map[string]any
	if err := info.Claims(&more); err != nil {
		return failed(err)
	}
	if info.Subject != out.Subject {
		return failed(errors.New("the provider tells of somebody else"))
	}
	for _, name := range []string{claim, "email_verified"} { // what a login rests on, the ID token says: amr
		if v, said := more[name]; said {
			out.Claims[name] = v
		}
	}
	return nil
}

func (p *provider) config(v settings.Provider, secret string, f account.Flow) *oauth2.Config {
	endpoint := p.Endpoint()
	// Without a word of it the specification's default is Basic.
	endpoint.AuthStyle = oauth2.AuthStyleInHeader
	if len(p.facts.Authentication) > 0 && !slices.Contains(p.facts.Authentication, "client_secret_basic") {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return &oauth2.Config{ClientID: v.ClientID, ClientSecret: secret, Endpoint: endpoint, RedirectURL: f.Redirect, Scopes: []string{oidc.ScopeOpenID, "profile", "email"}}
}

// provider is what is known of the issuer, discovered anew where that is old. While that fails, what is known counts.
func (c *Client) provider(ctx context.Context, issuer string) (*provider, error) {
	c.mu.Lock()
	p := c.known[issuer]
	c.mu.Unlock()
	if p != nil && c.now().Sub(p.at) < fresh {
		return p, nil
	}
	next, err := c.discover(ctx, issuer)
	var refused *Error
	if p != nil && errors.As(err, &refused) && refused.Slug == "provider_away" {
		return p, nil
	}
	return next, err
}

// discover reads the discovery document. An *Error.
func (c *Client) discover(ctx context.Context, issuer string) (*provider, error) {
	if err := c.ways.guard.CheckURL(issuer); err != nil {
		return nil, away(err)
	}
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, c.ways.client), issuer)
	var other *oidc.IssuerMismatchError
	switch {
	case errors.As(err, &other):
		return nil, unfit("it says that it is the issuer %.200q; write that, to the last slash, or another address", other.Discovered)
	case err != nil:
		return nil, discovery(ctx, err)
	}
	p := &provider{Provider: found, at: c.now()}
	if err := found.Claims(&p.facts); err != nil {
		return nil, unfit("its discovery document is not in the form of OpenID Connect")
	}
	if err := p.facts.check(c.ways.guard); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) > 100 { // issuers that an administrator tried
		clear(c.known)
	}
	c.known[issuer] = p
	return p, nil
}

// check says why a provider cannot be used.
func (f facts) check(g reach.Guard) error {
	for name, url := range map[string]string{"token_endpoint": f.Token, "jwks_uri": f.Keys, "userinfo_endpoint": f.UserInfo} {
		if url == "" && name == "userinfo_endpoint" {
			continue
		}
		if err := g.CheckURL(url); err != nil {
			return unfit("its %s is refused: %v", name, err)
		}
	}
	if err := forBrowsers(f.Authorization); err != nil {
		return unfit("its authorization_endpoint is no address for browsers: %v", err)
	}
	known := func(alg string) bool { return alg != "none" && len(alg) > 2 && alg[:2] != "HS" }
	switch {
	case len(f.Algorithms) > 0 && !slices.ContainsFunc(f.Algorithms, known):
		return unfit("it signs ID tokens with no public key; choose an algorithm such as RS256 there")
	case len(f.ResponseTypes) > 0 && !slices.Contains(f.ResponseTypes, "code"):
		return unfit("it has no authorization code flow")
	case len(f.Challenges) > 0 && !slices.Contains(f.Challenges, "S256"):
		return unfit("it has no PKCE with S256")
	}
	return nil
}
