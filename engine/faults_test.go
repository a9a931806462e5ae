package engine_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/engine/enginetest"
)

var errAway = errors.New("connection refused")

func TestWithTheStoreAwayFor30SecondsCommandsAnswerFactsAreKeptAndNothingIsSent(t *testing.T) {
	inHouse(t, []string{"ann"}, func(h *house) {
		h.sw.React("p-ann", enginetest.Always(enginetest.AnswersAfter(time.Second)))
		first := h.sw.CallIn("sales")
		h.in(5*time.Second, call.Talking)
		id := h.only().ID
		time.Sleep(time.Second)

		h.store.Away(errAway)
		dials, rejoins := h.sw.Done("dial"), h.sw.Done("join")
		second := h.sw.CallIn("sales")
		h.sw.HangUp(first) // a fact
		h.sw.Register("p-ann", false)
		for range 6 {
			asked := time.Now()
			err := h.e.Command(h.Context(), id, call.Hangup{Agent: "ann"})
			if !refused(err, "store_away") {
				t.Errorf("a command: %v; want store_away", err)
			}
			if err := h.e.Choose(h.Context(), "ann", agent.Rest, ""); !refused(err, "store_away") {
				t.Errorf("a status: %v; want store_away", err)
			}
			if took := time.Since(asked); took > 11*time.Second {
				t.Errorf("the answers took %v", took)
			}
			time.Sleep(5*time.Second - time.Since(asked)%(5*time.Second))
		}
		if d, j := h.sw.Done("dial"), h.sw.Done("join"); d != dials || j != rejoins || h.sw.Done("answer_customer") > 1 {
			t.Errorf("sent without being saved: %d dials, %d joins", d-dials, j-rejoins)
		}

		h.store.Away(nil)
		h.until(5*time.Second, "the first call has ended", func() bool { _, ok := h.e.Call(id); return !ok })
		h.until(5*time.Second, "the new caller waits with music", func() bool {
			what, ok := h.sw.Hears(second)
			return ok && what == call.Music && h.only().State == call.Queued
		})
		h.until(5*time.Second, "ann's phone is known to be away", func() bool { return !h.agent("ann").Phone.Reachable })
		if h.agent("ann").Held != nil {
			t.Error("ann is held by a call that ended")
		}
	})
}

func TestAHungStoreBoundsCommandsToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := build(t)
		slow := &hungStore{Store: h.store}
		h.opt.Store = slow
		defer h.stop()
		h.start()
		h.home.Hire("ann", agent.Desk, "sales")
		h.sw.Register("p-ann", true)
		h.ready("ann")
		slow.hangs.Store(true)
		asked := time.Now()
		if err := h.e.Choose(h.Context(), "ann", agent.Rest, ""); !refused(err, "store_away") {
			t.Errorf("got %v", err)
		}
		if took := time.Since(asked); took > 6*time.Second {
			t.Errorf("it took %v", took)
		}
		slow.hangs.Store(false)
	})
}

// hungStore does not answer while hangs is set.
type hungStore struct {
	*enginetest.Store
	hangs atomic.Bool
}

func (s *hungStore) Save(ctx context.Context, b engine.Batch) error {
	if s.hangs.Load() {
		<-ctx.Done()
		return ctx.Err()
	}
	return s.Store.Save(ctx, b)
}

func TestAFactIsNotLostWhenAnAgentsRecordCannotBeLoaded(t *testing.T) {
	inHouse(t, []string{"ann"}, func(h *house) {
		h.sw.React("p-ann", enginetest.Always(enginetest.AnswersAfter(time.Second)))
		customer := h.sw.CallIn("sales")
		h.in(5*time.Second, call.Talking)
		// Somebody else changes ann's record: the next save is refused as stale, and then the store is away.
		h.bump("ann")
		h.store.AwayAfterStale(errAway)
		h.sw.HangUp(customer)
		time.Sleep(5 * time.Second)
		h.store.Away(nil)
		h.quiet(10 * time.Second)
		if h.agent("ann").Held != nil {
			t.Error("ann is stuck")
		}
	})
}

// bump saves the agent's record unchanged, as another controller might.
func (h *house) bump(id string) {
	h.Helper()
	a := h.agent(id)
	a.Version++
	if err := h.store.Save(h.Context(), engine.Batch{Node: "fake", Epoch: 1, Agents: []agent.Agent{a}}); err != nil {
		h.Fatal(err)
	}
}

