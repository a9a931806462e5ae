package phone

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// registration is a phone's binding at the server. REGISTER requests share a
// Call-ID and count their CSeq up (RFC 3261, 10.2), so one goes at a time.
type registration struct {
	turn   chan struct{} // holds one token while a REGISTER is under way
	callID string
	tag    string
	cseq   uint32
	active bool
	renew  *time.Timer
}

// Register registers the phone and returns when the server has answered; it then
// stays registered, renewing in the background at half of Config.Expires, until Unregister, Vanish or Close.
// Calling it again renews at once. A refusal is a *StatusError, 401 for a wrong password.
func (p *Phone) Register(ctx context.Context) error {
	return p.register(ctx, p.cfg.Expires)
}

// Unregister removes the phone's registration. Without one it still asks the server, harmlessly.
func (p *Phone) Unregister(ctx context.Context) error {
	return p.register(ctx, 0)
}

// Registered says whether the latest Register, Unregister or renewal left the phone registered.
func (p *Phone) Registered() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.reg.active
}

func (p *Phone) register(ctx context.Context, expires time.Duration) error {
	if err := p.usable(); err != nil {
		return fmt.Errorf("phone %s: register: %w", p.cfg.User, err)
	}
	ctx, cancel := p.bounded(ctx)
	defer cancel()
	turn := p.registerTurn()
	select {
	case turn <- struct{}{}:
		defer func() { <-turn }()
	case <-ctx.Done():
		return fmt.Errorf("phone %s: register: %w", p.cfg.User, ctx.Err())
	}
	req, err := p.registerRequest(ctx, expires)
	if err != nil {
		return fmt.Errorf("phone %s: register: %w", p.cfg.User, err)
	}
	res, err := p.wire.do(ctx, req)
	p.registered(res, err, expires)
	if err != nil {
		return fmt.Errorf("phone %s: register: %w", p.cfg.User, err)
	}
	return nil
}

// bounded is ctx, ended also by the phone's end.
func (p *Phone) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(p.ctx, cancel)
	return ctx, func() { stop(); cancel() }
}

func (p *Phone) registerTurn() chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.reg.turn == nil {
		p.reg.turn = make(chan struct{}, 1)
		p.reg.callID, p.reg.tag = sip.GenerateTagN(24), sip.GenerateTagN(16)
	}
	return p.reg.turn
}

func (p *Phone) registerRequest(ctx context.Context, expires time.Duration) (*sip.Request, error) {
	contact, err := p.wire.contact(ctx)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	p.reg.cseq += 3 // leaves room for the repetitions with credentials
	cseq, callID, tag := p.reg.cseq, sip.CallIDHeader(p.reg.callID), p.reg.tag
	p.mu.Unlock()

	req := p.wire.request(sip.REGISTER, p.wire.server)
	account := sip.Uri{Scheme: "sip", User: p.cfg.User, Host: p.wire.server.Host, Port: p.wire.server.Port}
	from := &sip.FromHeader{Address: account}
	from.Params.Add("tag", tag)
	req.AppendHeader(from)
	req.AppendHeader(&sip.ToHeader{Address: account})
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: cseq, MethodName: sip.REGISTER})
	req.AppendHeader(contact)
	req.AppendHeader(sip.NewHeader("Expires", strconv.Itoa(int(expires/time.Second))))
	req.AppendHeader(sip.NewHeader("Allow", allowed))
	req.AppendHeader(sip.NewHeader("Allow-Events", "talk, hold, refer"))
	return req, nil
}

// registered takes note of the outcome and plans the renewal.
func (p *Phone) registered(res *sip.Response, err error, asked time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.reg.renew != nil {
		p.reg.renew.Stop()
		p.reg.renew = nil
	}
	p.reg.active = err == nil && asked > 0
	if !p.reg.active || p.closed {
		return
	}
	granted := grantedExpires(res, p.cfg.User, asked)
	p.reg.renew = time.AfterFunc(granted/2, p.renew)
}

// renew registers again. When that fails it tries again soon: a real phone does not give up.
func (p *Phone) renew() {
	p.start(func() {
		ctx, cancel := context.WithTimeout(p.ctx, backgroundTimeout)
		defer cancel()
		if err := p.Register(ctx); err != nil && p.ctx.Err() == nil {
			p.cfg.Logger.Warn("phone: renewal failed", "error", err)
			p.mu.Lock()
			defer p.mu.Unlock()
			if !p.closed && p.reg.renew == nil {
				p.reg.renew = time.AfterFunc(backgroundTimeout, p.renew)
			}
		}
	})
}

// grantedExpires is the time the server granted, which may be less than was asked.
func grantedExpires(res *sip.Response, user string, asked time.Duration) time.Duration {
	value := ""
	if h := res.GetHeader("Expires"); h != nil {
		value = h.Value()
	}
	for _, h := range res.GetHeaders("Contact") {
		if _, after, ok := strings.Cut(h.Value(), ";expires="); ok && strings.Contains(h.Value(), "sip:"+user+"@") {
			value, _, _ = strings.Cut(after, ";")
		}
	}
	seconds, err := strconv.Atoi(strings.TrimSpace(value))
	if err != nil || seconds <= 0 {
		return asked
	}
	return min(asked, time.Duration(seconds)*time.Second)
}
