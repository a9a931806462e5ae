package settings

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The bounds of passwords.
const (
	leastPassword = 12   // characters
	mostPassword  = 1024 // bytes
	leastRest     = 8    // letters and digits besides the person's own words
	leastBits     = 27   // a hundred million guesses and more
	looked        = 64   // characters that are looked at: the time grows with their square
)

// product is a word that everybody would guess here.
const product = "switchroom"

// CheckPassword says what is wrong with a new password: an *Error password_too_short, password_too_long or password_too_common, or nil. Own is text about
// its owner, such as login, name and CTI ID: what is left without it has to be a password still.
func CheckPassword(password string, own ...string) error {
	refuse := func(slug, detail string) error { return &Error{Slug: slug, Field: "/password", Detail: detail} }
	password = norm.NFC.String(password)
	switch {
	case !utf8.ValidString(password) || strings.ContainsRune(password, utf8.RuneError):
		return Invalid("password", "a password is text in UTF-8")
	case utf8.RuneCountInString(password) < leastPassword:
		return refuse("password_too_short", "a password has at least 12 characters; some words that do not belong together are easy to remember")
	case len(password) > mostPassword:
		return refuse("password_too_long", "a password has at most 1024 bytes")
	}
	words := wordsOf(append(own, product))
	rest := strings.ToLower(password)
	for _, w := range words {
		rest = strings.ReplaceAll(rest, w, "")
	}
	if countOf(rest, letterOrDigit) < leastRest {
		return refuse("password_too_common", "the password is little more than a name that everybody knows; choose other words")
	}
	if bitsOf(beginning(password, looked), words) < leastBits {
		return refuse("password_too_common", "others would guess this password soon, because many have it or it follows a pattern; choose some words that do not belong together")
	}
	return nil
}

// wordsOf lists the words of texts in small letters, the longest first, without those that are too short to matter.
func wordsOf(texts []string) (out []string) {
	for _, text := range texts {
		for _, w := range strings.FieldsFunc(strings.ToLower(norm.NFC.String(text)), func(r rune) bool { return !letterOrDigit(r) }) {
			if utf8.RuneCountInString(w) >= 3 {
				out = append(out, w)
			}
		}
	}
	slices.SortFunc(out, func(a, b string) int { return len(b) - len(a) })
	return out
}

func letterOrDigit(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func countOf(text string, is func(rune) bool) (n int) {
	for _, r := range text {
		if is(r) {
			n++
		}
	}
	return n
}

// beginning is at most n characters of the text.
func beginning(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}
