package sql

import (
	"time"

	"switchroom/call"
	"switchroom/record"
)

// The live models of customers, tickets and what is known of calls; see models.go.

type customerRow struct {
	ID        string    `gorm:"column:id;primaryKey"`
	Number    string    `gorm:"column:number"`
	Name      string    `gorm:"column:name"`
	Notes     string    `gorm:"column:notes"`
	CreatedAt time.Time `gorm:"column:created_at"`
	UpdatedAt time.Time `gorm:"column:updated_at"`
	Version   int64     `gorm:"column:version"`
}

type ticketAgent struct {
	AgentID  string `gorm:"column:agent_id;primaryKey"`
	TicketID string `gorm:"column:ticket_id;primaryKey"`
}

type ticketTag struct {
	Tag      string `gorm:"column:tag;primaryKey"`
	TicketID string `gorm:"column:ticket_id;primaryKey"`
}

type ticketNote struct {
	ID       string    `gorm:"column:id;primaryKey"`
	TicketID string    `gorm:"column:ticket_id"`
	Author   string    `gorm:"column:author"`
	At       time.Time `gorm:"column:at"`
	Text     string    `gorm:"column:text"`
}

type ticketChange struct {
	ID       string    `gorm:"column:id;primaryKey"`
	TicketID string    `gorm:"column:ticket_id"`
	At       time.Time `gorm:"column:at"`
	Who      string    `gorm:"column:who"`
	What     string    `gorm:"column:what"`
	Before   string    `gorm:"column:before"`
	After    string    `gorm:"column:after"`
}

// callAgent is an agent's part in a call. Took: in the conversation, not only called. WrapUpTo is up to when ticket processing was counted, so that what is
// delivered twice counts once.
type callAgent struct {
	AgentID   string `gorm:"column:agent_id;primaryKey"`
	CallID    string `gorm:"column:call_id;primaryKey"`
	EnteredMS int64  `gorm:"column:entered_ms"` // the call's
	Position  int    `gorm:"column:position"`
	FromMS    int64  `gorm:"column:from_ms"`
	Took      bool   `gorm:"column:took"`
	Offers    int    `gorm:"column:offers"`
	Misses    int    `gorm:"column:misses"`
	RingMS    int64  `gorm:"column:ring_ms"`
	TalkMS    int64  `gorm:"column:talk_ms"`
	HoldMS    int64  `gorm:"column:hold_ms"`
	ConsultMS int64  `gorm:"column:consult_ms"`
	WrapUpMS  int64  `gorm:"column:wrap_up_ms"`
	WrapUpTo  int64  `gorm:"column:wrap_up_to"`
}

// serviceRecords is what a row of services says about calls and tickets. Nobody else touches it.
type serviceRecords struct {
	ID            string `gorm:"column:id;primaryKey"`
	Country       string `gorm:"column:country;->"`
	RetentionDays int    `gorm:"column:retention_days"`
}

// serviceClock is the time of day that a service lives by.
type serviceClock struct {
	ID       string `gorm:"column:id;primaryKey"`
	TimeZone string `gorm:"column:time_zone"` // IANA name
}

type serviceDisposition struct {
	ServiceID string `gorm:"column:service_id;primaryKey"`
	Position  int    `gorm:"column:position;primaryKey;autoIncrement:false"`
	Label     string `gorm:"column:label"`
}

func (customerRow) TableName() string        { return "customers" }
func (ticketAgent) TableName() string        { return "ticket_agents" }
func (ticketTag) TableName() string          { return "ticket_tags" }
func (ticketNote) TableName() string         { return "ticket_notes" }
func (ticketChange) TableName() string       { return "ticket_changes" }
func (callAgent) TableName() string          { return "call_agents" }
func (serviceRecords) TableName() string     { return "services" }
func (serviceClock) TableName() string       { return "services" }
func (serviceDisposition) TableName() string { return "service_dispositions" }

func (r customerRow) domain() record.Customer {
	return record.Customer{ID: r.ID, Number: r.Number, Name: r.Name, Notes: r.Notes, Created: r.CreatedAt.UTC(), Updated: r.UpdatedAt.UTC(), Version: r.Version}
}

// domain leaves agents and tags to who loads them.
func (r ticket) domain() record.Ticket {
	return record.Ticket{
		ID: r.ID, Number: r.Number, Call: r.CallID, Customer: deref(r.CustomerID), Service: r.ServiceID, Queue: r.Queue, Direction: record.Direction(r.Direction),
		Caller: call.Party{Number: r.CallerNumber, Name: r.CallerName}, Agent: r.AgentID, Subject: r.Subject, Disposition: r.Disposition,
		Status: record.Status(r.Status), Assignee: r.AssigneeID, Agents: []string{}, Tags: []string{}, Opened: r.OpenedAt.UTC(), Updated: r.UpdatedAt.UTC(), Version: r.Version,
	}
}

func (r callRow) domain() record.Call {
	return record.Call{
		ID: r.ID, Node: r.Node, Service: r.ServiceID, Queue: r.Queue, Direction: record.Direction(r.Direction), State: call.State(r.State),
		Caller: call.Party{Number: r.CallerNumber, Name: r.CallerName}, Called: r.Called, Agent: r.AgentID, Ticket: r.Ticket, Misses: r.Misses,
		Entered: r.EnteredAt.UTC(), Connected: timeOf(r.ConnectedAt), Ended: timeOf(r.EndedAt), Class: call.Class(r.EndClass), Slug: r.EndSlug, Blanked: r.Blanked,
		Times: record.Times{Queue: ms(r.QueueMS), Ring: ms(r.RingMS), Talk: ms(r.TalkMS), Hold: ms(r.HoldMS)},
	}
}

func (r callAgent) domain() record.Part {
	return record.Part{
		Agent: r.AgentID, From: time.UnixMilli(r.FromMS).UTC(), Joined: r.Took, Offers: r.Offers, Misses: r.Misses,
		Ring: ms(r.RingMS), Talk: ms(r.TalkMS), Hold: ms(r.HoldMS), Consult: ms(r.ConsultMS), WrapUp: ms(r.WrapUpMS),
	}
}

func timeOf(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}
