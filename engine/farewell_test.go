package engine_test

import (
	"strings"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/engine/enginetest"
)

// dismissed waits until the customer was hung up, by us, and the call is over. They are not given back to the dialplan.
func (k *talk) dismissed(limit time.Duration) {
	k.Helper()
	k.until(limit, "the customer was hung up", func() bool { return len(k.sw.Callers()) == 0 })
	if n, back := k.sw.Done("dismiss"), k.sw.GivenBack(); n == 0 || len(back) != 0 {
		k.Errorf("hung up by us %d times, given back as %+v", n, back)
	}
	k.quiet(10 * time.Second)
}

// told counts in the call's journal what contains a word.
func (k *talk) told(word string) (n int) {
	for _, e := range k.store.Journal() {
		if e.Call == k.id && (strings.Contains(string(e.Input), word) || strings.Contains(string(e.Effects), word)) {
			n++
		}
	}
	return n
}

func TestS33_ForceDisconnectLetsTheAgentLeaveAtOnceAndTheCustomerHearTheMessage_S34(t *testing.T) {
	for _, from := range []call.State{call.Talking, call.Held, call.ConsultRings, call.Consulting, call.Swapped, call.InConference, call.Rejoining} {
		t.Run(string(from), func(t *testing.T) {
			inTalk(t, []string{"ann", "bob"}, nil, func(k *talk) {
				k.sw.React("p-bob", answers)
				k.bringTo(from)
				k.do(call.ForceDisconnect{Agent: "ann", Reason: "threats"})
				k.is(50*time.Millisecond, call.Farewell, call.Message)
				k.shows("ann", agent.ShowBusiness, agent.ReasonTicketProcessing)
				k.shows("bob", agent.ShowReady, "")
				if legs := append(k.sw.Legs("p-ann"), k.sw.Legs("p-bob")...); len(legs) != 0 {
					t.Errorf("still there: %v", legs)
				}
				if k.sw.Told(k.customer).Bridged {
					t.Error("the customer is still in the bridge")
				}
				for _, in := range []call.Input{call.ForceDisconnect{Agent: "ann"}, call.Hangup{Agent: "ann"}, call.Rejoin{Agent: "ann"}, call.Resume{Agent: "ann"}} {
					if err := k.e.Command(k.Context(), k.id, in); slug(err) != "not_yours" {
						t.Errorf("%s: %v", in.Kind(), err)
					}
				}
				time.Sleep(time.Second)
				k.is(0, call.Farewell, call.Message)
				k.dismissed(3 * time.Second)
				if k.told(`"reason":"threats"`) != 1 {
					t.Error("who did it, and why, is not in the journal")
				}
				if k.agent("ann").WrapUpTicket == "" {
					t.Error("ann has no ticket to process")
				}
			})
		})
	}
}

// bringTo brings the conversation to a state, with bob as the target.
func (k *talk) bringTo(s call.State) {
	k.Helper()
	switch s {
	case call.Talking:
		return
	case call.Held:
		k.do(call.Hold{Agent: "ann"})
		k.is(time.Second, s, call.Music)
		return
	case call.Rejoining:
		k.sw.HangUpPhone("p-ann", 44)
		k.is(time.Second, s, call.Music)
		return
	}
	k.consult(engine.Aim{Agent: "bob"})
	k.is(time.Second, call.ConsultRings, call.Music)
	if s == call.ConsultRings {
		return
	}
	k.is(5*time.Second, call.Consulting, call.Music)
	switch s {
	case call.Swapped:
		k.do(call.Swap{Agent: "ann"})
		k.is(time.Second, s, call.Person)
	case call.InConference:
		k.do(call.Confer{Agent: "ann"})
		k.is(time.Second, s, call.Person)
	}
}

func TestS34_AMissingMessageEndsTheCallAtOnce(t *testing.T) {
	inTalk(t, []string{"ann"}, func(s *call.Scenario) { s.Farewell = enginetest.MissingMessage }, func(k *talk) {
		k.do(call.ForceDisconnect{Agent: "ann"})
		k.dismissed(100 * time.Millisecond)
		k.shows("ann", agent.ShowBusiness, agent.ReasonTicketProcessing)
	})
}

