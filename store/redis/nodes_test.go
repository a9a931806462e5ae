package redis_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"switchroom/call"
	"switchroom/engine"
)

func TestS5_WhatControllersSayOfTheirNodesIsListedByNameTheLastWordOnly(t *testing.T) {
	w := newWorld(t)
	if list, err := w.Nodes(t.Context()); err != nil || len(list) != 0 {
		t.Fatalf("%+v, %v", list, err)
	}
	b := engine.NodeReport{Name: "b", Controller: "c2", ICEServers: []string{}, Since: start, SeenAt: start}
	a := engine.NodeReport{Name: "a", Controller: "c1", Connected: true, Version: "22.10.1", ICEServers: []string{"stun:x"}, Since: start, SeenAt: start}
	old := a
	old.Connected = false
	for _, r := range []engine.NodeReport{b, old, a} {
		if err := w.PutNode(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if list, err := w.Nodes(t.Context()); err != nil || !reflect.DeepEqual(list, []engine.NodeReport{a, b}) {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestS5_ANodeThatIsSilentForAWeekIsForgottenUnlessItHasCalls(t *testing.T) {
	const week = 7 * 24 * time.Hour
	w := newWorld(t)
	c := queuedCall(t, "c1", "sales") // on node a1
	b := w.batch()
	b.Call = &c
	w.must(b)
	say := func(name string, at time.Time) {
		t.Helper()
		if err := w.PutNode(t.Context(), engine.NodeReport{Name: name, SeenAt: at}); err != nil {
			t.Fatal(err)
		}
	}
	is := func(when string, want ...string) {
		t.Helper()
		list, err := w.Nodes(t.Context())
		var got []string
		for _, r := range list {
			got = append(got, r.Name)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v; want %q", when, got, err, want)
		}
	}
	say(node, start)
	say("retired", start)
	say("late", start.Add(time.Second))
	say("here", start.Add(week))
	is("after a week", node, "here", "late", "retired")
	say("here", start.Add(week+time.Second))
	is("a second more", node, "here", "late")
	over := c
	over.State, over.Customer.State, over.Version = call.Ended, call.Gone, 2
	b.Call = &over
	w.must(b)
	say("here", start.Add(week+time.Second))
	is("without a call", "here", "late")
	say("retired", start.Add(week+time.Second))
	is("back again", "here", "late", "retired")
}
