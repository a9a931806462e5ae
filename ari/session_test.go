package ari_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"switchroom/ari"
)

func TestTheSocketCutInTheMiddleEndsTheEpochAndTheNextOneBegins(t *testing.T) {
	cfg, p := throughProxy(t, config(node(t), appName(t)))
	s := connected(t, cfg)
	for epoch := uint64(1); epoch <= 3; epoch++ {
		p.cutSockets()
		if d := next[ari.Disconnected](t, s); d.Epoch != epoch || !errors.Is(d.Err, ari.ErrConnectionLost) {
			t.Fatalf("disconnected: %+v", d)
		}
		if c := next[ari.Connected](t, s); c.Epoch != epoch+1 || s.Epoch() != epoch+1 || c.Info.Version == "" || c.Info.Started.IsZero() {
			t.Fatalf("connected: %+v", c)
		}
	}
}

func TestTheEventFilterIsThereAgainAfterAReconnect(t *testing.T) {
	cfg, p := throughProxy(t, config(node(t), appName(t)))
	cfg.Filter = ari.Filter{Disallowed: []ari.EventType{ari.EventChannelVarset, ari.EventChannelDialplan}}
	s := connected(t, cfg)
	for range 2 {
		app := must(s.Applications().Get(t.Context(), cfg.App))(t)
		if !slices.Contains(app.EventsDisallowed, ari.EventRef{Type: ari.EventChannelVarset}) || len(app.EventsDisallowed) != 2 {
			t.Fatalf("filter at Asterisk: %+v", app)
		}
		p.cutSockets()
		next[ari.Connected](t, s)
	}
}

func TestEventsThatNobodyWantsAreNotSentAndOthersComeInOrder(t *testing.T) {
	cfg := config(node(t), appName(t))
	s := connected(t, cfg)
	ch := must(s.Channels().Originate(t.Context(), ari.OriginateParams{Endpoint: "Local/echo@ari-test/n", App: cfg.App,
		Variables: map[string]string{"A": "1"}}))(t)
	next[*ari.StasisStart](t, s)
	for i := range 50 {
		check(t, s.Channels().SetVariable(t.Context(), ch.ID, ari.ChannelSetVariableParams{Variable: "N", Value: fmt.Sprint(i)}))
		check(t, s.Events().UserEvent(t.Context(), fmt.Sprintf("mark-%d", i), ari.UserEventParams{Application: cfg.App,
			Variables: map[string]string{"n": fmt.Sprint(i)}}))
	}
	for i := 0; i < 50; {
		switch e := take(t, s).(type) {
		case *ari.ChannelUserevent:
			if e.EventName != fmt.Sprintf("mark-%d", i) || !strings.Contains(string(e.UserEvent), fmt.Sprintf(`"n":"%d"`, i)) {
				t.Fatalf("event %d is %+v", i, e)
			}
			i++
		case *ari.ChannelVarset, *ari.ChannelDialplan:
			t.Fatalf("%T came although filtered", e)
		}
	}
	check(t, s.Channels().Hangup(t.Context(), ch.ID, ari.HangupParams{}))
	next(t, s, func(e *ari.ChannelDestroyed) bool { return e.Channel.ID == ch.ID })
}

func TestAnAllowListStillLetsTheSessionLive(t *testing.T) {
	cfg, p := throughProxy(t, config(node(t), appName(t)))
	cfg.Filter = ari.Filter{Allowed: []ari.EventType{ari.EventStasisStart, ari.EventStasisEnd}}
	cfg.PingInterval, cfg.PingTimeout = 50*time.Millisecond, 2*time.Second
	s := connected(t, cfg)
	ch := must(s.Channels().Originate(t.Context(), ari.OriginateParams{Endpoint: "Local/echo@ari-test/n", App: cfg.App}))(t)
	if e, ok := take(t, s).(*ari.StasisStart); !ok || e.Channel.ID != ch.ID {
		t.Fatalf("got %+v", e)
	}
	check(t, s.Channels().Hangup(t.Context(), ch.ID, ari.HangupParams{}))
	if e, ok := take(t, s).(*ari.StasisEnd); !ok || e.Channel.ID != ch.ID {
		t.Fatalf("got %+v", e)
	}
	first := s.Status().PingTime
	eventually(t, "another ping came back", func() bool { return s.Status().PingTime != first })
	p.cutSockets()
	next[ari.Connected](t, s)
}

