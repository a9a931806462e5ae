package agent

import (
	"errors"
	"testing"
)

func TestAStatusIsChosenWithAReasonOfItsOwn(t *testing.T) {
	list := []Reason{
		{Code: "lunch", Name: "Lunch", Statuses: []Choice{Rest}, Active: true}, {Code: "training", Name: "Training", Statuses: []Choice{Business, Rest}, Active: true},
		{Code: "smoke", Name: "Smoke", Statuses: []Choice{Rest}},
	}
	for _, c := range []struct {
		status   Choice
		code     string
		required bool
		want     string
	}{
		{Rest, "lunch", true, ""}, {Business, "training", false, ""}, {Rest, "", false, ""}, {Ready, "", true, ""}, {LoggedOut, "", true, ""},
		{Rest, "", true, "reason_required"}, {Business, "", true, "reason_required"}, {Business, "lunch", false, "unknown_reason"}, {Ready, "lunch", false, "unknown_reason"},
		{Rest, "smoke", false, "reason_inactive"}, {Rest, ReasonMissed, false, "unknown_reason"}, {Rest, "nothing", true, "unknown_reason"},
	} {
		err := Reasons{Required: c.required, Reasons: list}.Allow(c.status, c.code)
		var e *Error
		if errors.As(err, &e); (err == nil) != (c.want == "") || err != nil && e.Slug != c.want {
			t.Errorf("%s with %q, required %t: %v, want %q", c.status, c.code, c.required, err, c.want)
		}
	}
	if err := (Reasons{Required: true, Reasons: list[2:]}).Allow(Rest, ""); err != nil {
		t.Errorf("required, and none is active: %v", err)
	}
}
