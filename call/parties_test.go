package call

import (
	"slices"
	"testing"
)

// TestWhoTakesPart: the agents of a call, their parts in it, and whose phone should be heard.
func TestWhoTakesPart(t *testing.T) {
	ann, bob := Participant{Agent: "ann", Leg: "c-a1"}, Participant{Agent: "bob", Leg: "c-a2"}
	legs := func(a, b LegState) []Leg { return []Leg{{ID: "c-a1", State: a}, {ID: "c-a2", State: b}} }
	for _, tc := range []struct {
		name    string
		call    Call
		parties []string
		talk    []string
	}{
		{"nobody", Call{State: Queued}, nil, nil},
		{"offered", Call{State: Offering, Agent: &ann, Legs: legs(Rings, Gone)}, []string{"ann"}, nil},
		{"being joined", Call{State: Connecting, Agent: &ann, Legs: legs(Up, Gone)}, []string{"ann"}, nil},
		{"talking", Call{State: Talking, Agent: &ann, Legs: legs(Up, Gone)}, []string{"ann"}, []string{"ann"}},
		{"dialling", Call{State: DialingOut, Agent: &ann, Legs: legs(Up, Gone)}, []string{"ann"}, []string{"ann"}},
		{"phone lost", Call{State: Rejoining, Agent: &Participant{Agent: "ann"}}, []string{"ann"}, nil},
		{"target rings", Call{State: ConsultRings, Agent: &ann, Target: &Target{Participant: bob}, Legs: legs(Up, Rings)}, []string{"ann", "bob"}, []string{"ann"}},
		{"target talks", Call{State: Consulting, Agent: &ann, Target: &Target{Participant: bob}, Legs: legs(Up, Up)}, []string{"ann", "bob"}, []string{"ann", "bob"}},
		{"only a target", Call{State: Transferring, Target: &Target{Participant: bob}, Legs: legs(Gone, Rings)}, []string{"bob"}, nil},
		{"a queue is looked for", Call{State: ConsultRings, Agent: &ann, Target: &Target{Kind: ToQueue}, Legs: legs(Up, Gone)}, []string{"ann"}, []string{"ann"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := tc.call.Parties(); !slices.Equal(got, tc.parties) {
				t.Errorf("parties %v, want %v", got, tc.parties)
			}
			for _, id := range []string{"ann", "bob", "cho", ""} {
				p := tc.call.Part(id)
				if takes := slices.Contains(tc.parties, id); (p != nil) != takes || takes && p.Agent != id {
					t.Errorf("%q has the part %+v", id, p)
				}
				leg, ok := tc.call.Talks(id)
				if ok != slices.Contains(tc.talk, id) || ok && leg != p.Leg {
					t.Errorf("%q talks: %t on %q", id, ok, leg)
				}
			}
		})
	}
}
