package ari_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"switchroom/ari"
)

// everything asks for all events.
var everything = ari.Filter{Disallowed: []ari.EventType{}}

const batch = 500 // variables set by one request, each an event

// flood has Asterisk send count ChannelVarset events, in a known order, as fast as it can.
func flood(t testing.TB, c *ari.Client, channel string, count int) {
	t.Helper()
	for start := 0; start < count; start += batch {
		vars := map[string]string{}
		for i := start; i < start+batch; i++ {
			vars[fmt.Sprintf("FLOOD_%03d", i%batch)] = fmt.Sprint(i) // few names: Asterisk searches them one by one
		}
		check(t, c.Channels().SetVariables(t.Context(), channel, vars))
	}
}

// floodStep returns 1 if item is the flood's event number want, 0 if it is another event.
func floodStep(t testing.TB, item ari.Item, want int) int {
	t.Helper()
	e, ok := item.(*ari.ChannelVarset)
	if !ok || !strings.HasPrefix(e.Variable, "FLOOD_") {
		return 0
	}
	if e.Value != fmt.Sprint(want) {
		t.Fatalf("event %s came instead of %d", e.Value, want)
	}
	return 1
}

// echoChannel puts a channel into the application; it is hung up at the test's end.
func echoChannel(t testing.TB, s *ari.Session, cfg ari.Config) (string, *ari.Client) {
	t.Helper()
	c := must(ari.NewClient(cfg))(t)
	ch := must(c.Channels().Originate(t.Context(), ari.OriginateParams{Endpoint: "Local/echo@ari-test/n", App: cfg.App}))(t)
	next[*ari.StasisStart](t, s)
	t.Cleanup(func() {
		defer c.Close()
		if err := c.Channels().Hangup(context.Background(), ch.ID, ari.HangupParams{}); err != nil && !ari.IsGone(err) {
			t.Error(err)
		}
	})
	return ch.ID, c
}

func TestASlowConsumerLosesNothingAndAsteriskNeverWaits(t *testing.T) {
	const count = 50_000
	cfg := config(node(t), appName(t))
	cfg.Filter = everything
	cfg.PingInterval = 200 * time.Millisecond
	s := connected(t, cfg)
	channel, c := echoChannel(t, s, cfg)
	flood(t, c, channel, count) // nobody takes anything meanwhile
	eventually(t, "all events are in the queue", func() bool { return s.Status().Queue.Length >= count })
	st := s.Status()
	if st.Epoch != 1 || st.State != ari.StateConnected || st.Queue.HighWater < count {
		t.Fatalf("status %+v", st)
	}
	began := time.Now()
	for i := 0; i < count; {
		i += floodStep(t, take(t, s), i)
	}
	t.Logf("last ping through the application %v; taken at %.1f µs each", st.PingTime,
		float64(time.Since(began).Microseconds())/count)
}

func TestTooMuchWaitingResetsTheConnectionInsteadOfLosingSilently(t *testing.T) {
	cfg := config(node(t), appName(t))
	cfg.Filter, cfg.MaxQueuedBytes = everything, 200<<10
	s := connected(t, cfg)
	channel, c := echoChannel(t, s, cfg)
	flood(t, c, channel, batch)
	eventually(t, "the session waits for the consumer", func() bool { return s.Status().Queue.Overflow == 1 })
	for i := 0; ; {
		item := take(t, s)
		i += floodStep(t, item, i)
		if d, ok := item.(ari.Disconnected); ok {
			if !errors.Is(d.Err, ari.ErrOverflow) || i == 0 || i >= batch {
				t.Fatalf("after %d events: %+v", i, d)
			}
			break
		}
	}
	if c := next[ari.Connected](t, s); c.Epoch != 2 {
		t.Fatalf("connected: %+v", c)
	}
}
