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
	ID       string      `json:"id"`
	State    call.State  `json:"state"`
	Since    time.Time   `json:"since"`
	Leg      string      `json:"leg,omitempty"` // the SIP call to this phone carries it in X-Switchroom-Leg
	Service  string      `json:"service"`
	Queue    string      `json:"queue"`
	Caller   call.Party  `json:"caller"`
	Called   string      `json:"called,omitempty"`
	Deadline time.Time   `json:"deadline,omitzero"`
	Talking  time.Time   `json:"connected_at,omitzero"`
	Ticket   string      `json:"ticket,omitempty"`
	Commands []call.Kind `json:"commands"` // possible now
}

// Look derives an agent's view; c is the call that holds the agent, or nil.
func Look(now time.Time, a agent.Agent, c *call.Call) View {
	v := View{
		Agent: a.ID, Name: a.Name, CTI: a.CTI, Queues: a.Queues, Status: a.Status(now),
		Phone: PhoneView{Device: a.Phone.Device, Number: a.Phone.Number, Reachable: a.Phone.Reachable, Fault: a.Phone.Fault, Blocked: a.Phone.Blocked},
	}
	if a.WrapUpCall != "" {
		v.WrapUp = &WrapUpView{Call: a.WrapUpCall, Ticket: a.WrapUpTicket, Until: a.WrapUpUntil}
	}
	if v.Queues == nil {
		v.Queues = []string{}
	}
	if c == nil || a.Held == nil || c.ID != a.Held.Call || c.Agent == nil || c.Agent.Token != a.Held.Token {
		return v
	}
	v.Call = &CallView{
		ID: c.ID, State: c.State, Since: c.Since, Leg: c.Agent.Leg, Service: c.Service, Queue: c.Queue, Caller: c.Caller, Called: c.Called,
		Deadline: c.Deadline, Talking: c.ConnectedAt, Ticket: c.Ticket, Commands: c.Possible(),
	}
	return v
}
