package enginetest

import (
	"context"

	"switchroom/call"
)

// Heard implements engine.Switch: a fake phone is never heard, so one whose contact is gone is lost.
func (s *Switch) Heard(ctx context.Context, _ string) (packets int, err error) {
	err = s.request(ctx, "heard", func() {})
	return 0, err
}

// Holding implements engine.Switch.
func (s *Switch) Holding(ctx context.Context, id string) (bool, error) {
	held := false
	err := s.request(ctx, "holding", func() {
		ch := s.channels[id]
		held = ch != nil && ch.state == call.Up && ch.held
	})
	return err == nil && held, err
}
