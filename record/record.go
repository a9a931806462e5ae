// Package record says what is kept of customers, their calls and tickets: which changes are allowed, how long each part of a call took, and how lists are
// asked for. It is pure: storing is store/sql's, who may see what is decided where both meet, serving is api's.
//
// Read ticket.go first, then times.go, which makes a call's times of its journal.
package record

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"switchroom/dialing"
	"switchroom/refusal"
)

// Error is a refusal: unknown, not_yours, changed_meanwhile, wrong_status, bad_disposition, bad_cursor, bad_range, invalid, in_call.
type Error = refusal.Error

// Unknown refuses what is not there.
func Unknown(what string) error {
	return &Error{Slug: "unknown", Detail: "there is no such " + what + " of yours"}
}

// Foreign refuses what is there, but not for who asks. Clients must not be able to tell it from [Unknown].
func Foreign(what string) error {
	return &Error{Slug: "not_yours", Detail: "there is no such " + what + " of yours"}
}

func invalid(field, format string, args ...any) error {
	return &Error{Slug: "invalid", Field: "/" + field, Detail: fmt.Sprintf(format, args...)}
}

// Viewer is who asks. They see what belongs to their services, and what they took part in.
type Viewer struct {
	User string
	// All: an administrator, who sees everything.
	All bool
}

// Asked is what every list is asked with.
type Asked struct {
	After string // the cursor of the page before; empty: the first page
	Limit int    // of one page, 1 to [MaxPage]
	// From and Until bound when the calls came, or the tickets were opened: From <= t < Until. Zero: no bound.
	From, Until time.Time
}

// MaxPage is the longest page.
const MaxPage = 200

// Page is a piece of a list, newest first. What is added meanwhile does not move what follows.
type Page[T any] struct {
	Items []T
	Next  string // cursor of the next page; empty: this was the last
}

// E164 is the number as customers are known by: E.164, or "" for one that is withheld or that nobody could call back. Country is whose national
// numbers are meant, as an ISO code.
func E164(number, country string) string {
	n, err := dialing.Parse(number, country)
	if err != nil || n.Short() {
		return ""
	}
	return string(n)
}

// line checks one line of text that people type: hostile, but without control characters and no longer than most characters.
func line(field, text string, most int) error {
	switch {
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		return invalid(field, "it is one line of text")
	case utf8.RuneCountInString(text) > most:
		return invalid(field, "it has at most %d characters", most)
	}
	return nil
}

// prose checks text of several lines.
func prose(field, text string, most int) error {
	stray := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
	switch {
	case !utf8.ValidString(text) || strings.ContainsFunc(text, stray):
		return invalid(field, "it is text, without control characters")
	case utf8.RuneCountInString(text) > most:
		return invalid(field, "it has at most %d characters", most)
	}
	return nil
}
