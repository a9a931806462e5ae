package engine_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
)

// moment is two things that are done at the same time, or almost.
type moment struct {
	name  string
	bring func(*talk)
	a, b  func(*talk)
	after func(*talk) // what must be so whoever was first; nil: only what is checked of every moment
}

// says gives a command, which may come too late.
func says(in call.Input) func(*talk) {
	return func(k *talk) {
		if err := k.e.Command(k.Context(), k.id, in); err != nil && slug(err) == "" {
			k.Errorf("%s: %v", in.Kind(), err)
		}
	}
}

func transfers(to engine.Aim) func(*talk) {
	return func(k *talk) {
		if err := k.e.Transfer(k.Context(), k.id, "ann", to); err != nil && slug(err) == "" {
			k.Errorf("transfer: %v", err)
		}
	}
}

func picksUp(id string) func(*talk)  { return func(k *talk) { k.sw.PickUp("p-" + id) } }
func hangsUp(id string) func(*talk)  { return func(k *talk) { k.sw.HangUpPhone("p-"+id, 16) } }
func vanishes(id string) func(*talk) { return func(k *talk) { k.sw.HangUpPhone("p-"+id, 44) } }
func customerHangsUp(k *talk)        { k.sw.HangUp(k.customer) }
func brings(s call.State) func(*talk) {
	return func(k *talk) { k.bringTo(s) }
}

// ringing lets bob's phone ring and wait.
func ringing(s call.State) func(*talk) {
	return func(k *talk) {
		k.sw.React("p-bob", ignores)
		if s == call.Transferring {
			k.transfer("ann", engine.Aim{Agent: "bob"})
		} else {
			k.consult(engine.Aim{Agent: "bob"})
		}
		k.is(time.Second, s, call.Music)
		time.Sleep(100 * time.Millisecond)
	}
}

// recalling lets ann's phone ring again.
func recalling(k *talk) {
	k.sw.React("p-bob", declines)
	k.sw.React("p-ann", ignores)
	k.transfer("ann", engine.Aim{Agent: "bob"})
	k.is(5*time.Second, call.Recalling, call.Music)
	time.Sleep(100 * time.Millisecond)
}

// with tells that it ended with that agent talking to the customer, or nobody.
func with(s call.State, id string) func(*talk) {
	return func(k *talk) {
		c, ok := k.e.Call(k.id)
		if !ok || c.State != s || c.Agent == nil || c.Agent.Agent != id {
			k.Errorf("the call is %s with %+v; want %s with %s", c.State, c.Agent, s, id)
		}
	}
}

func over(k *talk) {
	if c, ok := k.e.Call(k.id); ok {
		k.Errorf("the call is still %s", c.State)
	}
}

