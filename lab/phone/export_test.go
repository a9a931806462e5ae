package phone

import "context"

// GiveUp is Hangup as of somebody who believes that the call was not answered yet.
func (c *Call) GiveUp(ctx context.Context) error { return c.cancelInvite(ctx) }
