package phone

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// defaultSession is the session interval, in seconds, that a phone proposes.
const defaultSession = "1800"

// sessionTimer is RFC 4028 on the phone's side: the side that is the refresher
// repeats its request halfway through the interval; the other hangs up when nothing came. Used under Call.mu.
type sessionTimer struct {
	timer *time.Timer
}

func (s *sessionTimer) stop() {
	if s.timer != nil {
		s.timer.Stop()
		s.timer = nil
	}
}

// adopt takes the interval that the far end's answer to our request states.
func (s *sessionTimer) adopt(c *Call, h Headers, weAsked bool) {
	interval, refresher := parseSession(h)
	if interval == 0 {
		s.stop()
		return
	}
	ours := (refresher == "uac") == weAsked
	s.arm(c, interval, ours)
}

// answer agrees to the interval that a request of the far end proposes, and says
// so in our answer; the far end refreshes unless it wants us to.
func (s *sessionTimer) answer(c *Call, h Headers, res *sip.Response) {
	interval, refresher := parseSession(h)
	if interval == 0 {
		return
	}
	if refresher == "" {
		refresher = "uac"
	}
	seconds := strconv.Itoa(int(interval / time.Second))
	res.AppendHeader(sip.NewHeader("Session-Expires", seconds+";refresher="+refresher))
	res.AppendHeader(sip.NewHeader("Require", "timer"))
	s.arm(c, interval, refresher == "uas")
}

// arm starts the interval anew. c.mu is held.
func (s *sessionTimer) arm(c *Call, interval time.Duration, weRefresh bool) {
	s.stop()
	if c.state == StateEnded {
		return
	}
	if weRefresh {
		s.timer = time.AfterFunc(interval/2, func() { c.phone.start(c.refresh) })
		return
	}
	s.timer = time.AfterFunc(interval, func() {
		c.phone.start(func() {
			ctx, cancel := context.WithTimeout(c.ctx, backgroundTimeout)
			defer cancel()
			c.bye(ctx, End{By: Network, Code: sip.StatusRequestTimeout, Reason: "session expired"})
		})
	})
}

// refresh repeats the session as it is.
func (c *Call) refresh() {
	ctx, cancel := context.WithTimeout(c.ctx, backgroundTimeout)
	defer cancel()
	if err := c.renegotiate(ctx); err != nil && c.ctx.Err() == nil {
		c.phone.cfg.Logger.Warn("phone: session refresh", "call", c.id, "error", err)
	}
}

// parseSession reads Session-Expires; 0 if there is none.
func parseSession(h Headers) (interval time.Duration, refresher string) {
	value := h.Get("Session-Expires")
	if value == "" {
		value = h.Get("x") // its compact form
	}
	number, params, _ := strings.Cut(value, ";")
	seconds, err := strconv.Atoi(strings.TrimSpace(number))
	if err != nil || seconds <= 0 {
		return 0, ""
	}
	for param := range strings.SplitSeq(params, ";") {
		if who, ok := strings.CutPrefix(strings.TrimSpace(param), "refresher="); ok {
			refresher = strings.ToLower(who)
		}
	}
	return time.Duration(seconds) * time.Second, refresher
}
