package feed

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
)

// Source is the live store's feed of the organisation.
type Source interface {
	// Feed returns messages after the one with that ID, oldest first, and waits until there is one or ctx ends. An empty ID begins at the
	// oldest message that is kept.
	Feed(ctx context.Context, after string) ([]Item, error)
	// Snapshot reads one agent's record, call, epoch and sequence at one moment.
	Snapshot(ctx context.Context, agentID string) (Snapshot, error)
	// Agents lists every agent's record.
	Agents(ctx context.Context) ([]agent.Agent, error)
	// Everything is all agents' records and all live calls at one moment.
	Everything(ctx context.Context) ([]agent.Agent, []call.Call, error)
	// Ping tells whether the store answers.
	Ping(ctx context.Context) error
}

// Item is one message of the feed.
type Item struct {
	ID    string // of the stream
	Epoch string // another one than before: the live store lost its data, and all sequences began anew
	Agent string
	Seq   uint64 // 1, 2, … per agent, without gaps
	Type  string // engine.MessageView or engine.MessageAnswer
	Data  json.RawMessage
}

// Snapshot is what an agent's view is made from. The message Seq+1 is the first that says something newer.
type Snapshot struct {
	Epoch string
	Seq   uint64
	// Known is false when the agent has no record yet.
	Known bool
	Agent agent.Agent
	Call  *call.Call // the live call that holds the agent, or nil
}

// Looked is a view with the feed position that it belongs to.
type Looked struct {
	Epoch string
	Seq   uint64
	View  engine.View
}

// Who is the person behind a token.
type Who struct {
	Agent   string // empty: the user is no agent
	Session string
	Expires time.Time
}

// Config of a hub. All but those that say what zero means are required.
type Config struct {
	Source Source
	// Authenticate checks an access token. Its error closes the socket with what Refused makes of it.
	Authenticate func(ctx context.Context, token string) (Who, error)
	// Refused says which code an error of Authenticate closes the socket with.
	Refused func(err error) Code
	// Blank is the record of an agent who has none yet.
	Blank func(ctx context.Context, agentID string) (agent.Agent, error)
	// Absent is told when an agent's last socket has been gone for AbsentAfter.
	Absent func(ctx context.Context, agentID string) error
	// AbsentAfter: zero is 30 s.
	AbsentAfter time.Duration
	// Nodes are the reports on the Asterisk nodes; clients are told which of them are away.
	Nodes func(ctx context.Context) ([]engine.NodeReport, error)
	// Now is the clock of views and tokens.
	Now func() time.Time
	// Closed counts closed sockets. Nil: nobody counts.
	Closed func(Code)
	Log    *slog.Logger
	Limits Limits
}

// Limits bound what clients can cost. Zero values mean what [Limits.complete] says.
type Limits struct {
	Kept    int           // messages kept for each agent; a client whose next one is not kept any more is slow; zero: 64
	Sockets int           // at once for one agent; zero: 16
	Hello   time.Duration // until the first message; zero: 5 s
	Beat    time.Duration // between beats; zero: 10 s
	Ping    time.Duration // between pings; a client that answers none for two and a half is gone; zero: 20 s
	Write   time.Duration // for one message; zero: 5 s
	Lost    time.Duration // how long the source may fail before clients are told; zero: 3 s
}

func (l *Limits) complete() {
	number := func(n *int, otherwise int) {
		if *n <= 0 {
			*n = otherwise
		}
	}
	duration := func(d *time.Duration, otherwise time.Duration) {
		if *d <= 0 {
			*d = otherwise
		}
	}
	number(&l.Kept, 64)
	number(&l.Sockets, 16)
	duration(&l.Hello, 5*time.Second)
	duration(&l.Beat, 10*time.Second)
	duration(&l.Ping, 20*time.Second)
	duration(&l.Write, 5*time.Second)
	duration(&l.Lost, 3*time.Second)
}