func TestS34_TheMessageIsCappedInTime(t *testing.T) {
	inTalk(t, []string{"ann"}, func(s *call.Scenario) { s.FarewellTime = time.Second }, func(k *talk) {
		k.do(call.ForceDisconnect{Agent: "ann"})
		k.is(50*time.Millisecond, call.Farewell, call.Message)
		k.dismissed(1100 * time.Millisecond)
	})
}

func TestS34_TheCustomerCanHangUpDuringTheMessage(t *testing.T) {
	inTalk(t, []string{"ann"}, nil, func(k *talk) {
		k.do(call.ForceDisconnect{Agent: "ann"})
		k.is(50*time.Millisecond, call.Farewell, call.Message)
		k.sw.HangUp(k.customer)
		k.quiet(time.Second)
		if k.sw.Done("dismiss") != 0 || len(k.sw.GivenBack()) != 0 {
			t.Error("who has gone was hung up, or given back")
		}
	})
}

func TestS34_TheMessageGoesOnWhenTheControllerIsRestarted(t *testing.T) {
	for _, away := range []time.Duration{500 * time.Millisecond, 10 * time.Second} { // it ends later, or while nobody was there
		inTalk(t, []string{"ann"}, nil, func(k *talk) {
			k.do(call.ForceDisconnect{Agent: "ann", Reason: "threats"})
			k.is(50*time.Millisecond, call.Farewell, call.Message)
			time.Sleep(200 * time.Millisecond)
			k.stop()
			time.Sleep(away)
			k.start()
			k.dismissed(3 * time.Second)
			if n := k.sw.Done("say_message"); n != 1 {
				t.Errorf("the message was begun %d times", n)
			}
		})
	}
}

func TestS34_AMessageThatWasNotBegunWhenTheControllerStoppedIsSaid(t *testing.T) {
	inTalk(t, []string{"ann"}, nil, func(k *talk) {
		k.lose("say_message")
		k.do(call.ForceDisconnect{Agent: "ann"}) // saved
		time.Sleep(200 * time.Millisecond)
		k.is(0, call.Farewell, call.Nothing)
		k.stop()
		k.lose("")
		k.start()
		k.is(time.Second, call.Farewell, call.Message)
		k.dismissed(3 * time.Second)
	})
}

func TestS34_AMessageThatTheSwitchDidNotAnswerForIsSaidAMomentLater(t *testing.T) {
	inTalk(t, []string{"ann"}, nil, func(k *talk) {
		k.lose("say_message")
		k.do(call.ForceDisconnect{Agent: "ann"})
		time.Sleep(200 * time.Millisecond)
		k.lose("")
		k.is(time.Second, call.Farewell, call.Message)
		k.dismissed(3 * time.Second)
		if n := k.sw.Done("say_message"); n != 1 {
			t.Errorf("the message was begun %d times", n)
		}
	})
}

func TestS34_WithTheStoreAwayTheMessageIsHeardAndTheCallEndsOnceItIsBack(t *testing.T) {
	inTalk(t, []string{"ann"}, nil, func(k *talk) {
		k.do(call.ForceDisconnect{Agent: "ann"})
		k.is(50*time.Millisecond, call.Farewell, call.Message)
		k.store.Away(errAway)
		time.Sleep(10 * time.Second)
		if n := k.sw.Done("dismiss"); n != 0 {
			t.Error("the end was sent without being saved")
		}
		k.store.Away(nil)
		k.dismissed(2 * time.Second)
		if n := k.sw.Done("say_message"); n != 1 {
			t.Errorf("the message was begun %d times", n)
		}
	})
}

func TestS33_AnOrderThatCannotBeSavedIsAnsweredAndSendsNothing(t *testing.T) {
	inTalk(t, []string{"ann"}, nil, func(k *talk) {
		k.store.Away(errAway)
		asked := time.Now()
		if err := k.e.Command(k.Context(), k.id, call.ForceDisconnect{Agent: "ann"}); !refused(err, "store_away") {
			t.Errorf("got %v", err)
		}
		if took := time.Since(asked); took > 6*time.Second {
			t.Errorf("answered after %v", took)
		}
		if what, _ := k.sw.Hears(k.customer); what != call.Person || len(k.sw.Legs("p-ann")) != 1 || k.sw.Done("say_message") != 0 {
			t.Errorf("the customer hears %q", what)
		}
		k.store.Away(nil)
		k.is(time.Second, call.Farewell, call.Message) // it was taken and only waited for the store
		k.dismissed(3 * time.Second)
	})
}
