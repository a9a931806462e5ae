package dialing

import (
	"regexp"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Format is how a trunk wants numbers written.
type Format string

// The formats. Short codes are written as they are in all of them.
const (
	E164          Format = "e164"          // +4930901820
	Digits        Format = "digits"        // 4930901820
	National      Format = "national"      // 030901820, in the trunk's country; 004930901820 elsewhere
	International Format = "international" // 004930901820
)

// Trunk is a way out: a PJSIP endpoint at a carrier.
type Trunk struct {
	Name     string
	Endpoint string // PJSIP endpoint at Asterisk
	Format   Format
	Country  string // ISO code; needed for National only
	// MaxChannels is how many calls the carrier takes at one time, of one controller. Zero: not known. One more is not sent there, and the next trunk is tried,
	// unless it goes to a short code: those must not fail for a number that somebody set.
	MaxChannels int
	Enabled     bool
}

// Route leads numbers to trunks. Its prefixes are as a [Rule]'s; its trunks are names, in the order to try them.
type Route struct {
	Name     string
	Prefixes []string
	Trunks   []string
}

// Choice is a trunk to try, and the number as it wants it.
type Choice struct {
	Trunk Trunk
	User  string
}

// Dial is the choice as Asterisk's dial string.
func (c Choice) Dial() string { return "PJSIP/" + c.User + "@" + c.Trunk.Endpoint }

// Way reads a dial string back: what is called, and the PJSIP endpoint it is called over. Both are empty for what no Choice said.
func Way(dial string) (user Number, endpoint string) {
	rest, pjsip := strings.CutPrefix(dial, "PJSIP/")
	u, endpoint, at := strings.Cut(rest, "@")
	if !pjsip || !at {
		return "", ""
	}
	return Number(u), endpoint
}

// Choose lists the trunks to try, in order. The longest prefix wins, of equal ones the first route; the trunks are that route's, without those that
// are off or not there. A short code goes by the routes that name it and then by every other: most are emergency numbers, which must not
// fail for want of a route.
func Choose(routes []Route, trunks []Trunk, n Number) []Choice {
	var out []Choice
	for _, name := range order(routes, trunks, n) {
		i := slices.IndexFunc(trunks, func(t Trunk) bool { return t.Name == name })
		if i < 0 || !trunks[i].Enabled || trunks[i].Check() != nil || slices.ContainsFunc(out, func(c Choice) bool { return c.Trunk.Name == name }) {
			continue
		}
		out = append(out, Choice{Trunk: trunks[i], User: user(trunks[i], n)})
	}
	return out
}

// order lists names of trunks, some perhaps twice.
func order(routes []Route, trunks []Trunk, n Number) []string {
	if !n.Valid() {
		return nil
	}
	if n.Short() {
		var named, others []string
		for _, r := range routes {
			if slices.Contains(r.Prefixes, string(n)) {
				named = append(named, r.Trunks...)
			} else {
				others = append(others, r.Trunks...)
			}
		}
		for _, t := range trunks {
			others = append(others, t.Name)
		}
		return append(named, others...)
	}
	longest, best := 0, []string(nil)
	for _, r := range routes {
		for _, p := range r.Prefixes {
			if matches(p, n) && len(p) > longest {
				longest, best = len(p), r.Trunks
			}
		}
	}
	return best
}

// user writes the number as the trunk wants it.
func user(t Trunk, n Number) string {
	bare := strings.TrimPrefix(string(n), "+")
	switch {
	case n.Short() || t.Format == E164:
		return string(n)
	case t.Format == Digits:
		return bare
	case t.Format == National:
		if s, ok := national(t.Country, n); ok {
			return s
		}
	}
	return "00" + bare
}

// national writes a number as it is dialled within the country that has its calling code.
func national(country string, n Number) (string, bool) {
	parsed, err := phonenumbers.Parse(string(n), "")
	if err != nil || int(parsed.GetCountryCode()) != phonenumbers.GetCountryCodeForRegion(country) {
		return "", false
	}
	s := phonenumbers.NormalizeDigitsOnly(phonenumbers.Format(parsed, phonenumbers.NATIONAL))
	return s, s != "" && digits(s)
}

var nameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// Check says what is wrong with the trunk: an *[Error] with the slug bad_trunk, or nil.
func (t Trunk) Check() error {
	switch {
	case !nameForm.MatchString(t.Name) || !nameForm.MatchString(t.Endpoint):
		return &Error{"bad_trunk", "a trunk needs a name and a PJSIP endpoint, each of letters, digits, dots, dashes and underscores"}
	case !slices.Contains([]Format{E164, Digits, National, International}, t.Format):
		return &Error{"bad_trunk", "a trunk's number format is e164, digits, national or international"}
	case t.Country != "" && !Country(t.Country) || t.Country == "" && t.Format == National:
		return &Error{"bad_trunk", "a trunk's country is an ISO code such as KR; the national format needs one"}
	case t.MaxChannels < 0:
		return &Error{"bad_trunk", "a trunk's channels are not negative; zero means no limit"}
	}
	return nil
}

// Check says what is wrong with the route: an *[Error] with the slug bad_route, or nil.
func (r Route) Check() error {
	switch {
	case !nameForm.MatchString(r.Name):
		return &Error{"bad_route", "a route needs a name of letters, digits, dots, dashes and underscores"}
	case len(r.Prefixes) == 0 || len(r.Trunks) == 0:
		return &Error{"bad_route", "a route needs a prefix and a trunk at least"}
	case repeats(r.Prefixes) || repeats(r.Trunks):
		return &Error{"bad_route", "a route names each prefix and each trunk once"}
	}
	for _, p := range r.Prefixes {
		if !pattern(p) {
			return &Error{"bad_route", "a route's prefix is + and the first digits of the number, or a whole short code"}
		}
	}
	return nil
}

func repeats(list []string) bool {
	sorted := slices.Sorted(slices.Values(list))
	return len(slices.Compact(sorted)) < len(list)
}
