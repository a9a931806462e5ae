package phone

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Hangup ends the call in the way its state asks for: CANCEL for an outbound call that
// is not answered, 603 for an inbound one, BYE for one that is up. It returns when the other side has
// confirmed; when ctx ends first, the call is over for the phone all the same. Hanging up an ended call is harmless.
func (c *Call) Hangup(ctx context.Context) error {
	if err := c.phone.usable(); err != nil {
		return fmt.Errorf("%s: hang up: %w", c, err)
	}
	c.mu.Lock()
	state, outbound := c.state, c.outbound
	c.mu.Unlock()
	var err error
	switch {
	case state == StateEnded:
	case state == StateUp:
		if err = c.waitFor(ctx, func() bool { return c.uas.pending == 0 }, false); err == nil {
			err = c.bye(ctx, End{By: Local, Code: sip.StatusOK})
		}
	case outbound:
		err = c.cancelInvite(ctx)
	default:
		err = c.Reject(sip.StatusGlobalDecline, "Decline")
	}
	if err != nil {
		c.finish(End{By: Local, Code: sip.StatusRequestTimeout, Reason: err.Error()})
		return fmt.Errorf("%s: hang up: %w", c, err)
	}
	return nil
}

// bye sends BYE, waits for its answer and ends the call. That the other side knows the call no more is
// no error. c.mu must not be held.
func (c *Call) bye(ctx context.Context, end End) error {
	c.mu.Lock()
	c.media.setStopped(true)
	c.mu.Unlock()
	req, err := c.request(ctx, sip.BYE)
	if err == nil {
		_, err = c.do(ctx, req)
	}
	c.finish(end)
	if IsStatus(err, sip.StatusCallTransactionDoesNotExists) {
		return nil
	}
	return err
}

// abandon ends the call as well as can be done without waiting: for Phone.Close.
func (c *Call) abandon() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	c.mu.Lock()
	state, proceeded := c.state, c.uac.proceeded
	c.mu.Unlock()
	var req *sip.Request
	switch {
	case state == StateEnded || c.phone.dead.Load():
	case state == StateUp:
		req, _ = c.request(ctx, sip.BYE) // without an address there is nothing to send
	case c.outbound && proceeded:
		req = c.cancelRequest()
	case !c.outbound:
		_ = c.Reject(sip.StatusTemporarilyUnavailable, "Temporarily Unavailable") // best effort, as all of this
	}
	if req != nil {
		req.SetBody(nil)
		c.phone.note(c.phone.wire.ua.TransportLayer().WriteMsg(req), "abandon", req)
	}
	c.finish(End{By: Local, Code: sip.StatusOK})
}

// Hold puts the far end on hold with a re-INVITE: the phone sends no audio any more and asks for none
// ("sendonly", as the hold key of a desk phone does).
func (c *Call) Hold(ctx context.Context) error { return c.setHeld(ctx, true) }

// Resume takes the far end off hold with a re-INVITE.
func (c *Call) Resume(ctx context.Context) error { return c.setHeld(ctx, false) }

func (c *Call) setHeld(ctx context.Context, held bool) error {
	doing := "resume"
	if held {
		doing = "hold"
	}
	c.mu.Lock()
	before := c.held
	c.held = held
	c.mu.Unlock()
	if err := c.renegotiate(ctx); err != nil {
		c.mu.Lock()
		c.held = before
		c.mu.Unlock()
		return fmt.Errorf("%s: %s: %w", c, doing, err)
	}
	return nil
}

// Held says whether the phone's user holds the call.
func (c *Call) Held() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.held
}

// RemoteHeld says whether the far end's latest description asks for no audio.
func (c *Call) RemoteHeld() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.remote.dir != "" && !c.remote.dir.receives()
}

// Pause before a re-INVITE that met one of the other side is tried again
// (RFC 3261, 14.1: 2.1 to 4 s for the caller, up to 2 s for the callee).
const (
	glareCaller = 2100 * time.Millisecond
	glareSpread = 1900 * time.Millisecond
)

// renegotiate sends a re-INVITE with what we want now and takes the answer; after
// 491 it tries again.
func (c *Call) renegotiate(ctx context.Context) error {
	for {
		err := c.reinviteOnce(ctx)
		if !IsStatus(err, sip.StatusRequestPending) {
			return err
		}
		pause := rand.N(glareSpread)
		if c.outbound {
			pause += glareCaller
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return err
		case <-c.ctx.Done():
			return ErrEnded
		}
	}
}

