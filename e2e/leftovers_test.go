package e2e

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// longestSilence is what a customer may be in for once answered: a moment while legs are put together.
const longestSilence = time.Second

// leaveNothing is what every story ends with: all calls over, nothing left at Asterisk, in Redis and in the logs, nobody rung twice for one
// offer, no customer left in silence, and a controller that stops when told to.
func (h *house) leaveNothing() {
	for _, c := range h.customers {
		if c.call != nil {
			ctx, cancel := h.limit(2 * time.Second)
			_ = c.call.Hangup(ctx) // harmless when it is over
			cancel()
		}
	}
	h.settled()
	h.checkPeople()
	h.control.stop()
	h.checkLogs()
}

// settled waits until no call is left anywhere.
func (h *house) settled() {
	h.Helper()
	deadline := time.Now().Add(15 * time.Second)
	for {
		if h.asterisk.Died() != nil {
			return // see checkLogs
		}
		left := h.leftovers()
		if left == "" {
			return
		}
		if time.Now().After(deadline) {
			h.Errorf("left over at the end: %s", left)
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// leftovers names what is left of calls at Asterisk and in Redis, and where the indexes do not fit the records; empty: nothing.
func (h *house) leftovers() string {
	ctx, cancel := h.limit(5 * time.Second)
	defer cancel()
	var left []string
	add := func(format string, args ...any) { left = append(left, fmt.Sprintf(format, args...)) }
	channels, err := h.ari.Channels().List(ctx)
	if err != nil {
		add("channels cannot be listed: %v", err)
	}
	for _, ch := range channels {
		add("channel %s %s (%s %s)", ch.ID, ch.Name, ch.State, ch.Dialplan.AppName)
	}
	bridges, err := h.ari.Bridges().List(ctx)
	if err != nil {
		add("bridges cannot be listed: %v", err)
	}
	for _, b := range bridges {
		add("bridge %s", b.ID)
	}
	calls, err := h.live.Calls(ctx, nodeName)
	if err != nil {
		add("live calls cannot be listed: %v", err)
	}
	for _, c := range calls {
		add("call %s (%s)", c.ID, c.State)
	}
	left = append(left, h.redisLeftovers(ctx)...)
	return strings.Join(left, "; ")
}

// redisLeftovers looks at agents and at the indexes, which the store's script derives from the records.
func (h *house) redisLeftovers(ctx context.Context) []string {
	var left []string
	agents, err := h.live.Agents(ctx)
	if err != nil {
		return []string{"agents cannot be listed: " + err.Error()}
	}
	ready, err := h.live.Ready(ctx, sales, 1000)
	if err != nil {
		return []string{"ready agents cannot be listed: " + err.Error()}
	}
	var listed []string
	for _, a := range ready {
		listed = append(listed, a.ID)
	}
	for _, a := range agents {
		if a.Held != nil {
			left = append(left, fmt.Sprintf("agent %s is held by %s (%s)", a.ID, a.Held.Call, a.Held.Phase))
		}
		if ok, why := a.Available(time.Now()); ok != slices.Contains(listed, a.ID) && why != "phone_busy" && why != "phone_unreachable" {
			left = append(left, fmt.Sprintf("agent %s is available: %t %s, and in the ready set: %t", a.ID, ok, why, !ok))
		}
	}
	rdb := goredis.NewClient(&goredis.Options{Addr: h.redis.Addr()})
	defer rdb.Close()
	keys, err := rdb.Keys(ctx, "*:queue:*").Result()
	if err != nil {
		return append(left, err.Error())
	}
	for _, key := range keys {
		left = append(left, "waiting callers in "+key)
	}
	return left
}

// checkPeople checks what people went through.
func (h *house) checkPeople() {
	h.Helper()
	for _, d := range h.desks {
		if leg := d.dialledTwice(); leg != "" {
			h.Errorf("%s's phone was rung twice for leg %s", d.name, leg)
		}
	}
	for _, d := range h.desks {
		for _, f := range d.page.faults {
			h.Errorf("%s's feed: %s", d.name, f)
		}
	}
	lag := clock.worst(h.since)
	for _, c := range h.customers {
		if s := c.silence(); s > longestSilence+lag+h.maySilence && !c.mayHearNothing {
			h.Errorf("the customer %s was in silence for %v: %s (the test's own clock lagged by up to %v)", c.phone.User(), s, c.quiet(), lag)
		}
	}
}

// checkLogs looks for what nobody noticed: errors of the controller and of Asterisk.
func (h *house) checkLogs() {
	h.Helper()
	for _, line := range h.control.complaints() {
		h.Errorf("the controller says: %s", line)
	}
	if err := h.asterisk.Died(); err != nil {
		h.Error(err)
	}
	b, err := os.ReadFile(h.asterisk.LogPath())
	if err != nil {
		h.Error(err)
	}
	for line := range strings.Lines(string(b)) {
		if strings.Contains(line, "] ERROR[") && !h.expected(line) {
			h.Errorf("Asterisk says: %s", strings.TrimSpace(line))
		}
	}
}

// cancelled is what Asterisk says of a caller who hangs up while it answers: nobody's fault, and possible in any story in which one hangs up.
const cancelled = "Session already DISCONNECTED [reason=487"

func (h *house) expected(line string) bool {
	return slices.ContainsFunc(h.expects, func(s string) bool { return strings.Contains(line, s) })
}

// expect names part of a line that is no fault in this story's logs.
func (h *house) expect(part string) { h.expects = append(h.expects, part) }

// ending waits for the line that the dialplan wrote when it got a caller back, and returns what follows the context's name:
// result, reason, call.
func (h *house) ending(context string) (result, reason string) {
	h.Helper()
	mark := "ending " + context + " "
	h.until(soon, "the dialplan gets the caller back in "+context, func(contextT) (bool, string) {
		b, err := os.ReadFile(h.asterisk.LogPath())
		if err != nil {
			return false, err.Error()
		}
		_, after, found := strings.Cut(string(b), mark)
		if !found {
			return false, "no such line in Asterisk's log"
		}
		line, _, _ := strings.Cut(after, "\n")
		words := strings.Fields(line)
		if len(words) > 1 {
			result, reason = words[0], words[1]
		}
		return true, ""
	})
	return result, reason
}

type contextT = context.Context
