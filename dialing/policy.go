package dialing

import (
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Action is what a rule does with a number.
type Action string

// The actions.
const (
	Deny Action = "deny"
	// Allow lets ordinary numbers through. It passes over numbers that cost more than a call (premium rate, shared cost) and over those of
	// ranges that are not known: the next rules decide about them.
	Allow Action = "allow"
	// AllowAny lets every number through, premium rate and unknown ranges included.
	AllowAny Action = "allow_any"
)

// Rule is one line of a policy. Its prefix is + and the first digits of E.164 numbers ("+" alone: all of them), or one whole short
// code ("114", "*98").
type Rule struct {
	Action Action `json:"action"`
	Prefix string `json:"prefix"`
}

// Check says what is wrong with the rule: an *[Error] with the slug bad_rule, or nil.
func (r Rule) Check() error {
	if r.Action != Allow && r.Action != AllowAny && r.Action != Deny {
		return &Error{"bad_rule", "a rule's action is allow, allow_any or deny"}
	}
	if !pattern(r.Prefix) {
		return &Error{"bad_rule", "a rule's prefix is + and the first digits of the number, or a whole short code"}
	}
	return nil
}

// Policy is what a service may call. The first rule that matches decides; where none does, ordinary numbers of the service's own country are
// allowed and everything else is denied. So a policy without rules is safe against toll fraud.
type Policy struct {
	Country   string   // ISO code
	Emergency []string // the organisation's emergency numbers: always allowed, as are the country's own
	Rules     []Rule
}

// Parse is [Parse] with what the service may dial: its country, the emergency numbers and the short codes that its rules name.
func (p Policy) Parse(text string) (Number, error) {
	short := slices.Clone(p.Emergency)
	for _, r := range p.Rules {
		if r.Action != Deny && shortCode(r.Prefix) {
			short = append(short, r.Prefix)
		}
	}
	return Parse(text, p.Country, short...)
}

// Why is the ground of a decision.
type Why string

// The grounds. The last five are refusals.
const (
	WhyEmergency  Why = "emergency"
	WhyOwnCountry Why = "own_country"
	WhyRule       Why = "rule"       // allowed or denied by Decision.Rule
	WhyAbroad     Why = "abroad"     // not a number of the service's country
	WhyPremium    Why = "premium"    // premium rate or shared cost
	WhyUnknown    Why = "unknown"    // a range in which no numbers are known to be
	WhyShortCode  Why = "short_code" // no emergency number, and no rule names it
	WhyMalformed  Why = "malformed"  // not a normalised number
)

// Decision is what a policy says of a number, with its ground, for the audit trail.
type Decision struct {
	Allowed bool `json:"allowed"`
	Why     Why  `json:"why"`
	// Rule is the rule that decided, and Position its place counted from 1; zero: no rule did.
	Rule     Rule `json:"rule,omitzero"`
	Position int  `json:"position,omitempty"`
}

// Decide holds a number against a policy.
func Decide(p Policy, n Number) Decision {
	if _, ok := Emergency(string(n), p.Country, p.Emergency); ok {
		return Decision{Allowed: true, Why: WhyEmergency}
	}
	if !n.Valid() {
		return Decision{Why: WhyMalformed}
	}
	plain := byDefault(p.Country, n)
	for i, r := range p.Rules {
		if !matches(r.Prefix, n) || r.Action == Allow && (plain.Why == WhyPremium || plain.Why == WhyUnknown) {
			continue
		}
		return Decision{Allowed: r.Action == Allow || r.Action == AllowAny, Why: WhyRule, Rule: r, Position: i + 1}
	}
	return plain
}

// byDefault is the decision where no rule matches. Own country means the country and not its calling code: +1 is two dozen countries.
func byDefault(country string, n Number) Decision {
	if n.Short() {
		return Decision{Why: WhyShortCode}
	}
	parsed, err := phonenumbers.Parse(string(n), "")
	if err != nil {
		return Decision{Why: WhyUnknown}
	}
	switch phonenumbers.GetNumberType(parsed) {
	case phonenumbers.UNKNOWN:
		return Decision{Why: WhyUnknown}
	case phonenumbers.PREMIUM_RATE, phonenumbers.SHARED_COST:
		return Decision{Why: WhyPremium}
	}
	if phonenumbers.IsValidNumberForRegion(parsed, country) {
		return Decision{Allowed: true, Why: WhyOwnCountry}
	}
	return Decision{Why: WhyAbroad}
}

// Err is nil when the number is allowed, else an *[Error] with the slug destination_denied that says what to do.
func (d Decision) Err() error {
	if d.Allowed {
		return nil
	}
	detail := "the service's rules do not allow calls to this number; ask an administrator"
	switch d.Why {
	case WhyAbroad:
		detail = "calls to this country are not allowed for the service; ask an administrator"
	case WhyPremium:
		detail = "premium-rate and shared-cost numbers are not allowed for the service; ask an administrator"
	case WhyUnknown, WhyMalformed:
		detail = "no such number is known; check the digits"
	case WhyShortCode:
		detail = "this short code is not allowed for the service; ask an administrator"
	}
	return &Error{"destination_denied", detail}
}

// pattern tells whether s is a prefix of E.164 numbers or a whole short code.
func pattern(s string) bool {
	if rest, plus := strings.CutPrefix(s, "+"); plus {
		return len(rest) <= maxE164 && digits(rest) && !strings.HasPrefix(rest, "0")
	}
	return shortCode(s)
}

// matches holds a number against a pattern. One that is not well formed matches nothing.
func matches(prefix string, n Number) bool {
	if n.Short() {
		return prefix == string(n)
	}
	return strings.HasPrefix(prefix, "+") && strings.HasPrefix(string(n), prefix)
}
