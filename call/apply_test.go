package call

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// told plays inputs a second apart and fails on a refusal.
func told(t *testing.T, inputs ...Input) Call {
	t.Helper()
	var c Call
	for i, in := range inputs {
		next, _, err := c.Apply(epochStart.Add(time.Duration(i)*time.Second), in)
		if err != nil {
			t.Fatal(err)
		}
		c = next
	}
	return c
}

func entered() Enter {
	return Enter{ID: "c", Node: "n", Channel: "cust", Queue: "help", Scenario: Scenario{Pickup: 20 * time.Second, Music: "default"}}
}

// toBob is a colleague as a transfer's target.
func toBob() Target {
	return Target{Kind: ToAgent, By: Party{Number: "100", Name: "Ann"}, Participant: Participant{Agent: "bob", Device: "desk", Endpoint: "bob-phone"}}
}

func placed() Place {
	return Place{
		ID: "c", Node: "n", Queue: "help", Scenario: Scenario{Pickup: 20 * time.Second, Music: "default"}, Agent: "ann", Device: "desk", Endpoint: "ann-phone",
		To: Party{Number: "+8210"}, CallerID: "+822", Ways: []string{"w1", "w2"},
	}
}

// toOutside is a number as a transfer's target.
func toOutside() Target {
	return Target{Kind: ToNumber, Number: "+8299", CallerID: "+822", Ways: []string{"w1", "w2"}, By: Party{Number: "100", Name: "Ann"}}
}

// stories lead to each state. In all of them ann has the call, and bob is the target.
func stories() map[State][]Input {
	talking := []Input{entered(), Claimed{Agent: "ann", Device: "desk"}, LegUp{Leg: "c-a1"}, Joined{Leg: "c-a1"}}
	after := func(more ...Input) []Input { return append(slices.Clone(talking), more...) }
	consult := Consult{Agent: "ann", To: toBob()}
	return map[State][]Input{
		New: nil, DialingOut: {placed()}, Queued: talking[:1], Offering: talking[:2], Connecting: talking[:3], Talking: talking,
		Held: after(Hold{"ann"}), ConsultRings: after(consult), Consulting: after(consult, LegUp{Leg: "c-a2"}),
		Swapped: after(consult, LegUp{Leg: "c-a2"}, Swap{"ann"}), InConference: after(consult, LegUp{Leg: "c-a2"}, Confer{"ann"}),
		Transferring: after(Transfer{Agent: "ann", To: toBob()}),
		Recalling:    after(Transfer{Agent: "ann", To: toBob()}, Decline{"bob"}, Recalled{Agent: "ann", Device: "desk"}),
		Rejoining:    after(Rejoin{"ann"}), AgentsOnly: after(consult, LegUp{Leg: "c-a2"}, LegGone{Leg: "cust", Cause: 16}),
		Forwarded: after(Transfer{Agent: "ann", To: toOutside()}, LegUp{Leg: "c-n1"}),
		Farewell:  after(ForceDisconnect{Agent: "ann"}), Ended: after(Hangup{"ann"}),
	}
}

// everyState is one call in each state.
func everyState(t *testing.T) map[State]Call {
	t.Helper()
	all := map[State]Call{}
	for s, story := range stories() {
		all[s] = told(t, story...)
		if all[s].State != s {
			t.Fatalf("the story leads to %s, not to %s", name(all[s].State), name(s))
		}
	}
	for _, s := range States() {
		if _, ok := all[s]; !ok {
			t.Fatalf("no story leads to %s", s)
		}
	}
	return all
}

