package phone

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// handle takes a request that came within the call. It runs in a goroutine per request.
func (c *Call) handle(req *sip.Request, tx *sip.ServerTx) {
	if req.Method == sip.ACK {
		c.acked(req)
		return
	}
	headers := headersOf(req.Headers())
	c.mu.Lock()
	c.noteReceived(req, headers)
	if contact := req.Contact(); contact != nil && (req.IsInvite() || req.Method == sip.UPDATE) {
		c.dialog.target = *contact.Address.Clone() // a target refresh
	}
	c.notify()
	c.mu.Unlock()

	switch req.Method {
	case sip.INVITE:
		c.reinvited(req, tx, headers)
	case sip.UPDATE:
		c.updated(req, tx, headers)
	case sip.BYE:
		c.respond(req, tx, sip.StatusOK, "OK")
		q850, reason := reasonOf(headers)
		c.finish(End{By: Remote, Code: sip.StatusOK, Q850: q850, Reason: reason})
	case sip.NOTIFY:
		c.notified(req, tx, headers)
	case sip.INFO, sip.OPTIONS, sip.MESSAGE:
		c.respond(req, tx, sip.StatusOK, "OK")
	default:
		c.respond(req, tx, sip.StatusMethodNotAllowed, "Method Not Allowed")
	}
}

// noteReceived files a request by its CSeq: the library handles requests side by side, and two that follow
// closely may come to us the wrong way round. c.mu must be held.
func (c *Call) noteReceived(req *sip.Request, headers Headers) {
	r := Received{At: time.Now(), Method: req.Method.String(), Headers: headers, cseq: req.CSeq().SeqNo}
	if r.Method == string(sip.NOTIFY) && strings.HasPrefix(headers.Get("Event"), "refer") {
		r.code = fragmentCode(string(req.Body()))
	}
	at := len(c.received)
	for at > 0 && c.received[at-1].cseq > r.cseq {
		at--
	}
	c.received = slices.Insert(c.received, at, r)
	if len(c.received) > maxReceived {
		c.received = c.received[1:]
	}
}

// fragmentCode reads the status line that a transfer's NOTIFY carries, such as "SIP/2.0 200 OK"; 0 if it has none.
func fragmentCode(fragment string) int {
	fields := strings.Fields(fragment)
	if len(fields) < 2 {
		return 0
	}
	code, err := strconv.Atoi(fields[1])
	if err != nil {
		return 0
	}
	return code
}

// respond answers a request within the call.
func (c *Call) respond(req *sip.Request, tx *sip.ServerTx, code int, phrase string) {
	c.phone.note(tx.Respond(c.reply(req, code, phrase)), "respond", req)
}

// reinvited takes a re-INVITE: the far end holds, resumes, moves its audio, or refreshes the session.
func (c *Call) reinvited(req *sip.Request, tx *sip.ServerTx, headers Headers) {
	c.mu.Lock()
	glare, up := c.reinvite || c.uas.pending != 0, c.state == StateUp
	c.mu.Unlock()
	switch {
	case !up:
		c.respond(req, tx, sip.StatusInternalServerError, "Server Internal Error")
		return
	case glare:
		// Both sides asked at once: the far end tries again later (RFC 3261, 14.2).
		c.respond(req, tx, sip.StatusRequestPending, "Request Pending")
		return
	}
	res := c.reply(req, sip.StatusOK, "OK")
	offered := len(req.Body()) == 0
	if offered {
		describe(res, c.offer())
	} else {
		body, err := c.answerTo(req.Body())
		if err != nil {
			c.respond(req, tx, sip.StatusNotAcceptableHere, "Not Acceptable Here")
			return
		}
		describe(res, body)
	}
	c.mu.Lock()
	c.session.answer(c, headers, res)
	c.mu.Unlock()
	c.phone.note(c.accepting(tx, req, res, offered), "answer re-INVITE", req)
}

// updated takes an UPDATE: a session refresh, a change of the connected party, or
// of the audio.
func (c *Call) updated(req *sip.Request, tx *sip.ServerTx, headers Headers) {
	res := c.reply(req, sip.StatusOK, "OK")
	if len(req.Body()) > 0 {
		body, err := c.answerTo(req.Body())
		if err != nil {
			c.respond(req, tx, sip.StatusNotAcceptableHere, "Not Acceptable Here")
			return
		}
		describe(res, body)
	}
	c.mu.Lock()
	c.session.answer(c, headers, res)
	c.mu.Unlock()
	c.phone.note(tx.Respond(res), "answer UPDATE", req)
}

// notified takes a NOTIFY: the progress of a transfer of ours, or remote control
// ("talk" presses the answer or resume key, "hold" the hold key).
func (c *Call) notified(req *sip.Request, tx *sip.ServerTx, headers Headers) {
	event, _, _ := strings.Cut(headers.Get("Event"), ";")
	switch strings.TrimSpace(event) {
	case "refer":
		c.respond(req, tx, sip.StatusOK, "OK")
		c.transferred(fragmentCode(string(req.Body())))
	case "talk", "hold":
		if !c.phone.cfg.AcceptTalkNotify {
			c.respond(req, tx, 489, "Bad Event")
			return
		}
		c.respond(req, tx, sip.StatusOK, "OK")
		c.phone.start(func() { c.press(event) })
	default:
		c.respond(req, tx, 489, "Bad Event")
	}
}

// press does what a NOTIFY asks for, as the phone's user would by pressing the key.
func (c *Call) press(event string) {
	var err error
	switch {
	case event == "hold":
		err = c.Hold(c.ctx)
	case c.State() == StateUp:
		err = c.Resume(c.ctx)
	default:
		err = c.Answer(c.ctx)
	}
	if err != nil {
		c.phone.cfg.Logger.Warn("phone: remote control", "event", event, "error", err)
	}
}

// transferred takes a transfer's report. After success the phone leaves the call
// with BYE, as desk phones do; Asterisk waits for it.
func (c *Call) transferred(code int) {
	if code < 200 || code >= 300 {
		return
	}
	c.phone.start(func() {
		ctx, cancel := context.WithTimeout(c.ctx, backgroundTimeout)
		defer cancel()
		_ = c.bye(ctx, End{By: Local, Code: sip.StatusOK, Reason: "transferred"}) // over in any case
	})
}
