package phone

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// uas is the server's side of a call's INVITEs, used under Call.mu.
type uas struct {
	request *sip.Request // the INVITE that began the call
	tx      *sip.ServerTx
	ignored bool   // Ignore: repetitions are dropped too
	pending uint32 // CSeq of a 200 that is not acknowledged yet; 0 if none
	offered bool   // that 200 held our offer: the ACK brings the answer
	repeat  *time.Timer
}

func (u *uas) stopRepeating() {
	if u.repeat != nil {
		u.repeat.Stop()
		u.repeat = nil
	}
}

// Cancel is a CANCEL that came for a call that was not answered.
type Cancel struct {
	At     time.Time
	Reason string // its Reason headers, joined by ", "
}

// invited takes an INVITE that begins a call.
func (p *Phone) invited(req *sip.Request, tx *sip.ServerTx) {
	id := req.CallID().Value()
	if old := p.call(id); old != nil {
		// A repetition that the transaction did not absorb: its call was told to ignore it.
		tx.Terminate()
		return
	}
	c, err := newCall(p, id, false, StateIncoming, nil)
	if err != nil {
		p.respond(req, tx, sip.StatusInternalServerError, "Server Internal Error")
		return
	}
	c.invite = headersOf(req.Headers())
	c.fromName, c.fromUser = unescapeName(req.From().DisplayName), req.From().Address.User
	c.openDialog(req)
	c.uas.request, c.uas.tx = req, tx
	if !p.adopt(c) {
		c.cancel()
		c.media.close()
		tx.Terminate()
		return
	}
	if !tx.OnCancel(c.cancelled) {
		c.finish(End{By: Remote, Code: sip.StatusRequestTerminated})
	}
	p.deliver(c)
	p.mu.Lock()
	behave := p.behaviour
	p.mu.Unlock()
	if after, ok := c.AutoAnswerRequested(); ok && p.cfg.HonourAutoAnswer {
		behave = AutoAnswer(after)
	}
	p.start(func() { behave(c) })
}

// openDialog sets up the callee's side of the dialog (RFC 3261, 12.1.1).
func (c *Call) openDialog(req *sip.Request) {
	tag, _ := req.From().Params.Get("tag")
	c.dialog = dialog{
		local:           party{name: unescapeName(req.To().DisplayName), uri: *req.To().Address.Clone(), tag: sip.GenerateTagN(16)},
		remote:          party{name: unescapeName(req.From().DisplayName), uri: *req.From().Address.Clone(), tag: tag},
		target:          *req.From().Address.Clone(),
		confirmedRemote: true,
	}
	if contact := req.Contact(); contact != nil {
		c.dialog.target = *contact.Address.Clone()
	}
	for _, route := range req.GetHeaders("Record-Route") {
		c.dialog.routes = append(c.dialog.routes, route.Value())
	}
}

// cancelled is called by the transaction when CANCEL comes; it sends the 487 itself.
func (c *Call) cancelled(req *sip.Request) {
	q850, reason := reasonOf(headersOf(req.Headers()))
	c.finish(End{By: Remote, Code: sip.StatusRequestTerminated, Q850: q850, Reason: reason})
}

// Invitation is the headers of the INVITE that began an inbound call; nil for an outbound one.
func (c *Call) Invitation() Headers { return c.invite }

// FromName and FromUser are the caller's display name and number, from the From header of an inbound call.
func (c *Call) FromName() string { return c.fromName }

// FromUser is the caller's number: see FromName.
func (c *Call) FromUser() string { return c.fromUser }

// Cancelled tells of the CANCEL that ended an inbound call; false if none came.
func (c *Call) Cancelled() (Cancel, bool) {
	end, ended := c.Ended()
	if !ended || c.outbound || end.By != Remote || end.Code != sip.StatusRequestTerminated {
		return Cancel{}, false
	}
	return Cancel{At: end.At, Reason: end.Reason}, true
}

// AnsweredElsewhere says whether the call was cancelled because another phone
// took it: a Reason of SIP cause 200, or Q.850 cause 26.
func (c *Call) AnsweredElsewhere() bool {
	cancel, ok := c.Cancelled()
	return ok && (strings.Contains(cancel.Reason, "cause=200") || strings.Contains(cancel.Reason, "cause=26"))
}

// AutoAnswerRequested says whether the INVITE asks the phone to answer by itself, in one of the ways in
// use (Call-Info with answer-after, Alert-Info with alert-autoanswer, Answer-Mode, P-Auto-Answer), and after how long.
func (c *Call) AutoAnswerRequested() (time.Duration, bool) {
	for _, v := range c.invite.Values("Call-Info") {
		if _, after, ok := strings.Cut(strings.ToLower(v), "answer-after="); ok {
			return leadingSeconds(after), true
		}
	}
	for _, v := range c.invite.Values("Alert-Info") {
		v = strings.ToLower(v)
		if strings.Contains(v, "alert-autoanswer") || strings.Contains(v, "auto-answer") {
			_, delay, _ := strings.Cut(v, "delay=")
			return leadingSeconds(delay), true
		}
	}
	auto := strings.EqualFold(c.invite.Get("Answer-Mode"), "Auto") || strings.EqualFold(c.invite.Get("P-Auto-Answer"), "normal")
	return 0, auto
}

// leadingSeconds reads the digits that a text begins with as seconds; 0 if there are none.
func leadingSeconds(text string) time.Duration {
	n := 0
	for _, r := range text {
		if r < '0' || r > '9' || n > 3600 {
			break
		}
		n = 10*n + int(r-'0')
	}
	return time.Duration(n) * time.Second
}

