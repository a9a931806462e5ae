package enginetest

import (
	"time"

	"switchroom/call"
)

// The part of the switch's contract that holds, consultations, transfers and forced disconnects need.

// talks brings a customer and a phone that answers to the point where both are there, apart.
func (s *switchTest) talks() (customer, leg string, phone Handset) {
	s.Helper()
	phone = s.reachable(s.name("talks"), AnswersAfter(100*time.Millisecond))
	customer, hangUp := s.arrives()
	s.Cleanup(hangUp)
	leg = s.dial(s.name("talks"), customer)
	s.told("answered", func(f any) bool { return f == call.LegUp{Leg: leg} })
	s.none(call.AnswerCustomer{Leg: customer}) // the bridge is made by whoever joins first
	return customer, leg, phone
}

// over lets everybody go who is still there.
func (s *switchTest) over(leg, customer string) {
	s.Helper()
	s.none(call.Drop{Leg: leg, Reason: call.Normal})
	s.ends(leg)
	if customer != "" {
		s.none(call.Dismiss{Leg: customer})
		s.ends(customer)
	}
	s.none(call.DestroyBridge{Bridge: s.call})
}

func (s *switchTest) joins(e call.Join) {
	s.Helper()
	if in := s.do(e); in != (call.Joined{Leg: e.Leg}) {
		s.Errorf("joined: %T%+v", in, in)
	}
}

func oneByOne(s *switchTest) {
	customer, leg, _ := s.talks()
	for range 2 {
		for range 2 {
			s.joins(call.Join{Bridge: s.call, Leg: leg})
			s.none(call.Join{Bridge: s.call, Customer: customer})
		}
		s.none(call.Leave{Bridge: s.call, Leg: leg}, call.Leave{Bridge: s.call, Leg: leg}, call.Leave{Bridge: s.call, Leg: customer})
	}
	s.none(call.Dismiss{Leg: customer})
	s.ends(customer)
	s.none(
		call.Join{Bridge: s.call, Customer: customer},           // gone: no error, and no result
		call.Join{Bridge: s.call, Customer: customer, Leg: leg}, // the phone's leg is fine: the customer's end is under way
	)
	s.joins(call.Join{Bridge: s.call, Leg: leg})
	s.over(leg, "")
}

func agentsLeg(s *switchTest) {
	customer, leg, phone := s.talks()
	s.joins(call.Join{Bridge: s.call, Customer: customer, Leg: leg})
	for range 2 { // each is repeatable, in a bridge and outside
		s.none(call.PlayTone{Leg: leg}, call.PlayTone{Leg: leg}, call.StopTone{Leg: leg}, call.StopTone{Leg: leg}, call.StopMusic{Leg: leg}, call.StopMusic{Leg: leg})
		s.none(call.Leave{Bridge: s.call, Leg: leg}, call.PlayMusic{Leg: leg, Class: "default"}, call.PlayMusic{Leg: leg, Class: "default"}, call.StopMusic{Leg: leg})
		s.joins(call.Join{Bridge: s.call, Leg: leg})
	}
	s.none(call.SendDigits{Leg: leg, Digits: "12#"}, call.SendDigits{Leg: customer, Digits: "*"})
	for end := time.Now().Add(10 * time.Second); phone.Digits() != "12#"; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			s.Fatalf("the phone got the digits %q", phone.Digits())
		}
	}
	s.over(leg, customer)
	s.none(
		call.SetMute{Leg: leg, On: true}, call.SetMute{Leg: leg}, call.PlayTone{Leg: leg}, call.StopTone{Leg: leg}, call.PlayMusic{Leg: leg, Class: "default"},
		call.StopMusic{Leg: leg}, call.SendDigits{Leg: leg, Digits: "1"},
	)
}

// muted is a test of its own: Asterisk 22.10.1 can crash (in framehook.c) when a leg is muted and unmuted, made to ring and taken out of its bridge
// many times within milliseconds.
func muted(s *switchTest) {
	customer, leg, _ := s.talks()
	s.joins(call.Join{Bridge: s.call, Customer: customer, Leg: leg})
	for _, on := range []bool{true, true, false, false} {
		s.none(call.SetMute{Leg: leg, On: on})
	}
	s.none(call.SetMute{Leg: leg, On: true}, call.Leave{Bridge: s.call, Leg: leg}, call.SetMute{Leg: leg})
	s.joins(call.Join{Bridge: s.call, Leg: leg})
	s.over(leg, customer)
}

func holdKey(s *switchTest) {
	customer, leg, phone := s.talks()
	s.joins(call.Join{Bridge: s.call, Customer: customer, Leg: leg})
	for range 2 {
		for _, on := range []bool{true, false} {
			phone.HoldKey(s, on)
			s.told("the hold key", func(f any) bool { return f == call.PhoneHold{Leg: leg, On: on} })
			if held, err := s.Switch.Holding(s.Context(), leg); held != on || err != nil {
				s.Errorf("asked: the key is pressed: %t, %v", held, err)
			}
		}
	}
	s.over(leg, customer)
	if held, err := s.Switch.Holding(s.Context(), leg); held || err != nil {
		s.Errorf("of a leg that is gone: %t, %v", held, err)
	}
}

func messageSaid(s *switchTest) {
	customer, _ := s.arrives()
	s.none(call.AnswerCustomer{Leg: customer})
	before := s.read
	s.none(call.SayMessage{Leg: customer}, call.SayMessage{Leg: customer})
	s.told("the message began", func(f any) bool { return f == call.MessageBegan{} })
	s.none(call.SayMessage{Leg: customer}, call.HearMessage{Leg: customer}) // while it plays: neither again nor over
	s.told("the message is over", func(f any) bool { return f == call.MessageOver{} })
	if in := s.do(call.HearMessage{Leg: customer}); in != (call.MessageOver{}) {
		s.Errorf("afterwards: %T%+v", in, in)
	}
	for range 2 {
		s.none(call.Dismiss{Leg: customer})
	}
	s.ends(customer)
	s.sees(customer, call.Gone)
	if in := s.do(call.HearMessage{Leg: customer}); in != (call.MessageOver{}) {
		s.Errorf("of a customer who is gone: %T%+v", in, in)
	}
	began := 0
	for _, f := range s.facts.All()[before:] {
		if f == (call.MessageBegan{}) {
			began++
		}
	}
	if began != 1 {
		s.Errorf("the message began %d times", began)
	}
}

// messageMissing: that the message cannot be played is told by the effect's result or by a fact, whichever the switch knows first.
func messageMissing(s *switchTest) {
	customer, _ := s.arrives()
	s.none(call.AnswerCustomer{Leg: customer})
	for range 2 {
		if in := s.do(call.SayMessage{Leg: customer, Message: MissingMessage}); in == nil {
			s.told("the message failed", func(f any) bool { return f == call.MessageOver{Failed: true} })
		} else if in != (call.MessageOver{Failed: true}) {
			s.Errorf("a missing message: %T%+v", in, in)
		}
	}
	s.none(call.Dismiss{Leg: customer})
	s.ends(customer)
}
