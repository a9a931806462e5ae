package settings

import (
	"slices"
	"strings"
	"time"
)

// Key lets a machine use the API: its ID and what it may do. The secret is shown once, when the key is made, and kept as a hash only.
type Key struct {
	ID   string `json:"id"`
	Name string `json:"name"` // what it is for
	// Scopes it has: see [Scopes].
	Scopes []string `json:"scopes"`
	// Services whose data it reaches, as a supervisor of them would. Empty: everything, as an administrator would.
	Services  []string   `json:"services"`
	Expires   *time.Time `json:"expires,omitempty"` // nil: never
	CreatedBy string     `json:"created_by"`
	Created   time.Time  `json:"created"`
	LastUsed  *time.Time `json:"last_used,omitempty"` // to about a minute; nil: never
}

// KeyPrefix begins the secret of every key, so that it is known for one wherever it is found.
const KeyPrefix = "srk_"

// KeyUser is the name under which a key's acts are known in the audit trail.
func KeyUser(id string) string { return keyUser + id }

// KeyOf is the ID of the key that acts under that name, if it is one. Nobody's ID has a colon.
func KeyOf(user string) (id string, ok bool) { return strings.CutPrefix(user, keyUser) }

const keyUser = "key:"

// Scopes are what a key can be allowed: to read or to write what is behind one tag of the contract. Calls are agents' own, and no key's.
var Scopes = []string{"records:read", "records:write", "administration:read", "administration:write"}

// Check checks what an administrator says of a new key, at the time now.
func (k Key) Check(now time.Time) error {
	if err := label("name", k.Name, 64); err != nil {
		return err
	}
	if len(k.Scopes) == 0 {
		return Invalid("scopes", "a key has at least one of %s", strings.Join(Scopes, ", "))
	}
	for i, s := range k.Scopes {
		if !slices.Contains(Scopes, s) || slices.Contains(k.Scopes[:i], s) {
			return Invalid("scopes", "each is one of %s, once", strings.Join(Scopes, ", "))
		}
	}
	if len(k.Services) > maxList {
		return Invalid("services", "a key is for at most %d services; leave them out for all", maxList)
	}
	for i, s := range k.Services {
		if slices.Contains(k.Services[:i], s) {
			return Invalid("services", "each once")
		}
	}
	if k.Expires != nil && !k.Expires.After(now) {
		return Invalid("expires", "it is in the future; leave it out for a key that is good until it is revoked")
	}
	return nil
}

// Good tells whether the key may be used at the time now.
func (k Key) Good(now time.Time) bool { return k.Expires == nil || now.Before(*k.Expires) }
