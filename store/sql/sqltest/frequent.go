package sqltest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"switchroom/dialing"
	"switchroom/engine"
	"switchroom/store/sql"
)

func frequent(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	list := func(agentID string) string {
		got, err := s.Frequent(ctx, agentID)
		ok(t, err)
		out := []string{}
		for _, n := range got {
			out = append(out, strings.TrimSuffix(fmt.Sprint(n.Label, "=", n.Number, "/", n.Service), "/"))
		}
		return strings.Join(out, " ")
	}
	const shared = "Support=1001/demo Warehouse=+82255550199/demo"
	if got := list("anna"); got != shared {
		t.Errorf("the demo's: %s", got)
	}
	anna, ben := sql.Owner{Agent: "anna"}, sql.Owner{Agent: "ben"}
	mine, err := s.PutFrequent(ctx, "anna", sql.FrequentNumber{Owner: anna, Label: "Lab", Number: "010-1234-5678"})
	ok(t, err)
	if mine.ID == "" || mine.Number != "+821012345678" || mine.Owner != anna {
		t.Errorf("registered as %+v", mine)
	}
	for label, number := range map[string]string{"Ben": "2002", "Police": "1-1-2"} {
		if _, err := s.PutFrequent(ctx, "anna", sql.FrequentNumber{Owner: anna, Label: label, Number: number}); err != nil {
			t.Errorf("%s: %v", label, err)
		}
	}
	if a, b := list("anna"), list("ben"); a != "Ben=2002 Lab=+821012345678 Police=112 "+shared || b != shared {
		t.Errorf("anna has %s, ben %s", a, b)
	}
	mine.Label, mine.Number = "Laboratory", "010 1234 5679"
	mine, err = s.PutFrequent(ctx, "anna", mine)
	ok(t, err)
	if got := list("anna"); mine.Number != "+821012345679" || got != "Ben=2002 Laboratory=+821012345679 Police=112 "+shared {
		t.Errorf("changed: %s", got)
	}
	stolen := mine
	stolen.Owner = ben
	for name, tt := range map[string]struct {
		n    sql.FrequentNumber
		slug string
	}{
		"somebody else's":       {stolen, "unknown"},
		"the number again":      {sql.FrequentNumber{Owner: anna, Label: "x", Number: "+821012345679"}, "taken"},
		"no owner":              {sql.FrequentNumber{Label: "x", Number: "2002"}, "invalid"},
		"two owners":            {sql.FrequentNumber{Owner: sql.Owner{Agent: "anna", Service: "demo"}, Label: "x", Number: "2002"}, "invalid"},
		"an owner not there":    {sql.FrequentNumber{Owner: sql.Owner{Agent: "nobody"}, Label: "x", Number: "2002"}, "unknown"},
		"a service not there":   {sql.FrequentNumber{Owner: sql.Owner{Service: "none"}, Label: "x", Number: "2002"}, "unknown"},
		"no label":              {sql.FrequentNumber{Owner: ben, Number: "2002"}, "invalid"},
		"nobody's extension":    {sql.FrequentNumber{Owner: ben, Label: "x", Number: "2999"}, "bad_number"},
		"an injected extension": {sql.FrequentNumber{Owner: ben, Label: "x", Number: "2002@evil"}, "bad_number"},
	} {
		if _, err := s.PutFrequent(ctx, "x", tt.n); slug(err) != tt.slug {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.RemoveFrequent(ctx, "ben", ben, mine.ID); slug(err) != "unknown" {
		t.Errorf("ben removes anna's number: %v", err)
	}
	ok(t, s.RemoveFrequent(ctx, "anna", anna, mine.ID))
	own, err := s.AddNumber(ctx, "ben", " Shop ", "02-5555-0199")
	ok(t, err)
	if got := list("ben"); own.ID == "" || own.Number != "+82255550199" || own.Service != "" || got != "Shop=+82255550199 "+shared {
		t.Errorf("ben registers %+v, and has %s", own, got)
	}
	for name, tt := range map[string]struct{ agent, label, number, slug string }{
		"the number again":  {"ben", "x", "+82255550199", "number_taken"},
		"no number":         {"ben", "x", "12", "bad_number"},
		"no label":          {"ben", " ", "2001", "bad_label"},
		"nobody":            {"nobody", "x", "2001", "unknown_agent"},
		"a label of lines":  {"ben", "a\nb", "2001", "bad_label"},
		"no text":           {"ben", "\xff", "2001", "bad_label"},
		"a label too long":  {"ben", strings.Repeat("x", 129), "2001", "bad_label"},
		"an injected thing": {"ben", "x", "2001&2002", "bad_number"},
	} {
		if _, err := s.AddNumber(ctx, tt.agent, tt.label, tt.number); told(err) != tt.slug {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.RemoveNumber(ctx, "anna", own.ID); told(err) != "unknown_number" {
		t.Errorf("anna removes ben's number: %v", err)
	}
	ok(t, s.RemoveNumber(ctx, "ben", own.ID))
	ok(t, s.Permit(ctx, "root", "anna", "demo", false))
	if got := list("anna"); got != "Ben=2002 Police=112" {
		t.Errorf("without phone permission for the service (S4): %s", got)
	}
	for i := range 199 {
		_, err = s.PutFrequent(ctx, "anna", sql.FrequentNumber{Owner: anna, Label: "x", Number: fmt.Sprintf("+821012340%03d", i)})
		if i < 198 {
			ok(t, err)
		}
	}
	if slug(err) != "too_many" {
		t.Errorf("more numbers than a dialog can show: %v", err)
	}
	if _, err := s.AddNumber(ctx, "anna", "x", "2001"); told(err) != "too_many_numbers" {
		t.Errorf("more numbers than a dialog can show: %v", err)
	}
	if _, err := s.Frequent(ctx, "nobody"); !errors.Is(err, engine.ErrUnknown) {
		t.Errorf("unknown agent: %v", err)
	}
}

// told is the slug of what an agent is told.
func told(err error) string {
	var ofEngine *engine.Error
	var ofDialing *dialing.Error
	switch {
	case errors.As(err, &ofEngine):
		return ofEngine.Slug
	case errors.As(err, &ofDialing):
		return ofDialing.Slug
	}
	return ""
}
