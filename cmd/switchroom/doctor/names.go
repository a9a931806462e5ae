package doctor

import (
	"context"
	"net"
	"os"
	"time"
)

// slowLookup is what a look-up of the machine's own name may take. Asterisk asks while it sets a call up, and waits.
const slowLookup = 100 * time.Millisecond

// names: with audio bound to the wildcard address, Asterisk looks its host's own name up for each call (ast_find_ourip), blocking. Where nothing
// answers, calls fail. It looks at this machine, so run the doctor where Asterisk runs.
func names(ctx context.Context, s Setup) []Finding {
	if s.Media != "" {
		return []Finding{ok("dns", "phones' audio is bound to %s: no look-up on calls", s.Media)}
	}
	host, err := os.Hostname()
	if err != nil {
		return []Finding{warn("dns", "give the machine a name (hostnamectl)", "this machine's name: %v", err)}
	}
	return []Finding{lookup(ctx, host, net.DefaultResolver.LookupHost)}
}

func lookup(ctx context.Context, host string, ask func(context.Context, string) ([]string, error)) Finding {
	const advice = "set SWITCHROOM_MEDIA_ADDRESS, or put the name into /etc/hosts"
	began := time.Now()
	_, err := ask(ctx, host)
	took := time.Since(began).Round(time.Millisecond)
	switch {
	case err != nil:
		return fail("dns", advice, "this machine's name %q does not resolve (%v, after %s); where Asterisk has the same trouble each call stalls", host, err, took)
	case took > slowLookup:
		return warn("dns", advice, "looking up this machine's name %q took %s; where Asterisk has the same trouble each call stalls", host, took)
	}
	return ok("dns", "this machine's name %q resolves in %s", host, took)
}
