package sipload

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Load is what [Callers.Run] places.
type Load struct {
	Rate   float64 // calls per second, evenly spaced
	Calls  int
	Number func(i int) string // what the i-th call dials
	Hold   time.Duration      // from the 200 to the caller's BYE
	GiveUp time.Duration      // a call that is not answered by then is cancelled and has failed
}

// Result is one call.
type Result struct {
	Setup time.Duration // from the INVITE to its 200; meaningless when it failed
	Err   error         // why it failed
}

// Callers places calls over one socket.
type Callers struct {
	s    *socket
	done chan struct{}
	mu   sync.Mutex
	live map[string]*dialog // by Call-ID
}

// NewCallers makes callers that call through the server (host:port, UDP).
func NewCallers(server string) (*Callers, error) {
	s, err := listen(server)
	if err != nil {
		return nil, fmt.Errorf("callers: %w", err)
	}
	c := &Callers{s: s, live: map[string]*dialog{}, done: make(chan struct{})}
	go func() { defer close(c.done); s.read(c.handle) }()
	return c, nil
}

// Close ends the socket.
func (c *Callers) Close() {
	c.s.conn.Close()
	<-c.done
}

// Run places the load and returns when every call is over.
func (c *Callers) Run(ctx context.Context, l Load) []Result {
	results := make([]Result, l.Calls)
	var wg sync.WaitGroup
	start := time.Now()
	for i := range results {
		next := start.Add(time.Duration(float64(i) / l.Rate * float64(time.Second)))
		select {
		case <-ctx.Done():
			results[i].Err = ctx.Err()
			continue
		case <-time.After(time.Until(next)):
		}
		wg.Add(1)
		go func() {
			defer wg.Done()
			results[i] = c.call(ctx, l, l.Number(i), i)
		}()
	}
	wg.Wait()
	return results
}

func (c *Callers) handle(m *message, at time.Time) {
	c.mu.Lock()
	d := c.live[m.get("Call-ID")]
	c.mu.Unlock()
	switch {
	case m.status != 0 && d != nil:
		d.response(m, at)
	case m.status == 0 && m.method != "ACK":
		body := ""
		if m.method == "INVITE" {
			body = sdp
		}
		c.s.send(m.response(200, "OK", "", "Contact: <sip:load@"+c.s.local+">\r\n"+allow, body))
		if m.method == "BYE" && d != nil {
			once(d.gone)
		}
	}
}

// dialog is one call under way.
type dialog struct {
	c        *Callers
	id, to   string
	uri      string
	provided chan struct{} // closed with the first response to the INVITE
	final    chan final    // its final one
	gone     chan struct{} // closed with the other side's BYE
	bye      chan struct{} // closed with the answer to our BYE

	mu  sync.Mutex
	ack []byte // of the 200, to be sent again with every repetition
}

type final struct {
	m  *message
	at time.Time
}

// once closes a channel that only the reading goroutine closes.
func once(ch chan struct{}) {
	select {
	case <-ch:
	default:
		close(ch)
	}
}

// response runs on the reading goroutine.
func (d *dialog) response(m *message, at time.Time) {
	switch {
	case m.method == "BYE" && m.status >= 200:
		once(d.bye)
	case m.method != "INVITE":
	case m.status < 200:
		once(d.provided)
	default:
		once(d.provided)
		d.mu.Lock()
		if d.ack == nil {
			d.ack = d.acknowledge(m)
		}
		d.c.s.send(d.ack)
		d.mu.Unlock()
		select {
		case d.final <- final{m, at}:
		default: // a repetition
		}
	}
}

// call places one call and waits for its end.
func (c *Callers) call(ctx context.Context, l Load, number string, i int) Result {
	d := &dialog{
		c: c, id: rand.Text(), uri: "sip:" + number + "@" + c.s.server.String(),
		provided: make(chan struct{}), final: make(chan final, 1), gone: make(chan struct{}), bye: make(chan struct{}),
	}
	c.mu.Lock()
	c.live[d.id] = d
	c.mu.Unlock()
	defer func() { c.mu.Lock(); delete(c.live, d.id); c.mu.Unlock() }()

	from := "0155" + strconv.Itoa(1_000_000+i)
	invite := d.request("INVITE", d.uri, from, "", 1, "Contact: <sip:load@"+c.s.local+">\r\n"+allow, sdp)
	begun := time.Now()
	go c.s.retransmit(ctx, invite, d.provided)
	giveUp := time.NewTimer(l.GiveUp)
	defer giveUp.Stop()
	var f final
	select {
	case f = <-d.final:
	case <-giveUp.C:
		return Result{Err: d.cancel(ctx, from)}
	case <-ctx.Done():
		return Result{Err: ctx.Err()}
	}
	if f.m.status != 200 {
		return Result{Err: fmt.Errorf("refused with %d", f.m.status)}
	}
	r := Result{Setup: time.Duration(f.at.UnixNano() - begun.UnixNano())}
	select {
	case <-time.After(l.Hold):
	case <-d.gone:
		r.Err = fmt.Errorf("hung up by the other side before %v", l.Hold)
		return r
	case <-ctx.Done():
	}
	d.hangUp(ctx, from)
	return r
}

// cancel gives up. A 200 that crosses it is hung up.
func (d *dialog) cancel(ctx context.Context, from string) error {
	stop := make(chan struct{})
	defer close(stop)
	go d.c.s.retransmit(ctx, d.request("CANCEL", d.uri, from, "", 1, "", ""), stop)
	select {
	case f := <-d.final:
		if f.m.status == 200 {
			d.hangUp(ctx, from)
		}
	case <-time.After(5 * time.Second):
	case <-ctx.Done():
	}
	return fmt.Errorf("not answered in time")
}

func (d *dialog) hangUp(ctx context.Context, from string) {
	ctx, cancel := context.WithTimeout(ctx, 8*time.Second)
	defer cancel()
	stop := make(chan struct{})
	defer close(stop)
	go d.c.s.retransmit(ctx, d.request("BYE", d.uri, from, d.to, 2, "", ""), stop)
	select {
	case <-d.bye:
	case <-d.gone:
	case <-ctx.Done():
	}
}

// acknowledge makes the ACK of a final response, and takes the dialog's target from a 200.
func (d *dialog) acknowledge(m *message) []byte {
	from := between(m.get("From"), "sip:", "@")
	if m.status == 200 {
		d.to = m.get("To")
		if target := between(m.get("Contact"), "<", ">"); target != "" {
			d.uri = target
		}
	}
	return d.request("ACK", d.uri, from, m.get("To"), 1, "", "")
}

func (d *dialog) request(method, uri, from, to string, seq int, extra, body string) []byte {
	if to == "" {
		to = "<" + d.uri + ">"
	}
	branch := "z9hG4bK" + d.id                                          // CANCEL has its INVITE's
	if method == "BYE" || method == "ACK" && to == d.to && d.to != "" { // an ACK of a refusal has its INVITE's too
		branch += method
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=%s;rport\r\nMax-Forwards: 70\r\nFrom: \"Load\" <sip:%s@127.0.0.1>;tag=%s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %d %s\r\n",
		method, uri, d.c.s.local, branch, from, d.id, to, d.id, seq, method)
	finish(&b, extra, body)
	return []byte(b.String())
}
