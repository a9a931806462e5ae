package ari

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestVersions(t *testing.T) {
	for _, v := range []string{"22.10.1+dfsg+~cs6.17.60671434-1", "22.10.0", "22.11.3", "23.4.0", "24.0.0-rc1", "25.1"} {
		if err := checkVersion(v); err != nil {
			t.Errorf("%s: %v", v, err)
		}
	}
	for v, want := range map[string]string{
		"22.9.0": "deadlock", "22.8.2": "install 22.10.1", "20.18.0": "install", "21.12.0": "install", "23.3.1": "deadlock", "18.9-cert1": "install",
		"GIT-master-0123": "SkipVersionCheck", "": "SkipVersionCheck",
	} {
		err := checkVersion(v)
		if !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", v, err)
		}
	}
}

func TestWaitsGrowWithJitterUpToTheLongest(t *testing.T) {
	b := backoff{min: 100 * time.Millisecond, max: time.Second}
	for i, step := range []time.Duration{100, 200, 400, 800, 1000, 1000} {
		step *= time.Millisecond
		if d := b.next(false); d < step/2 || d > step {
			t.Errorf("wait %d is %v, not within %v and %v", i, d, step/2, step)
		}
	}
	b.worked(10 * time.Millisecond)
	if d := b.next(false); d < 400*time.Millisecond || d > 800*time.Millisecond {
		t.Errorf("a connection that broke at once is tried again after %v", d)
	}
	b.worked(time.Second)
	if d := b.next(false); d > 100*time.Millisecond {
		t.Errorf("a connection that had worked is tried again after %v", d)
	}
	if d := b.next(true); d < 500*time.Millisecond {
		t.Errorf("a fault that must be mended is retried after %v", d)
	}
}

func TestFilters(t *testing.T) {
	none := newEventSet(Filter{Disallowed: []EventType{EventChannelVarset, EventChannelUserevent}})
	if none.wants(EventChannelVarset) || !none.wants(EventStasisStart) || !none.wants(EventChannelUserevent) || !none.wants("New") {
		t.Errorf("%+v", none)
	}
	some := newEventSet(Filter{Allowed: []EventType{EventStasisStart}})
	if !some.wants(EventStasisStart) || some.wants(EventStasisEnd) || !some.wants(EventApplicationReplaced) {
		t.Errorf("%+v", some)
	}
	if r := none.request(); len(r.Disallowed) != 1 || r.Allowed == nil {
		t.Errorf("sent to Asterisk: %+v", r)
	}
}

func TestTheQueueKeepsOrderWakesItsConsumerAndEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1 << 20)
		go func() {
			for i := range 10_000 {
				q.push(entry{item: Connected{Epoch: uint64(i)}})
				if i%100 == 0 {
					time.Sleep(time.Millisecond) // the consumer empties it
				}
			}
			q.close(ErrClosed)
		}()
		for i := range 10_000 {
			e, err := q.pop(t.Context())
			if err != nil || e.item.(Connected).Epoch != uint64(i) {
				t.Fatalf("item %d is %+v, %v", i, e, err)
			}
		}
		for range 2 {
			if _, err := q.pop(t.Context()); !errors.Is(err, ErrClosed) {
				t.Fatalf("after the end: %v", err)
			}
		}
		if s := q.snapshot(); s.Length != 0 || s.Bytes != 0 || s.HighWater == 0 {
			t.Fatalf("stats %+v", s)
		}
	})
}

func TestTheQueueHasACeilingForMessagesAndTellsWhenThereIsRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(10 * (entryCost + 4))
		for range 10 {
			if !q.push(entry{raw: []byte("1234")}) {
				t.Fatal("refused below the ceiling")
			}
		}
		if q.push(entry{raw: []byte("1234")}) {
			t.Fatal("accepted above the ceiling")
		}
		if !q.push(entry{item: Disconnected{}}) {
			t.Fatal("what the session has to say was refused")
		}
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if q.waitForRoom(short) == nil {
			t.Fatal("room in a full queue")
		}
		room := make(chan error, 1)
		go func() { room <- q.waitForRoom(t.Context()) }()
		for range 6 {
			if _, err := q.pop(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if err := <-room; err != nil {
			t.Fatal(err)
		}
	})
}

func TestConfigurationsThatCannotWorkAreRefused(t *testing.T) {
	good := Config{URL: "http://127.0.0.1:8088/ari/", User: "u", Password: "p", App: "a"}
	if c, err := NewClient(good); err != nil || c.http.base != "http://127.0.0.1:8088/ari" {
		t.Errorf("%+v, %v", c, err)
	}
	for what, change := range map[string]func(*Config){
		"no URL": func(c *Config) { c.URL = "" }, "no scheme": func(c *Config) { c.URL = "asterisk:8088" },
		"no user": func(c *Config) { c.User = "" }, "no password": func(c *Config) { c.Password = "" },
		"no app": func(c *Config) { c.App = "" }, "two apps": func(c *Config) { c.App = "a,b" },
	} {
		bad := good
		change(&bad)
		if _, err := Open(t.Context(), bad); err == nil {
			t.Errorf("%s was accepted", what)
		}
	}
}

func TestParametersAreEncoded(t *testing.T) {
	var q query
	addRequired(&q, "endpoint", "Local/a b@c&d")
	addText(&q, "empty", "")
	addNumber(&q, "zero", 0)
	addOptional(&q, "timeout", new(0))
	addOptional[int](&q, "absent", nil)
	addFlag(&q, "mute", true)
	addList(&q, "channel", []string{"a", "b"})
	if got, want := q.String(), "endpoint=Local%2Fa+b%40c%26d&timeout=0&mute=true&channel=a%2Cb"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := escape("a/b c"); got != "a%2Fb%20c" {
		t.Errorf("escaped to %s", got)
	}
}

func TestTimes(t *testing.T) {
	var v Time
	for in, want := range map[string]int64{`"2026-11-23T02:30:59.113+0000"`: 1795401059113, `"2026-11-23T03:30:59.113+01:00"`: 1795401059113} {
		if err := v.UnmarshalJSON([]byte(in)); err != nil || v.UnixMilli() != want {
			t.Errorf("%s: %v, %v", in, v, err)
		}
	}
	if err := v.UnmarshalJSON([]byte(`""`)); err != nil || !v.IsZero() {
		t.Errorf("empty: %v, %v", v, err)
	}
	if err := v.UnmarshalJSON([]byte(`"noon"`)); err == nil {
		t.Error("noon is a time")
	}
}
