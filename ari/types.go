package ari

import (
	"bytes"
	"fmt"
	"time"
)

// EventType is an event's name, one of the Event… constants or newer.
type EventType string

// EventRef names an event type in an EventFilter.
type EventRef struct {
	Type EventType `json:"type"`
}

// EventFilter tells Asterisk which events an application wants. A nil list is left as it was, an empty one is cleared.
type EventFilter struct {
	Allowed    []EventRef `json:"allowed"`
	Disallowed []EventRef `json:"disallowed"`
}

// asteriskTime is how Asterisk writes a time: with milliseconds and a zone without a colon.
const asteriskTime = "2006-01-02T15:04:05.000-0700"

// Time is a point in time as Asterisk writes it.
type Time struct{ time.Time }

// UnmarshalJSON accepts Asterisk's form, RFC 3339 and the empty string (the zero time).
func (t *Time) UnmarshalJSON(data []byte) error {
	s := string(bytes.Trim(data, `"`))
	if s == "" || s == "null" {
		t.Time = time.Time{}
		return nil
	}
	v, err := time.Parse(asteriskTime, s)
	if err != nil {
		if v, err = time.Parse(time.RFC3339Nano, s); err != nil {
			return fmt.Errorf("a time: %w", err)
		}
	}
	t.Time = v
	return nil
}

// MarshalJSON writes Asterisk's form.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte(`""`), nil
	}
	return t.AppendFormat(nil, `"`+asteriskTime+`"`), nil
}
