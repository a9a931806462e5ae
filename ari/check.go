package ari

import "context"

// Check asks Asterisk who it is and whether it has what is needed, without connecting as an application. Its errors say what to do:
// *UnsupportedError, *Error (401: wrong user or password), or a network error.
func (c *Client) Check(ctx context.Context) (Info, error) { return c.checkRequirements(ctx) }
