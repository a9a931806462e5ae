package enginetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"

	"github.com/oklog/ulid/v2"
)

// SwitchBench is a switch under test with people around it.
type SwitchBench struct {
	Switch engine.Switch
	Run    func(context.Context, engine.Facts) error
	// CallIn makes a customer call the queue "sales" who waits until hangUp.
	CallIn func(t testing.TB) (hangUp func())
	// Phone makes a phone register at an account that stands. It knows AnswersAfter, DeclinesAfter, Busy and Ignores.
	Phone func(t testing.TB, endpoint string, r Reaction) Handset
}

// Handset is what somebody does at a phone that is in a conversation, and what reaches it.
type Handset struct {
	HoldKey func(t testing.TB, on bool) // presses the phone's own hold key, or releases it
	Digits  func() string               // that came to the phone so far
}

// TestSwitch is the contract of engine.Switch and of the facts that come with it. open makes a bench for one test and takes it down at the
// test's end; it may be the same switch each time.
func TestSwitch(t *testing.T, open func(t testing.TB) SwitchBench) {
	for _, test := range []struct {
		name string
		f    func(*switchTest)
	}{
		{"what is gone is no error", gone},
		{"a caller arrives, is listed, hears something, and is given back", callerServed},
		{"a phone is rung, answered, joined and hung up", conversation},
		{"a phone that declines, is busy or rings on", refusals},
		{"a phone that nobody registered", unregistered},
		{"a phone's coming and going is told", contacts},
		{"a leg that is gone cannot be joined", joinGone},
		{"what belongs to nothing can be removed", ownerless},
		{"legs join one by one, leave, and join again", oneByOne},
		{"an agent's leg hears music or ringing, and gets digits", agentsLeg},
		{"an agent's leg is muted, and heard again", muted},
		{"a phone's own hold key is told", holdKey},
		{"a message is said once, heard to its end, and the customer dismissed", messageSaid},
		{"a message that is missing is over at once", messageMissing},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := open(t)
			s := &switchTest{TB: t, SwitchBench: b, call: ulid.Make().String(), facts: Follow(t, b.Run)}
			test.f(s)
		})
	}
}

type switchTest struct {
	testing.TB
	SwitchBench
	call  string
	legs  int
	facts *Recorder
	read  int // facts that were waited for
}

// name is of an account that no other test and no earlier run knows.
func (s *switchTest) name(who string) string { return "suite-" + who + "-" + s.call }

func (s *switchTest) do(e call.Effect) call.Input {
	s.Helper()
	in, err := s.Switch.Do(s.Context(), e)
	if err != nil {
		s.Errorf("%s: %v", e.Effect(), err)
	}
	return in
}

func (s *switchTest) none(effects ...call.Effect) {
	s.Helper()
	for _, e := range effects {
		if in := s.do(e); in != nil {
			s.Errorf("%s resulted in %T%+v", e.Effect(), in, in)
		}
	}
}

func (s *switchTest) told(what string, match func(any) bool) any {
	s.Helper()
	fact, next := s.facts.Wait(s, s.read, what, match)
	s.read = next
	return fact
}

func (s *switchTest) arrives() (customer string, hangUp func()) {
	s.Helper()
	hangUp = s.CallIn(s)
	a := s.told("a caller's arrival", func(f any) bool { _, ok := f.(engine.Arrival); return ok }).(engine.Arrival)
	if a.Queue != "sales" || a.Channel == "" || a.Node == "" {
		s.Errorf("arrived: %+v", a)
	}
	return a.Channel, hangUp
}

func (s *switchTest) provision(endpoint string) {
	s.Helper()
	a := engine.Account{Agent: endpoint, Endpoint: endpoint, Secret: "secret-" + endpoint, Device: agent.Desk, Number: "101", Name: "Ann"}
	if err := s.Switch.Provision(s.Context(), a); err != nil {
		s.Fatal(err)
	}
}

// reachable makes a phone that is known to be there.
func (s *switchTest) reachable(endpoint string, r Reaction) Handset {
	s.Helper()
	s.provision(endpoint)
	handset := s.Phone(s, endpoint, r)
	s.told(endpoint+" is reachable", func(f any) bool { return f == PhoneFact{endpoint, true} })
	return handset
}

func (s *switchTest) dial(endpoint, customer string) (leg string) {
	s.Helper()
	s.legs++
	leg = s.call + "-a" + string(rune('0'+s.legs))
	s.none(call.Dial{Leg: leg, Agent: "ann", Device: agent.Desk, Endpoint: endpoint, Caller: call.Party{Number: "+4930"}, Timeout: 20 * time.Second, For: customer})
	return leg
}

// ends waits until the leg's end is told.
func (s *switchTest) ends(leg string) call.LegGone {
	s.Helper()
	return s.told(leg+" is gone", func(f any) bool { g, ok := f.(call.LegGone); return ok && g.Leg == leg }).(call.LegGone)
}

