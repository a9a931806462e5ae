package phone

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// InviteOpts are the particulars of an outbound call. The zero value is a plain call.
type InviteOpts struct {
	FromName string            // display name in From
	FromUser string            // user part of From; empty means Config.User
	Headers  map[string]string // further headers, such as X-Customer
	NoSDP    bool              // leave the offer to the far end (the answer goes into ACK)
	Sound    Source            // what to say in this call; nil means Config.Sound
}

// uac is the client's side of placing a call, used under Call.mu.
type uac struct {
	invite    *sip.Request // the latest INVITE sent; with credentials if they were asked for
	proceeded bool         // a provisional answer came: CANCEL may be sent
	cancelled bool         // we sent, or mean to send, CANCEL
	noSDP     bool
}

// Invite places a call to a number at the phone's server and returns once the INVITE is sent; ctx
// bounds only that. Wait for what comes with [Call.WaitState]; a refusal ends the call, and
// [Call.Ended] has its code. The call lives until Hangup, the far end's BYE or the phone's end.
func (p *Phone) Invite(ctx context.Context, number string, opts InviteOpts) (*Call, error) {
	c, err := p.place(ctx, number, opts)
	if err != nil {
		return nil, fmt.Errorf("phone %s: call %s: %w", p.cfg.User, number, err)
	}
	return c, nil
}

func (p *Phone) place(ctx context.Context, number string, opts InviteOpts) (*Call, error) {
	if err := p.usable(); err != nil {
		return nil, err
	}
	contact, err := p.wire.contact(ctx)
	if err != nil {
		return nil, err
	}
	c, err := newCall(p, sip.GenerateTagN(24), true, StateCalling, opts.Sound)
	if err != nil {
		return nil, err
	}
	req := c.inviteRequest(number, contact, opts)
	if !p.adopt(c) {
		c.finish(End{By: Local})
		return nil, ErrClosed
	}
	tx, err := p.wire.begin(ctx, req)
	if err != nil {
		c.finish(End{By: Local})
		return nil, err
	}
	if !p.start(func() { c.follow(tx) }) {
		tx.Terminate()
		return nil, ErrClosed
	}
	return c, nil
}

// inviteRequest builds the first INVITE and the dialog it may lead to.
func (c *Call) inviteRequest(number string, contact *sip.ContactHeader, opts InviteOpts) *sip.Request {
	c.mu.Lock()
	defer c.mu.Unlock()
	user := opts.FromUser
	if user == "" {
		user = c.phone.cfg.User
	}
	server := c.phone.wire.server
	to := sip.Uri{Scheme: "sip", User: number, Host: server.Host, Port: server.Port}
	c.dialog = dialog{
		local: party{
			name: opts.FromName, tag: sip.GenerateTagN(16),
			uri: sip.Uri{Scheme: "sip", User: user, Host: server.Host, Port: server.Port},
		},
		remote: party{uri: to},
		target: to,
		cseq:   1,
	}
	req := c.buildRequest(sip.INVITE, 1, contact)
	for name, value := range opts.Headers {
		req.AppendHeader(sip.NewHeader(name, value))
	}
	req.AppendHeader(sip.NewHeader("Session-Expires", defaultSession+";refresher=uas"))
	if !opts.NoSDP {
		describe(req, c.local.sdp())
	}
	c.uac = uac{invite: req, noSDP: opts.NoSDP}
	return req
}

// follow reads the answers to the INVITE until a final one that is not a challenge.
func (c *Call) follow(tx *sip.ClientTx) {
	for try := 0; ; try++ {
		res := c.untilFinal(tx)
		if res == nil {
			tx.Terminate()
			return
		}
		c.mu.Lock()
		next := c.phone.wire.authorise(c.uac.invite, res, try)
		if next != nil {
			c.uac.invite, c.uac.proceeded = next, false
			c.dialog.cseq = next.CSeq().SeqNo
		}
		c.mu.Unlock()
		if next == nil {
			c.concluded(tx, res)
			return
		}
		tx.Terminate()
		var err error
		if tx, err = c.phone.wire.begin(c.ctx, next); err != nil {
			c.finish(End{By: Network, Code: sip.StatusServiceUnavailable, Reason: err.Error()})
			return
		}
	}
}

// untilFinal notes provisional answers and returns the final one; nil when there will be none.
func (c *Call) untilFinal(tx *sip.ClientTx) *sip.Response {
	for {
		select {
		case res := <-tx.Responses():
			if !res.IsProvisional() {
				return res
			}
			c.provisional(res)
		case <-tx.Done():
			end := End{By: Network, Code: sip.StatusRequestTimeout, Reason: "no answer to INVITE"}
			if err := tx.Err(); err != nil && !errors.Is(err, sip.ErrTransactionTimeout) {
				end.Code, end.Reason = sip.StatusServiceUnavailable, err.Error()
			}
			c.finish(end)
			return nil
		case <-c.ctx.Done():
			return nil
		}
	}
}

