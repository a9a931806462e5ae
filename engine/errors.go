package engine

import "fmt"

// Error is a refusal of the engine itself; calls and agents have their own (call.Error, agent.Error).
type Error struct {
	Slug   string // unknown_call, unknown_agent, no_permission, not_ready, overloaded, store_away
	Detail string // what to do next
}

func (e *Error) Error() string { return e.Slug + ": " + e.Detail }

func errNotReady() error {
	return &Error{"not_ready", "the controller is connecting to Asterisk or taking stock; try again in a moment"}
}

// errStoreAway is what a person is told when the live store, or the database, does not answer.
func errStoreAway(err error) error {
	return fmt.Errorf("%w (%w)", &Error{"store_away", "it could not be carried out in time; see whether it took effect and try again"}, err)
}

func errUnknownCall(id string) error {
	return &Error{"unknown_call", "there is no live call " + id}
}
