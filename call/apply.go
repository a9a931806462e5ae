package call

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Error is a refused input: nothing changed.
type Error struct {
	Slug     string // wrong_state, not_yours
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
}

func (s *step) do(e Effect) { s.effects = append(s.effects, e) }

// Apply says what in makes of the call at the time now. It never changes its receiver.
//
// An error (*Error: a command, or a claim, that this state does not allow) means that nothing changed and nothing is to be done.
// A fact that no longer matters is no error: it returns the call as it is.
func (c Call) Apply(now time.Time, in Input) (Call, []Effect, error) {
	handle := table[c.State][in.Kind()]
	if handle == nil {
		if mustFit(in.Kind()) {
			return c, nil, c.wrong("wrong_state", in)
		}
		return c, nil, nil
	}
	if by, isCommand := commander(in); isCommand && (c.Agent == nil || c.Agent.Agent != by) {
		return c, nil, c.wrong("not_yours", in)
	}
	next := c.Clone()
	s := &step{Call: &next, now: now}
	handle(s, in)
	return next, s.effects, nil
}

func (c Call) wrong(slug string, in Input) error {
	e := &Error{Slug: slug, State: c.State, Input: in.Kind()}
	if slug != "not_yours" {
		e.Possible = c.Possible()
	}
	return e
}

// Possible lists the commands that the call's agent can give now, in a fixed order.
func (c Call) Possible() []Kind {
	var out []Kind
	for _, k := range commands {
		again := k == KAnswer && c.State != Offering // tolerated, not offered
		if table[c.State][k] != nil && !again {
			out = append(out, k)
		}
	}
	return out
}

var commands = []Kind{KAnswer, KDecline, KHangup, KRejoin}

// mustFit tells which inputs are errors where the table has no place for them: those that somebody waits for an answer to.
func mustFit(k Kind) bool {
	return k == KEnter || k == KClaimed || slices.Contains(commands, k)
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
	}
	return "", false
}

// to moves to another state. Whoever calls it sets the deadline.
func (s *step) to(state State) {
	s.State, s.Since = state, s.now
	s.Deadline = time.Time{}
}
