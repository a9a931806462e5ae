package api_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"switchroom/api"
	"switchroom/api/contract"
)

func behindProxy(c *api.Config) {
	c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
}

// guesses tries passwords as somebody whom a proxy says to come from there, until it is too many or n are tried.
func (h *house) guesses(n int, from func(i int) string) (tried int) {
	h.t.Helper()
	for i := range n {
		r := h.do(request{
			method: "POST", path: "/api/v1/sessions", body: `{"user":"anna","password":"nor this one"}`, headers: map[string]string{"X-Forwarded-For": from(i)},
		})
		if r.status == http.StatusTooManyRequests {
			return i
		}
	}
	return n
}

func TestAttemptsCountByTheAddressThatTheProxySawAndNoOther(t *testing.T) {
	spoofed := func(i int) string { return fmt.Sprintf("198.51.100.%d", i) }
	if n := open(t, options{}).guesses(20, spoofed); n == 20 {
		t.Error("with no proxy, an address that the client wrote itself gives new attempts")
	}
	if n := open(t, options{config: behindProxy}).guesses(20, func(i int) string { return spoofed(i) + ", 203.0.113.7" }); n == 20 {
		t.Error("an address that the client told the proxy gives new attempts")
	}
	h := open(t, options{config: behindProxy})
	first := h.guesses(20, func(int) string { return "203.0.113.7" })
	if second := h.guesses(first, func(int) string { return "203.0.113.8" }); first == 20 || second < first {
		t.Errorf("%d attempts from one address, %d from the next; the second must not suffer of the first", first, second)
	}
}

func TestThePhonesSocketIsSafeWhereThePageIs(t *testing.T) {
	public := &url.URL{Scheme: "https", Host: "known.once.it.listens.example"}
	for name, c := range map[string]struct {
		config func(*api.Config)
		want   string
	}{
		"by the trusted proxy's word": {behindProxy, "wss://"},
		"by anybody's word":           {func(*api.Config) {}, "ws://"},
		"by the public address":       {func(c *api.Config) { c.PublicURL = public }, "wss://"},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t, options{config: c.config})
			host := strings.TrimPrefix(h.URL, "http://")
			public.Host = host
			r := h.do(request{method: "GET", path: "/api/v1/me/phone", token: h.login("anna").AccessToken, headers: map[string]string{"X-Forwarded-Proto": "https"}})
			var p contract.PhoneAccount
			r.into(t, &p)
			if p.WebsocketUrl == nil || *p.WebsocketUrl != c.want+host+"/sip" {
				t.Errorf("%d %s", r.status, r.body)
			}
		})
	}
}