// provisional takes a 1xx: ringing, and early audio if it comes with a description.
func (c *Call) provisional(res *sip.Response) {
	c.record(res)
	c.mu.Lock()
	c.uac.proceeded = true
	if res.StatusCode > sip.StatusTrying {
		c.dialog.learn(res)
		c.advance(StateRinging)
	}
	early := len(res.Body()) > 0 && !c.uac.noSDP
	c.notify()
	c.mu.Unlock()
	if early {
		if err := c.accept(res.Body()); err != nil {
			c.phone.cfg.Logger.Warn("phone: early audio", "call", c.id, "error", err)
		}
	}
}

func (c *Call) record(res *sip.Response) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.progress = append(c.progress, Progress{
		At: time.Now(), Code: res.StatusCode, Phrase: res.Reason, Headers: headersOf(res.Headers()),
	})
}

// concluded takes the final answer.
func (c *Call) concluded(tx *sip.ClientTx, res *sip.Response) {
	c.record(res)
	if !res.IsSuccess() {
		q850, reason := reasonOf(headersOf(res.Headers()))
		end := End{By: Remote, Code: res.StatusCode, Q850: q850, Reason: reason}
		c.mu.Lock()
		if c.uac.cancelled {
			end.By = Local
		}
		c.mu.Unlock()
		// The transaction lives on to acknowledge repetitions.
		c.finish(end)
		return
	}
	c.mu.Lock()
	c.dialog.learn(res)
	noSDP := c.uac.noSDP
	c.mu.Unlock()
	answer, err := c.answered(res, noSDP)
	c.acknowledge(tx, answer)
	switch {
	case err != nil:
		c.bye(c.ctx, End{By: Local, Code: sip.StatusNotAcceptableHere, Reason: err.Error()})
	case !c.taken(res):
		// CANCEL and 200 crossed on the way.
		c.bye(c.ctx, End{By: Local, Code: sip.StatusRequestTerminated})
	}
}

// taken makes the call one that is up; false: it was given up meanwhile. Whoever gives it up later finds it up, and says BYE.
func (c *Call) taken(res *sip.Response) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.uac.cancelled {
		return false
	}
	c.session.adopt(c, headersOf(res.Headers()), true)
	c.advance(StateUp)
	return true
}

// answered applies the description in a 200 and returns the one to put into ACK, if any.
func (c *Call) answered(res *sip.Response, noSDP bool) ([]byte, error) {
	if noSDP {
		return c.answerTo(res.Body())
	}
	return nil, c.accept(res.Body())
}

// acknowledge sends ACK for a 200, and again whenever the 200 comes again.
func (c *Call) acknowledge(tx *sip.ClientTx, body []byte) {
	contact, err := c.phone.wire.contact(c.ctx)
	if err != nil {
		return // the connection is gone: the far end will repeat its 200 in vain and give up
	}
	c.mu.Lock()
	ack := c.buildRequest(sip.ACK, tx.Origin().CSeq().SeqNo, contact)
	c.mu.Unlock()
	if body != nil {
		describe(ack, body)
	} else {
		ack.SetBody(nil)
	}
	var mu sync.Mutex // the library calls the hook from any goroutine
	send := func() {
		mu.Lock()
		defer mu.Unlock()
		if !c.phone.dead.Load() {
			c.phone.note(c.phone.wire.ua.TransportLayer().WriteMsg(ack), "acknowledge", ack)
		}
	}
	tx.OnRetransmission(func(*sip.Response) { send() })
	send()
}

// cancelInvite sends CANCEL as soon as it may be sent and waits for the end; BYE if the call has been answered a moment before.
func (c *Call) cancelInvite(ctx context.Context) error {
	c.mu.Lock()
	up := c.state == StateUp
	c.uac.cancelled = !up
	c.mu.Unlock()
	if up {
		return c.bye(ctx, End{By: Local, Code: sip.StatusOK})
	}
	err := c.waitFor(ctx, func() bool { return c.uac.proceeded || c.state >= StateUp }, false)
	if err != nil {
		return err
	}
	if c.State() < StateUp {
		if _, err := c.do(ctx, c.cancelRequest()); err != nil && !IsStatus(err, sip.StatusCallTransactionDoesNotExists) {
			return err
		}
	}
	return c.waitFor(ctx, func() bool { return c.state == StateEnded }, false)
}

// cancelRequest belongs to the INVITE's transaction: same Via, same CSeq (RFC 3261, 9.1).
func (c *Call) cancelRequest() *sip.Request {
	c.mu.Lock()
	defer c.mu.Unlock()
	invite := c.uac.invite
	req := c.phone.wire.request(sip.CANCEL, *invite.Recipient.Clone())
	branch, _ := invite.Via().Params.Get("branch")
	req.Via().Params.Add("branch", branch)
	id := sip.CallIDHeader(c.id)
	req.AppendHeader(sip.HeaderClone(invite.From()))
	req.AppendHeader(sip.HeaderClone(invite.To()))
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: invite.CSeq().SeqNo, MethodName: sip.CANCEL})
	return req
}
