package dialing_test

import (
	"errors"
	"strings"
	"testing"

	"switchroom/dialing"
)

func slug(err error) string {
	var e *dialing.Error
	if errors.As(err, &e) {
		return e.Slug
	}
	return ""
}

func TestWhatIsTypedBecomesANumber(t *testing.T) {
	for _, tt := range []struct{ text, region, want string }{
		{"010-1234-5678", "KR", "+821012345678"},
		{"(02) 1234 5678", "KR", "+82212345678"},
		{"1588-1234", "KR", "+8215881234"},
		{"+82 10 1234 5678", "KR", "+821012345678"},
		{"(+82) 010.1234.5678", "KR", "+821012345678"},
		{"+49 (0)30/901820", "KR", "+4930901820"},
		{"001 49 30 901820", "KR", "+4930901820"}, // an international prefix of Korea
		{"0049 30 901820", "FR", "+4930901820"},
		{"(201) 555-0123", "US", "+12015550123"},
		{"02 3661 8300", "IT", "+390236618300"}, // Italy keeps its zero
		{"+882163456789", "KR", "+882163456789"},
		{"+4930901820", "", "+4930901820"},
		{"+82200000000", "KR", "+82200000000"}, // no such range is known, but with + an administrator may open it
		{"119", "KR", "119"},
		{" 1-1-2 ", "KR", "112"},
		{"000", "AU", "000"},
		{"118", "KR", "118"}, // listed
		{"*98#", "KR", "*98#"},
	} {
		got, err := dialing.Parse(tt.text, tt.region, "118", "*98#")
		if err != nil || string(got) != tt.want || !got.Valid() || got.Short() == strings.HasPrefix(tt.want, "+") {
			t.Errorf("Parse(%q, %s) = %q, %v; want %q", tt.text, tt.region, got, err, tt.want)
		}
	}
}

func TestWhatIsNoNumberIsRefusedAndSaysWhatToDo(t *testing.T) {
	for _, text := range []string{
		"", " ", "-", "+", "++4930901820", "49+30901820", "0", "12", "010", "+4912", "+999123456", "00000000", "+0301234567", "+49301234567890123",
		"004930901820", // in Korea 00 alone leads nowhere
		"0607",         // a premium range, too short
		strings.Repeat("1", 10_000), strings.Repeat(" ", 65) + "119",
		"1800FLOWERS", "+82 10 1234 5678 ext 5", "+821012345678;ext=5", "+821012345678x5", "tel:+821012345678",
		"01012345678@evil", "01012345678&PJSIP/other", "01012345678,30,U(x)", "01012345678\n", "01012345678\r\nX: y", "0101234\x005678", "01012345678|", "${EXTEN}",
		"01012345678%40evil", "01012345678^", "01012345678!", "01012345678:5060", "01012345678\t", `0101234"5678`,
		"０１０１２３４５６７８", "٠١٠١٢٣٤٥٦٧٨", "010–1234–5678", "010\u00a01234\u00a05678", "\u202e01012345678", "＋821012345678", "\xff01012345678",
		"*21*01012345678#", "#", "**", "114", "+119", "+112",
	} {
		n, err := dialing.Parse(text, "KR", "118", "*98#", "+bad", "x", "")
		var e *dialing.Error
		if n != "" || !errors.As(err, &e) || e.Slug != "bad_number" || e.Detail == "" {
			t.Errorf("Parse(%.40q) = %q, %v", text, n, err)
			continue
		}
		if len(text) > 4 && strings.Contains(e.Detail, text) {
			t.Errorf("the refusal of %.40q repeats it: %s", text, e.Detail)
		}
	}
	for _, region := range []string{"", "XX", "kr", "KR;", "001"} {
		if n, err := dialing.Parse("01012345678", region); slug(err) != "bad_number" {
			t.Errorf("a national number of %q: %q, %v", region, n, err)
		}
	}
}

func TestEmergencyNumbersAreTheOrganisationsAndTheCountrys(t *testing.T) {
	for _, tt := range []struct {
		text, region string
		want         bool
	}{
		{"119", "KR", true}, {"1 1 2", "KR", true}, {"118", "KR", true}, {"911", "KR", false}, {"911", "US", true}, {"999", "GB", true}, {"118", "XX", true},
		{"112", "XX", false}, {"1190", "KR", false}, {"+119", "KR", false}, {"", "KR", false}, {"119x", "KR", false}, {"5551234567", "KR", false},
	} {
		n, ok := dialing.Emergency(tt.text, tt.region, []string{"118", "5551234567", "+119", ""})
		if ok != tt.want || ok && !n.Short() {
			t.Errorf("Emergency(%q, %s) = %q, %t", tt.text, tt.region, n, ok)
		}
	}
}

func TestCountriesAreISOCodesInCapitals(t *testing.T) {
	for region, want := range map[string]bool{"KR": true, "DE": true, "kr": false, "": false, "001": false, "ZZ": false} {
		if dialing.Country(region) != want {
			t.Errorf("Country(%q) is not %t", region, want)
		}
	}
}

// FuzzParse: whatever is typed, what comes out can be written into a dial string, stays itself when parsed again, and is written by every
// trunk in digits and signs of numbers only.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"010-1234-5678", "+49 (0)30 901820", "119", "*98#", "00 49 30 901820", "+1 (900) 555-0123", "01012345678;ext=5", "+82@evil", "٠١٠", "+882163456789", "1&2", "",
	} {
		f.Add(text, "KR")
		f.Add(text, "US")
	}
	f.Fuzz(func(t *testing.T, text, region string) {
		n, err := dialing.Parse(text, region, "*98#", "118")
		if err != nil {
			if n != "" || slug(err) != "bad_number" {
				t.Fatalf("Parse(%q, %q) = %q, %v", text, region, n, err)
			}
			return
		}
		if !n.Valid() || strings.Trim(string(n), "+0123456789*#") != "" || strings.LastIndex(string(n), "+") > 0 {
			t.Fatalf("Parse(%q, %q) = %q", text, region, n)
		}
		if again, err := dialing.Parse(string(n), region, "*98#", "118"); err != nil || again != n {
			t.Fatalf("%q parsed again is %q, %v", n, again, err)
		}
		dialing.Decide(dialing.Policy{Country: region, Rules: []dialing.Rule{{Action: dialing.Allow, Prefix: "+"}}}, n)
		for _, format := range []dialing.Format{dialing.E164, dialing.Digits, dialing.National, dialing.International} {
			trunk := dialing.Trunk{Name: "a", Endpoint: "a", Format: format, Country: "KR", Enabled: true}
			got := dialing.Choose([]dialing.Route{{Name: "all", Prefixes: []string{"+"}, Trunks: []string{"a"}}}, []dialing.Trunk{trunk}, n)
			if len(got) != 1 || got[0].User == "" || strings.Trim(strings.TrimPrefix(got[0].User, "+"), "0123456789*#") != "" {
				t.Fatalf("%q as %s: %+v", n, format, got)
			}
		}
	})
}
