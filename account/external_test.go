package account

import "testing"

func TestAFlowIsOfItsBrowserAndState(t *testing.T) {
	f := NewFlow("browser", "https://calls.example.com/x")
	if again := FlowOf("browser", f.State, f.Redirect); again != f {
		t.Errorf("%+v is not %+v", again, f)
	}
	other, later := FlowOf("another", f.State, ""), NewFlow("browser", "")
	for _, texts := range [][3]string{{f.Nonce, other.Nonce, later.Nonce}, {f.Verifier, other.Verifier, later.Verifier}, {f.State, f.Nonce, f.Verifier}} {
		if texts[0] == texts[1] || texts[1] == texts[2] || texts[0] == texts[2] || len(texts[0]) != 43 {
			t.Errorf("%q", texts)
		}
	}
}

func TestAClaimNamesALogin(t *testing.T) {
	for name, c := range map[string]struct {
		claim  string
		claims map[string]any
		want   string
	}{
		"e-mail, in other letters":   {"email", map[string]any{"email": "Anna@Example.com", "email_verified": true}, "anna@example.com"},
		"verified as text":           {"email", map[string]any{"email": "anna@example.com", "email_verified": "true"}, "anna@example.com"},
		"not verified":               {"email", map[string]any{"email": "anna@example.com", "email_verified": false}, ""},
		"nothing said of that":       {"email", map[string]any{"email": "anna@example.com"}, ""},
		"verified by something odd":  {"email", map[string]any{"email": "anna@example.com", "email_verified": []any{true}}, ""},
		"a user name":                {"preferred_username", map[string]any{"preferred_username": "anna"}, "anna"},
		"a claim of one's own":       {"switchroom_login", map[string]any{"switchroom_login": "anna", "email": "ben@example.com"}, "anna"},
		"missing":                    {"switchroom_login", map[string]any{"email": "ben@example.com", "email_verified": true}, ""},
		"a list":                     {"upn", map[string]any{"upn": []any{"anna", "ben"}}, ""},
		"a number":                   {"upn", map[string]any{"upn": 7.0}, ""},
		"the sign of Kelvin for a k": {"upn", map[string]any{"upn": "\u212Aarl"}, ""},
		"a blank":                    {"upn", map[string]any{"upn": "anna ben"}, ""},
		"a line":                     {"upn", map[string]any{"upn": "anna\n"}, ""},
	} {
		if got := (Proof{Claims: c.claims}).Login(c.claim); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestAProviderSaysThatItAskedForASecondFactor(t *testing.T) {
	for name, c := range map[string]struct {
		amr  any
		want bool
	}{
		"nothing": {nil, false}, "a password": {[]any{"pwd"}, false}, "both": {[]any{"pwd", "otp"}, true}, "mfa": {[]any{"mfa"}, true}, "a key": {[]any{"hwk"}, true},
		"not a list": {"mfa", false}, "other letters": {[]any{"MFA"}, false}, "numbers": {[]any{1.0, nil}, false},
	} {
		if got := (Proof{Claims: map[string]any{"amr": c.amr}}).SecondFactor(); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
