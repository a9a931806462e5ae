package record_test

import (
	"testing"
	"time"

	"switchroom/call"
	"switchroom/call/calltest"
	"switchroom/record"
)

// Every story that the core knows: what is measured of a call is all of it, and nobody was in it for longer than it lasted.
func TestTimesOfEveryStoryAddUpToTheCall(t *testing.T) {
	stories, err := calltest.Stories("../call/testdata")
	if err != nil {
		t.Fatal(err)
	}
	for name, steps := range stories {
		var k record.Clock
		var elsewhere time.Duration // in states that are nobody's time
		for i, s := range steps {
			if i > 0 && (s.Was.State == call.Farewell || s.Was.State == call.AgentsOnly || s.Was.Back == call.AgentsOnly || s.Was.State == call.Ended) {
				elsewhere += s.At.Sub(steps[i-1].At)
			}
			k.Step(s.Was, s.Next, s.Effects, s.At)
		}
		whole := steps[len(steps)-1].At.Sub(steps[0].At)
		if sum := k.Queue + k.Ring + k.Talk + k.Hold + elsewhere; sum != whole {
			t.Errorf("%s: %+v and %v elsewhere are %v, the call took %v", name, k.Times, elsewhere, sum, whole)
		}
		for _, p := range k.Parts {
			if p.Ring+p.Talk+p.Hold+p.Consult > whole || p.Misses > p.Offers || p.Talk > k.Talk {
				t.Errorf("%s: %+v in %v", name, p, whole)
			}
		}
		last := steps[len(steps)-1].Next
		if served := last.Served; served != "" {
			found := false
			for _, p := range k.Names() {
				found = found || p == served
			}
			if !found {
				t.Errorf("%s: %s was with the customer, and is not among %v", name, served, k.Names())
			}
		}
	}
}

func TestStatusesLeadWhereTheySay(t *testing.T) {
	all := []record.Status{record.Open, record.Pending, record.Solved, record.Closed}
	for _, from := range all {
		for _, to := range all {
			got, err := record.TicketPatch{Status: &to}.Apply(record.Ticket{Status: from}, nil)
			legal := from == to
			for _, n := range from.Next() {
				legal = legal || n == to
			}
			if (err == nil) != legal || legal && got.Status != to {
				t.Errorf("%s to %s: %v", from, to, err)
			}
		}
	}
}

func TestNumbersThatMatchNobody(t *testing.T) {
	for number, want := range map[string]string{
		"+82 2-555-0100": "+8225550100", "02-555-0100": "+8225550100", "anonymous": "", "": "", "112": "", "*98": "", "+1": "", "02-555-0100;x": "",
	} {
		if got := record.E164(number, "KR"); got != want {
			t.Errorf("%q is %q, want %q", number, got, want)
		}
	}
}
