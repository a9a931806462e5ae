// Package timeline tells the story of a call in field terms, from its journal: what happened when, by whom, who was considered for it and why not. It replays the
// journal through the core that wrote it, so it knows what each input changed. Pure: the same entries give the same story.
package timeline

import (
	"encoding/json"
	"slices"
	"time"

	"switchroom/agent"
	"switchroom/call"
)

// Entry is what a line of the journal says.
type Entry struct {
	At    time.Time
	State call.State // after the input
	Input json.RawMessage
}

// Timeline is a call's story. It names people and numbers, and nothing by which a phone or channel could be commanded. Texts of callers and agents are theirs:
// show them as text.
type Timeline struct {
	Call    string
	Service string
	Queue   string
	Caller  call.Party
	Called  string
	Steps   []Step
	End     *call.End // nil: it still lives
	// Diverged: some entry does not follow from those before it. What it did is not known; its time and state are.
	Diverged bool
	// Agents are all who were offered the call, took part in it or were considered for it, in that order of appearance.
	Agents []string
}

// Step is one thing that happened.
type Step struct {
	At    time.Time
	State call.State // after it
	What  string
	// By is the agent who wanted it, Agent the one whom it concerns. Empty: nobody, or the customer.
	By, Agent string
	Queue     string
	Number    string // outside
	Why       string // a slug
	Text      string // somebody's words
	// Considered are the agents who were looked at, with what spoke against them; "" for the one who was taken.
	Considered []call.Considered
	Class      call.Class // of the end
	// Lasted is how long the state before lasted, where this step left it.
	Lasted time.Duration
}

// Tell tells the story. Entries are in order, from the first.
func Tell(entries []Entry) Timeline {
	var t teller
	for _, e := range entries {
		t.take(e)
	}
	return t.Timeline
}

type teller struct {
	Timeline
	call call.Call
	now  Entry
	// since is when the state began.
	since time.Time
}

func (t *teller) take(e Entry) {
	t.now = e
	was := t.call
	from := len(t.Steps)
	in, err := call.DecodeInput(e.Input)
	var effects []call.Effect
	if err == nil {
		t.call, effects, err = was.Apply(e.At, in)
	}
	if err != nil || t.call.State != e.State {
		t.Diverged = true
		t.step(Step{What: "unknown"})
		t.call = was
	} else {
		t.told(was, in)
		t.followed(was, effects)
	}
	t.Call, t.Service, t.Queue, t.Caller, t.Called, t.End = t.call.ID, t.call.Service, t.call.Queue, t.call.Caller, t.call.Called, t.call.End
	if len(t.Steps) == from && was.State == e.State {
		return
	}
	if len(t.Steps) == from {
		t.step(Step{What: "moved_on"})
	}
	if was.State != e.State {
		if was.State != call.New {
			t.Steps[len(t.Steps)-1].Lasted = e.At.Sub(t.since)
		}
		t.since = e.At
	}
}

func (t *teller) step(s Step) {
	s.At, s.State = t.now.At, t.now.State
	t.Steps = append(t.Steps, s)
	t.know(s.By)
	t.know(s.Agent)
	for _, c := range s.Considered {
		t.know(c.Agent)
	}
}

func (t *teller) know(agentID string) {
	if agentID != "" && !slices.Contains(t.Agents, agentID) {
		t.Agents = append(t.Agents, agentID)
	}
}

// told says what the input itself says.
func (t *teller) told(was call.Call, in call.Input) {
	switch in := in.(type) {
	case call.Enter:
		called := in.Queue
		if in.Instead != "" {
			called = in.Instead
		}
		t.step(Step{What: "entered", Queue: called, Number: in.Caller.Number, Text: in.Caller.Name})
		if in.Closing != nil || in.Instead != "" {
			t.step(Step{What: "service_closed", Queue: called})
		}
	case call.Place:
		s := Step{What: "placed", By: in.Agent, Number: in.To.Number}
		if in.Colleague != nil {
			s.aim(*in.Colleague)
		}
		t.step(s)
	case call.Claimed:
		t.step(Step{What: "offered", Agent: in.Agent, Considered: append(slices.Clone(in.Considered), call.Considered{Agent: in.Agent})})
	case call.ServiceClosed:
		t.step(Step{What: "service_closed", Queue: was.Queue})
	case call.QueueChanged:
		t.step(Step{What: "queue_changed", Queue: was.Queue})
	case call.Nobody:
		t.step(Step{What: "nobody_there", Considered: in.Considered})
	case call.Recalled:
		t.step(Step{What: "recalled", Agent: in.Agent})
	case call.NoRecall:
		t.step(Step{What: "not_recalled", Agent: was.Recall, Why: in.Why})
	case call.TicketOpened:
		t.step(Step{What: "ticket_opened", Text: in.Ticket})
	case call.Recovered:
		t.step(Step{What: "controller_back"})
	case call.MessageBegan:
		t.step(Step{What: "message_began"})
	case call.MessageOver:
		t.step(Step{What: "message_over", Why: map[bool]string{true: "failed"}[in.Failed]})
	case call.LegRinging, call.LegUp, call.LegGone, call.PhoneHold, call.PhoneLost, call.PhoneBack, call.JoinFailed:
		t.ofPhones(was, in)
	default:
		t.ordered(was, in)
	}
}