// TestPossible: what each one's page offers, and what a refusal says (S22).
func TestPossible(t *testing.T) {
	inTalk := []Kind{KHangup, KRejoin, KMute}
	with := func(first []Kind, more ...Kind) []Kind { return append(slices.Clone(first), more...) }
	want := map[State][]Kind{
		DialingOut: {KAnswer, KDecline, KHangup}, Offering: {KAnswer, KDecline}, Recalling: {KAnswer, KDecline}, Connecting: {KHangup, KMute},
		Talking: with(inTalk, KDigits, KHold, KTransfer, KConsult, KDisconnect), Held: with(inTalk, KResume, KTransfer, KConsult, KDisconnect),
		ConsultRings: with(inTalk, KComplete, KCancel, KDisconnect), Consulting: with(inTalk, KDigits, KComplete, KCancel, KSwap, KConfer, KDisconnect),
		Swapped: with(inTalk, KDigits, KComplete, KCancel, KSwap, KConfer, KDisconnect), InConference: with(inTalk, KDigits, KComplete, KDisconnect),
		Rejoining: with(inTalk, KDisconnect), AgentsOnly: inTalk,
	}
	targets := map[State][]Kind{
		ConsultRings: {KAnswer, KDecline}, Transferring: {KAnswer, KDecline}, Consulting: {KHangup, KMute}, Swapped: {KHangup, KMute},
		InConference: {KHangup, KMute}, AgentsOnly: inTalk,
	}
	for s, c := range everyState(t) {
		if got := c.Possible("ann"); !slices.Equal(got, want[s]) {
			t.Errorf("%s: possible %v, want %v", name(s), got, want[s])
		}
		if got := c.Possible("bob"); !slices.Equal(got, targets[s]) {
			t.Errorf("%s: possible for the target %v, want %v", name(s), got, targets[s])
		}
		if got := c.Possible(""); got != nil {
			t.Errorf("%s: possible for nobody %v", name(s), got)
		}
		if _, waits := c.Waiting(); waits != (s == Queued) {
			t.Errorf("%s: waiting %t", name(s), waits)
		}
		if c.Closed() {
			t.Errorf("%s: closed", name(s))
		}
	}
}

// TestClosed: a record that lost its legs without an ending is damaged, and is kept for whoever repairs it.
func TestClosed(t *testing.T) {
	for state, want := range map[State]bool{Talking: false, Ended: true} {
		if got := (Call{State: state, Customer: Leg{State: Gone}}).Closed(); got != want {
			t.Errorf("%s without anybody: closed %t", state, got)
		}
	}
}

// TestRefusals: who waits for an answer gets one; facts out of place are no errors.
func TestRefusals(t *testing.T) {
	all := everyState(t)
	self := toBob()
	self.Agent = "ann"
	for _, tc := range []struct {
		state    State
		in       Input
		slug     string
		possible int
	}{
		{Talking, Decline{Agent: "ann"}, "wrong_state", 8},
		{Talking, Hangup{Agent: "bob"}, "not_yours", 0},
		{Talking, Hangup{}, "not_yours", 0},
		{Queued, Hangup{Agent: "ann"}, "not_yours", 0},
		{Talking, Claimed{Agent: "bob"}, "wrong_state", 0},
		{Queued, entered(), "wrong_state", 0},
		{New, Deadline{}, "", 0},
		{Talking, PhoneBack{Agent: "ann"}, "", 0},
		{Talking, Consult{Agent: "ann", To: self}, "bad_target", 8},
		{Talking, Transfer{Agent: "ann"}, "bad_target", 8},
		{Talking, Transfer{Agent: "ann", To: Target{Kind: ToQueue}}, "bad_target", 8},
		{Talking, Transfer{Agent: "ann", To: Target{Kind: ToQueue, Queue: "other"}}, "bad_target", 8},
		{Talking, Transfer{Agent: "ann", To: Target{Kind: ToQueue, Scenario: &Scenario{}}}, "bad_target", 8},
		{Consulting, Cancel{Agent: "bob"}, "not_yours", 0},
		{ConsultRings, Answer{Agent: "ann"}, "wrong_state", 6},
		{ConsultRings, Claimed{Agent: "dan"}, "wrong_state", 0},
		{Rejoining, Decline{Agent: "ann"}, "wrong_state", 4},
		{Rejoining, Answer{Agent: "ann"}, "wrong_state", 4},
		{Recalling, Recalled{Agent: "ann"}, "wrong_state", 0},
	} {
		c := all[tc.state]
		next, effects, err := c.Apply(epochStart.Add(time.Minute), tc.in)
		if len(effects) > 0 || !equalJSON(c, next) {
			t.Errorf("%s in %s changed something", tc.in.Kind(), name(tc.state))
		}
		var e *Error
		if tc.slug == "" {
			if err != nil {
				t.Errorf("%s in %s: %v", tc.in.Kind(), name(tc.state), err)
			}
			continue
		}
		if !errors.As(err, &e) || e.Slug != tc.slug || len(e.Possible) != tc.possible || e.State != tc.state || e.Input != tc.in.Kind() || !strings.Contains(e.Error(), tc.slug) {
			t.Errorf("%s in %s: %v", tc.in.Kind(), name(tc.state), err)
		}
	}
}

