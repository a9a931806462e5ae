package engine

import (
	"context"
	"time"

	"switchroom/dialing"
)

// Outbound is what the database says about dialling out, transferring and forced disconnect (SQL).
type Outbound interface {
	// Service returns ErrUnknown for a service that is not there.
	Service(ctx context.Context, id string) (Service, error)
	// Frequent lists an agent's own frequently used numbers and then those of the services they have phone permission for (S27). It
	// returns ErrUnknown for an agent who is not there.
	Frequent(ctx context.Context, agentID string) ([]FrequentNumber, error)
}

// Service is a service's settings, with the way out that it shares with all others.
type Service struct {
	ID, Name string
	Country  string // ISO code; whose numbers are meant where no + leads
	// Inbound and Outbound are the contract switches "Use Phone CTI – IB" and "– OB" (S3).
	Inbound, Outbound bool
	// BusinessByNumber: an agent in Business may be called by number.
	BusinessByNumber bool
	// FallbackQueue takes a customer whom nobody else can take back. Empty: the service has none.
	FallbackQueue string
	// CallerIDs are the registered numbers, the default one first (S19). None: the service cannot dial out.
	CallerIDs []CallerID
	Policy    dialing.Policy
	Routes    []dialing.Route
	Trunks    []dialing.Trunk
	// Emergency are the organisation's emergency numbers. Ask dialing.Emergency, which knows the country's own as well.
	Emergency []string
	HoldMusic string        // music class; empty: the queue's
	HoldWarn  time.Duration // on hold longer than this, the agent is reminded; zero: never
	// TransferRing is how long a transfer's target rings.
	TransferRing time.Duration
	// ForwardCap ends a conversation that no agent owns; zero: never.
	ForwardCap time.Duration
	// FarewellCap ends a forced disconnect whether or not its message is over.
	FarewellCap time.Duration
	// Farewell is the file name of the message of forced disconnect (S33). Empty: there is none, and the call ends at once.
	Farewell string
}

// CallerID is a number that a service may show to whom it calls (S18).
type CallerID struct {
	Number  string // E.164
	Label   string // hostile text, like all names
	Default bool
}

// FrequentNumber is a number for the transfer dialog (S27).
type FrequentNumber struct {
	ID      string
	Label   string
	Number  string // E.164, a short code, or an extension
	Service string // whose it is; empty: the agent's own
}
