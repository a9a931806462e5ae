package ari

import "context"

// maxBody is Asterisk's limit for a request's body; above it, it hangs up in the middle.
const maxBody = 40 << 10

// Request is one request in the form that every transport understands.
type Request struct {
	Method string
	Path   string // escaped, below /ari, with a leading slash
	Query  string // encoded, without the question mark
	Body   []byte // JSON, or nil

	// Repeatable: sending it twice does no harm, see internal/gen/repeatable.go. Only such requests are sent a second
	// time when a pooled connection breaks under them.
	Repeatable bool
}

// Response is Asterisk's answer, whatever its status.
type Response struct {
	Status int
	Reason string
	Body   []byte
}

// Transport carries requests to Asterisk. RoundTrip fails only when there is no answer; it heeds ctx and is safe for
// concurrent use.
type Transport interface {
	RoundTrip(ctx context.Context, req *Request) (*Response, error)
}

// TransportKind chooses how requests travel.
type TransportKind int

const (
	// TransportHTTP uses a pool of HTTP connections: requests run side by side. The default.
	TransportHTTP TransportKind = iota
	// TransportWebSocket uses the event socket: a little faster one by one, but Asterisk runs the requests of one
	// socket one after another. Without a connection it falls back to HTTP.
	TransportWebSocket
)
