package enginetest

import "context"

// Heard implements engine.Switch: a fake phone is never heard, so one whose contact is gone is lost.
func (s *Switch) Heard(ctx context.Context, _ string) (packets int, err error) {
	err = s.request(ctx, "heard", func() {})
	return 0, err
}
