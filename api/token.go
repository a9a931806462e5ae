package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"switchroom/account"
	"switchroom/settings"
)

// claims of an access token.
type claims struct {
	jwt.RegisteredClaims
	Session string         `json:"sid"`
	Roles   []account.Role `json:"roles"`
	// Unproven: the person is an administrator, and has not set up the second factor that is demanded of them.
	Unproven bool `json:"unproven,omitempty"`
}

// caller is who sends a request.
type caller struct {
	User    string
	Session string
	Roles   []account.Role
	Expires time.Time // of the token
	// Unproven: an administrator without the second factor that is demanded. Roles lack administrator then.
	Unproven bool
	// Key is set where a machine's key was sent.
	Key *settings.Key
}

func (c caller) has(r account.Role) bool { return account.User{Roles: c.Roles}.Has(r) }

// tokens signs and checks access tokens. Safe for concurrent use.
type tokens struct {
	key      []byte
	ttl      time.Duration
	now      func() time.Time
	sessions sessionCheck
	parser   *jwt.Parser
}

func newTokens(c Config, a Accounts) *tokens {
	return &tokens{
		key: c.TokenKey, ttl: c.AccessTTL, now: c.Now, sessions: sessionCheck{accounts: a, now: c.Now, ttl: c.AccessTTL},
		// The method is ours to say: a token cannot choose "none" or another one.
		parser: jwt.NewParser(jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithIssuer(tokenIssuer), jwt.WithAudience(tokenIssuer),
			jwt.WithExpirationRequired(), jwt.WithTimeFunc(c.Now)),
	}
}

func (t *tokens) sign(u account.User, session string, unproven bool) (string, error) {
	now := t.now()
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: tokenIssuer, Audience: jwt.ClaimStrings{tokenIssuer}, Subject: u.ID,
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(t.ttl)),
		},
		Session: session, Roles: u.Roles, Unproven: unproven,
	}).SignedString(t.key)
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return token, nil
}

// check tells who a token belongs to. Errors are problems: token_expired, bad_token, session_revoked.
func (t *tokens) check(ctx context.Context, token string) (caller, error) {
	var c claims
	_, err := t.parser.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return t.key, nil })
	switch {
	case errors.Is(err, jwt.ErrTokenExpired):
		return caller{}, fail(http.StatusUnauthorized, "token_expired", "the access token has run out; refresh the session").because(err)
	case err != nil || c.Subject == "" || c.Session == "":
		return caller{}, fail(http.StatusUnauthorized, "bad_token", "the access token is not one of ours; refresh the session or log in").because(err)
	}
	if !t.sessions.live(ctx, c.Session) {
		return caller{}, errRevoked()
	}
	if c.Unproven {
		c.Roles = slices.DeleteFunc(c.Roles, func(r account.Role) bool { return r == account.Administrator })
	}
	return caller{Unproven: c.Unproven, User: c.Subject, Session: c.Session, Roles: c.Roles, Expires: c.ExpiresAt.Time}, nil
}

func errRevoked() *problem {
	return fail(http.StatusUnauthorized, "session_revoked", "the session was ended; log in again")
}

// sessionCheckEvery is how old the knowledge may be that a session goes on. One that is ended through this process ends at once.
const sessionCheckEvery = 5 * time.Second

// sessionCheck tells whether sessions go on, without asking the database on each request. While the database is away, a token is good until it
// runs out: calls go on.
type sessionCheck struct {
	accounts Accounts
	now      func() time.Time
	ttl      time.Duration

	mu   sync.Mutex
	seen map[string]sessionSeen
}

type sessionSeen struct {
	at    time.Time
	ended bool
}

func (s *sessionCheck) live(ctx context.Context, id string) bool {
	now := s.now()
	s.mu.Lock()
	seen, known := s.seen[id]
	s.mu.Unlock()
	if known && (seen.ended || now.Sub(seen.at) < sessionCheckEvery) {
		return !seen.ended
	}
	got, err := s.accounts.Session(ctx, id)
	if err != nil && !errors.Is(err, account.ErrUnknown) {
		return true
	}
	ended := err != nil || !got.Live(now)
	s.remember(id, ended)
	return !ended
}

// remember also forgets sessions whose tokens have all run out.
func (s *sessionCheck) remember(id string, ended bool) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		s.seen = map[string]sessionSeen{}
	}
	if len(s.seen) > 1000 {
		for old, seen := range s.seen {
			if now.Sub(seen.at) > s.ttl {
				delete(s.seen, old)
			}
		}
	}
	if !s.seen[id].ended { // what a request learned before the session ended must not bring it back
		s.seen[id] = sessionSeen{at: now, ended: ended}
	}
}

// doubt makes the next request of each session ask the database.
func (s *sessionCheck) doubt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, seen := range s.seen {
		if !seen.ended {
			delete(s.seen, id)
		}
	}
}
