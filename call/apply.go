package call

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Error is a refused input: nothing changed.
type Error struct {
	Slug     string // wrong_state, not_yours, bad_target, phone_holds
	State    State
	Input    Kind
	Possible []Kind // commands that the same agent could give now
}

func (e *Error) Error() string {
	names := make([]string, len(e.Possible))
	for i, k := range e.Possible {
		names[i] = string(k)
	}
	return fmt.Sprintf("%s: %s is not possible while the call is %s (possible now: %s)", e.Slug, e.Input, e.State, strings.Join(names, ", "))
}

// step is one Apply under way: the copy that is being changed, and what is to be done about it.
type step struct {
	*Call
	now     time.Time
	effects []Effect
	refused string // the slug of a refusal: nothing of the step counts
	absent  bool   // the customer is not at Asterisk, and nobody heard them leave
}

func (s *step) refuse(slug string) { s.refused = slug }

func (s *step) do(e Effect) { s.effects = append(s.effects, e) }

// Apply says what in makes of the call at the time now. It never changes its receiver.
//
// An error (*Error: a command, or a claim, that this state does not allow) means that nothing changed and nothing is to be done.
// A fact that no longer matters is no error: it returns the call as it is.
func (c Call) Apply(now time.Time, in Input) (Call, []Effect, error) {
	if by, isCommand := commander(in); isCommand && c.forbids(by, in.Kind()) != "" {
		return c, nil, c.wrong(c.forbids(by, in.Kind()), in)
	}
	handle := table[c.State][in.Kind()]
	if handle == nil {
		if mustFit(in.Kind()) {
			return c, nil, c.wrong("wrong_state", in)
		}
		return c, nil, nil
	}
	next := c.Clone()
	s := &step{Call: &next, now: now}
	handle(s, in)
	if s.refused != "" {
		return c, nil, c.wrong(s.refused, in)
	}
	return next, s.effects, nil
}

// forbids tells why somebody may not give a command, whatever the state has; "" if they may. Strangers do not learn the state. The call is its agent's; a target can only answer
// or refuse, and leave, until they own it.
func (c Call) forbids(by string, k Kind) (slug string) {
	rings := k == KAnswer || k == KDecline
	p := c.rung()
	switch {
	case by == "":
	case c.Target != nil && c.Target.Agent == by:
		rejoins := k == KRejoin && (c.State == AgentsOnly || c.TargetLost)
		if p != nil && p.Agent == by && rings || p == nil && (k == KAnswer || k == KHangup || k == KMute || rejoins) {
			return ""
		}
	case c.Agent != nil && c.Agent.Agent == by:
		if rings && (p == nil || p.Agent != by) && (k == KDecline || p != nil || c.State == Rejoining) {
			return "wrong_state"
		}
		if c.Back == AgentsOnly && (k == KDisconnect || k == KRejoin && c.TargetLost) {
			return "wrong_state"
		}
		return ""
	}
	return "not_yours"
}

func (c Call) wrong(slug string, in Input) error {
	e := &Error{Slug: slug, State: c.State, Input: in.Kind()}
	if by, _ := commander(in); slug != "not_yours" {
		e.Possible = c.Possible(by)
	}
	return e
}

// Possible lists the commands that the agent can give now, in a fixed order.
func (c Call) Possible(by string) []Kind {
	var out []Kind
	for _, k := range commands {
		again := k == KAnswer && c.rung() == nil // tolerated, not offered
		if table[c.State][k] != nil && !again && c.forbids(by, k) == "" {
			out = append(out, k)
		}
	}
	return out
}

var commands = []Kind{
	KAnswer, KDecline, KHangup, KRejoin, KMute, KDigits, KHold, KResume, KTransfer, KConsult, KComplete, KCancel, KSwap, KConfer, KDisconnect,
}

// mustFit tells which inputs are errors where the table has no place for them: those that somebody waits for an answer to.
func mustFit(k Kind) bool {
	return k == KEnter || k == KPlace || k == KClaimed || k == KRecalled || slices.Contains(commands, k)
}

// Commander is the agent who gives a command; "" where the input is none.
func Commander(in Input) string {
	by, _ := commander(in)
	return by
}

// commander returns the agent who gives a command; ok is false where the input is none.
func commander(in Input) (by string, ok bool) {
	switch in := in.(type) {
	case Answer:
		return in.Agent, true
	case Decline:
		return in.Agent, true
	case Hangup:
		return in.Agent, true
	case Rejoin:
		return in.Agent, true
	case Mute:
		return in.Agent, true
	case Digits:
		return in.Agent, true
	case Hold:
		return in.Agent, true
	case Resume:
		return in.Agent, true
	case Transfer:
		return in.Agent, true
	case Consult:
		return in.Agent, true
	case Complete:
		return in.Agent, true
	case Cancel:
		return in.Agent, true
	case Swap:
		return in.Agent, true
	case Confer:
		return in.Agent, true
	case ForceDisconnect:
		return in.Agent, true
	}
	return "", false
}

// to moves to another state. Whoever calls it sets the deadline.
func (s *step) to(state State) {
	s.State, s.Since = state, s.now
	s.Deadline = time.Time{}
}
