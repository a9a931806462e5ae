package sqltest

import (
	"reflect"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/dialing"
	"switchroom/prompt"
	"switchroom/store/sql"
)

func trunks(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	one := dialing.Trunk{Name: "one", Endpoint: "carrier-1", Format: dialing.National, Country: "KR", MaxChannels: 30, Enabled: true}
	two := dialing.Trunk{Name: "two", Endpoint: "carrier-2", Format: dialing.E164}
	ok(t, s.PutTrunk(ctx, "root", two))
	ok(t, s.PutTrunk(ctx, "root", one))
	route := sql.Route{Route: dialing.Route{Name: "korea", Prefixes: []string{"+82", "119"}, Trunks: []string{"two", "one"}}, Position: 2}
	rest := sql.Route{Route: dialing.Route{Name: "rest", Prefixes: []string{"+"}, Trunks: []string{"two"}}, Position: 1}
	ok(t, s.PutRoute(ctx, "root", route))
	ok(t, s.PutRoute(ctx, "root", rest))
	v, err := s.Service(ctx, "demo")
	ok(t, err)
	if !reflect.DeepEqual(v.Trunks, []dialing.Trunk{one, two}) || !reflect.DeepEqual(v.Routes, []dialing.Route{rest.Route, route.Route}) {
		t.Errorf("trunks %+v, routes %+v", v.Trunks, v.Routes)
	}
	if got := dialing.Choose(v.Routes, v.Trunks, "+821012345678"); len(got) != 1 || got[0].Dial() != "PJSIP/01012345678@carrier-1" {
		t.Errorf("choices %+v", got)
	}
	v.Routes[0].Trunks[0], v.Routes[0].Prefixes[0] = "x", "x"
	two.Enabled = true
	ok(t, s.PutTrunk(ctx, "root", two))
	v, err = s.Service(ctx, "demo")
	ok(t, err)
	if got := dialing.Choose(v.Routes, v.Trunks, "+821012345678"); len(got) != 2 || got[0].Trunk != two {
		t.Errorf("a trunk switched on: %+v", got)
	}
	if err := s.RemoveTrunk(ctx, "root", "one"); slug(err) != "in_use" {
		t.Errorf("a trunk removed that a route uses: %v", err)
	}
	route.Trunks = []string{"two"}
	ok(t, s.PutRoute(ctx, "root", route))
	ok(t, s.RemoveTrunk(ctx, "root", "one"))
	ok(t, s.RemoveRoute(ctx, "root", "rest"))
	if list, err := s.Routes(ctx); err != nil || !reflect.DeepEqual(list, []sql.Route{route}) {
		t.Errorf("routes %+v, %v", list, err)
	}
	if list, err := s.Trunks(ctx); err != nil || !reflect.DeepEqual(list, []dialing.Trunk{two}) {
		t.Errorf("trunks %+v, %v", list, err)
	}
	for name, tt := range map[string]struct {
		err  error
		slug string
	}{
		"a trunk's hostile endpoint": {s.PutTrunk(ctx, "root", dialing.Trunk{Name: "x", Endpoint: "a&PJSIP/b", Format: dialing.E164}), "invalid"},
		"a trunk without a format":   {s.PutTrunk(ctx, "root", dialing.Trunk{Name: "x", Endpoint: "x"}), "invalid"},
		"a route without a trunk":    {s.PutRoute(ctx, "root", sql.Route{Route: dialing.Route{Name: "x", Prefixes: []string{"+"}}}), "invalid"},
		"a route to no trunk":        {s.PutRoute(ctx, "root", sql.Route{Route: dialing.Route{Name: "x", Prefixes: []string{"+"}, Trunks: []string{"none"}}}), "in_use"},
		"a trunk removed twice":      {s.RemoveTrunk(ctx, "root", "one"), "unknown"},
		"a route removed twice":      {s.RemoveRoute(ctx, "root", "rest"), "unknown"},
	} {
		if slug(tt.err) != tt.slug {
			t.Errorf("%s: %v", name, tt.err)
		}
	}
	if list, err := s.Routes(ctx); err != nil || len(list) != 1 {
		t.Errorf("what was refused is there: %+v, %v", list, err)
	}
}

