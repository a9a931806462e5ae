package browser

import (
	"fmt"
	"io"
	"net"
	"sync"
)

// network is what lies between the browsers and the controller, as far as TCP goes: page, feed and SIP, but not the calls' sound.
type network struct {
	listener net.Listener
	target   func() string // host:port of the controller

	mu    sync.Mutex
	mode  networkMode
	conns map[net.Conn]struct{}
}

type networkMode string

const (
	networkUp     networkMode = "up"
	networkDown   networkMode = "down"   // every connection is reset
	networkSilent networkMode = "silent" // connections stay open, and nothing goes through them
)

func newNetwork(target func() string) (*network, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("network: %w", err)
	}
	n := &network{listener: l, target: target, mode: networkUp, conns: map[net.Conn]struct{}{}}
	go n.accept()
	return n, nil
}

func (n *network) url() string { return "http://" + n.listener.Addr().String() }

// set changes the mode. What was swallowed while the network was silent stays lost: those connections are closed.
func (n *network) set(m networkMode) error {
	switch m {
	case networkUp, networkDown, networkSilent:
	default:
		return fmt.Errorf("no such network: %q", m)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if m == networkDown || n.mode == networkSilent {
		n.closeAll()
	}
	n.mode = m
	return nil
}

// closeAll needs the lock.
func (n *network) closeAll() {
	for c := range n.conns {
		c.Close()
		delete(n.conns, c)
	}
}

func (n *network) close() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.closeAll()
	n.mode = networkDown
	return n.listener.Close()
}

func (n *network) accept() {
	for {
		c, err := n.listener.Accept()
		if err != nil {
			return // closed
		}
		if n.keep(c) {
			go n.serve(c)
		}
	}
}

// keep notes a connection; false: the network is down, and so is the connection.
func (n *network) keep(c net.Conn) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.mode == networkDown {
		c.Close()
		return false
	}
	n.conns[c] = struct{}{}
	return true
}

func (n *network) forget(c net.Conn) {
	c.Close()
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.conns, c)
}

func (n *network) serve(from net.Conn) {
	defer n.forget(from)
	to, err := net.Dial("tcp", n.target())
	if err != nil {
		return // no controller: the browser sees a connection that is closed
	}
	if !n.keep(to) {
		return
	}
	defer n.forget(to)
	done := make(chan struct{}, 2)
	pipe := func(to io.Writer, from io.Reader) {
		_, _ = io.Copy(to, silencer{n, from}) // one end was closed: the other is now
		done <- struct{}{}
	}
	go pipe(to, from)
	go pipe(from, to)
	<-done
}

// silencer reads, and keeps to itself what comes while the network is silent.
type silencer struct {
	n    *network
	from io.Reader
}

func (s silencer) Read(b []byte) (int, error) {
	for {
		count, err := s.from.Read(b)
		s.n.mu.Lock()
		silent := s.n.mode == networkSilent
		s.n.mu.Unlock()
		if err != nil || !silent {
			return count, err
		}
	}
}
