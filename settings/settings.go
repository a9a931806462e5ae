// Package settings says what an administrator sets: services, their queues, numbers, rules and ways out, and people. It checks each by itself and knows
// what a new one begins with. It is pure: what refers to what is store/sql's to check, serving is api's.
//
// The types are as they are seen over the API. Each carries the version of what it says: whoever changes one names the version that they saw, so
// that no change is lost to another made meanwhile.
package settings

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"switchroom/refusal"
)

// Error is a refusal: invalid, bad_number, taken, too_many, in_use, changed_meanwhile, last_administrator, unknown and those of the stores.
type Error = refusal.Error

// Invalid refuses a field.
func Invalid(field, format string, args ...any) error {
	return &Error{Slug: "invalid", Field: "/" + field, Detail: fmt.Sprintf(format, args...)}
}

// Stamp is embedded in what has a version.
type Stamp struct {
	Version string `json:"version"`
}

func (s *Stamp) stamp() *string { return &s.Version }

// Stamped are the types with a version.
type Stamped[T any] interface {
	*T
	stamp() *string
}

// Seal gives v its version: a digest of all that it says. Equal settings have equal versions.
func Seal[T any, P Stamped[T]](v T) T {
	version := P(&v).stamp()
	*version = ""
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("settings: %T cannot be written as JSON: %v", v, err)) // plain structs can
	}
	sum := sha256.Sum256(text)
	*version = base64.RawURLEncoding.EncodeToString(sum[:12])
	return v
}

// Match refuses a change of what has another version by now.
func Match[T any, P Stamped[T]](v T, version string) error {
	if *P(&v).stamp() != version {
		return &Error{Slug: "changed_meanwhile", Detail: "somebody else changed it meanwhile; read it again, and change what is there now"}
	}
	return nil
}

// Act is an administrative act, or an attempt that was refused. Before and After are JSON, without secrets.
type Act struct {
	ID     string    `json:"id"`
	At     time.Time `json:"at"`
	Who    string    `json:"who"` // a person's ID, or the name of a command
	What   string    `json:"what"`
	Target string    `json:"target"`
	Before string    `json:"before"`
	After  string    `json:"after"`
}

// ActQuery says which acts are listed: of whom, on what, older than the one with the ID Before. Empty: all.
type ActQuery struct {
	Who, Target, Before string
	Limit               int
}

// The longest times and lists. Nothing is without a bound.
const (
	maxSeconds = 24 * 60 * 60
	maxList    = 500
)

var (
	idForm    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	queueForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`) // stands in the dialplan
	slugForm  = regexp.MustCompile(`^[a-z0-9_]{0,64}$`)
	extenForm = regexp.MustCompile(`^[0-9]{2,15}$`)
	musicForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)
	loginForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._@+-]{0,127}$`)
	ctiForm   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$`)
)

// label is a text that people read: one line, not empty.
func label(field, text string, most int) error {
	if strings.TrimSpace(text) == "" || utf8.RuneCountInString(text) > most || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
		return Invalid(field, "it is text on one line, of 1 to %d characters", most)
	}
	return nil
}

func seconds(field string, n, least int) error {
	if n < least || n > maxSeconds {
		return Invalid(field, "it is between %d s and a day", least)
	}
	return nil
}

// first is the first of the errors.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func must(ok bool, field, format string, args ...any) error {
	if ok {
		return nil
	}
	return Invalid(field, format, args...)
}

// once refuses what a list has already.
func once(isNew bool, field, format string, args ...any) error {
	if isNew {
		return nil
	}
	return &Error{Slug: "listed_twice", Field: "/" + field, Detail: fmt.Sprintf(format, args...)}
}

// VersionOf is the version of a sealed value.
func VersionOf[T any, P Stamped[T]](v T) string { return *P(&v).stamp() }