// Ring sends 180 Ringing for an inbound call. Sending it again is harmless.
func (c *Call) Ring() error {
	req, tx, err := c.unanswered("ring")
	if err != nil {
		return err
	}
	if err := tx.Respond(c.reply(req, sip.StatusRinging, "Ringing")); err != nil {
		return c.lost("ring", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.advance(StateRinging)
	return nil
}

// Reject refuses an inbound call with a final SIP code from 300 up and its phrase.
func (c *Call) Reject(code int, phrase string) error {
	req, tx, err := c.unanswered("reject")
	if err != nil {
		return err
	}
	if err := tx.Respond(c.reply(req, code, phrase)); err != nil {
		return c.lost("reject", err)
	}
	c.finish(End{By: Local, Code: code})
	return nil
}

// Ignore makes the phone give no answer whatever to this call's INVITE, nor to its
// repetitions: the server must find out by itself that nobody is there. It works
// only within 200 ms of the call's coming; later a "100 Trying" has gone out.
func (c *Call) Ignore() error {
	_, tx, err := c.unanswered("ignore")
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.uas.ignored = true
	// Kept as long as the server may repeat the INVITE, so that repetitions are known.
	c.uas.repeat = time.AfterFunc(40*time.Second, func() { c.finish(End{By: Local}) })
	c.mu.Unlock()
	tx.Terminate()
	return nil
}

// Answer takes an inbound call and returns when the caller's ACK has come. It
// fails with ErrEnded if the caller gave up first.
func (c *Call) Answer(ctx context.Context) error {
	req, tx, err := c.unanswered("answer")
	if err != nil {
		return err
	}
	res := c.reply(req, sip.StatusOK, "OK")
	offered := len(req.Body()) == 0
	if offered {
		describe(res, c.offer())
	} else {
		body, err := c.answerTo(req.Body())
		if err != nil {
			_ = c.Reject(sip.StatusNotAcceptableHere, "Not Acceptable Here") // the error to report is err
			return fmt.Errorf("%s: answer: %w", c, err)
		}
		describe(res, body)
	}
	c.mu.Lock()
	c.session.answer(c, c.invite, res)
	c.mu.Unlock()
	if err := c.accepting(tx, req, res, offered); err != nil {
		return c.lost("answer", err)
	}
	c.mu.Lock()
	c.advance(StateUp)
	c.mu.Unlock()
	if err := c.waitFor(ctx, func() bool { return c.uas.pending == 0 }, true); err != nil {
		return fmt.Errorf("%s: answer: wait for ACK: %w", c, err)
	}
	return nil
}

// unanswered returns the INVITE of an inbound call that has had no final answer.
func (c *Call) unanswered(doing string) (*sip.Request, *sip.ServerTx, error) {
	c.mu.Lock()
	state, req, tx, ignored := c.state, c.uas.request, c.uas.tx, c.uas.ignored
	c.mu.Unlock()
	switch {
	case c.phone.dead.Load():
		return nil, nil, fmt.Errorf("%s: %s: %w", c, doing, ErrVanished)
	case state == StateEnded:
		return nil, nil, fmt.Errorf("%s: %s: %w", c, doing, ErrEnded)
	case c.outbound || state >= StateUp || ignored:
		return nil, nil, fmt.Errorf("%s: %s: %w", c, doing, ErrState)
	}
	return req, tx, nil
}

// lost explains why an answer could not be sent: mostly a CANCEL that came first.
func (c *Call) lost(doing string, err error) error {
	if _, ended := c.Ended(); ended {
		return fmt.Errorf("%s: %s: %w", c, doing, ErrEnded)
	}
	return fmt.Errorf("%s: %s: %w", c, doing, err)
}

// First and longest pause between repetitions of a 200, and when to give up
// (RFC 3261, 13.3.1.4).
const (
	repeatFirst = 500 * time.Millisecond
	repeatMost  = 4 * time.Second
	repeatLimit = 32 * time.Second
)

// accepting sends a 200 to an INVITE and repeats it until ACK comes.
func (c *Call) accepting(tx *sip.ServerTx, req *sip.Request, res *sip.Response, offered bool) error {
	c.mu.Lock()
	c.uas.pending, c.uas.offered = req.CSeq().SeqNo, offered
	c.uas.stopRepeating()
	pause, begun := repeatFirst, time.Now()
	c.uas.repeat = time.AfterFunc(pause, func() {
		if time.Since(begun) > repeatLimit {
			c.bye(c.ctx, End{By: Network, Code: sip.StatusRequestTimeout, Reason: "no ACK"})
			return
		}
		c.phone.note(tx.Respond(res), "repeat 200", req)
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.uas.repeat != nil {
			pause = min(2*pause, repeatMost)
			c.uas.repeat.Reset(pause)
		}
	})
	c.mu.Unlock()
	err := tx.Respond(res)
	if err != nil {
		c.mu.Lock()
		c.uas.stopRepeating()
		c.mu.Unlock()
	}
	return err
}

// acked takes an ACK; it brings the answer if the 200 held the offer.
func (c *Call) acked(req *sip.Request) {
	c.mu.Lock()
	if c.uas.pending == 0 || req.CSeq().SeqNo != c.uas.pending {
		c.mu.Unlock()
		return
	}
	offered := c.uas.offered
	c.uas.pending, c.uas.offered = 0, false
	c.uas.stopRepeating()
	c.notify()
	c.mu.Unlock()
	if offered {
		if err := c.accept(req.Body()); err != nil {
			c.bye(c.ctx, End{By: Local, Code: sip.StatusNotAcceptableHere, Reason: err.Error()})
		}
	}
}
