package redis_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"switchroom/call"
	"switchroom/engine"
)

func TestKeysAreTheDocumentedOnesUnderOneHashTag(t *testing.T) {
	w := newWorld(t)
	c, over := queuedCall(t, "c1", "sales"), queuedCall(t, "c2", "sales")
	over.State, over.Customer.State = call.Ended, call.Gone
	b := w.batch(readyAgent("anna", "sales"))
	b.Call, b.Journal = &c, &engine.Entry{Call: "c1", Version: 1}
	b.Feed = []engine.Message{{Agent: "anna", Type: engine.MessageView, Data: json.RawMessage(`{}`)}}
	w.must(b)
	b = w.batch()
	b.Call = &over
	w.must(b)
	if _, _, err := w.Begin(t.Context(), "anna", "k", nil, time.Minute); err != nil {
		t.Fatal(err)
	}
	client, prefix := w.raw()
	names, err := client.Keys(t.Context(), "*"+w.org+"*").Result()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, name := range names {
		short, ok := strings.CutPrefix(name, prefix)
		if !ok {
			t.Errorf("%q does not begin with %q", name, prefix)
		}
		if kind, _, found := strings.Cut(short, ":"); found && kind == "answer" {
			short = "answer:…"
		}
		got = append(got, short)
		forgotten := short == "call:c2" || short == "answer:…"
		if ttl := client.TTL(t.Context(), name).Val(); (ttl > 0) != forgotten {
			t.Errorf("%s is kept for %v", short, ttl)
		}
	}
	slices.Sort(got)
	want := []string{
		"agent:anna", "agents", "answer:…", "call:c1", "call:c2", "calls", "feed", "feedepoch", "feedseq",
		"journal", "live:a1", "node:a1", "queue:sales", "ready:sales",
	}
	if !slices.Equal(got, want) {
		t.Errorf("keys\n got %q\nwant %q", got, want)
	}
}

func TestOrganisationsDoNotSeeEachOther(t *testing.T) {
	one, two := newWorld(t), newWorld(t)
	one.must(one.batch(readyAgent("anna", "sales")))
	if agents, err := two.Agents(t.Context()); err != nil || len(agents) != 0 {
		t.Errorf("agents: %v, %v", agents, err)
	}
	if ready, err := two.Ready(t.Context(), "sales", 5); err != nil || len(ready) != 0 {
		t.Errorf("ready: %v, %v", ready, err)
	}
	two.must(two.batch(readyAgent("anna", "sales"))) // version 1: another record
}
