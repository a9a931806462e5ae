package api_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"switchroom/api"
)

// pbx is Asterisk's side of /sip: it says everything back.
type pbx struct {
	*httptest.Server
	mu   sync.Mutex
	seen []http.Header
}

func newPBX(t *testing.T) (*pbx, *url.URL) {
	t.Helper()
	p := &pbx{}
	up := websocket.Upgrader{Subprotocols: []string{"sip"}, CheckOrigin: func(*http.Request) bool { return true }}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.seen = append(p.seen, r.Header.Clone())
		p.mu.Unlock()
		if r.URL.Path != "/ws" || r.URL.RawQuery != "" {
			http.NotFound(w, r)
			return
		}
		ws, err := up.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer ws.Close() //nolint:errcheck // the end of the echo
		for {
			kind, b, err := ws.ReadMessage()
			if err != nil || ws.WriteMessage(kind, b) != nil {
				return
			}
		}
	}))
	u, err := url.Parse(strings.Replace(p.URL, "http", "ws", 1) + "/ws")
	must(t, err)
	return p, u
}

func (h *house) phone(path string, headers http.Header, protocols ...string) (*websocket.Conn, int, error) {
	d := websocket.Dialer{Subprotocols: protocols, HandshakeTimeout: 5 * time.Second}
	ws, res, err := d.DialContext(h.t.Context(), strings.Replace(h.URL, "http", "ws", 1)+path, headers)
	status := 0
	if res != nil {
		status = res.StatusCode
	}
	return ws, status, err
}

func TestAPhonesWebSocketReachesAsterisk(t *testing.T) {
	p, u := newPBX(t)
	defer p.Close()
	h := open(t, options{config: func(c *api.Config) { c.SIP = u }})
	ws, _, err := h.phone("/sip?x=1", http.Header{"Cookie": {"session=secret"}, "Authorization": {"Bearer secret"}, "Origin": {h.URL}}, "sip")
	must(t, err)
	defer ws.Close() //nolint:errcheck // the test's end
	if ws.Subprotocol() != "sip" {
		t.Errorf("subprotocol %q", ws.Subprotocol())
	}
	for _, text := range []string{"REGISTER sip:switchroom SIP/2.0\r\n\r\n", strings.Repeat("x", 60_000)} {
		must(t, ws.WriteMessage(websocket.TextMessage, []byte(text)))
		must(t, ws.SetReadDeadline(time.Now().Add(10*time.Second)))
		if _, b, err := ws.ReadMessage(); err != nil || string(b) != text {
			t.Errorf("%.50s, %v", b, err)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, name := range []string{"Cookie", "Authorization", "X-Forwarded-For", "Origin"} {
		if v := p.seen[0].Get(name); v != "" {
			t.Errorf("Asterisk was told %s: %s", name, v)
		}
	}
}

func TestPhonesOfOtherSitesAndOtherProtocolsAreRefused(t *testing.T) {
	p, u := newPBX(t)
	defer p.Close()
	h := open(t, options{config: func(c *api.Config) { c.SIP = u }})
	if _, status, err := h.phone("/sip", http.Header{"Origin": {"https://evil.example"}}, "sip"); err == nil || status != 403 {
		t.Errorf("foreign origin: %d %v", status, err)
	}
	if _, status, err := h.phone("/sip", nil, "xmpp"); err == nil || status != 426 {
		t.Errorf("another protocol: %d %v", status, err)
	}
	if r := h.do(request{method: "GET", path: "/sip"}); r.status != 426 || r.problem.Code != "websocket_required" {
		t.Errorf("no WebSocket: %d %s", r.status, r.body)
	}
	if len(p.seen) != 0 {
		t.Error("a refused phone reached Asterisk")
	}
}

func TestAPhoneIsToldWhenAsteriskIsAway(t *testing.T) {
	p, u := newPBX(t)
	p.Close()
	h := open(t, options{config: func(c *api.Config) { c.SIP = u }})
	if _, status, err := h.phone("/sip", nil, "sip"); !errors.Is(err, websocket.ErrBadHandshake) || status != 502 {
		t.Errorf("%d %v", status, err)
	}
}

func TestAFloodOfPhonesFromOneAddressIsBounded(t *testing.T) {
	p, u := newPBX(t)
	defer p.Close()
	h := open(t, options{config: func(c *api.Config) { c.SIP = u }})
	refused := false
	for range 120 {
		ws, status, err := h.phone("/sip", nil, "sip")
		if err == nil {
			defer ws.Close() //nolint:errcheck // the test's end
			continue
		}
		refused = refused || status == http.StatusTooManyRequests
	}
	if !refused {
		t.Error("120 phones at once from one address")
	}
}
