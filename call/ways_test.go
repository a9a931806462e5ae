package call

import (
	"maps"
	"testing"
)

func TestWaysTakenAreThoseOfLegsToTheOutsideThatAreThere(t *testing.T) {
	c := Call{
		Customer: Leg{ID: "c-n1", State: Up, Way: "PJSIP/1@kt"},
		Legs:     []Leg{{ID: "c-a1", State: Up}, {ID: "c-n2", State: Dialing, Way: "PJSIP/2@lg"}, {ID: "c-n3", State: Rings, Dropped: true, Way: "PJSIP/3@lg"}},
	}
	want := map[string]string{"c-n1": "PJSIP/1@kt", "c-n2": "PJSIP/2@lg", "c-n3": "PJSIP/3@lg"} // dropped is not gone
	if got := c.WaysTaken(); !maps.Equal(got, want) {
		t.Errorf("%v", got)
	}
	c.Customer.State = Gone
	delete(want, "c-n1")
	if got := c.WaysTaken(); !maps.Equal(got, want) {
		t.Errorf("with the customer gone: %v", got)
	}
}