func emergency(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	for _, bad := range []string{"", "1", "+112", "11 2", "*112", "112x", "123456789", "１１２"} {
		if err := s.PutEmergencyNumbers(ctx, "root", []string{"112", bad}); slug(err) != "bad_number" {
			t.Errorf("%q: %v", bad, err)
		}
	}
	scenario := call.Scenario{Pickup: time.Second, Music: "default"}
	ok(t, s.PutEmergencyNumbers(ctx, "root", []string{"118"}))
	for name, err := range map[string]error{
		"an agent's number":                   s.PutPhone(ctx, "root", "anna", sql.Phone{CTI: "A100", Number: "118", Device: agent.Desk, Home: "demo"}),
		"an agent's number, of the country":   s.PutPhone(ctx, "root", "anna", sql.Phone{CTI: "A100", Number: "119", Device: agent.Desk, Home: "demo"}),
		"a queue's number":                    s.PutQueue(ctx, "root", sql.QueueSettings{Name: "q", Number: "118", Service: "demo", Scenario: scenario}),
		"an emergency number, an agent's now": s.PutEmergencyNumbers(ctx, "root", []string{"2001"}),
		"an emergency number, a queue's now":  s.PutEmergencyNumbers(ctx, "root", []string{"1000"}),
	} {
		if slug(err) != "taken" {
			t.Errorf("%s: %v", name, err)
		}
	}
	ok(t, s.PutEmergencyNumbers(ctx, "root", nil))
	v, err := s.Service(ctx, "demo")
	ok(t, err)
	if d := dialing.Decide(v.Policy, "119"); len(v.Emergency) != 0 || !d.Allowed {
		t.Errorf("without a list the country's own numbers do not pass: %v, %+v", v.Emergency, d)
	}
}

func prompts(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	ok(t, s.PutService(ctx, "root", sql.Service{ID: "other", Name: "Other", DefaultStatus: agent.Business}))
	bye := prompt.Prompt{ID: "bye", Service: "demo", Kind: prompt.Farewell, File: "bye.wav", SHA256: hash, Seconds: 8}
	ok(t, s.PutPrompt(ctx, "root", bye))
	settings, err := s.OutboundSettings(ctx, "demo")
	ok(t, err)
	settings.Farewell = "bye"
	ok(t, s.PutOutbound(ctx, "root", "demo", settings))
	bye.File = "bye-2.wav"
	ok(t, s.PutPrompt(ctx, "root", bye))
	if v, err := s.Service(ctx, "demo"); err != nil || v.Farewell != "bye-2.wav" {
		t.Errorf("a new file: %q, %v", v.Farewell, err)
	}
	list, err := s.Prompts(ctx, "demo")
	ok(t, err)
	if len(list) == 1 {
		bye.Uploaded = list[0].Uploaded
	}
	if !reflect.DeepEqual(list, []prompt.Prompt{bye}) {
		t.Errorf("prompts %+v", list)
	}
	if err := s.PutOutbound(ctx, "root", "other", settings); slug(err) != "invalid" {
		t.Errorf("another service's message: %v", err)
	}
	if err := s.RemovePrompt(ctx, "root", "bye"); slug(err) != "in_use" {
		t.Errorf("a prompt removed that a service plays: %v", err)
	}
	settings.Farewell = ""
	ok(t, s.PutOutbound(ctx, "root", "demo", settings))
	ok(t, s.RemovePrompt(ctx, "root", "bye"))
	if err := s.RemovePrompt(ctx, "root", "bye"); slug(err) != "unknown" {
		t.Errorf("removed twice: %v", err)
	}
	ok(t, s.PutPrompt(ctx, "root", bye))
	for name, spoil := range map[string]func(*prompt.Prompt){
		"no ID":           func(p *prompt.Prompt) { p.ID = "" },
		"another kind":    func(p *prompt.Prompt) { p.Kind = "greeting" },
		"a path":          func(p *prompt.Prompt) { p.File = "../../etc/passwd" },
		"a hidden file":   func(p *prompt.Prompt) { p.File = ".bye" },
		"no hash":         func(p *prompt.Prompt) { p.SHA256 = "abc" },
		"no length":       func(p *prompt.Prompt) { p.Seconds = 0 },
		"another service": func(p *prompt.Prompt) { p.Service = "other" },
	} {
		bad := bye
		spoil(&bad)
		if err := s.PutPrompt(ctx, "root", bad); slug(err) != "invalid" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
