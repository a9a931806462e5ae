package redis_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
)

// A save of the usual size: a call with its agent, a journal entry and a message. The time must not depend on how many agents there are.
func BenchmarkSave(b *testing.B) {
	for _, agents := range []int{1, 100, 5000} {
		b.Run(fmt.Sprintf("agents=%d", agents), func(b *testing.B) {
			w := newWorld(b)
			for i := range agents {
				w.must(w.batch(readyAgent(fmt.Sprintf("agent-%04d", i), "sales", "support")))
			}
			batch := usualBatch(b, w)
			b.ResetTimer()
			for b.Loop() {
				batch.next()
				w.must(batch.Batch)
			}
		})
	}
}

type stepping struct{ engine.Batch }

func usualBatch(b *testing.B, w *world) *stepping {
	c := apply(b, queuedCall(b, "c1", "sales"), call.Claimed{Agent: "anna", Device: agent.WebRTC, Endpoint: "ep-anna"})
	a := change(b, readyAgent("anna", "sales", "support"), agent.Reserve{Call: "c1", Token: c.Agent.Token})
	c.Version, a.Version = 0, 0
	view, err := json.Marshal(engine.Look(start, a, &c))
	if err != nil {
		b.Fatal(err)
	}
	batch := w.batch(a)
	batch.Call = &c
	batch.Feed = []engine.Message{{Agent: "anna", Type: engine.MessageView, Data: view}}
	batch.Journal = &engine.Entry{Call: "c1", At: start, Input: json.RawMessage(`{"kind":"leg_ringing","data":{"leg":"c1-a1"}}`), Effects: json.RawMessage(`[]`)}
	return &stepping{batch}
}

func (s *stepping) next() {
	s.Call.Version++
	s.Agents[0].Version++
	s.Journal.Version++
}

// Candidates are read before each claim.
func BenchmarkReady(b *testing.B) {
	for _, agents := range []int{10, 5000} {
		b.Run(fmt.Sprintf("agents=%d", agents), func(b *testing.B) {
			w := newWorld(b)
			for i := range agents {
				w.must(w.batch(readyAgent(fmt.Sprintf("agent-%04d", i), "sales")))
			}
			b.ResetTimer()
			for b.Loop() {
				if got, err := w.Ready(b.Context(), "sales", 5); err != nil || len(got) != 5 {
					b.Fatal(got, err)
				}
			}
		})
	}
}
