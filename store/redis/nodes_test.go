package redis_test

import (
	"reflect"
	"testing"

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
