package engine_test

import (
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
)

func TestTheBoardCountsCustomersWhereTheyAre(t *testing.T) {
	at := func(seconds int) time.Time { return time.Date(2026, 3, 1, 9, 0, seconds, 0, time.UTC) }
	in := func(id string, state call.State, queued int) call.Call {
		return call.Call{ID: id, Service: "demo", Queue: "sales", State: state, EnteredAt: at(queued), QueuedAt: at(queued), Caller: call.Party{Number: "+4930123", Name: "Carl"}}
	}
	back := in("back", call.Queued, 50) // came back into the queue, and has waited since long before
	back.WaitsFrom = at(5)
	internal, out := in("internal", call.AgentsOnly, 0), in("out", call.Talking, 0)
	internal.Internal, out.Outbound, out.Queue = true, true, ""
	calls := []call.Call{
		in("w1", call.Queued, 20), in("w2", call.Queued, 10), back, in("r", call.Offering, 30), in("t", call.Talking, 1), in("h", call.Held, 1), in("c", call.Consulting, 1),
		in("tr", call.Transferring, 1), in("over", call.Ended, 0), in("bye", call.Farewell, 0), internal, out,
	}
	ready := agent.Agent{ID: "ben", Name: "Ben", Chosen: agent.Ready, ChosenAt: at(0), Queues: []string{"sales"}, Phone: agent.Phone{Number: "2002", Reachable: true}}
	busy := agent.Agent{ID: "anna", Name: "Anna", Chosen: agent.Ready, Held: &agent.Reservation{Call: "h", Phase: agent.Holding, Since: at(40)}}
	last := agent.Agent{ID: "carla", Chosen: agent.LoggedOut, Held: &agent.Reservation{Call: "gone", Phase: agent.Talking}}
	b := engine.Overlook(at(60), []agent.Agent{ready, busy, last, {ID: "off", Chosen: agent.LoggedOut}, {ID: "never"}}, calls)

	if got, want := b.Lines[engine.BoardLine{Service: "demo", Queue: "sales"}], (engine.Traffic{Waiting: 3, Ringing: 1, InCall: 4, Since: at(5)}); got != want {
		t.Errorf("sales: %+v, want %+v", got, want)
	}
	if got := b.Lines[engine.BoardLine{Service: "demo"}]; got != (engine.Traffic{InCall: 1}) {
		t.Errorf("in no queue: %+v", got)
	}
	if len(b.Agents) != 3 || b.Agents[0].ID != "anna" || b.Agents[1].ID != "ben" || b.Agents[2].ID != "carla" {
		t.Fatalf("agents %+v", b.Agents)
	}
	if a := b.Agents[0]; a.Status.Code != agent.ShowOnHold || !a.Status.Since.Equal(at(40)) || a.Call == nil || a.Call.ID != "h" || a.Call.State != call.Held {
		t.Errorf("anna %+v, %+v", a, a.Call)
	}
	if a := b.Agents[1]; a.Status.Code != agent.ShowReady || a.Call != nil || a.Number != "2002" {
		t.Errorf("ben %+v", a)
	}
	if a := b.Agents[2]; a.Call != nil {
		t.Errorf("carla is in a call that is not there: %+v", a)
	}
}
