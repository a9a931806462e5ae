package ari_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"switchroom/ari"
)

// Both transports must behave the same.
func eachTransport(t *testing.T, f func(t *testing.T, cfg ari.Config)) {
	for name, kind := range map[string]ari.TransportKind{"HTTP": ari.TransportHTTP, "WebSocket": ari.TransportWebSocket} {
		t.Run(name, func(t *testing.T) {
			cfg := config(node(t), appName(t))
			cfg.Transport = kind
			f(t, cfg)
		})
	}
}

func TestACallIsCreatedRungAnsweredBridgedAndHungUp(t *testing.T) {
	eachTransport(t, func(t *testing.T, cfg ari.Config) {
		s, ctx := connected(t, cfg), t.Context()
		id := cfg.App + "-leg"
		ch := must(s.Channels().Create(ctx, ari.ChannelCreateParams{
			Endpoint: "Local/echo@ari-test/n", App: cfg.App, AppArgs: "leg,one", ChannelID: id,
			Variables: map[string]string{"GREETING": `a "quoted", ümlaut & more`},
		}))(t)
		if ch.ID != id || ch.State != ari.ChannelStateDown || ch.CreationTime.IsZero() {
			t.Fatalf("created %+v", ch)
		}
		start := next[*ari.StasisStart](t, s)
		if start.Channel.ID != id || !slices.Equal(start.Args, []string{"leg", "one"}) || start.Epoch != 1 || start.Received.IsZero() {
			t.Fatalf("started %+v", start)
		}
		check(t, s.Channels().Dial(ctx, id, ari.DialParams{Timeout: 10}))
		next(t, s, func(e *ari.ChannelStateChange) bool { return e.Channel.State == ari.ChannelStateUp })
		v := must(s.Channels().GetVariable(ctx, id, "GREETING"))(t)
		if v.Value != `a "quoted", ümlaut & more` {
			t.Fatalf("the variable arrived as %q", v.Value)
		}
		bridge := must(s.Bridges().Create(ctx, ari.BridgeCreateParams{Type: "mixing", BridgeID: cfg.App + "-bridge"}))(t)
		must(s.Applications().Subscribe(ctx, cfg.App, []string{"bridge:" + bridge.ID}))(t)
		check(t, s.Bridges().AddChannel(ctx, bridge.ID, ari.AddChannelParams{Channel: []string{id}}))
		if e := next[*ari.ChannelEnteredBridge](t, s); e.Bridge.ID != bridge.ID || e.Channel.ID != id {
			t.Fatalf("entered %+v", e)
		}
		check(t, s.Channels().Hangup(ctx, id, ari.HangupParams{Reason: ari.HangupReasonNormal}))
		for left, ended := false, false; !left || !ended; { // by two topics: either may be first
			switch take(t, s).(type) {
			case *ari.ChannelLeftBridge:
				left = true
			case *ari.StasisEnd:
				ended = true
			}
		}
		check(t, s.Bridges().Destroy(ctx, bridge.ID))
		next[*ari.BridgeDestroyed](t, s)
		eventually(t, "the channel is gone", func() bool {
			_, err := s.Channels().Get(ctx, id)
			return ari.IsGone(err) && ari.IsNotFound(err)
		})
	})
}

// The socket's request must fit a frame that Asterisk takes; what is larger goes another way, unnoticed, up to the most
// that Asterisk takes at all.
func TestLargeBodiesArriveUpToAsterisksLimit(t *testing.T) {
	eachTransport(t, func(t *testing.T, cfg ari.Config) {
		s := connected(t, cfg)
		id, _ := echoChannel(t, s, cfg)
		for _, kilobytes := range []int{1, 8, 16, 31, 33, 38, 60} {
			value := strings.Repeat("0123456789abcdef", kilobytes*64)
			vars := map[string]string{}
			for i := 0; i < len(value); i += 1024 {
				vars[fmt.Sprintf("LARGE_%d", i/1024)] = value[i : i+1024]
			}
			err := s.Channels().SetVariables(t.Context(), id, vars)
			if fits := kilobytes < 40; fits && err != nil || !fits && !ari.NotSent(err) {
				t.Fatalf("%d KB: %v", kilobytes, err)
			}
		}
		if v := must(s.Channels().GetVariable(t.Context(), id, "LARGE_37"))(t); len(v.Value) != 1024 {
			t.Errorf("the last variable has %d characters", len(v.Value))
		}
		if s.Epoch() != 1 {
			t.Errorf("the socket broke: %+v", s.Status())
		}
	})
}
