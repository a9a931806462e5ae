package phone

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"
)

// incomingBacklog is how many unclaimed incoming calls WaitIncoming can still return.
const incomingBacklog = 64

// A Phone is one SIP phone: an address of its own, an account, any number of
// calls. All its methods may be called from any goroutine.
type Phone struct {
	cfg  Config
	bank *bank
	wire *wire
	dead atomic.Bool // vanished

	ctx    context.Context // ends with the phone
	cancel context.CancelFunc
	wg     sync.WaitGroup // goroutines that must have ended before Close returns

	incoming chan *Call

	mu        sync.Mutex
	closed    bool
	behaviour Behaviour
	calls     map[string]*Call // by Call-ID; ended ones are removed
	reg       registration
}

// New opens a phone's sockets. It sends nothing: see [Phone.Register]. The phone
// lives until Close, or until ctx ends, which has the effect of [Phone.Vanish].
func New(ctx context.Context, cfg Config) (*Phone, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	b, err := newBank(cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("phone %s: %w", cfg.User, err)
	}
	p := &Phone{
		cfg: cfg, bank: b, behaviour: RingForever(),
		calls: make(map[string]*Call), incoming: make(chan *Call, incomingBacklog),
	}
	p.ctx, p.cancel = context.WithCancel(ctx)
	p.wire, err = newWire(cfg, &p.dead, p.dispatch)
	if err != nil {
		p.cancel()
		return nil, fmt.Errorf("phone %s: %w", cfg.User, err)
	}
	context.AfterFunc(p.ctx, p.silence)
	return p, nil
}

// User is the phone's account name.
func (p *Phone) User() string { return p.cfg.User }

// Contact is the URI under which the phone registers. Over TCP it connects to the server if it has not yet.
func (p *Phone) Contact(ctx context.Context) (string, error) {
	contact, err := p.wire.contact(ctx)
	if err != nil {
		return "", err
	}
	return contact.Address.String(), nil
}

// OnInvite sets what the phone does with calls that come in from now on. Until it
// is set they ring for ever. See [Behaviour].
func (p *Phone) OnInvite(b Behaviour) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.behaviour = b
}

// WaitIncoming returns the next incoming call that no earlier WaitIncoming has
// returned, in the order of their coming, or waits for it until ctx ends. Calls that have ended meanwhile are
// returned too. When nobody asks, the latest 64 are kept.
func (p *Phone) WaitIncoming(ctx context.Context) (*Call, error) {
	select {
	case c := <-p.incoming:
		return c, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("phone %s: wait for a call: %w", p.cfg.User, ctx.Err())
	case <-p.ctx.Done():
		return nil, fmt.Errorf("phone %s: wait for a call: %w", p.cfg.User, ErrClosed)
	}
}

// Calls returns the calls that have not ended.
func (p *Phone) Calls() []*Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	calls := make([]*Call, 0, len(p.calls))
	for _, c := range p.calls {
		if c.State() != StateEnded {
			calls = append(calls, c)
		}
	}
	return calls
}

// Vanish makes a dead phone: power lost, cable cut. It sends and hears nothing any more, SIP or audio, and
// does not unregister; its sockets stay open, so that the server learns nothing.
// Its calls stay as they were. A vanished phone does not come back: make a new one with the same account.
func (p *Phone) Vanish() { p.silence() }

func (p *Phone) silence() {
	p.dead.Store(true)
	p.cancel()
	p.wire.ua.TransactionLayer().Close() // stops repetitions
}

// Close ends the phone's calls with BYE, CANCEL or a refusal (sent once, without waiting for an
// answer), closes its sockets and returns when its goroutines have ended. It
// does not unregister, since that takes an answer: call [Phone.Unregister] first. Closing twice is harmless.
func (p *Phone) Close() error {
	p.mu.Lock()
	first := !p.closed
	p.closed = true
	calls := make([]*Call, 0, len(p.calls))
	for _, c := range p.calls {
		calls = append(calls, c)
	}
	p.mu.Unlock()
	if !first {
		return nil
	}
	for _, c := range calls {
		c.abandon()
	}
	p.cancel()
	err := p.wire.close()
	p.wg.Wait()
	if err != nil {
		return fmt.Errorf("close phone %s: %w", p.cfg.User, err)
	}
	return nil
}

// start runs f in a goroutine that Close waits for; false if the phone is closed.
func (p *Phone) start(f func()) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.wg.Go(f)
	return true
}

// usable says why the phone can do nothing any more, or nil.
func (p *Phone) usable() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed: // which makes it dead too
		return ErrClosed
	case p.dead.Load():
		return ErrVanished
	}
	return nil
}

// adopt adds a call; false if there is one with its Call-ID or the phone is closed.
func (p *Phone) adopt(c *Call) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.calls[c.id] != nil {
		return false
	}
	p.calls[c.id] = c
	return true
}

func (p *Phone) forget(c *Call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.calls[c.id] == c {
		delete(p.calls, c.id)
	}
}

func (p *Phone) call(id string) *Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[id]
}

// deliver hands an incoming call to WaitIncoming, dropping the oldest of too many.
func (p *Phone) deliver(c *Call) {
	for {
		select {
		case p.incoming <- c:
			return
		default:
		}
		select {
		case <-p.incoming:
		default:
		}
	}
}

// dispatch takes every request that comes in; it runs in a goroutine per request.
func (p *Phone) dispatch(req *sip.Request, tx *sip.ServerTx) {
	id, to := req.CallID(), req.To()
	if id == nil || to == nil || req.From() == nil || req.CSeq() == nil {
		tx.Terminate()
		return
	}
	if req.IsInvite() && !to.Params.Has("tag") {
		p.invited(req, tx) // its transaction lives until the call is answered or refused
		return
	}
	if !req.IsInvite() {
		defer tx.TerminateGracefully()
	}
	if c := p.call(id.Value()); c != nil && to.Params.Has("tag") {
		c.handle(req, tx)
		return
	}
	switch req.Method {
	case sip.ACK:
	case sip.OPTIONS, sip.NOTIFY, sip.MESSAGE:
		p.respond(req, tx, sip.StatusOK, "OK")
	case sip.INVITE, sip.BYE, sip.CANCEL, sip.UPDATE, sip.INFO, sip.REFER:
		p.respond(req, tx, sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist")
	default:
		p.respond(req, tx, sip.StatusMethodNotAllowed, "Method Not Allowed")
	}
}

// respond answers a request outside of any call. An answer that cannot be sent is
// as good as lost on the way: the other side repeats its request.
func (p *Phone) respond(req *sip.Request, tx *sip.ServerTx, code int, reason string) {
	res := sip.NewResponseFromRequest(req, code, reason, nil)
	res.AppendHeader(sip.NewHeader("Allow", allowed))
	p.note(tx.Respond(res), "respond", req)
}

// note logs what went wrong in answering; losing an answer is part of a network's life.
func (p *Phone) note(err error, doing string, req *sip.Request) {
	if err != nil && !errors.Is(err, sip.ErrTransactionTerminated) {
		p.cfg.Logger.Warn("phone: "+doing, "user", p.cfg.User, "method", req.Method, "error", err)
	}
}

// backgroundTimeout bounds what a phone does by its own accord, such as renewing a registration.
const backgroundTimeout = 10 * time.Second
