package account

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"time"
)

// Flow is a login at an OpenID Connect provider, under way in one browser. Nonce and Verifier are made of the secret that the browser has in a cookie, so that nothing that is stored is
// enough to finish it.
type Flow struct {
	State    string // comes back with the provider's answer
	Nonce    string // has to be in the ID token
	Verifier string // of PKCE (RFC 7636)
	Redirect string // where the provider sends the browser to
}

// NewFlow begins one in the browser with that secret.
func NewFlow(browser, redirect string) Flow { return FlowOf(browser, NewToken(), redirect) }

// FlowOf is the flow that began in the browser with that state.
func FlowOf(browser, state, redirect string) Flow {
	derive := func(what string) string {
		mac := hmac.New(sha256.New, []byte(browser))
		mac.Write([]byte(what + " " + state))
		return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	}
	return Flow{State: state, Nonce: derive("nonce"), Verifier: derive("verifier"), Redirect: redirect}
}

// Attempt is what is stored of a flow until the browser comes back. State and browser are hashed.
type Attempt struct {
	State, Browser string
	Provider       string
	ReturnTo       string // path of the page
	// User is set once the provider has proved who it is, and a code of the second factor is still to come.
	User string
}

// Terms are on what a session began. The zero value is a password's.
type Terms struct {
	// SecondFactor: the provider asked for one.
	SecondFactor bool
	// Ends is when the session is over however it is used. Zero: never.
	Ends time.Time
}

// Proof is what a provider has proved of somebody.
type Proof struct {
	Subject string
	Claims  map[string]any
}

// The claims that may say which person it is, beside others of the administrator's choice.
const (
	ClaimEmail    = "email"
	ClaimUsername = "preferred_username"
)

// Login is the login that the claim names; empty: the provider does not say it, or has not verified the e-mail address. Logins are ASCII, and what is not is
// nobody's: small letters of some other characters are ASCII.
func (p Proof) Login(claim string) string {
	text, _ := p.Claims[claim].(string)
	if claim == ClaimEmail && !verified(p.Claims["email_verified"]) || strings.ContainsFunc(text, func(r rune) bool { return r > 0x7e || r <= ' ' }) {
		return ""
	}
	return strings.ToLower(text)
}

// verified also takes the text that some providers send.
func verified(v any) bool { return v == true || v == "true" }

// strong are the methods (amr, RFC 8176) that are more than a password.
var strong = []string{"mfa", "otp", "hwk", "swk", "sc", "fpt", "face", "iris"}

// SecondFactor tells whether the provider says that it asked for more than a password.
func (p Proof) SecondFactor() bool {
	list, _ := p.Claims["amr"].([]any)
	return slices.ContainsFunc(list, func(v any) bool {
		method, _ := v.(string)
		return slices.Contains(strong, method)
	})
}
