package settings

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestAPasswordIsLongAndNeitherCommonNorOnesOwnName(t *testing.T) {
	own := []string{"anna", "Anna Berg", "A100"}
	for password, want := range map[string]string{
		"gravel tulip seven":    "",
		"x9fK2mQz7Lp4":          "",
		"안녕 호랑이 자전거 유리":         "", // characters count, not bytes
		"with\ttabs and blanks": "",
		"":                      "password_too_short",
		"gravel tuli":           "password_too_short",
		"호랑이 자전거":               "password_too_short",
		"a\u0301b\u0301c\u0301d\u0301e\u0301f\u0301": "password_too_short", // six characters, written as twelve
		strings.Repeat("gravel tulip", 100):          "password_too_long",
		"password1234":                               "password_too_common",
		"qwertyuiop12":                               "password_too_common",
		"aaaaaaaaaaaa":                               "password_too_common",
		"123456789012":                               "password_too_common",
		"P@ssw0rd2026":                               "password_too_common",
		"Anna Berg 2026":                             "password_too_common",
		"abcabcabcabc":                               "password_too_common",
		"dragondragon":                               "password_too_common",
		"zyxwvutsrqpo":                               "password_too_common",
		"Monkey123456":                               "password_too_common",
		"correct horse battery":                      "",
		"berganna-A100!":                             "password_too_common",
		"Switchroom2026!":                            "password_too_common",
		strings.Repeat("a", 1000):                    "password_too_common",
		"\xffgravel tulip seven":                     "invalid",
		"gravel tulip \uFFFD seven":                  "invalid",
	} {
		start := time.Now()
		err := CheckPassword(password, own...)
		var e *Error
		if got := ""; errors.As(err, &e) {
			if got = e.Slug; got != want || e.Field != "/password" || password != "" && strings.Contains(e.Detail, password) {
				t.Errorf("%.30q: %v, want %q", password, err, want)
			}
		} else if want != "" || err != nil {
			t.Errorf("%.30q: %v, want %q", password, err, want)
		}
		if d := time.Since(start); d > 2*time.Second {
			t.Errorf("%.30q took %v", password, d)
		}
	}
	if err := CheckPassword("Björn Åsa 2026", "Bjo\u0308rn A\u030Asa"); err == nil {
		t.Error("a name that is written in another form of Unicode was not known")
	}
}

func TestAPersonsOwnWordsAreTheirNamesAndCTIID(t *testing.T) {
	v := Person{Login: "anna", Name: "Anna Berg", CTIID: "A100"}
	if err := v.CheckPassword("annabergA100-2026"); err == nil {
		t.Error("a password of the person's own words was taken")
	}
	if err := v.CheckPassword("gravel tulip seven"); err != nil {
		t.Error(err)
	}
}
