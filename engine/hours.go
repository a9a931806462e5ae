package engine

import (
	"context"
	"time"

	"switchroom/call"
	"switchroom/hours"
)

// Hours say when a service takes calls, and what its callers get else.
type Hours struct {
	hours.Plan
	Closed Closed
}

// Closed is what the callers of a closed service get: the message, or another queue, or, with neither, back to the dialplan.
type Closed struct {
	// Message is the file name of what they hear before they are hung up on, MessageTime its longest time. Empty: none.
	Message     string
	MessageTime time.Duration
	Queue       string // takes them instead; empty: none
	// Waiting: it is for those, too, who wait when the service closes. Else they are served.
	Waiting bool
}

// since is the moment that counts for a caller: who waited already when the service closed is served, unless it says otherwise.
func (h Hours) since(a Arrival) time.Time {
	if at := now(); a.Since.IsZero() || h.Closed.Waiting || a.Since.After(at) {
		return at
	}
	return a.Since
}

// maxStandIns bounds how many closed queues send a caller on: settings may lead in a circle.
const maxStandIns = 4

// standIn is the queue that takes the callers of q at the time at, itself where it is open, and else what they get. Refuse is a slug: back to the dialplan.
func (o *owner) standIn(ctx context.Context, q Queue, at time.Time) (takes Queue, closing *call.Closing, refuse string) {
	for range maxStandIns {
		closed := q.Hours.Closed
		switch {
		case q.Hours.OpenAt(at):
			return q, nil, ""
		case closed.Message != "":
			return q, &call.Closing{Message: closed.Message, Time: closed.MessageTime}, ""
		case closed.Queue == "":
			return q, nil, "closed"
		}
		next, err := o.settings(ctx, closed.Queue)
		if err != nil || !next.Inbound {
			o.log.Warn("the queue that stands in for a closed service takes no calls", "queue", closed.Queue, "err", err)
			return q, nil, "closed"
		}
		q = next
	}
	o.log.Warn("closed queues stand in for each other", "queue", q.Name)
	return q, nil, "closed"
}

// closes tells a caller who waits in the queue that its service is closed, if it is.
func (o *owner) closes(ctx context.Context, q Queue) bool {
	at := now()
	if !q.Hours.Closed.Waiting || q.Hours.OpenAt(at) {
		return false
	}
	takes, closing, refuse := o.standIn(ctx, q, at)
	in := call.ServiceClosed{Closing: closing}
	if closing == nil && refuse == "" {
		in.Queue, in.Service, in.Scenario = takes.Name, takes.Service, &takes.Scenario
	}
	o.post(in)
	return true
}
