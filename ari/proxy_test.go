package ari_test

import (
	"bytes"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"

	"switchroom/ari"
)

// proxy stands between the client and Asterisk, and breaks what passes through in ways a network does.
type proxy struct {
	target string
	ln     net.Listener
	done   sync.WaitGroup

	deafSocket atomic.Bool // event sockets: what Asterisk sends is swallowed
	blackhole  atomic.Bool // everything, both ways, is swallowed; new connections are accepted and never answered
	refuse     atomic.Bool // new connections are closed at once

	mu    sync.Mutex
	conns map[*proxied]bool
}

type proxied struct {
	client, server net.Conn
	isSocket       atomic.Bool
}

// throughProxy makes cfg pass a proxy.
func throughProxy(t testing.TB, cfg ari.Config) (ari.Config, *proxy) {
	t.Helper()
	u := must(url.Parse(cfg.URL))(t)
	p := &proxy{target: u.Host, ln: must(net.Listen("tcp", "127.0.0.1:0"))(t), conns: map[*proxied]bool{}}
	u.Host = p.ln.Addr().String()
	cfg.URL = u.String()
	p.done.Go(p.accept)
	t.Cleanup(func() {
		p.ln.Close()
		p.cut(func(*proxied) bool { return true })
		p.done.Wait()
	})
	return cfg, p
}

func (p *proxy) accept() {
	for {
		client, err := p.ln.Accept()
		if err != nil {
			return
		}
		if p.refuse.Load() {
			client.Close()
			continue
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil {
			client.Close()
			continue
		}
		c := &proxied{client: client, server: server}
		p.mu.Lock()
		p.conns[c] = true
		p.mu.Unlock()
		p.done.Go(func() { p.pump(c, server, client, true) })
		p.done.Go(func() { p.pump(c, client, server, false) })
	}
}

func (p *proxy) pump(c *proxied, dst, src net.Conn, toServer bool) {
	defer p.close(c)
	buf := make([]byte, 64<<10)
	for {
		n, err := src.Read(buf)
		if toServer && bytes.Contains(buf[:n], []byte("GET /ari/events?")) {
			c.isSocket.Store(true)
		}
		swallow := p.blackhole.Load() || !toServer && c.isSocket.Load() && p.deafSocket.Load()
		if n > 0 && !swallow {
			if _, err := dst.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (p *proxy) close(c *proxied) {
	c.client.Close()
	c.server.Close()
	p.mu.Lock()
	delete(p.conns, c)
	p.mu.Unlock()
}

// cut breaks the connections that match.
func (p *proxy) cut(match func(*proxied) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		if match(c) {
			c.client.Close()
			c.server.Close()
		}
	}
}

func (p *proxy) cutSockets() { p.cut(func(c *proxied) bool { return c.isSocket.Load() }) }
