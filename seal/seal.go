// Package seal keeps secrets that have to be read again (a webhook's, a second factor's, a client's) from who sees only the database or a copy of it. What is
// stored is sealed with a key that the controllers have from their environment: AES-256-GCM, bound to its place in the database.
//
// Passwords and tokens are not sealed but hashed: see package account. It is pure but for random bytes.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"switchroom/refusal"
)

// Error is a refusal: no_secret_key, bad_secret_key, unknown_secret_key, damaged_secret.
type Error = refusal.Error

// Box seals and opens. It never changes, so any number may use it at once. A nil Box has no key and refuses everything with no_secret_key.
type Box struct {
	current string // the ID of the key that seals
	keys    map[string]cipher.AEAD
}

const (
	keyBytes = 32
	// form begins what is sealed, so that another way of sealing can follow.
	form = "s1"
)

// New makes a box of keys with commas between them, each 32 random bytes in base64. The first one seals; all open. Text of blanks only is no key: the box is nil. An *Error
// bad_secret_key: one of them is no key; it never says which bytes.
func New(keys string) (*Box, error) {
	if strings.TrimSpace(keys) == "" {
		return nil, nil
	}
	b := &Box{keys: map[string]cipher.AEAD{}}
	for i, text := range strings.Split(keys, ",") {
		key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
		if err != nil || len(key) != keyBytes {
			return nil, &Error{Slug: "bad_secret_key", Detail: fmt.Sprintf("key %d of the secret keys is not 32 bytes in base64; make one with: openssl rand -base64 32", i+1)}
		}
		aead, err := aeadOf(key)
		if err != nil {
			return nil, err
		}
		id := idOf(key)
		if b.current == "" {
			b.current = id
		}
		b.keys[id] = aead
	}
	return b, nil
}

// NewKey makes a key.
func NewKey() string {
	key := make([]byte, keyBytes)
	rand.Read(key) //nolint:errcheck // never fails (Go 1.24): it crashes the program instead
	return base64.StdEncoding.EncodeToString(key)
}

// aeadOf draws a random nonce of 96 bits for each secret, which is good for billions of them under one key.
func aeadOf(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return aead, nil
}

// idOf names a key without telling anything of it: keys are random, so their digest cannot be guessed back.
func idOf(key []byte) string {
	sum := sha256.Sum256(append([]byte("switchroom secret key\x00"), key...))
	return hex.EncodeToString(sum[:6])
}

// Ready tells whether there is a key: nil, or an *Error no_secret_key that says how to make one.
func (b *Box) Ready() error {
	if b == nil {
		return &Error{Slug: "no_secret_key", Detail: "secrets are stored only where controllers have a key to seal them with; set SWITCHROOM_SECRET_KEY (openssl rand -base64 32), the same on all, and start them again"}
	}
	return nil
}

// Seal seals a secret for its place, which names table, row and column: moved to another place it does not open. The result is ASCII, at most 4/3 of the secret and 60
// characters long. An *Error no_secret_key: see [Box.Ready].
func (b *Box) Seal(place string, secret []byte) (string, error) {
	if err := b.Ready(); err != nil {
		return "", err
	}
	sealed := b.keys[b.current].Seal(nil, nil, secret, bound(place, b.current))
	return form + "." + b.current + "." + base64.RawURLEncoding.EncodeToString(sealed), nil
}

// Open opens what was sealed for that place. An *Error: no_secret_key; unknown_secret_key, it was sealed with a key that is not here; damaged_secret, it is not what was sealed, or was
// sealed for another place.
func (b *Box) Open(place, sealed string) ([]byte, error) {
	if err := b.Ready(); err != nil {
		return nil, err
	}
	damaged := &Error{Slug: "damaged_secret", Detail: "a stored secret is not as it was sealed; set it anew"}
	id, text, ok := parts(sealed)
	if !ok {
		return nil, damaged
	}
	aead, known := b.keys[id]
	if !known {
		return nil, &Error{Slug: "unknown_secret_key", Detail: "a stored secret was sealed with the key " + id + ", which SWITCHROOM_SECRET_KEY does not have; add that key after the first, or set the secret anew"}
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, damaged
	}
	secret, err := aead.Open(nil, nil, raw, bound(place, id))
	if err != nil {
		return nil, damaged
	}
	return secret, nil
}

// Stale tells whether a secret is sealed with another key than new ones are: open it and seal it again, then the old key can go.
func (b *Box) Stale(sealed string) bool {
	id, _, ok := parts(sealed)
	return b != nil && ok && id != b.current
}

func parts(sealed string) (id, text string, ok bool) {
	rest, ours := strings.CutPrefix(sealed, form+".")
	id, text, ok = strings.Cut(rest, ".")
	return id, text, ours && ok
}

func bound(place, id string) []byte { return []byte(form + "\x00" + id + "\x00" + place) }

// String never shows a key.
func (b *Box) String() string {
	if b == nil {
		return "no secret key"
	}
	return fmt.Sprintf("the key %s seals secrets, and %d more open older ones", b.current, len(b.keys)-1)
}
