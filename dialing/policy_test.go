package dialing_test

import (
	"testing"

	"switchroom/dialing"
)

func TestPolicyDecides(t *testing.T) {
	rules := func(pairs ...string) (out []dialing.Rule) {
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, dialing.Rule{Action: dialing.Action(pairs[i]), Prefix: pairs[i+1]})
		}
		return out
	}
	for _, tt := range []struct {
		name, country string
		rules         []dialing.Rule
		number        dialing.Number
		allowed       bool
		why           dialing.Why
		position      int
	}{
		{name: "without rules the own country is allowed", number: "+821012345678", allowed: true, why: dialing.WhyOwnCountry},
		{name: "service numbers of the own country are ordinary", number: "+8215881234", allowed: true, why: dialing.WhyOwnCountry},
		{name: "without rules other countries are denied", number: "+4930901820", why: dialing.WhyAbroad},
		{name: "satellites and international networks are denied", number: "+882163456789", why: dialing.WhyAbroad},
		{name: "a country is not its calling code: Jamaica is not the USA", country: "US", number: "+18765550123", why: dialing.WhyAbroad},
		{name: "a country is not its calling code: Jersey is not Britain", country: "GB", number: "+441534123456", why: dialing.WhyAbroad},
		{name: "a country is not its calling code: Kazakhstan is not Russia", country: "RU", number: "+77123456789", why: dialing.WhyAbroad},
		{name: "freephone numbers belong to each country of the calling code", country: "CA", number: "+18002345678", allowed: true, why: dialing.WhyOwnCountry},
		{name: "an unknown country has no numbers of its own", country: "XX", number: "+821012345678", why: dialing.WhyAbroad},
		{name: "premium rate of the own country is denied", number: "+82602345678", why: dialing.WhyPremium},
		{name: "shared cost of the own country is denied", country: "GB", number: "+448431234567", why: dialing.WhyPremium},
		{name: "international premium rate is denied", rules: rules("allow", "+979"), number: "+979123456789", why: dialing.WhyPremium},
		{name: "a range in which no numbers are known is denied", rules: rules("allow", "+82"), number: "+82200000000", why: dialing.WhyUnknown},
		{name: "the first rule that matches decides", rules: rules("deny", "+4930", "allow", "+49"), number: "+4930901820", why: dialing.WhyRule, position: 1},
		{name: "and not the longest", rules: rules("allow", "+49", "deny", "+4930"), number: "+4930901820", allowed: true, why: dialing.WhyRule, position: 1},
		{name: "a rule that does not match says nothing", rules: rules("deny", "+1900", "deny", "+882", "allow", "+49"), number: "+4930901820", allowed: true, why: dialing.WhyRule, position: 3},
		{name: "a rule can deny numbers of the own country", rules: rules("deny", "+8210"), number: "+821012345678", why: dialing.WhyRule, position: 1},
		{name: "plus alone is every number", rules: rules("allow", "+"), number: "+4930901820", allowed: true, why: dialing.WhyRule, position: 1},
		{name: "allow passes over premium rate", rules: rules("allow", "+82", "deny", "+8260"), number: "+82602345678", why: dialing.WhyRule, position: 2},
		{name: "allow never opens premium rate, however long its prefix", rules: rules("allow", "+82602345678"), number: "+82602345678", why: dialing.WhyPremium},
		{name: "allow_any opens premium rate", rules: rules("allow_any", "+8260"), number: "+82602345678", allowed: true, why: dialing.WhyRule, position: 1},
		{name: "allow_any opens a new range", rules: rules("allow_any", "+8220"), number: "+82200000000", allowed: true, why: dialing.WhyRule, position: 1},
		{name: "emergency numbers pass whatever the rules (S20)", rules: rules("deny", "119", "deny", "+"), number: "119", allowed: true, why: dialing.WhyEmergency},
		{name: "the organisation's own emergency numbers too (S20)", rules: rules("deny", "118"), number: "118", allowed: true, why: dialing.WhyEmergency},
		{name: "a short code that no rule names is denied", rules: rules("allow", "+"), number: "114", why: dialing.WhyShortCode},
		{name: "a short code is allowed by name", rules: rules("allow", "114"), number: "114", allowed: true, why: dialing.WhyRule, position: 1},
		{name: "a short code's rule is no prefix", rules: rules("allow", "11"), number: "114", why: dialing.WhyShortCode},
		{name: "an action that nobody knows denies", rules: rules("perhaps", "+49"), number: "+4930901820", why: dialing.WhyRule, position: 1},
		{name: "an empty prefix matches nothing", rules: rules("allow_any", ""), number: "+4930901820", why: dialing.WhyAbroad},
		{name: "what is not normalised is denied", rules: rules("allow_any", "+"), number: "+49 30 901820", why: dialing.WhyMalformed},
		{name: "what could be read as a dial string is denied", rules: rules("allow_any", "+"), number: "+4930901820@evil", why: dialing.WhyMalformed},
		{name: "nothing is denied", rules: rules("allow_any", "+"), number: "", why: dialing.WhyMalformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			country := tt.country
			if country == "" {
				country = "KR"
			}
			got := dialing.Decide(dialing.Policy{Country: country, Emergency: []string{"118"}, Rules: tt.rules}, tt.number)
			want := dialing.Decision{Allowed: tt.allowed, Why: tt.why, Position: tt.position}
			if tt.position > 0 {
				want.Rule = tt.rules[tt.position-1]
			}
			if got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
			if err := got.Err(); (err == nil) != tt.allowed || err != nil && slug(err) != "destination_denied" {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestAPolicyParsesTheShortCodesThatItKnows(t *testing.T) {
	p := dialing.Policy{Country: "KR", Emergency: []string{"118"}, Rules: []dialing.Rule{{dialing.Allow, "*98"}, {dialing.Deny, "114"}, {dialing.Allow, "+49"}}}
	for text, want := range map[string]dialing.Number{"118": "118", "119": "119", "*98": "*98", "010-1234-5678": "+821012345678", "114": "", "*99": "", "+49": ""} {
		if got, err := p.Parse(text); got != want || (err == nil) != (want != "") {
			t.Errorf("%s is %q, %v; want %q", text, got, err, want)
		}
	}
	if len(p.Emergency) != 1 {
		t.Errorf("parsing changed the policy: %+v", p)
	}
}

func TestRulesAreChecked(t *testing.T) {
	for _, r := range []dialing.Rule{
		{"", "+49"}, {"ALLOW", "+49"}, {dialing.Allow, ""}, {dialing.Allow, "49x"}, {dialing.Allow, "+0"}, {dialing.Deny, "+49 30"}, {dialing.Allow, "+1234567890123456"},
		{dialing.Allow, "4"}, {dialing.Allow, "493012345"}, {dialing.Allow, "*98&"},
	} {
		if err := r.Check(); slug(err) != "bad_rule" {
			t.Errorf("%+v: %v", r, err)
		}
	}
	for _, r := range []dialing.Rule{{dialing.Deny, "+"}, {dialing.Allow, "+8210"}, {dialing.AllowAny, "+1900"}, {dialing.Allow, "*98#"}, {dialing.Allow, "114"}} {
		if err := r.Check(); err != nil {
			t.Errorf("%+v: %v", r, err)
		}
	}
}
