package settings

import (
	"errors"
	"testing"

	"switchroom/agent"
)

func TestReasonsAreChecked(t *testing.T) {
	rest := []agent.Choice{agent.Rest}
	for field, list := range map[string][]agent.Reason{
		"":                      {{Code: "lunch", Name: "점심", Statuses: rest}, {Code: "training", Name: "<b>", Statuses: []agent.Choice{agent.Rest, agent.Business}}},
		"/reasons/0/code":       {{Code: "Lunch", Name: "Lunch", Statuses: rest}},
		"/reasons/1/code":       {{Code: "lunch", Name: "Lunch", Statuses: rest}, {Code: "lunch", Name: "Dinner", Statuses: rest}},
		"/reasons/2/code":       {{Code: "a", Name: "a", Statuses: rest}, {Code: "b", Name: "b", Statuses: rest}, {Code: agent.ReasonMissed, Name: "Missed", Statuses: rest}},
		"/reasons/0/name":       {{Code: "lunch", Name: " ", Statuses: rest}},
		"/reasons/0/statuses":   {{Code: "lunch", Name: "Lunch"}},
		"/reasons/0/statuses/0": {{Code: "lunch", Name: "Lunch", Statuses: []agent.Choice{agent.Ready}}},
		"/reasons/0/statuses/1": {{Code: "lunch", Name: "Lunch", Statuses: []agent.Choice{agent.Rest, agent.Rest}}},
		"/reasons":              many(),
	} {
		var e *Error
		err := Reasons{Reasons: agent.Reasons{Reasons: list}}.Check()
		if (err != nil || field != "") && (!errors.As(err, &e) || e.Field != field) {
			t.Errorf("%q: %v", field, err)
		}
	}
}

// many are too many.
func many() (out []agent.Reason) {
	for i := range 101 {
		out = append(out, agent.Reason{Code: "r" + string(rune('a'+i/26)) + string(rune('a'+i%26)), Name: "x", Statuses: []agent.Choice{agent.Rest}})
	}
	return out
}