func TestAsteriskKilledAndStartedAgain(t *testing.T) {
	a := ownNode(t, nil)
	s := connected(t, config(a, appName(t)))
	before := s.Status().Asterisk.Started
	a.Kill()
	next[ari.Disconnected](t, s)
	eventually(t, "the status says why", func() bool {
		st := s.Status()
		return st.State == ari.StateWaiting && st.Err != nil && st.Attempts > 0
	})
	if _, err := s.Channels().List(t.Context()); err == nil || !ari.NotSent(err) {
		t.Fatalf("a request to nobody: %v", err)
	}
	check(t, a.Restart(t.Context()))
	c := next[ari.Connected](t, s)
	if c.Epoch != 2 || !c.Info.Started.After(before) {
		t.Fatalf("connected: %+v, earlier start %v", c, before)
	}
	if _, err := s.Channels().List(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestAnAsteriskThatIsNotThereYetIsWaitedFor(t *testing.T) {
	cfg, p := throughProxy(t, config(node(t), appName(t)))
	p.refuse.Store(true)
	s := open(t, cfg)
	if st := s.Status(); st.Epoch != 0 || st.State == ari.StateConnected {
		t.Fatalf("status %+v", st)
	}
	p.refuse.Store(false)
	if c := next[ari.Connected](t, s); c.Epoch != 1 {
		t.Fatalf("connected: %+v", c)
	}
}

func TestAWrongPasswordIsAnErrorThatNamesTheUser(t *testing.T) {
	cfg := config(node(t), appName(t))
	cfg.Password = "wrong"
	_, err := ari.Open(t.Context(), cfg)
	if !ari.IsUnauthorized(err) || !strings.Contains(err.Error(), `user "switchroom"`) || strings.Contains(err.Error(), "wrong\"") {
		t.Fatalf("got %v", err)
	}
}

func TestAPasswordChangedMeanwhileShowsInTheStatusAndIsNotKnockedAtInHaste(t *testing.T) {
	a := ownNode(t, nil)
	cfg, p := throughProxy(t, config(a, appName(t)))
	s := connected(t, cfg)
	conf := filepath.Join(a.Dir, "etc", "ari.conf")
	text := must(os.ReadFile(conf))(t)
	check(t, os.WriteFile(conf, bytes.ReplaceAll(text, []byte(a.Password), []byte("changed")), 0o600))
	must(a.CLI(t.Context(), "module reload res_ari.so"))(t)
	eventually(t, "Asterisk wants the new password", func() bool {
		_, err := s.Asterisk().Ping(t.Context())
		return ari.IsUnauthorized(err)
	})
	p.cutSockets()
	eventually(t, "the status names the user", func() bool {
		st := s.Status()
		return st.State == ari.StateWaiting && ari.IsUnauthorized(st.Err) && time.Until(st.NextAttempt) > cfg.MaxBackoff/4
	})
	check(t, os.WriteFile(conf, text, 0o600))
	must(a.CLI(t.Context(), "module reload res_ari.so"))(t)
	next(t, s, func(c ari.Connected) bool { return c.Epoch == 2 })
}

func TestAMissingModuleIsNamed(t *testing.T) {
	cfg := config(node(t), appName(t))
	cfg.RequireModules = []string{"app_stasis.so", "app_time_travel.so"}
	_, err := ari.Open(t.Context(), cfg)
	var u *ari.UnsupportedError
	if !errors.As(err, &u) || !errors.Is(err, ari.ErrUnsupported) || !slices.Equal(u.Missing, []string{"app_time_travel.so"}) {
		t.Fatalf("got %v", err)
	}
}

func TestWhoeverLosesTheApplicationStopsForGood(t *testing.T) {
	eachTransport(t, func(t *testing.T, cfg ari.Config) {
		old := connected(t, cfg)
		taker := connected(t, cfg)
		if d := next[ari.Disconnected](t, old); !errors.Is(d.Err, ari.ErrReplaced) {
			t.Fatalf("disconnected: %+v", d)
		}
		if _, err := old.Next(t.Context()); !errors.Is(err, ari.ErrReplaced) {
			t.Fatalf("the stream ended with %v", err)
		}
		if _, err := old.Channels().List(t.Context()); !errors.Is(err, ari.ErrReplaced) || !ari.NotSent(err) {
			t.Fatalf("a request after the loss: %v", err)
		}
		if st := old.Status(); st.State != ari.StateStopped || !errors.Is(st.Err, ari.ErrReplaced) {
			t.Fatalf("status %+v", st)
		}
		if _, err := taker.Channels().List(t.Context()); err != nil || taker.Epoch() != 1 {
			t.Fatalf("the one who took over: %v, epoch %d", err, taker.Epoch())
		}
	})
}

func TestADeadApplicationOnALivingSocketIsFound(t *testing.T) {
	cfg, p := throughProxy(t, config(node(t), appName(t)))
	cfg.PingInterval, cfg.PingTimeout, cfg.ConnectTimeout = 100*time.Millisecond, 300*time.Millisecond, 2*time.Second
	s := connected(t, cfg)
	p.deafSocket.Store(true)
	d := next[ari.Disconnected](t, s)
	if !errors.Is(d.Err, ari.ErrAppDead) {
		t.Fatalf("disconnected: %+v", d)
	}
	p.deafSocket.Store(false)
	next[ari.Connected](t, s)
}

func TestARequestIntoABlackHoleEndsInTime(t *testing.T) {
	cfg, p := throughProxy(t, config(node(t), appName(t)))
	for _, kind := range []ari.TransportKind{ari.TransportHTTP, ari.TransportWebSocket} {
		cfg.Transport, cfg.RequestTimeout = kind, 200*time.Millisecond
		s := connected(t, cfg)
		p.blackhole.Store(true)
		began := time.Now()
		_, err := s.Channels().List(t.Context())
		if !ari.IsTimeout(err) || ari.NotSent(err) || time.Since(began) > 2*time.Second {
			t.Fatalf("after %v: %v", time.Since(began), err)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(nil)
		if _, err := s.Channels().List(ctx); !errors.Is(err, context.Canceled) {
			t.Fatalf("a cancelled request: %v", err)
		}
		p.blackhole.Store(false)
		p.cut(func(*proxied) bool { return true })
		s.Close()
	}
}

func TestNextHeedsItsContextAndEndsWithClose(t *testing.T) {
	s := connected(t, config(node(t), appName(t)))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	for {
		if _, err := s.Next(ctx); err != nil {
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Fatal(err)
			}
			break
		}
	}
	s.Close()
	s.Close()
	next[ari.Disconnected](t, s)
	if _, err := s.Next(t.Context()); !errors.Is(err, ari.ErrClosed) {
		t.Fatalf("after Close: %v", err)
	}
}
