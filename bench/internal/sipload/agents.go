package sipload

import (
	"context"
	"crypto/md5" //nolint:gosec // SIP digest
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Account is a phone to register.
type Account struct{ User, Password string }

// Agents is many phones behind one socket. Each says it rings and answers, both at once, and stays until the other side hangs up.
type Agents struct {
	s         *socket
	answered  atomic.Int64
	mu        sync.Mutex
	waiting   map[string]chan *message // REGISTER: by Call-ID
	unacked   map[string]*unacked      // 200s by Call-ID, sent again until acknowledged
	closed    chan struct{}
	repeating sync.WaitGroup
}

type unacked struct {
	text []byte
	next time.Time
	wait time.Duration
}

// RegisterAgents registers every account at the server (host:port, UDP) and answers for them until Close.
func RegisterAgents(ctx context.Context, server string, accounts []Account) (*Agents, error) {
	s, err := listen(server)
	if err != nil {
		return nil, fmt.Errorf("phones: %w", err)
	}
	a := &Agents{s: s, waiting: map[string]chan *message{}, unacked: map[string]*unacked{}, closed: make(chan struct{})}
	a.repeating.Add(2)
	go func() { defer a.repeating.Done(); s.read(a.handle) }()
	go func() { defer a.repeating.Done(); a.repeat() }()
	for _, acc := range accounts {
		if err := a.register(ctx, acc); err != nil {
			a.Close()
			return nil, fmt.Errorf("phones: register %s: %w", acc.User, err)
		}
	}
	return a, nil
}

// Answered counts the calls that were answered.
func (a *Agents) Answered() int64 { return a.answered.Load() }

// Close ends all phones; their registrations run out by themselves.
func (a *Agents) Close() {
	close(a.closed)
	a.s.conn.Close()
	a.repeating.Wait()
}

// handle runs on the reading goroutine: an answer waits for nothing.
func (a *Agents) handle(m *message, _ time.Time) {
	id := m.get("Call-ID")
	if m.status != 0 {
		a.mu.Lock()
		to := a.waiting[id]
		a.mu.Unlock()
		if to != nil && m.status >= 200 {
			select {
			case to <- m:
			default: // a repetition
			}
		}
		return
	}
	contact := "Contact: <sip:" + between(m.uri, "sip:", "@") + "@" + a.s.local + ">\r\n" + allow
	tag := "t" + id
	switch m.method {
	case "INVITE":
		if !strings.Contains(m.get("To"), "tag=") {
			a.s.send(m.response(180, "Ringing", tag, contact, ""))
			a.answered.Add(1)
		}
		ok := m.response(200, "OK", tag, contact, sdp)
		a.s.send(ok)
		a.mu.Lock()
		a.unacked[id] = &unacked{text: ok, next: time.Now().Add(500 * time.Millisecond), wait: 500 * time.Millisecond}
		a.mu.Unlock()
	case "ACK":
		a.settled(id)
	case "BYE":
		a.settled(id)
		a.s.send(m.response(200, "OK", tag, "", ""))
	case "UPDATE":
		a.s.send(m.response(200, "OK", tag, contact, ""))
	default: // OPTIONS, CANCEL (too late: it is answered), NOTIFY
		a.s.send(m.response(200, "OK", tag, allow, ""))
	}
}

func (a *Agents) settled(id string) {
	a.mu.Lock()
	delete(a.unacked, id)
	a.mu.Unlock()
}

// repeat sends 200s again that nobody acknowledged.
func (a *Agents) repeat() {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-a.closed:
			return
		case at := <-tick.C:
			a.mu.Lock()
			for id, u := range a.unacked {
				switch {
				case u.wait > 8*time.Second:
					delete(a.unacked, id)
				case at.After(u.next):
					a.s.send(u.text)
					u.wait *= 2
					u.next = at.Add(u.wait)
				}
			}
			a.mu.Unlock()
		}
	}
}

// register does one REGISTER with digest authentication.
func (a *Agents) register(ctx context.Context, acc Account) error {
	id := rand.Text()
	answers := make(chan *message, 4)
	a.mu.Lock()
	a.waiting[id] = answers
	a.mu.Unlock()
	defer func() { a.mu.Lock(); delete(a.waiting, id); a.mu.Unlock() }()
	uri := "sip:" + a.s.server.String()
	authorization := ""
	for seq := 1; seq <= 2; seq++ {
		text := fmt.Sprintf("REGISTER %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s%d;rport\r\nMax-Forwards: 70\r\nFrom: <sip:%s@127.0.0.1>;tag=%s\r\n"+
			"To: <sip:%s@127.0.0.1>\r\nCall-ID: %s\r\nCSeq: %d REGISTER\r\nContact: <sip:%s@%s>\r\nExpires: 3600\r\n%sContent-Length: 0\r\n\r\n",
			uri, a.s.local, id, seq, acc.User, id, acc.User, id, seq, acc.User, a.s.local, authorization)
		m, err := a.ask(ctx, []byte(text), strconv.Itoa(seq)+" REGISTER", answers)
		if err != nil {
			return err
		}
		switch {
		case m.status == 200:
			return nil
		case m.status != 401 || seq == 2:
			return fmt.Errorf("refused with %d", m.status)
		}
		authorization = "Authorization: " + digest(acc, uri, m.get("WWW-Authenticate")) + "\r\n"
	}
	return errors.New("not answered")
}

// ask sends a request and waits for its final answer; one to an earlier request may still come.
func (a *Agents) ask(ctx context.Context, text []byte, cseq string, answers <-chan *message) (*message, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	stop := make(chan struct{})
	defer close(stop)
	go a.s.retransmit(ctx, text, stop)
	for {
		select {
		case m := <-answers:
			if m.get("CSeq") == cseq {
				return m, nil
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// digest answers an MD5 challenge (RFC 2617).
func digest(acc Account, uri, challenge string) string {
	h := func(s string) string { sum := md5.Sum([]byte(s)); return hex.EncodeToString(sum[:]) } //nolint:gosec // SIP digest
	realm, nonce, opaque := between(challenge, `realm="`, `"`), between(challenge, `nonce="`, `"`), between(challenge, `opaque="`, `"`)
	cnonce := rand.Text()
	response := h(h(acc.User+":"+realm+":"+acc.Password) + ":" + nonce + ":00000001:" + cnonce + ":auth:" + h("REGISTER:"+uri))
	return fmt.Sprintf(`Digest username="%s", realm="%s", nonce="%s", uri="%s", response="%s", algorithm=MD5, cnonce="%s", opaque="%s", qop=auth, nc=00000001`,
		acc.User, realm, nonce, uri, response, cnonce, opaque)
}
