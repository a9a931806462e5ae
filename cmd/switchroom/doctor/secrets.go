package doctor

import (
	"context"

	"switchroom/seal"
)

// secrets: what the database holds in a form that can be read again is sealed with a key from the environment.
func secrets(_ context.Context, s Setup) []Finding {
	box, err := seal.New(s.SecretKey)
	switch {
	case err != nil:
		return []Finding{fail("secrets", "set SWITCHROOM_SECRET_KEY to the output of: openssl rand -base64 32", "%v", err)}
	case box == nil:
		return []Finding{warn("secrets", "set SWITCHROOM_SECRET_KEY to the output of: openssl rand -base64 32, the same for all controllers", "no key to seal secrets with: what has to store some is refused")}
	}
	return []Finding{ok("secrets", "%s", box)}
}
