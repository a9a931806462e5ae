// Package account says who may log in, with what, and when a session's refresh token is still good. It is pure but
// for the random numbers of [Hasher] and [NewToken]: storing is store/sql's, serving is api's.
package account

import (
	"errors"
	"time"
)

// Role is what somebody may do.
type Role string

// The roles. Somebody can have several.
const (
	Agent         Role = "agent"
	Supervisor    Role = "supervisor"
	Administrator Role = "administrator"
)

// Valid tells whether r is one of the roles above.
func (r Role) Valid() bool { return r == Agent || r == Supervisor || r == Administrator }

// User is somebody who may log in. An agent's user ID is the agent's ID.
type User struct {
	ID       string
	Login    string // lower case
	Name     string // hostile text, like all names
	Roles    []Role
	Hash     string `json:"-"` // of the password, see [Hasher]
	Disabled bool
}

// Has tells whether the user has the role.
func (u User) Has(r Role) bool {
	for _, have := range u.Roles {
		if have == r {
			return true
		}
	}
	return false
}

// Session is a login: a family of refresh tokens, of which only the newest is good.
type Session struct {
	ID      string
	User    string
	Created time.Time
	Expires time.Time // moves with each refresh
	Revoked time.Time // zero: not revoked
	Terms
}

// Live tells whether the session is good at the time now.
func (s Session) Live(now time.Time) bool { return s.Revoked.IsZero() && now.Before(s.Expires) }

// Errors of stores of users and sessions.
var (
	// ErrUnknown: there is no such user, or no such token.
	ErrUnknown = errors.New("unknown account or token")
	// ErrRevoked: the session was ended, by logout or because an old refresh token came again.
	ErrRevoked = errors.New("the session was ended")
	// ErrExpired: the refresh token is too old.
	ErrExpired = errors.New("the session has expired")
)
