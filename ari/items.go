package ari

import (
	"encoding/json"
	"time"
)

// Item is what a session's stream consists of: Connected, Disconnected, or an Event.
type Item interface{ item() }

// Connected begins an epoch: the application is registered, its filter set, and its events seen to arrive. Whatever
// happened since the last Disconnected was not reported: list and compare before anything else.
type Connected struct {
	Epoch uint64 // 1, 2, 3, … within a session
	At    time.Time
	Info  Info
}

// Disconnected ends an epoch. After it comes the next Connected, or the end of the stream.
type Disconnected struct {
	Epoch uint64
	At    time.Time
	Err   error // why: ErrConnectionLost, ErrAppDead, ErrOverflow, ErrReplaced, ErrClosed, wrapped
}

func (Connected) item()    {}
func (Disconnected) item() {}

// Info is what is known of the Asterisk at the other end.
type Info struct {
	Version  string // in full: 22.10.1+dfsg+~cs6.17.60671434-1
	EntityID string
	Started  time.Time // a change means that no channel from before exists
	Reloaded time.Time
}

// Event is something that Asterisk reported: a pointer to one of the generated structs, or *UnknownEvent.
type Event interface {
	Item
	Header() *EventHeader
}

// EventHeader is what all events have in common.
type EventHeader struct {
	Type        EventType `json:"type"`
	Application string    `json:"application"`
	Timestamp   Time      `json:"timestamp"` // by Asterisk's clock
	AsteriskID  string    `json:"asterisk_id,omitempty"`

	Received time.Time `json:"-"` // when it was read from the socket, by this machine's clock (monotonic)
	Epoch    uint64    `json:"-"` // of the connection it came by
}

// Header returns the event's common part.
func (h *EventHeader) Header() *EventHeader { return h }
func (h *EventHeader) item()                {}

// UnknownEvent is an event of a type that this package does not know, or one that did not decode (Err says why).
type UnknownEvent struct {
	EventHeader
	Raw json.RawMessage
	Err error // nil if only the type is unknown
}