func (s *switchTest) list() engine.Inventory {
	s.Helper()
	inv, err := s.Switch.Inventory(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	return inv
}

// sees waits until the channel is listed in that state; Gone: until it is not listed.
func (s *switchTest) sees(id string, state call.LegState) engine.Channel {
	s.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		list := s.list().Channels
		i := slices.IndexFunc(list, func(c engine.Channel) bool { return c.ID == id })
		if i >= 0 && list[i].State == state {
			return list[i]
		}
		if i < 0 && state == call.Gone {
			return engine.Channel{}
		}
		if time.Now().After(end) {
			s.Fatalf("channel %s is never listed as %s: %+v", id, state, list)
		}
	}
}

// noBridge waits until the call's bridge is not listed any more.
func (s *switchTest) noBridge() {
	s.Helper()
	for end := time.Now().Add(5 * time.Second); slices.Contains(s.list().Bridges, s.call); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			s.Error("the bridge is still listed")
			return
		}
	}
}

// noPhone waits until the phone is not listed any more.
func (s *switchTest) noPhone(endpoint string) {
	s.Helper()
	listed := func() bool { _, known := s.list().Phones[endpoint]; return known }
	for end := time.Now().Add(5 * time.Second); listed(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			s.Errorf("the retired phone %s is still listed", endpoint)
			return
		}
	}
}

func gone(s *switchTest) {
	const customer = "1790000000.99999"
	leg := s.call + "-a1"
	for range 2 {
		s.none(
			call.AnswerCustomer{Leg: customer}, call.PlayRinging{Leg: customer}, call.PlayMusic{Leg: customer, Class: "default"},
			call.StopMusic{Leg: customer}, call.StopRescue{Leg: customer}, call.Leave{Bridge: s.call, Leg: customer},
			call.Drop{Leg: leg, Reason: call.Normal}, call.DestroyBridge{Bridge: s.call},
			call.GiveBack{Leg: customer, Call: s.call, Result: "answered", Slug: "agent_hangup"},
			call.Join{Bridge: s.call, Customer: customer}, call.Leave{Bridge: s.call, Leg: leg}, call.Dismiss{Leg: customer},
			call.SayMessage{Leg: customer}, call.PlayMusic{Leg: leg, Class: "default"}, call.StopMusic{Leg: leg}, call.PlayTone{Leg: leg}, call.StopTone{Leg: leg},
			call.SetMute{Leg: leg, On: true}, call.SetMute{Leg: leg}, call.SendDigits{Leg: leg, Digits: "1"}, call.SendDigits{Leg: customer, Digits: "1"},
			call.DestroyBridge{Bridge: s.call}, // which Join made
		)
	}
	for what, err := range map[string]error{
		"guard":  s.Switch.GuardRescue(s.Context(), customer, time.Minute),
		"drop":   s.Switch.Drop(s.Context(), leg),
		"bridge": s.Switch.DropBridge(s.Context(), s.call),
	} {
		if err != nil {
			s.Errorf("%s: %v", what, err)
		}
	}
}

func callerServed(s *switchTest) {
	customer, hangUp := s.arrives()
	defer hangUp()
	seen := s.sees(customer, call.Up)
	if !seen.Ours || seen.Arrival == nil || seen.Arrival.Queue != "sales" || time.Since(seen.Created) > time.Minute {
		s.Errorf("listed as %+v", seen)
	}
	for range 2 { // each is repeatable
		s.none(
			call.PlayRinging{Leg: customer}, call.AnswerCustomer{Leg: customer}, call.PlayMusic{Leg: customer, Class: "default"},
			call.StopMusic{Leg: customer}, call.StopRescue{Leg: customer},
		)
	}
	if err := s.Switch.GuardRescue(s.Context(), customer, time.Minute); err != nil {
		s.Error(err)
	}
	s.none(call.GiveBack{Leg: customer, Call: s.call, Result: "answered", Slug: "agent_hangup"})
	s.ends(customer)
	for _, c := range s.list().Channels {
		if c.ID == customer && c.Ours {
			s.Error("given back and still ours")
		}
	}
}

