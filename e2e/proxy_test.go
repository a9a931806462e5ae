package e2e

import (
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// proxy stands between the controller and Asterisk's ARI and breaks what passes through, in the ways that networks do.
type proxy struct {
	target string
	ln     net.Listener
	done   sync.WaitGroup

	mu     sync.Mutex
	conns  map[net.Conn]bool
	refuse bool          // new connections are closed at once
	hole   chan struct{} // closed: nothing is swallowed; open: nothing passes, either way, until it is closed
	delay  time.Duration // of all that Asterisk sends
}

func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	open := make(chan struct{})
	close(open)
	p := &proxy{target: target, ln: ln, conns: map[net.Conn]bool{}, hole: open}
	p.done.Go(p.accept)
	t.Cleanup(func() {
		p.pass()
		p.ln.Close()
		p.cut()
		p.done.Wait()
	})
	return p
}

func (p *proxy) addr() string { return p.ln.Addr().String() }

// cut ends every connection; new ones are welcome.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		c.Close()
	}
}

// unplug ends every connection and takes no new ones until pass.
func (p *proxy) unplug() {
	p.mu.Lock()
	p.refuse = true
	p.mu.Unlock()
	p.cut()
}

// swallow lets nothing through any more, and says so to nobody, until pass.
func (p *proxy) swallow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hole = make(chan struct{})
}

// slow delays all that Asterisk sends.
func (p *proxy) slow(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = d
}

// pass mends everything; what was held back comes through.
func (p *proxy) pass() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuse, p.delay = false, 0
	select {
	case <-p.hole:
	default:
		close(p.hole)
	}
}

func (p *proxy) accept() {
	for {
		client, err := p.ln.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		refuse := p.refuse
		p.mu.Unlock()
		server, err := net.Dial("tcp", p.target)
		if refuse || err != nil {
			client.Close()
			if err == nil {
				server.Close()
			}
			continue
		}
		p.mu.Lock()
		p.conns[client], p.conns[server] = true, true
		p.mu.Unlock()
		p.done.Go(func() { p.copy(server, client, false) })
		p.done.Go(func() { p.copy(client, server, true) })
	}
}

// chunk is something on its way.
type chunk struct {
	b   []byte
	due time.Time
}

// copy passes bytes from one connection to the other, in order, each not before its time.
func (p *proxy) copy(to, from net.Conn, back bool) {
	way := make(chan chunk, 1024)
	p.done.Go(func() {
		for c := range way {
			time.Sleep(time.Until(c.due))
			p.mu.Lock()
			hole := p.hole
			p.mu.Unlock()
			<-hole
			if _, err := to.Write(c.b); err != nil && !errors.Is(err, io.EOF) {
				from.Close()
			}
		}
		p.close(to)
	})
	defer close(way)
	defer p.close(from)
	for {
		b := make([]byte, 32<<10)
		n, err := from.Read(b)
		if err != nil {
			return
		}
		p.mu.Lock()
		c := chunk{b: b[:n]}
		if back {
			c.due = time.Now().Add(p.delay)
		}
		p.mu.Unlock()
		way <- c
	}
}

func (p *proxy) close(c net.Conn) {
	c.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
}
