package settings

import (
	"errors"
	"net/url"
	"strings"
	"testing"
)

func TestATemplateOfAScreenPopIsChecked(t *testing.T) {
	for text, want := range map[string]string{
		"": "",
		"https://crm.example/search?phone={caller_number}&call={call}#{ticket}":                               "",
		"https://crm.example:8443/{service}/{queue}/{agent}?n={caller_name}&d={direction}&to={called_number}": "",
		"https://crm.example?phone={caller_number}":                                                           "",
		"http://crm.example/":                              "invalid",
		"javascript:alert({call})":                         "invalid",
		"data:text/html,{caller_name}":                     "invalid",
		"https:crm.example":                                "invalid",
		"https:///search":                                  "invalid",
		"https://{caller_name}/":                           "invalid",
		"https://crm.{service}.example/":                   "invalid",
		"https://crm.example:{call}/":                      "invalid",
		"https://user:secret@crm.example/":                 "invalid",
		"https://crm.example\\@evil.example/":              "invalid",
		"https://crm.example/{":                            "invalid",
		"https://crm.example/a b":                          "invalid",
		"https://crm.example/{+caller_number}":             "unknown_placeholder",
		"https://crm.example/{salary}":                     "unknown_placeholder",
		"https://crm.example/{}":                           "unknown_placeholder",
		"https://crm.example/" + strings.Repeat("x", 2000): "invalid",
	} {
		var e *Error
		err := ScreenPop{URL: text, When: PopOnRing}.Check()
		if errors.As(err, &e); (err == nil) != (want == "") || err != nil && (e.Slug != want || e.Field != "/url") {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if err := (ScreenPop{URL: "https://crm.example/{salary}", When: PopOnRing}).Check(); !strings.Contains(err.Error(), "{salary}") {
		t.Errorf("the unknown field is not named: %v", err)
	}
	if (ScreenPop{When: "never"}).Check() == nil {
		t.Error("it opens never")
	}
}

func TestWhatACallerSaysStaysOneValueOfTheURL(t *testing.T) {
	v := ScreenPop{URL: "https://crm.example/p/{caller_name}?phone={caller_number}&call={call}#{ticket}", When: PopOnRing}
	for _, hostile := range []string{
		"+82 10-1234", "a&call=other#x", "../../admin", "//evil.example", "javascript:alert(1)", "\r\nSet-Cookie: x", "\"><script>", "{call}", "%2e%2e", "이름", "\xff\xfe", "a b+c", "?", "'", "\x00",
	} {
		made := v.For(PopCall{Call: "c1", CallerName: hostile, CallerNumber: hostile, Ticket: "T-1"})
		u, err := url.Parse(made)
		if err != nil {
			t.Errorf("%q: %v", hostile, err)
			continue
		}
		want := strings.ToValidUTF8(hostile, "\uFFFD")
		q := u.Query()
		if u.Scheme != "https" || u.Host != "crm.example" || u.Path != "/p/"+want || strings.Count(u.EscapedPath(), "/") != 2 || q.Get("phone") != want || q.Get("call") != "c1" || len(q) != 2 || u.Fragment != "T-1" {
			t.Errorf("%q became %s", hostile, made)
		}
	}
	for _, dots := range []string{".", "..", "..."} {
		if got := v.For(PopCall{CallerName: dots}); got != "https://crm.example/p/?phone=&call=#" {
			t.Errorf("%q became %s", dots, got)
		}
	}
	if got := (ScreenPop{URL: "https://x.example/{direction}"}).For(PopCall{Outbound: true}); got != "https://x.example/outbound" {
		t.Error(got)
	}
}
