package account

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Hasher hashes passwords and checks them. The zero value costs what a real system's passwords cost: Argon2id with the second parameter set that RFC 9106
// recommends, but one lane: the work is the same on every machine. A hash or a check takes about 100 ms of one core and 64 MiB; callers bound how many
// run at once. A password is the same in whichever form of Unicode its characters are sent.
type Hasher struct {
	passes, memory uint32 // zero: argonPasses, argonMemory
}

// QuickHasher makes hashes that cost next to nothing, and protect nothing: for tests. It checks every hash at that hash's own cost.
func QuickHasher() Hasher { return Hasher{passes: 1, memory: 8} }

// What a real system's hashes are made with.
const (
	argonPasses  = 3
	argonMemory  = 64 * 1024 // KiB
	argonThreads = 1
	argonKey     = 32
	argonSalt    = 16
)

// The largest parameters that a stored hash may ask for: a hostile row must not eat the machine.
const (
	argonMaxPasses = 10
	argonMaxMemory = 256 * 1024
)

var encoding = base64.RawStdEncoding

// cost is what hashes are made with.
func (h Hasher) cost() (passes, memory uint32) {
	if h.passes == 0 {
		return argonPasses, argonMemory
	}
	return h.passes, h.memory
}

// Hash returns the PHC string of a password with a fresh salt.
func (h Hasher) Hash(password string) (string, error) {
	if password == "" {
		return "", errors.New("hash password: it is empty")
	}
	salt := make([]byte, argonSalt)
	rand.Read(salt) //nolint:errcheck // crypto/rand.Read never fails (Go 1.24): it crashes the program instead
	passes, memory := h.cost()
	return h.phc(salt, argon2.IDKey(norm.NFC.Bytes([]byte(password)), salt, passes, memory, argonThreads, argonKey)), nil
}

// Nobodys returns a hash that no password is known to make, without the work of making one. A check against it takes as long as against a
// user's.
func (h Hasher) Nobodys() string {
	random := make([]byte, argonSalt+argonKey)
	rand.Read(random) //nolint:errcheck // never fails
	return h.phc(random[:argonSalt], random[argonSalt:])
}

func (h Hasher) phc(salt, key []byte) string {
	passes, memory := h.cost()
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, argonThreads,
		encoding.EncodeToString(salt), encoding.EncodeToString(key))
}

// Check tells whether password made the hash, in constant time, whatever the hash cost. An error means that the hash is not one of ours.
func (h Hasher) Check(hash, password string) (bool, error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return false, errors.New("check password: not an argon2id hash")
	}
	var version int
	var memory, passes uint32
	var threads uint8
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, errors.New("check password: another version of argon2")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &threads); err != nil {
		return false, fmt.Errorf("check password: parameters: %w", err)
	}
	if memory == 0 || memory > argonMaxMemory || passes == 0 || passes > argonMaxPasses || threads == 0 {
		return false, errors.New("check password: parameters out of bounds")
	}
	salt, err := encoding.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("check password: salt: %w", err)
	}
	key, err := encoding.DecodeString(parts[5])
	if err != nil || len(key) != argonKey {
		return false, errors.New("check password: key is damaged")
	}
	got := argon2.IDKey(norm.NFC.Bytes([]byte(password)), salt, passes, memory, threads, argonKey)
	return subtle.ConstantTimeCompare(got, key) == 1, nil
}

// NewToken returns an unguessable opaque token of 256 bits.
func NewToken() string {
	b := make([]byte, 32)
	rand.Read(b) //nolint:errcheck // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// HashToken is what is stored of a token. A token has 256 random bits, so a fast hash is enough.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// NewID returns a short random id, for things that are not secret.
func NewID() string { return rand.Text()[:16] }
