package settings

import "testing"

func TestAnOriginIsWhatABrowserSaysAndNoMore(t *testing.T) {
	for _, good := range []string{"https://crm.example", "https://crm.example:8443", "http://localhost:3000", "http://127.0.0.1:8123", "http://crm.localhost:81", "https://10.1.2.3", "https://[2001:db8::1]:444", "https://xn--bcher-kva.example"} {
		if err := (Embedding{Origins: []string{good}}).Check(); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		"", "*", "crm.example", "https://*", "https://*.crm.example", "https://crm.example/", "https://crm.example/a", "https://crm.example?x", "https://crm.example#x", "https://user@crm.example", "https://CRM.example",
		"HTTPS://crm.example", "https://crm.example:443", "https://crm.example:", "https://crm.example:x", "http://crm.example", "http://localhost.evil.example", "ftp://crm.example", "null", "data:", "https:", "'self'",
		"https://a.example; script-src *", "https://a.example 'unsafe-inline'", "https://a.example,https://b.example", "https://a.example\r\nX: y", "https://bücher.example", "https://a..example", "https://-a.example", "https://[fe80::1%25eth0]", "https://[2001:DB8::1]",
	} {
		if err := (Embedding{Origins: []string{"https://ok.example", bad}}).Check(); err == nil {
			t.Errorf("%q passes", bad)
		}
	}
	if err := (Embedding{Origins: []string{"https://a.example", "https://a.example"}}).Check(); err == nil {
		t.Error("twice the same passes")
	}
}