func conversation(s *switchTest) {
	s.reachable(s.name("answers"), AnswersAfter(500*time.Millisecond))
	customer, hangUp := s.arrives()
	defer hangUp()
	leg := s.dial(s.name("answers"), customer)
	s.none(call.MakeBridge{Bridge: s.call}, call.MakeBridge{Bridge: s.call})
	s.told("ringing", func(f any) bool { return f == call.LegRinging{Leg: leg} })
	s.told("answered", func(f any) bool { return f == call.LegUp{Leg: leg} })
	if c := s.sees(leg, call.Up); !c.Ours || c.Arrival != nil {
		s.Errorf("listed as %+v", c)
	}
	s.none(call.AnswerCustomer{Leg: customer})
	for range 2 {
		if in := s.do(call.Join{Bridge: s.call, Customer: customer, Leg: leg}); in != (call.Joined{Leg: leg}) {
			s.Errorf("joined: %T%+v", in, in)
		}
	}
	if !slices.Contains(s.list().Bridges, s.call) {
		s.Error("the bridge is not listed")
	}
	s.none(call.Leave{Bridge: s.call, Leg: customer}, call.Leave{Bridge: s.call, Leg: customer})
	s.none(call.Drop{Leg: leg, Reason: call.Normal}, call.Drop{Leg: leg, Reason: call.Normal})
	if g := s.ends(leg); g.Cause != 16 {
		s.Errorf("hung up with cause %d", g.Cause)
	}
	s.sees(leg, call.Gone)
	s.none(call.DestroyBridge{Bridge: s.call}, call.DestroyBridge{Bridge: s.call})
	s.noBridge()
}

func refusals(s *switchTest) {
	customer, hangUp := s.arrives()
	defer hangUp()
	s.reachable(s.name("declines"), DeclinesAfter(300*time.Millisecond))
	leg := s.dial(s.name("declines"), customer)
	s.told("ringing", func(f any) bool { return f == call.LegRinging{Leg: leg} })
	if g := s.ends(leg); g.Cause != 21 {
		s.Errorf("declined with cause %d", g.Cause)
	}
	s.reachable(s.name("busy"), Busy)
	leg = s.dial(s.name("busy"), customer)
	if g := s.ends(leg); g.Cause != 17 {
		s.Errorf("busy with cause %d", g.Cause)
	}
	s.reachable(s.name("rings"), Ignores)
	leg = s.dial(s.name("rings"), customer)
	s.told("ringing", func(f any) bool { return f == call.LegRinging{Leg: leg} })
	s.sees(leg, call.Rings)
	s.none(call.Drop{Leg: leg, Reason: call.ElsewhereDone})
	s.ends(leg)
}

func unregistered(s *switchTest) {
	customer, hangUp := s.arrives()
	defer hangUp()
	s.provision(s.name("nobody"))
	s.legs++
	leg := s.call + "-a1"
	in := s.do(call.Dial{Leg: leg, Agent: "ann", Endpoint: s.name("nobody"), Timeout: 20 * time.Second, For: customer})
	g, ok := in.(call.LegGone)
	if in == nil { // tried, and told later
		g, ok = s.ends(leg), true
	}
	if !ok || g.Leg != leg || g.Cause == 16 {
		s.Errorf("called a phone that is not there: %T%+v", in, in)
	}
	if s.list().Phones[s.name("nobody")] {
		s.Error("listed as reachable")
	}
}

func contacts(s *switchTest) {
	s.provision(s.name("comes"))
	s.provision(s.name("comes")) // repeatable
	if reachable, known := s.list().Phones[s.name("comes")]; reachable || !known {
		s.Errorf("before it registers: listed %t, reachable %t", known, reachable)
	}
	s.Phone(s, s.name("comes"), Ignores)
	s.told("reachable", func(f any) bool { return f == PhoneFact{s.name("comes"), true} })
	if !s.list().Phones[s.name("comes")] {
		s.Error("registered and not listed as reachable")
	}
	for range 2 { // repeatable
		if err := s.Switch.Provision(s.Context(), engine.Account{Endpoint: s.name("comes"), Retired: true}); err != nil {
			s.Fatal(err)
		}
		s.noPhone(s.name("comes"))
	}
}

func joinGone(s *switchTest) {
	customer, hangUp := s.arrives()
	defer hangUp()
	leg := s.call + "-a1"
	s.none(call.MakeBridge{Bridge: s.call}, call.AnswerCustomer{Leg: customer})
	if in, ok := s.do(call.Join{Bridge: s.call, Customer: customer, Leg: leg}).(call.JoinFailed); !ok || in.Leg != leg {
		s.Errorf("joined with a leg that is gone: %+v", in)
	}
	s.none(call.DestroyBridge{Bridge: s.call})
	hangUp()
	s.ends(customer)
}

func ownerless(s *switchTest) {
	s.reachable(s.name("stray"), AnswersAfter(100*time.Millisecond))
	customer, hangUp := s.arrives()
	defer hangUp()
	leg := s.dial(s.name("stray"), customer)
	s.none(call.MakeBridge{Bridge: s.call})
	s.told("answered", func(f any) bool { return f == call.LegUp{Leg: leg} })
	for range 2 {
		if err := s.Switch.Drop(s.Context(), leg); err != nil {
			s.Error(err)
		}
		if err := s.Switch.DropBridge(s.Context(), s.call); err != nil {
			s.Error(err)
		}
	}
	s.ends(leg)
	s.noBridge()
}