// TestPlace orders a queue: priority, then who talked to somebody already, then who has waited longest.
func TestPlace(t *testing.T) {
	at := func(s int, front bool, priority int) Call {
		return Call{QueuedAt: epochStart.Add(time.Duration(s) * time.Second), Front: front, Scenario: Scenario{Priority: priority}}
	}
	order := []Call{at(9, true, 1), at(5, false, 1), at(8, true, 0), at(9, true, 0), at(1, false, 0), at(2, false, 0), at(0, true, -1)}
	for i := range order[1:] {
		if a, b := order[i].Place(), order[i+1].Place(); a >= b {
			t.Errorf("place %d is %f, place %d is %f", i, a, i+1, b)
		}
	}
	old := Call{QueuedAt: time.UnixMilli(0), Front: true}
	for ms := range int64(3) { // to the millisecond, in every year of ours
		a, b := at(0, true, 3), at(0, true, 3)
		a.QueuedAt, b.QueuedAt = a.QueuedAt.Add(time.Duration(ms)*time.Millisecond), b.QueuedAt.Add(time.Duration(ms+1)*time.Millisecond)
		if a.Place() >= b.Place() || old.Place() <= a.Place() {
			t.Error("a float64 does not hold a place exactly")
		}
	}
}

// TestTried: S16, who missed this call comes last, and not at once.
func TestTried(t *testing.T) {
	c := Call{Tries: []Try{{"ann", whyRingOut, epochStart}, {"bob", whyDeclined, epochStart.Add(time.Second)}, {"ann", whyDeclined, epochStart.Add(10 * time.Second)}}}
	for _, tc := range []struct {
		agent        string
		after        time.Duration
		tried, early bool
	}{
		{"dan", 0, false, false}, {"bob", 2 * time.Second, true, true}, {"bob", 6 * time.Second, true, false}, {"ann", 12 * time.Second, true, true},
		{"ann", 15*time.Second - 1, true, true}, {"ann", 15 * time.Second, true, false},
	} {
		if tried, early := c.Tried(tc.agent, epochStart.Add(tc.after)); tried != tc.tried || early != tc.early {
			t.Errorf("%s after %s: tried %t, too soon %t", tc.agent, tc.after, tried, early)
		}
	}
}

// TestCauses: what a leg's end means (S16).
func TestCauses(t *testing.T) {
	for _, tc := range []struct {
		cause int
		rang  bool
		want  string
	}{
		{CauseAbsent, true, whyLost}, {CauseAbsent, false, whyLost}, {21, false, whyDeclined}, {21, true, whyDeclined}, {17, true, whyDeclined},
		{18, true, whyDeclined}, {20, true, whyDeclined}, {16, true, whyLost}, {16, false, whyLost}, {19, true, whyRingOut}, {17, false, whyBusy}, {18, false, whyUnreachable},
		{19, false, whyUnreachable}, {20, false, whyUnreachable}, {0, false, whyUnreachable},
	} {
		if got := offerFailed(tc.cause, tc.rang); got != tc.want {
			t.Errorf("cause %d, rang %t: %s, want %s", tc.cause, tc.rang, got, tc.want)
		}
	}
	vanished := []int{CauseAbsent, 0, 20, 27, 38, 41, 42, 44, 102}
	for cause := -1; cause < 128; cause++ {
		if lost(cause) != slices.Contains(vanished, cause) {
			t.Errorf("cause %d: lost %t", cause, lost(cause))
		}
	}
}