func TestFailingEffectsAreTriedAgainEverLessOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := build(t)
		var broken atomic.Bool
		h.sw.Faults = func(op string) enginetest.Fault {
			return enginetest.Fault{Lose: broken.Load() && (op == "play_music" || op == "answer_customer")}
		}
		defer h.stop()
		h.start()
		broken.Store(true)
		customer := h.sw.CallIn("sales")
		time.Sleep(10 * time.Minute)
		if n := h.sw.Done("inventory"); n > 100 {
			t.Errorf("%d lists of the switch in ten minutes of trouble with one call (the watchdog's are 40)", n)
		}
		broken.Store(false)
		h.until(35*time.Second, "the customer hears music", func() bool { what, _ := h.sw.Hears(customer); return what == call.Music })
	})
}

func TestACommandWhileAsteriskIsAwayIsRefusedAtOnceAndNeverCarriedOutLater(t *testing.T) {
	inHouse(t, []string{"ann"}, func(h *house) {
		h.sw.React("p-ann", enginetest.Always(enginetest.AnswersAfter(time.Second)))
		h.sw.CallIn("sales")
		h.in(5*time.Second, call.Talking)
		id := h.only().ID
		h.sw.Cut()
		synctest.Wait()
		asked := time.Now()
		if err := h.e.Command(h.Context(), id, call.Hangup{Agent: "ann"}); !refused(err, "not_ready") || time.Since(asked) > 0 {
			t.Errorf("got %v after %v", err, time.Since(asked))
		}
		h.sw.Mend()
		time.Sleep(10 * time.Second)
		h.in(0, call.Talking)
	})
}

func TestTheDatabaseIsNotNeededToReconcile(t *testing.T) {
	inHouse(t, []string{"ann"}, func(h *house) {
		h.sw.React("p-ann", enginetest.Always(enginetest.AnswersAfter(time.Second)))
		h.sw.CallIn("sales")
		h.in(5*time.Second, call.Talking)
		h.home.Away(errAway)
		h.sw.Cut()
		h.sw.Mend()
		h.until(2*time.Second, "it works again", func() bool { return h.e.Ready() == nil })
	})
}

func TestACallThatOwesATicketHasOneGoroutineAtItHoweverOftenAsteriskReconnects(t *testing.T) {
	inHouse(t, []string{"ann"}, func(h *house) {
		ledger := &countingLedger{House: h.home}
		h.stop()
		h.opt.Ledger = ledger
		h.start()
		h.ready("ann")
		h.sw.React("p-ann", enginetest.Always(enginetest.AnswersAfter(time.Second)))
		h.home.Away(nil)
		ledger.hangs.Store(true)
		h.sw.CallIn("sales")
		h.in(5*time.Second, call.Talking)
		for range 10 {
			h.sw.Cut()
			h.sw.Mend()
			time.Sleep(2 * time.Second)
		}
		if n := ledger.most.Load(); n > 1 {
			t.Errorf("%d at the same time", n)
		}
		ledger.hangs.Store(false)
		h.until(time.Minute, "there is a ticket", func() bool { return h.only().Ticket != "" })
	})
}

type countingLedger struct {
	*enginetest.House
	hangs     atomic.Bool
	now, most atomic.Int32
}

func (l *countingLedger) OpenTicket(ctx context.Context, c call.Call, agentID string) (string, error) {
	l.most.Store(max(l.most.Load(), l.now.Add(1)))
	defer l.now.Add(-1)
	if l.hangs.Load() {
		<-ctx.Done()
		return "", ctx.Err()
	}
	return l.House.OpenTicket(ctx, c, agentID)
}

