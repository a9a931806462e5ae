package enginetest

import (
	"context"

	"switchroom/call"
)

// Do implements engine.Switch.
func (s *Switch) Do(ctx context.Context, e call.Effect) (call.Input, error) {
	var result call.Input // what is carried out late, nobody reads
	if err := s.request(ctx, e.Effect(), func() { result = s.do(e) }); err != nil {
		return nil, err
	}
	return result, nil
}

// ours returns a channel that we may command, or an empty one that nobody looks at: its object being gone is no error.
func (s *Switch) ours(id string) *channel {
	if ch := s.channels[id]; ch != nil && (ch.inApp || (ch.phone != nil || ch.out) && ch.state == call.Up) {
		return ch
	}
	return &channel{}
}

func (s *Switch) do(e call.Effect) call.Input {
	switch e := e.(type) {
	case call.AnswerCustomer:
		ch := s.ours(e.Leg)
		ch.answered, ch.ringing = true, false
	case call.PlayRinging:
		if ch := s.ours(e.Leg); !ch.answered {
			ch.ringing = true
		}
	case call.PlayMusic:
		s.ours(e.Leg).music = true
	case call.StopMusic:
		s.ours(e.Leg).music = false
	case call.PlayTone:
		s.ours(e.Leg).tone = true
	case call.StopTone:
		s.ours(e.Leg).tone = false
	case call.SetMute:
		s.ours(e.Leg).muted = e.On
	case call.SendDigits:
		s.ours(e.Leg).digits += e.Digits
	case call.SayMessage:
		return s.say(e)
	case call.HearMessage:
		return s.hear(e)
	case call.MakeBridge:
		s.bridges[e.Bridge] = true
	case call.DestroyBridge:
		s.destroy(e.Bridge)
	case call.Leave:
		s.ours(e.Leg).bridge = ""
	case call.Join:
		return s.join(e)
	case call.Dial:
		return s.dial(e)
	case call.AnswerOwn:
		s.ours(e.Leg).answered = true
	case call.CallOut:
		return s.callOut(e)
	case call.Drop:
		if ch := s.channels[e.Leg]; ch != nil {
			if ch.caller != nil {
				s.broken("the caller's channel %s was hung up (invariant 3)", e.Leg)
			}
			s.end(ch, 16)
		}
	case call.Dismiss:
		if ch := s.channels[e.Leg]; ch != nil && (ch.out || ch.inApp) {
			s.end(ch, 16)
		}
	case call.GiveBack:
		if ch := s.ours(e.Leg); ch.caller != nil {
			s.retrieved = append(s.retrieved, e)
			ch.caller.result = e.Result
			s.leave(ch)
			s.dialplanGoesOn(ch, e)
		} else if ch.dialled != "" {
			s.retrieved = append(s.retrieved, e)
			s.end(ch, 16) // the dialplan says that it cannot be, and hangs up
		}
	case call.StopRescue:
		if ch := s.ours(e.Leg); ch.caller != nil {
			s.armRescue(ch, 0)
		}
	default:
		s.broken("unknown effect %T", e)
	}
	return nil
}

func (s *Switch) join(e call.Join) call.Input {
	customer, leg := s.channels[e.Customer], s.channels[e.Leg]
	switch {
	case e.Leg != "" && (leg == nil || leg.state != call.Up):
		return call.JoinFailed{Leg: e.Leg, Why: "the phone's leg is gone"}
	case e.Customer != "" && (customer == nil || !customer.inApp && !customer.out):
		return nil // their end is under way
	}
	s.bridges[e.Bridge] = true
	if customer != nil {
		customer.bridge = e.Bridge
	}
	if leg == nil {
		return nil
	}
	leg.bridge = e.Bridge
	return call.Joined{Leg: e.Leg}
}
