package call

import (
	"time"

	"switchroom/agent"
)

// TargetKind says what a call is transferred to, or who is consulted.
type TargetKind string

// The kinds of target.
const (
	ToAgent  TargetKind = "agent"  // a chosen agent
	ToQueue  TargetKind = "queue"  // whoever the queue finds
	ToNumber TargetKind = "number" // a number outside
)

// Target is the second party of a consultation or transfer.
type Target struct {
	Kind  TargetKind `json:"kind"`
	Queue string     `json:"queue,omitempty"`
	// Number is what is called outside, as CallerID, by one of the Ways not tried yet.
	Number   string   `json:"number,omitempty"`
	CallerID string   `json:"caller_id,omitempty"`
	Ways     []string `json:"ways,omitempty"`
	// Scenario is the target queue's: it applies from the moment when the customer waits there.
	Scenario *Scenario `json:"scenario,omitempty"`
	Service  string    `json:"service,omitempty"` // the target queue's
	// To is how the target is shown to the agent who transfers.
	To Party `json:"to"`
	// By is who is seen to call at the target's phone: the agent who transfers.
	By Party `json:"by"`
	// Way is how the agent may be taken: picked from those who are Ready, or called by number.
	Way agent.Way `json:"way,omitempty"`
	// Started is when the target was called, or looked for; of a colleague's call, when they answered.
	Started time.Time `json:"started,omitzero"`
	// Until is when the ringing, or the looking for somebody, is given up.
	Until time.Time `json:"until,omitzero"`
	// Participant is the agent who is rung or talks; without an Agent nobody was found yet.
	Participant
}

// Failure says why the last consultation or transfer came to nothing, to the agent who wanted it and until they go on.
type Failure struct {
	Kind   TargetKind `json:"kind"`
	Agent  string     `json:"agent,omitempty"`
	Queue  string     `json:"queue,omitempty"`
	Number string     `json:"number,omitempty"`
	Party  Party      `json:"party,omitzero"` // how the target was shown
	Why    string     `json:"why"`            // no_answer, declined, busy, unreachable, lost, hangup, nobody_there
	At     time.Time  `json:"at"`
}

// Handover says who gave the customer to the target of a consultation.
type Handover struct {
	By     string    `json:"by"`
	Token  string    `json:"token"`  // of the target's reservation
	Target Failure   `json:"target"` // should it come to nothing
	Until  time.Time `json:"until"`  // [HandoverWithin]
}

// Disconnect says who forced the customer out, and why (S34).
type Disconnect struct {
	Agent  string    `json:"agent"`
	Reason string    `json:"reason,omitempty"`
	At     time.Time `json:"at"`
	// Said: the message was heard to begin; it is not begun again.
	Said bool `json:"said,omitempty"`
}

func (t *Target) clone() *Target {
	t = copyOf(t)
	if t != nil {
		t.Scenario = copyOf(t.Scenario)
		t.Ways = append([]string(nil), t.Ways...)
	}
	return t
}

// targetLeg returns the target's leg, or nil.
func (c *Call) targetLeg() *Leg {
	if c.Target == nil {
		return nil
	}
	return c.leg(c.Target.Leg)
}
