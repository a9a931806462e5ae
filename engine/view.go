package engine

import (
	"time"

	"switchroom/agent"
	"switchroom/call"
)

// View is all that one agent's clients show: complete in every message, so that the page is a plain function of it.
type View struct {
	Agent  string       `json:"agent"`
	Name   string       `json:"name"`
	CTI    string       `json:"cti"`
	Queues []string     `json:"queues"`
	Status agent.Status `json:"status"`
	Phone  PhoneView    `json:"phone"`
	Call   *CallView    `json:"call"` // null: none
	// WrapUp is the call whose ticket is being processed (S38); null: none.
	WrapUp *WrapUpView `json:"wrap_up"`
	// DialFailure says why the last call that the agent placed came to nothing, until the next call or the next choice of a status.
	DialFailure *agent.DialFailure `json:"dial_failure,omitempty"`
	// Lost is the last conversation where nobody ended it, until the next call or the next choice of a status.
	Lost *agent.Lost `json:"lost,omitempty"`
}

// WrapUpView is the ticket processing after a call.
type WrapUpView struct {
	Call   string    `json:"call"`
	Ticket string    `json:"ticket,omitempty"`
	Until  time.Time `json:"until,omitzero"` // zero: no limit
}

// PhoneView is the agent's phone.
type PhoneView struct {
	Device    agent.Device `json:"device"`
	Number    string       `json:"number"`
	Reachable bool         `json:"reachable"`
	Fault     string       `json:"fault,omitempty"` // "busy" or "unreachable": no offers until BlockedUntil
	Blocked   time.Time    `json:"blocked_until,omitzero"`
}

// CallView is the agent's call as they see it.
type CallView struct {
	ID       string     `json:"id"`
	Node     string     `json:"node"`
	State    call.State `json:"state"`
	Since    time.Time  `json:"since"`
	Role     Role       `json:"role"`
	Leg      string     `json:"leg,omitempty"` // the SIP call to this phone carries it in X-Switchroom-Leg
	Service  string     `json:"service"`
	Queue    string     `json:"queue"`
	Caller   call.Party `json:"caller"`
	Called   string     `json:"called,omitempty"`
	Outbound bool       `json:"outbound,omitempty"`
	CallerID string     `json:"caller_id,omitempty"` // shown to whom an agent calls
	// Internal: a call between two agents. Caller is the other one.
	Internal bool      `json:"internal,omitempty"`
	Deadline time.Time `json:"deadline,omitzero"`
	Talking  time.Time `json:"connected_at,omitzero"`
	Ticket   string    `json:"ticket,omitempty"`
	Muted    bool      `json:"muted,omitempty"`
	// HeldLong: the customer has been on hold for too long, and how often that was said.
	HeldLong int `json:"held_long,omitempty"`
	// Gone: the customer is not there any more; the agents may talk on.
	Gone bool `json:"customer_gone,omitempty"`
	// Other is who else takes part, or is being called: the target, or to the target the agent who transfers. Null: nobody.
	Other *OtherView `json:"other,omitempty"`
	// Failure says why the last transfer or consultation came to nothing.
	Failure  *call.Failure `json:"failure,omitempty"`
	Commands []call.Kind   `json:"commands"` // possible now
}

// Role is what somebody is in a call.
type Role string

// The roles.
const (
	RoleAgent  Role = "agent"  // offered the call, or has it
	RoleTarget Role = "target" // consulted, or to take the call over
)

// OtherView is the other agent in a consultation or transfer.
type OtherView struct {
	Kind  call.TargetKind `json:"kind"` // agent, or queue: whoever it finds
	Agent string          `json:"agent,omitempty"`
	Queue string          `json:"queue,omitempty"`
	Party call.Party      `json:"party"` // number and name
	Rings bool            `json:"rings,omitempty"`
	// Rejoins: their phone was lost and is being called back.
	Rejoins bool `json:"rejoins,omitempty"`
}

// Look derives an agent's view; c is the call that holds the agent, or nil.
func Look(now time.Time, a agent.Agent, c *call.Call) View {
	v := View{
		Agent: a.ID, Name: a.Name, CTI: a.CTI, Queues: a.Queues, Status: a.Status(now),
		Phone:       PhoneView{Device: a.Phone.Device, Number: a.Phone.Number, Reachable: a.Phone.Reachable, Fault: a.Phone.Fault, Blocked: a.Phone.Blocked},
		DialFailure: a.DialFailure, Lost: a.Lost,
	}
	if a.WrapUpCall != "" {
		v.WrapUp = &WrapUpView{Call: a.WrapUpCall, Ticket: a.WrapUpTicket, Until: a.WrapUpUntil}
	}
	if v.Queues == nil {
		v.Queues = []string{}
	}
	if c == nil || a.Held == nil || c.ID != a.Held.Call {
		return v
	}
	p := c.Part(a.ID)
	if p == nil || p.Token != a.Held.Token {
		return v
	}
	v.Call = &CallView{
		ID: c.ID, Node: c.Node, State: c.State, Since: c.Since, Role: RoleAgent, Leg: p.Leg, Service: c.Service, Queue: c.Queue, Caller: c.Caller, Called: c.Called, Outbound: c.Outbound, CallerID: c.CallerID,
		Deadline: c.Deadline, Talking: c.ConnectedAt, Ticket: c.Ticket, Muted: p.Muted, HeldLong: c.HeldLong,
		Gone: c.Customer.State == call.Gone, Other: other(c, a.ID), Failure: c.Failure, Commands: c.Possible(a.ID),
	}
	if v.Call.Commands == nil {
		v.Call.Commands = []call.Kind{}
	}
	if p != c.Agent {
		v.Call.Role, v.Call.Failure, v.Call.HeldLong = RoleTarget, nil, 0
	}
	if c.Internal {
		v.Call.Internal = true
		if p != c.Agent {
			v.Call.Caller = c.Target.By
		}
		if c.State == call.AgentsOnly || c.Back == call.AgentsOnly {
			v.Call.Talking = c.Target.Started
		}
	}
	return v
}

// other is whom the agent has to do with besides the customer.
func other(c *call.Call, me string) *OtherView {
	o := otherParty(c, me)
	if o != nil && o.Agent != "" && o.Agent == c.Missing() {
		o.Rings, o.Rejoins = false, true
	}
	return o
}

func otherParty(c *call.Call, me string) *OtherView {
	t := c.Target
	switch {
	case t == nil:
		return nil
	case t.Agent != me:
		_, talks := c.Talks(t.Agent)
		return &OtherView{Kind: t.Kind, Agent: t.Agent, Queue: t.Queue, Party: t.To, Rings: !talks}
	case c.Agent == nil:
		return &OtherView{Kind: call.ToAgent, Agent: c.Recall, Party: t.By}
	}
	return &OtherView{Kind: call.ToAgent, Agent: c.Agent.Agent, Party: t.By}
}