// ordered says what somebody pressed.
func (t *teller) ordered(was call.Call, in call.Input) {
	by := call.Commander(in)
	if by == "" { // time and results say nothing by themselves
		return
	}
	s := Step{What: string(in.Kind()), By: by}
	switch in := in.(type) { // which digits is nobody's business: they may be a card's
	case call.Mute:
		if !in.On {
			s.What = "unmute"
		}
	case call.Transfer:
		s.aim(in.To)
	case call.Consult:
		s.aim(in.To)
	case call.Complete, call.Cancel:
		s.aimed(was)
	case call.ForceDisconnect:
		s.Text = in.Reason
	}
	t.step(s)
}

func (s *Step) aim(to call.Target) {
	switch to.Kind {
	case call.ToQueue:
		s.Queue = to.Queue
	case call.ToNumber:
		s.Number = to.Number
	default:
		s.Agent = to.Agent
	}
}

// aimed names the call's target: who was found, where it was a queue.
func (s *Step) aimed(was call.Call) {
	switch t := was.Target; {
	case t == nil:
	case t.Agent != "":
		s.Agent = t.Agent
	default:
		s.aim(*t)
	}
}

// ofPhones says what a phone did that is part of the call.
func (t *teller) ofPhones(was call.Call, in call.Input) {
	switch in := in.(type) {
	case call.LegRinging:
		if !rang(was, in.Leg) {
			t.phone("rang", was, in.Leg)
		}
	case call.LegUp:
		t.phone("answered", was, in.Leg)
	case call.LegGone:
		if was.State == call.Ended && was.Hears != call.Message {
			return // it was hung up, and hung up on nobody
		}
		t.phone("left", was, in.Leg)
	case call.PhoneHold:
		t.phone(map[bool]string{true: "phone_held", false: "phone_released"}[in.On], was, in.Leg)
	case call.JoinFailed:
		t.phone("not_bridged", was, in.Leg)
	case call.PhoneLost:
		t.step(Step{What: "phone_lost", Agent: in.Agent})
	case call.PhoneBack:
		t.step(Step{What: "phone_back", Agent: in.Agent})
	}
}

// rang tells whether the leg had said so before.
func rang(c call.Call, leg string) bool {
	return c.Customer.ID == leg && c.Customer.Rang || slices.ContainsFunc(c.Legs, func(l call.Leg) bool { return l.ID == leg && l.Rang })
}

// phone names whose leg it is. Legs that are no part of the call any more are only waited for.
func (t *teller) phone(what string, was call.Call, leg string) {
	s := Step{What: what}
	switch {
	case leg == was.Customer.ID && leg != "":
		if was.Outbound {
			s.Number = was.Called
		}
		s.What = "customer_" + what
	case was.Agent != nil && was.Agent.Leg == leg:
		s.Agent = was.Agent.Agent
	case was.Target != nil && was.Target.Leg == leg && leg != "":
		s.aimed(was)
	default:
		return
	}
	t.step(s)
}

// followed says what came of the input.
func (t *teller) followed(was call.Call, effects []call.Effect) {
	is := t.call
	for _, try := range is.Tries[len(was.Tries):] {
		t.step(Step{What: "missed", Agent: try.Agent, Why: try.Why})
	}
	for _, e := range effects {
		if r, ok := e.(call.ReleaseAgent); ok && r.Outcome.Kind == agent.PhoneFault {
			t.step(Step{What: "phone_fault", Agent: r.Agent, Why: r.Outcome.Fault})
		}
	}
	if f := is.Failure; f != nil && (was.Failure == nil || *was.Failure != *f) {
		t.step(Step{What: "target_failed", Agent: f.Agent, Queue: f.Queue, Number: f.Number, Why: f.Why})
	}
	if is.HeldLong > was.HeldLong {
		t.step(Step{What: "held_long"})
	}
	if was.ConnectedAt.IsZero() && !is.ConnectedAt.IsZero() || is.State == call.Talking && was.State == call.Connecting {
		t.step(Step{What: "connected", Agent: with(is)})
	}
	if is.State != was.State || is.State == call.Queued && is.Queue != was.Queue {
		t.moved(was)
	}
}

// with is the agent who is with the customer.
func with(c call.Call) string {
	if c.Agent == nil {
		return ""
	}
	return c.Agent.Agent
}

// moved says the changes of state that no input has the name of.
func (t *teller) moved(was call.Call) {
	is := t.call
	switch is.State {
	case call.Queued:
		t.step(Step{What: "queued", Queue: is.Queue})
	case call.Recalling:
		t.step(Step{What: "recalling", Agent: is.Recall})
	case call.Rejoining:
		t.step(Step{What: "rejoining", Agent: is.Missing()})
	case call.AgentsOnly:
		if was.State == call.Rejoining {
			t.step(Step{What: "rejoined", Agent: was.Missing()})
			return
		}
		t.step(Step{What: "agents_talk_on"})
	case call.Forwarded:
		t.step(Step{What: "forwarded", Number: numberOf(was)})
	case call.Consulting:
		if was.State == call.ConsultRings {
			t.step(Step{What: "consulting", Agent: is.Target.Agent, Number: is.Target.Number})
		}
	case call.Talking:
		if was.State == call.Rejoining {
			t.step(Step{What: "rejoined", Agent: with(is)})
		}
	case call.Ended:
		t.step(Step{What: "ended", Class: is.End.Class, Why: is.End.Slug})
	}
}

func numberOf(c call.Call) string {
	if c.Target == nil {
		return ""
	}
	return c.Target.Number
}
