package node

import (
	"slices"
	"testing"
)

// The events are those that Asterisk 22.10.1 sent for a page that registered, took a call and was reloaded.
func TestOneContactIsToldOnceHoweverOftenAsteriskRepeatsIt(t *testing.T) {
	var told []bool
	r := &reach{tell: func(_ string, reachable bool) { told = append(told, reachable) }, phones: map[string]seenPhone{}}
	expect := func(what string, want ...bool) {
		t.Helper()
		if !slices.Equal(told, want) {
			t.Errorf("%s: told %v, want %v", what, told, want)
		}
		told = nil
	}

	r.found("anna", false)
	expect("listed", false)
	r.state("anna", true)
	r.contact("anna", "sip:a@127.0.0.1:1") // Reachable
	expect("registered", true)
	r.state("anna", true)
	r.state("anna", true)
	r.contact("anna", "sip:a@127.0.0.1:1")
	expect("a call came and went, and the registration was renewed")
	r.state("anna", false)
	r.state("anna", false) // Removed
	expect("the page went away", false)
	r.contact("anna", "sip:b@127.0.0.1:2")
	expect("the page is back", true)
	r.contact("anna", "sip:c@127.0.0.1:3")
	r.state("anna", true) // the former contact was removed
	expect("another page took its place", true)
	r.state("anna", false)
	r.state("anna", true) // seen by looking, after the former contact was removed
	r.contact("anna", "sip:d@127.0.0.1:4")
	r.contact("anna", "sip:d@127.0.0.1:4")
	expect("its state was known before its contact", false, true)
	r.found("anna", true)
	expect("listed again after a reconnect", true)
	r.contact("anna", "sip:d@127.0.0.1:4")
	r.contact("anna", "sip:d@127.0.0.1:4")
	expect("its contact became known again", true)
}
