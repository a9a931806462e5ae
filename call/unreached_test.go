package call

import "testing"

func TestS20_WhyACallCameToNothingIsSaidToWhoPlacedItUnlessTheyCancelled(t *testing.T) {
	for name, tt := range map[string]struct {
		end  *End
		want string
	}{
		"goes on":   {nil, ""},
		"busy":      {&End{Class: Unanswered, Slug: whyBusy}, whyBusy},
		"cancelled": {&End{Class: Unanswered, Slug: whyCancelled}, ""},
		"talked":    {&End{Class: Completed, Slug: "agent_hangup"}, ""},
	} {
		if why, ok := (Call{End: tt.end}).Unreached(); why != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: %q, %t", name, why, ok)
		}
	}
}
