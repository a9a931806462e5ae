package sql

import (
	"context"
	"errors"
	"strings"

	"switchroom/dialing"
	"switchroom/engine"
)

// AddNumber registers a number for an agent by themselves (S27), and returns it as it is stored. Errors: *dialing.Error bad_number; *engine.Error
// bad_label, number_taken, too_many_numbers, unknown_agent.
func (s *Store) AddNumber(ctx context.Context, agentID, label, number string) (engine.FrequentNumber, error) {
	label = strings.TrimSpace(label)
	if labelled(label) != nil {
		return engine.FrequentNumber{}, &engine.Error{Slug: "bad_label", Detail: "give the number a name of at most 40 letters, on one line"}
	}
	v, err := s.PutFrequent(ctx, agentID, FrequentNumber{Owner: Owner{Agent: agentID}, Label: label, Number: number})
	if err != nil {
		return engine.FrequentNumber{}, told(err, "unknown_agent")
	}
	return engine.FrequentNumber{ID: v.ID, Label: v.Label, Number: v.Number}, nil
}

// RemoveNumber removes a number that the agent has registered. Errors: *engine.Error unknown_number, also for one that is not theirs.
func (s *Store) RemoveNumber(ctx context.Context, agentID, id string) error {
	return told(s.RemoveFrequent(ctx, agentID, Owner{Agent: agentID}, id), "unknown_number")
}

// told makes a refusal what an agent is told; unknown is the slug for what is not there.
func told(err error, unknown string) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Slug {
	case "bad_number":
		return &dialing.Error{Slug: e.Slug, Detail: e.Detail}
	case "taken":
		return &engine.Error{Slug: "number_taken", Detail: "you have registered this number already; it is in your list"}
	case "too_many":
		return &engine.Error{Slug: "too_many_numbers", Detail: e.Detail}
	case "unknown":
		return &engine.Error{Slug: unknown, Detail: e.Detail}
	}
	return err
}
