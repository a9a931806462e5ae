package redis

import (
	"context"
	"errors"
	"fmt"
	"time"

	"switchroom/engine"
)

const (
	// closedMemory is how long a closed call's last save is remembered, so that its repetition is no error.
	closedMemory = 10 * time.Minute
	// feedLength is about how many messages of the feed are kept, for clients who resume.
	feedLength = 20_000
	// queueRounds bounds how often a save asks again because a record is indexed in queues that the batch does not know. Once is
	// enough unless the record is changed in between.
	queueRounds = 3
)

// Save writes a batch, all or nothing, in one script. See [engine.Store] for its errors. A call that is [call.Call.Closed] is removed.
//
// The same batch may be saved again: it is recognised, so it is journalled and told to clients once. What makes it the same is the call
// and its journal entry, whatever its agents are by then, for as long as the call has not been saved since and [closedMemory] after its end;
// or, with agents alone, the agents and the messages, until one of them has been saved eight times more.
//
// An agent who left a queue, or a call that changed its own, costs a second round trip.
func (s *Store) Save(ctx context.Context, b engine.Batch) error {
	e, err := encode(b)
	if err != nil {
		return fmt.Errorf("redis: save: %w", err)
	}
	for range queueRounds {
		reply, err := s.run(ctx, saveScript, e.keys(s.keys), e.args()...)
		if err != nil {
			return fmt.Errorf("redis: save %s: %w", e.what(), err)
		}
		switch {
		case len(reply) == 1 && reply[0] == "ok":
			return nil
		case len(reply) == 1 && reply[0] == "fenced":
			return fmt.Errorf("redis: save %s: %w", e.what(), engine.ErrFenced)
		case len(reply) == 3 && reply[0] == "stale":
			return &engine.StaleError{Record: reply[1], ID: reply[2]}
		case len(reply) > 1 && reply[0] == "queues":
			e.addQueues(reply[1:]...)
		default:
			return unexpected("save", reply)
		}
	}
	return fmt.Errorf("redis: save %s: %w", e.what(), errors.New("the queues changed again and again"))
}