var moments = []moment{
	{"S31: the target answers, the agent cancels", ringing(call.ConsultRings), picksUp("bob"), says(call.Cancel{Agent: "ann"}), with(call.Held, "ann")},
	{"S31: the target answers on the page, the agent cancels", ringing(call.ConsultRings), says(call.Answer{Agent: "bob"}), says(call.Cancel{Agent: "ann"}), with(call.Held, "ann")},
	{"S30: the target answers, the agent connects", ringing(call.ConsultRings), picksUp("bob"), says(call.Complete{Agent: "ann"}), with(call.Talking, "bob")},
	{"S30: the target answers, the agent hangs up", ringing(call.ConsultRings), picksUp("bob"), hangsUp("ann"), with(call.Talking, "bob")},
	{"S30: the target declines, the agent connects", ringing(call.ConsultRings), says(call.Decline{Agent: "bob"}), says(call.Complete{Agent: "ann"}), nil},
	{"S31: the target answers, the customer hangs up", ringing(call.ConsultRings), picksUp("bob"), customerHangsUp, nil},
	{"S28: a transfer's target answers, the customer hangs up", ringing(call.Transferring), picksUp("bob"), customerHangsUp, over},
	{"S28: a transfer's target declines, the customer hangs up", ringing(call.Transferring), says(call.Decline{Agent: "bob"}), customerHangsUp, over},
	{"S28: a transfer, and the agent hangs up", nil, transfers(engine.Aim{Agent: "bob"}), says(call.Hangup{Agent: "ann"}), nil},
	{"S28: a transfer, and the agent's handset is hung up", nil, transfers(engine.Aim{Agent: "bob"}), hangsUp("ann"), nil},
	{"S28: a transfer, and the customer hangs up", nil, transfers(engine.Aim{Agent: "bob"}), customerHangsUp, over},
	{"S28: a transfer to a queue, and the customer hangs up", nil, transfers(engine.Aim{Queue: "sales"}), customerHangsUp, over},
	{"S28: a transfer, clicked twice", nil, transfers(engine.Aim{Agent: "bob"}), transfers(engine.Aim{Agent: "bob"}), with(call.Talking, "bob")},
	{"S28: who is called back answers, the customer hangs up", recalling, picksUp("ann"), customerHangsUp, over},
	{"S28: who is called back declines, the customer hangs up", recalling, says(call.Decline{Agent: "ann"}), customerHangsUp, over},
	{"S38: both sides hang up", nil, customerHangsUp, hangsUp("ann"), over},
	{"S38: both sides hang up, the agent on the page", nil, customerHangsUp, says(call.Hangup{Agent: "ann"}), over},
	{"S38: both hang up on hold", brings(call.Held), customerHangsUp, hangsUp("ann"), over},
	{"S35: hold, and the customer hangs up", nil, says(call.Hold{Agent: "ann"}), customerHangsUp, over},
	{"S35: hold, and the agent's phone vanishes", nil, says(call.Hold{Agent: "ann"}), vanishes("ann"), nil},
	{"S37: resume, and the agent's phone vanishes", brings(call.Held), says(call.Resume{Agent: "ann"}), vanishes("ann"), nil},
	{"S35: hold, and the phone's hold key", nil, says(call.Hold{Agent: "ann"}), func(k *talk) { k.sw.HoldKey("p-ann", true) }, with(call.Held, "ann")},
	{"S30: the agent connects, the target hangs up", brings(call.Consulting), says(call.Complete{Agent: "ann"}), hangsUp("bob"), nil},
	{"S31: the agent cancels, the target hangs up on the page", brings(call.Consulting), says(call.Cancel{Agent: "ann"}), says(call.Hangup{Agent: "bob"}), with(call.Held, "ann")},
	{"S30: the agent connects, the target's phone vanishes", brings(call.Consulting), says(call.Complete{Agent: "ann"}), vanishes("bob"), nil},
	{"S30: the agent connects, the customer hangs up", brings(call.Consulting), says(call.Complete{Agent: "ann"}), customerHangsUp, nil},
	{"S30: the agent connects, clicked twice", brings(call.Consulting), says(call.Complete{Agent: "ann"}), says(call.Complete{Agent: "ann"}), with(call.Talking, "bob")},
	{"S31: the agent cancels, the target hangs up", brings(call.Consulting), says(call.Cancel{Agent: "ann"}), hangsUp("bob"), with(call.Held, "ann")},
	{"agent and target hang up in a consultation", brings(call.Consulting), hangsUp("ann"), hangsUp("bob"), nil},
	{"agent and target vanish in a consultation", brings(call.Consulting), vanishes("ann"), vanishes("bob"), nil},
	{"swap, and the target hangs up", brings(call.Consulting), says(call.Swap{Agent: "ann"}), hangsUp("bob"), nil},
	{"swap, and conference", brings(call.Consulting), says(call.Swap{Agent: "ann"}), says(call.Confer{Agent: "ann"}), nil},
	{"conference, and the agent hangs up", brings(call.Swapped), says(call.Confer{Agent: "ann"}), hangsUp("ann"), with(call.Talking, "bob")},
	{"all but one hang up in a conference", brings(call.InConference), hangsUp("ann"), customerHangsUp, nil},
	{"S33: force disconnect, and the customer hangs up", nil, says(call.ForceDisconnect{Agent: "ann"}), customerHangsUp, over},
	{"S33: force disconnect, and the agent hangs up", nil, says(call.ForceDisconnect{Agent: "ann"}), hangsUp("ann"), over},
	{"S33: force disconnect, and connect", brings(call.Consulting), says(call.ForceDisconnect{Agent: "ann"}), says(call.Complete{Agent: "ann"}), nil},
	{"S33: force disconnect, and the target answers", ringing(call.ConsultRings), says(call.ForceDisconnect{Agent: "ann"}), picksUp("bob"), over},
	{"S12: rest, and a consultation", nil, func(k *talk) { _ = k.e.Choose(k.Context(), "bob", agent.Rest, "") }, transfers(engine.Aim{Agent: "bob"}), nil},
}

func TestWhatIsDoneAtTheSameMomentLeavesNothingOverWhoeverIsFirst(t *testing.T) {
	for _, m := range moments {
		t.Run(m.name, func(t *testing.T) {
			for ms := -6; ms <= 6; ms++ {
				m.play(t, time.Duration(ms)*time.Millisecond)
				if t.Failed() {
					t.Fatalf("the second thing was done %d ms after the first", ms)
				}
			}
		})
	}
}

// play does b that much after a, or before it, with everything 2 ms on its way.
func (m moment) play(t *testing.T, later time.Duration) {
	inTalk(t, []string{"ann", "bob"}, nil, func(k *talk) {
		k.sw.React("p-bob", answers)
		if m.bring != nil {
			m.bring(k)
		}
		k.delay.Store(int64(2 * time.Millisecond))
		var both sync.WaitGroup
		do := func(after time.Duration, f func(*talk)) {
			both.Go(func() {
				time.Sleep(after)
				f(k)
			})
		}
		do(max(0, -later), m.a)
		do(max(0, later), m.b)
		both.Wait()
		for range 500 {
			time.Sleep(20 * time.Millisecond)
			k.together()
		}
		if m.after != nil {
			m.after(k)
		}
		k.delay.Store(0)
	})
}

// together checks, every 20 ms, what must always be so: a customer who is there hears something, and each phone has at most one call; but for
// the moment that it takes to get there.
func (k *talk) together() {
	k.Helper()
	const moment = 5 // times in a row
	what, there := k.sw.Hears(k.customer)
	if k.silent++; !there || what != call.Nothing {
		k.silent = 0
	}
	if k.doubled++; len(k.sw.Legs("p-ann")) < 2 && len(k.sw.Legs("p-bob")) < 2 {
		k.doubled = 0
	}
	if k.silent == moment || k.doubled == moment {
		c, _ := k.e.Call(k.id)
		k.Errorf("in the call, which is %s, the customer hears %q, ann's phone has %v and bob's %v%s", c.State, what, k.sw.Legs("p-ann"), k.sw.Legs("p-bob"), k.story())
	}
}

func (k *talk) story() (out string) {
	for _, e := range k.store.Journal() {
		if e.Call == k.id {
			out += fmt.Sprintf("\n%s v%d %s → %s: %s", e.At.Format("04:05.000"), e.Version, e.Input, e.State, e.Effects)
		}
	}
	return out
}
