// Package dialing decides, purely, what somebody's dialled text means, whether a service may call that number, and by which trunks.
//
// [Parse] makes a [Number] of a text, [Decide] holds it against a service's [Policy], [Choose] gives the trunks in the order to try them.
// Extensions (CTI numbers, queues) are the caller's business: ask [Emergency] first, then look for an extension, then Parse.
package dialing

import (
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Number is a normalised number: "+" and 5 to 15 digits (E.164), or a short code of digits, * and #. Nothing else can be in it, so that it
// can be written into a dial string.
type Number string

// Short tells a short code (119, *98) from an E.164 number.
func (n Number) Short() bool { return shortCode(string(n)) }

// Valid tells whether n has one of the forms that Parse gives. A Number that comes from elsewhere may have any.
func (n Number) Valid() bool { return e164(string(n)) || n.Short() }

const (
	maxText  = 64 // bytes of a dialled text: the longest number with all its separators is far shorter
	minE164  = 5  // digits
	maxE164  = 15
	minShort = 2 // characters
	maxShort = 8
)

// Parse makes a number of what somebody typed or pasted. Region is the ISO code of the country whose national numbers are meant where no
// + leads; short lists the short codes that may be called from here, emergency numbers among them: they are recognised first, and those that
// the country itself has are recognised without being listed. The error is an *[Error] with the slug bad_number.
//
// A national number must be one that exists, as far as the library knows. One with + needs the right length only, so that an administrator can
// open a range that is too new for the library; see [AllowAny].
func Parse(text, region string, short ...string) (Number, error) {
	clean, err := tidy(text)
	if err != nil {
		return "", err
	}
	if n, ok := Emergency(clean, region, nil); ok {
		return n, nil
	}
	if slices.Contains(short, clean) && shortCode(clean) {
		return Number(clean), nil
	}
	if strings.ContainsAny(clean, "*#") {
		return "", badNumber("a code with * or # must be allowed for the service before it can be dialled")
	}
	n, err := international(clean, region)
	if err != nil {
		return "", err
	}
	// What is stored is parsed again when it is dialled: it must stay what it is.
	if again, err := international(string(n), region); err != nil || again != n {
		return "", badNumber("the number is ambiguous; write it with + and the country's code")
	}
	return n, nil
}

// Emergency recognises an emergency number: one of the organisation's list, or one of the country's own. Ask it before anything else: such
// a number is never an extension, and no policy stops it (S20).
func Emergency(text, region string, list []string) (Number, bool) {
	clean, err := tidy(text)
	if err != nil || !shortCode(clean) {
		return "", false
	}
	ok := slices.Contains(list, clean) || phonenumbers.IsEmergencyNumber(clean, region)
	return Number(clean), ok
}

// Country tells whether the ISO code, in capitals, is of a country whose numbers can be parsed.
func Country(region string) bool { return phonenumbers.GetSupportedRegions()[region] }

// international parses digits, with + or without.
func international(clean, region string) (Number, error) {
	parsed, err := phonenumbers.Parse(clean, region)
	if err != nil {
		return "", badNumber("this is no telephone number; write it with the area code, or with + and the country's code")
	}
	plus := strings.HasPrefix(clean, "+")
	switch length := phonenumbers.IsPossibleNumberWithReason(parsed); {
	case length == phonenumbers.TOO_SHORT || length == phonenumbers.IS_POSSIBLE_LOCAL_ONLY:
		return "", badNumber("the number is too short; write it with the area code, or with + and the country's code")
	case length == phonenumbers.TOO_LONG:
		return "", badNumber("the number is too long; check the digits")
	case length != phonenumbers.IS_POSSIBLE:
		return "", badNumber("there is no number of this length; check the digits")
	case !plus && !phonenumbers.IsValidNumber(parsed):
		return "", badNumber("no such number is known in this country; check the digits, or write it with + and the country's code")
	}
	n := phonenumbers.Format(parsed, phonenumbers.E164)
	if !e164(n) {
		return "", badNumber("the number is longer than any number can be; check the digits")
	}
	return Number(n), nil
}

// tidy leaves the digits, * and #, and a + in front. Every sign that could mean anything in a dial string or a SIP address is refused.
func tidy(text string) (string, error) {
	if len(text) > maxText {
		return "", badNumber("the number is too long; type the digits of one number only")
	}
	clean := make([]byte, 0, len(text))
	for i := range len(text) {
		switch b := text[i]; {
		case isDigit(b), b == '*', b == '#', b == '+' && len(clean) == 0:
			clean = append(clean, b)
		case strings.IndexByte(" -./()", b) >= 0:
		default:
			return "", badNumber("a number consists of digits, with + in front of the country's code; remove everything else")
		}
	}
	if len(clean) == 0 {
		return "", badNumber("type the number to call")
	}
	return string(clean), nil
}

// e164 tells whether s is + and the digits of a number whose country code does not begin with 0.
func e164(s string) bool {
	if len(s) < 1+minE164 || len(s) > 1+maxE164 || s[0] != '+' || s[1] == '0' {
		return false
	}
	return digits(s[1:])
}

func shortCode(s string) bool {
	if len(s) < minShort || len(s) > maxShort {
		return false
	}
	for i := range len(s) {
		if !isDigit(s[i]) && s[i] != '*' && s[i] != '#' {
			return false
		}
	}
	return true
}

func digits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }
