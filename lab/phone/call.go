package phone

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// State is where a call stands, as the phone sees it.
type State int

// A call's states, in their only possible order. An outbound call begins in
// StateCalling, an inbound one in StateIncoming.
const (
	StateCalling  State = iota // INVITE sent, no ringing heard of
	StateIncoming              // INVITE came, nothing but perhaps 100 sent
	StateRinging               // 180 or 183 came, or was sent
	StateUp                    // answered
	StateEnded                 // over; see Call.Ended
)

func (s State) String() string {
	return [...]string{"calling", "incoming", "ringing", "up", "ended"}[s]
}

// Side says who ended a call.
type Side int

// The sides that can end a call.
const (
	Local   Side = iota // this phone: hangup, refusal, cancel
	Remote              // the other side: BYE, refusal, CANCEL
	Network             // nobody said anything: no answer at all, a session that expired, a lost connection
)

func (s Side) String() string { return [...]string{"local", "remote", "network"}[s] }

// End is how a call ended.
type End struct {
	By   Side
	Code int // SIP status that ended it: 200 after BYE, 487 after CANCEL, 486, 603…; 408 for no answer at all
	// Q850 is the cause of the ISDN world in the Reason header (16 normal clearing, 17 busy, 19 no
	// answer, …); 0 if there was none.
	Q850 int
	// Reason is the Reason headers as they came, joined by ", ": for a CANCEL after a colleague
	// answered it is `SIP;cause=200;text="Call completed elsewhere"`.
	Reason string
	At     time.Time
}

// Progress is one SIP answer to an outbound call's INVITE, provisional or final.
type Progress struct {
	At      time.Time
	Code    int
	Phrase  string
	Headers Headers
}

// Received is one request that came within a call.
type Received struct {
	At      time.Time
	Method  string
	Headers Headers

	cseq uint32
	code int // of a transfer's report
}

// Headers are a message's headers by their lower-case names, in the order they came.
type Headers map[string][]string

// Get is the first value of the named header (any case), or empty.
func (h Headers) Get(name string) string {
	if v := h[strings.ToLower(name)]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// Values are all values of the named header (any case).
func (h Headers) Values(name string) []string { return h[strings.ToLower(name)] }

func headersOf(all []sip.Header) Headers {
	h := make(Headers, len(all))
	for _, one := range all {
		name := strings.ToLower(one.Name())
		h[name] = append(h[name], one.Value())
	}
	return h
}

// maxReceived bounds how many requests within a call are remembered.
const maxReceived = 256

// A Call is one call of a phone, inbound or outbound, from its INVITE on. It
// keeps what it heard and learnt after it has ended. Its methods may be called from any goroutine.
type Call struct {
	phone    *Phone
	id       string
	outbound bool
	media    *stream
	invite   Headers // inbound: of the INVITE that came
	fromName string  // inbound: of the From header
	fromUser string

	ctx    context.Context // ends with the call
	cancel context.CancelFunc

	mu       sync.Mutex
	changed  chan struct{} // closed and replaced at every change
	state    State
	since    [StateEnded + 1]time.Time // when each state was entered
	end      End
	progress []Progress
	received []Received
	dialog   dialog
	local    localMedia // the description we gave last
	remote   remoteMedia
	held     bool // by us
	reinvite bool // a re-INVITE of ours is under way
	uac      uac
	uas      uas
	session  sessionTimer
}

func newCall(p *Phone, id string, outbound bool, first State, say Source) (*Call, error) {
	if say == nil {
		say = p.cfg.Sound
	}
	media, err := newStream(p.cfg.BindIP, p.cfg.Codec, p.bank, say, &p.dead)
	if err != nil {
		return nil, err
	}
	c := &Call{phone: p, id: id, outbound: outbound, media: media, state: first, changed: make(chan struct{})}
	c.since[first] = time.Now()
	c.ctx, c.cancel = context.WithCancel(p.ctx)
	now := uint64(time.Now().UnixNano())
	c.local = localMedia{
		ip: p.cfg.BindIP, port: media.port(), codec: p.cfg.Codec, dir: sendRecv,
		session: now, version: now, events: eventsPayload,
	}
	return c, nil
}

// ID is the call's SIP Call-ID.
func (c *Call) ID() string { return c.id }

// Phone is the phone that the call belongs to.
func (c *Call) Phone() *Phone { return c.phone }

// Outbound says whether the phone placed the call.
func (c *Call) Outbound() bool { return c.outbound }

// Context ends when the call does (or the phone vanishes): for use in a [Behaviour].
func (c *Call) Context() context.Context { return c.ctx }

// State is where the call stands.
func (c *Call) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state
}

// Since is when the call entered the state; the zero Time if it never did.
func (c *Call) Since(s State) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.since[s]
}

// WaitState waits until the call is in the state, or has passed it on the way to a later one other
// than StateEnded. It fails with ErrEnded if the call ends first, and with ctx's error.
func (c *Call) WaitState(ctx context.Context, s State) error {
	err := c.waitFor(ctx, func() bool { return c.state >= s && (c.state != StateEnded || s == StateEnded) }, s != StateEnded)
	if err != nil {
		return fmt.Errorf("%s: wait until %s: %w", c, s, err)
	}
	return nil
}

// WaitEnded waits until the call is over and says how it ended.
func (c *Call) WaitEnded(ctx context.Context) (End, error) {
	err := c.WaitState(ctx, StateEnded)
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.end, err
}

// Ended says how the call ended; false while it has not.
func (c *Call) Ended() (End, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.end, c.state == StateEnded
}

// Progress is every SIP answer to an outbound call's INVITE so far, but for challenges.
func (c *Call) Progress() []Progress {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Progress(nil), c.progress...)
}

// Received is every request that came within the call so far, but for ACK: BYE,
// re-INVITE, UPDATE, NOTIFY, INFO, in the order they were sent. The latest 256 are kept.
func (c *Call) Received() []Received {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Received(nil), c.received...)
}

// String is the call in a few words, for messages.
func (c *Call) String() string {
	way := "call to " + c.phone.cfg.User
	if c.outbound {
		way = "call by " + c.phone.cfg.User
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == StateEnded {
		return way + " (ended by " + c.end.By.String() + ", " + strconv.Itoa(c.end.Code) + ")"
	}
	return way + " (" + c.state.String() + ")"
}

// waitFor waits until cond, which is called with c.mu held, is true.
// With needsLife it fails with ErrEnded once the call has ended.
func (c *Call) waitFor(ctx context.Context, cond func() bool, needsLife bool) error {
	for {
		c.mu.Lock()
		ok, ended, changed := cond(), c.state == StateEnded, c.changed
		c.mu.Unlock()
		switch {
		case ok:
			return nil
		case ended && needsLife:
			return ErrEnded
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// notify wakes all waiters. c.mu must be held.
func (c *Call) notify() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// advance moves the call forward; a state that was reached or passed before stays. c.mu must be held.
func (c *Call) advance(s State) bool {
	if c.state >= s {
		return false
	}
	c.state = s
	c.since[s] = time.Now()
	c.notify()
	return true
}

// finish ends the call, once, and releases what it held. It sends nothing.
func (c *Call) finish(end End) {
	c.mu.Lock()
	if c.state == StateEnded {
		c.mu.Unlock()
		return
	}
	end.At = time.Now()
	c.end = end
	c.session.stop()
	c.uas.stopRepeating()
	c.advance(StateEnded)
	c.mu.Unlock()
	c.cancel()
	c.media.close()
	c.phone.forget(c)
}

// reasonOf reads the Reason headers (RFC 3326) of a message.
func reasonOf(h Headers) (q850 int, text string) {
	values := h.Values("Reason")
	for _, value := range values {
		for part := range strings.SplitSeq(value, ",") {
			rest, ok := strings.CutPrefix(strings.TrimSpace(part), "Q.850;")
			if !ok {
				continue
			}
			for field := range strings.SplitSeq(rest, ";") {
				if n, ok := strings.CutPrefix(strings.TrimSpace(field), "cause="); ok {
					q850, _ = strconv.Atoi(n) // 0, no cause, if it is no number
				}
			}
		}
	}
	return q850, strings.Join(values, ", ")
}
