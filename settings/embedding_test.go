package settings

import (
	"errors"
	"testing"
)

func TestAnOriginIsWhatABrowserSaysAndNoMore(t *testing.T) {
	for _, good := range []string{"https://crm.example", "https://crm.example:8443", "http://localhost:3000", "http://127.0.0.1:8123", "http://crm.localhost:81", "https://10.1.2.3", "https://[2001:db8::1]:444", "https://xn--bcher-kva.example"} {
		if err := (Embedding{Origins: []string{good}}).Check(); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	refused := func(slug string, origins ...string) {
		t.Helper()
		var e *Error
		if err := (Embedding{Origins: origins}).Check(); !errors.As(err, &e) || e.Slug != slug || e.Field != "/origins/1" {
			t.Errorf("%q: %v", origins, err)
		}
	}
	for _, bad := range []string{
		"", "*", "crm.example", "https://*", "https://*.crm.example", "https://crm.example/", "https://crm.example/a", "https://crm.example?x", "https://crm.example#x", "https://user@crm.example", "https://CRM.example",
		"HTTPS://crm.example", "https://crm.example:443", "https://crm.example:", "https://crm.example:x", "null", "data:", "https:", "'self'",
		"https://a.example; script-src *", "https://a.example 'unsafe-inline'", "https://a.example,https://b.example", "https://a.example\r\nX: y", "https://bücher.example", "https://a..example", "https://-a.example", "https://[fe80::1%25eth0]", "https://[2001:DB8::1]",
	} {
		refused("not_an_origin", "https://ok.example", bad)
	}
	for _, bad := range []string{"http://crm.example", "http://localhost.evil.example", "ftp://crm.example"} {
		refused("origin_insecure", "https://ok.example", bad)
	}
	refused("listed_twice", "https://a.example", "https://a.example")
}