func TestAnotherPhonesNewsDoNotTouchAnAgentWhoGotANewPhone(t *testing.T) {
	inHouse(t, []string{"ann"}, func(h *house) {
		p, _ := h.home.Person(h.Context(), "ann")
		p.Profile.Phone.Endpoint = "p-new"
		h.home.SetPerson(p)
		h.sw.Register("p-new", true)
		if err := h.e.Login(h.Context(), "ann"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if !h.agent("ann").Phone.Reachable {
			t.Fatal("the new phone is not known to be reachable")
		}
		h.sw.Register("p-ann", false)
		time.Sleep(time.Second)
		if !h.agent("ann").Phone.Reachable {
			t.Error("the old phone's end made the agent unreachable")
		}
	})
}

func TestAnAgentWhoWentWhileBeingClaimedIsStillSeen(t *testing.T) {
	// Claims for ann are refused since she is at lunch; the caller must not overflow as if nobody were logged in.
	inHouse(t, []string{"ann"}, func(h *house) {
		s := scenario
		s.OverflowEmpty = true
		h.home.SetQueue(engine.Queue{Name: "sales", Service: "demo", Inbound: true, Scenario: s})
		h.stop()
		late := &lateReady{Store: h.store}
		h.opt.Store = late
		h.start()
		late.delay.Store(int64(time.Second))
		h.sw.CallIn("sales")
		time.Sleep(500 * time.Millisecond)
		if err := h.e.Choose(h.Context(), "ann", agent.Rest, "lunch"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Second)
		h.in(0, call.Queued)
	})
}

// lateReady hands out lists of ready agents that are old by the time they arrive.
type lateReady struct {
	*enginetest.Store
	delay atomic.Int64
}

func (s *lateReady) Ready(ctx context.Context, queue string, limit int) ([]agent.Agent, error) {
	list, err := s.Store.Ready(ctx, queue, limit)
	time.Sleep(time.Duration(s.delay.Load()))
	return list, err
}

func TestACallerWithoutAQueueIsRefused(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		h.sw.CallIn("")
		h.sw.CallIn("nowhere")
		h.quiet(10 * time.Second)
		for _, b := range h.sw.GivenBack() {
			if b.Result != "refused" || b.Slug != "unknown_queue" {
				t.Errorf("given back with %+v", b)
			}
		}
	})
}

func TestFactsThatComeAfterACallWasClosedDoNotStopTheController(t *testing.T) {
	// A reconnect lists the channels while the customer hangs up: its comparison waits in the mailbox behind the call's last step.
	synctest.Test(t, func(t *testing.T) {
		h := build(t)
		h.sw.Faults = func(op string) enginetest.Fault {
			if op == "destroy_bridge" {
				return enginetest.Fault{Before: 3 * time.Second}
			}
			return enginetest.Fault{}
		}
		defer h.stop()
		h.start()
		h.home.Hire("ann", agent.Desk, "sales")
		h.sw.Register("p-ann", true)
		h.ready("ann")
		h.sw.React("p-ann", enginetest.Always(enginetest.AnswersAfter(time.Second)))
		customer := h.sw.CallIn("sales")
		h.in(5*time.Second, call.Talking)
		time.Sleep(time.Second)
		h.sw.HangUpPhone("p-ann", 16) // the last step begins: the customer is given back, the bridge takes its time
		time.Sleep(time.Second)
		h.sw.HangUp(customer)
		h.sw.Cut()
		h.sw.Mend()
		h.quiet(20 * time.Second)
		synctest.Wait()
		if err := h.e.Ready(); err != nil {
			t.Error(err)
		}
	})
}

func TestAnAnswerOfTheStoreThatIsLongOnItsWayMakesNobodyForgotten(t *testing.T) {
	inTalk(t, []string{"ann", "bob"}, nil, func(k *talk) {
		store := &lateAgent{Store: k.store, id: "bob"}
		k.restart(func() { k.opt.Store = store })
		k.sw.React("p-bob", enginetest.Always(enginetest.Reaction{Rings: enginetest.Never, Answers: enginetest.Never, Ends: 2 * time.Second, Cause: 17}))
		k.sw.CallIn("sales")
		k.until(5*time.Second, "bob is offered the second caller", func() bool { return k.agent("bob").Held != nil })
		consult := func() {
			if err := k.e.Consult(k.Context(), k.id, "ann", engine.Aim{Agent: "bob"}); slug(err) != "not_available" {
				t.Errorf("ann consults who is offered a call: %v", err)
			}
		}
		consult()
		store.late.Store(int64(4 * time.Second)) // bob's record as it is asked for now comes when there is a newer one
		var late sync.WaitGroup
		late.Go(consult)
		k.until(5*time.Second, "bob's phone is busy", func() bool { return k.agent("bob").Phone.Fault == "busy" })
		late.Wait()
		k.sw.React("p-bob", answers)
		k.until(agent.PhoneFaultPause+5*time.Second, "bob has the second caller", func() bool { return k.sw.Talks("p-bob") })
	})
}

// lateAgent is a store whose next answer about one agent is on its way for so long.
type lateAgent struct {
	*enginetest.Store
	id   string
	late atomic.Int64
}

func (s *lateAgent) Agent(ctx context.Context, id string) (agent.Agent, bool, error) {
	a, ok, err := s.Store.Agent(ctx, id)
	if id == s.id {
		time.Sleep(time.Duration(s.late.Swap(0)))
	}
	return a, ok, err
}
