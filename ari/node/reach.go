package node

// reach makes facts of what Asterisk says about phones. Asterisk says much more than happens: it repeats an endpoint's state with every
// channel that the endpoint gets or loses, and announces one new contact twice (the endpoint's state, then Reachable). Told on, each
// repetition would be one more "the phone is back", which a call that waits for its phone answers by calling it again, which makes a channel.
//
// Owner: the one goroutine that reads the phones' events.
type reach struct {
	tell   func(endpoint string, reachable bool)
	phones map[string]seenPhone
}

type seenPhone struct {
	reachable bool
	contact   string // the URI that made it so; empty when only the endpoint's state is known
	announced bool   // the endpoint's change was told ahead of the contact that made it
}

// found tells what was listed after a time when nobody listened, whatever was known before.
func (r *reach) found(endpoint string, reachable bool) {
	r.phones[endpoint] = seenPhone{reachable: reachable}
	r.tell(endpoint, reachable)
}

// state tells a change.
func (r *reach) state(endpoint string, reachable bool) {
	if was, ok := r.phones[endpoint]; ok && was.reachable == reachable {
		return
	}
	r.phones[endpoint] = seenPhone{reachable: reachable, announced: reachable}
	r.tell(endpoint, reachable)
}

// contact tells a contact that is new, also in another's place: a page that was reloaded is another phone.
func (r *reach) contact(endpoint, uri string) {
	was := r.phones[endpoint]
	if was.reachable && was.contact == uri {
		return
	}
	r.phones[endpoint] = seenPhone{reachable: true, contact: uri}
	if !was.announced {
		r.tell(endpoint, true)
	}
}