func (c *Call) reinviteOnce(ctx context.Context) error {
	// One at a time, and not while a 200 of ours waits for its ACK.
	claim := func() bool {
		free := c.state == StateUp && !c.reinvite && c.uas.pending == 0
		c.reinvite = c.reinvite || free
		return free || c.state < StateUp
	}
	if err := c.waitFor(ctx, claim, true); err != nil {
		return err
	}
	if c.State() < StateUp {
		return ErrState
	}
	defer func() {
		c.mu.Lock()
		c.reinvite = false
		c.notify()
		c.mu.Unlock()
	}()
	req, err := c.request(ctx, sip.INVITE)
	if err != nil {
		return err
	}
	req.AppendHeader(sip.NewHeader("Session-Expires", defaultSession+";refresher=uas"))
	describe(req, c.offer())
	ctx, cancel := c.phone.bounded(ctx)
	defer cancel()
	tx, err := c.phone.wire.begin(ctx, req)
	if err != nil {
		return err
	}
	res, err := finalAnswer(ctx, tx)
	if err != nil {
		tx.Terminate()
		return fmt.Errorf("re-INVITE: %w", err)
	}
	if err := statusError(req, res); err != nil {
		return err
	}
	err = c.accept(res.Body())
	c.acknowledge(tx, nil)
	c.mu.Lock()
	c.session.adopt(c, headersOf(res.Headers()), true)
	c.mu.Unlock()
	return err
}

// Refer asks the far end to call the target number in place of this phone: a
// blind transfer. It returns once that is accepted (202); see [Call.Transfer] for what came of it.
func (c *Call) Refer(ctx context.Context, target string) error {
	server := c.phone.wire.server
	return c.refer(ctx, fmt.Sprintf("<sip:%s@%s:%d>", target, server.Host, server.Port))
}

// ReferAttended asks the far end to be connected with that of the other call: an attended transfer.
// Both calls must be up and at the same server. Like Refer it returns once that is accepted.
func (c *Call) ReferAttended(ctx context.Context, other *Call) error {
	other.mu.Lock()
	target, id := *other.dialog.target.Clone(), other.id
	if other.dialog.remote.uri.User != "" {
		target.User = other.dialog.remote.uri.User
	}
	replaces := id + ";to-tag=" + other.dialog.remote.tag + ";from-tag=" + other.dialog.local.tag
	other.mu.Unlock()
	return c.refer(ctx, "<"+target.String()+"?Replaces="+url.QueryEscape(replaces)+">")
}

func (c *Call) refer(ctx context.Context, to string) error {
	req, err := c.request(ctx, sip.REFER)
	if err == nil {
		req.AppendHeader(sip.NewHeader("Refer-To", to))
		req.AppendHeader(sip.NewHeader("Referred-By", "<"+c.dialogURI()+">"))
		_, err = c.do(ctx, req)
	}
	if err != nil {
		return fmt.Errorf("%s: transfer: %w", c, err)
	}
	return nil
}

func (c *Call) dialogURI() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dialog.local.uri.String()
}

// Transfer is what the far end reported of our transfer so far, as SIP codes: 100
// while it tries, then the final one, 200 for success. After success the phone
// has hung up, as desk phones do.
func (c *Call) Transfer() []int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.transferCodes()
}

// transferCodes is Transfer; c.mu must be held.
func (c *Call) transferCodes() []int {
	var codes []int
	for _, r := range c.received {
		if r.code != 0 {
			codes = append(codes, r.code)
		}
	}
	return codes
}

// WaitTransfer waits for the final report of our transfer and returns its code. It
// fails with ErrEnded if the call ends without one.
func (c *Call) WaitTransfer(ctx context.Context) (int, error) {
	code := 0
	err := c.waitFor(ctx, func() bool {
		if codes := c.transferCodes(); len(codes) > 0 && codes[len(codes)-1] >= 200 {
			code = codes[len(codes)-1]
		}
		return code != 0
	}, true)
	if err != nil {
		return 0, fmt.Errorf("%s: wait for the transfer: %w", c, err)
	}
	return code, nil
}
