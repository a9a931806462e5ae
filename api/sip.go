package api

import (
	"context"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/labstack/echo/v4"
)

// WebRTC phones at one address and in all. An address may be that of a whole office.
const (
	sipPerAddress = 200
	sipInAll      = 5000
	sipDialLimit  = 5 * time.Second
	sipEvery      = 200 * time.Millisecond // new sockets of one address
	sipBurst      = 50
)

// sipProxy passes the phones' WebSockets on to Asterisk. It does not look into them: SIP's digest authenticates, and Asterisk
// bounds what it reads.
type sipProxy struct {
	proxy *httputil.ReverseProxy
	rate  *throttle

	mu    sync.Mutex
	all   int
	byKey map[string]int
}

func newSIPProxy(s *Server) *sipProxy {
	target := *s.config.SIP
	target.Scheme = strings.Replace(target.Scheme, "ws", "http", 1)
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = nil
	transport.ResponseHeaderTimeout = sipDialLimit
	p := &sipProxy{rate: newThrottle(time.Now, sipEvery, sipBurst), byKey: map[string]int{}}
	p.proxy = &httputil.ReverseProxy{
		Transport: transport,
		Rewrite: func(r *httputil.ProxyRequest) {
			u := url.URL{Scheme: target.Scheme, Host: target.Host, Path: target.Path}
			r.Out.URL, r.Out.Host = &u, target.Host
			keep := http.Header{}
			for _, name := range []string{"Connection", "Upgrade", "Sec-Websocket-Key", "Sec-Websocket-Version", "Sec-Websocket-Protocol"} {
				if v := r.Out.Header.Values(name); len(v) > 0 {
					keep[name] = v
				}
			}
			r.Out.Header = keep // no cookies, tokens or addresses; no extensions such as compression either
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			s.writeProblem(s.echo.NewContext(r, w), fail(http.StatusBadGateway, "sip_unavailable", "the telephone system does not answer; the phone tries again by itself").because(err))
		},
	}
	return p
}

// OpenSIP connects a WebRTC phone with Asterisk until either side ends it.
func (s *Server) OpenSIP(c echo.Context) error {
	r := c.Request()
	switch {
	case s.sip == nil:
		return fail(http.StatusNotFound, "no_sip_socket", "this controller passes no phones on; an administrator must configure it")
	case !websocket.IsWebSocketUpgrade(r) || !speaksSIP(r):
		return fail(http.StatusUpgradeRequired, "websocket_required", "open a WebSocket with the subprotocol sip here")
	case !s.originAllowed(r):
		return errBadOrigin()
	}
	address := c.RealIP()
	if wait := s.sip.rate.take(address); wait > 0 {
		return fail(http.StatusTooManyRequests, "too_many_requests", "too many new connections; wait before the next one").after(seconds(wait))
	}
	if !s.sip.enter(address) {
		return fail(http.StatusServiceUnavailable, "overloaded", "too many phones are connected").after(10)
	}
	defer s.sip.leave(address)
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(s.life, cancel)()
	s.sip.proxy.ServeHTTP(c.Response(), r.WithContext(ctx))
	if !c.Response().Committed {
		c.Response().Status = http.StatusSwitchingProtocols
	}
	return nil
}

func speaksSIP(r *http.Request) bool {
	for _, p := range websocket.Subprotocols(r) {
		if strings.EqualFold(p, "sip") {
			return true
		}
	}
	return false
}

func (p *sipProxy) enter(address string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all >= sipInAll || p.byKey[address] >= sipPerAddress {
		return false
	}
	p.all++
	p.byKey[address]++
	return true
}

func (p *sipProxy) leave(address string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all--
	if p.byKey[address]--; p.byKey[address] == 0 {
		delete(p.byKey, address)
	}
}
