package sqltest

import (
	"strings"
	"testing"
	"time"

	"switchroom/dialing"
	"switchroom/engine"
	"switchroom/prompt"
	"switchroom/store/sql"
)

func outboundAudit(t *testing.T, open Open) {
	ctx, s, clock := seeded(t, open)
	clock.Add(time.Minute)
	settings, err := s.OutboundSettings(ctx, "demo")
	ok(t, err)
	settings.Country = "JP"
	trunk := dialing.Trunk{Name: "one", Endpoint: "carrier-1", Format: dialing.E164}
	ok(t, s.PutTrunk(ctx, "root", trunk))
	route := sql.Route{Route: dialing.Route{Name: "all", Prefixes: []string{"+"}, Trunks: []string{"one"}}}
	ok(t, s.PutRoute(ctx, "root", route))
	mine, err := s.PutFrequent(ctx, "root", sql.FrequentNumber{Owner: sql.Owner{Agent: "anna"}, Label: "Lab", Number: "2002"})
	ok(t, err)
	uploaded := ""
	for _, tt := range []struct {
		what, target, before, after string
		act                         func() error
	}{
		{"put_outbound", "demo", `"KR"`, `"JP"`, func() error { return s.PutOutbound(ctx, "root", "demo", settings) }},
		{"put_calling_number", "demo", "Seoul", "Head", func() error {
			return s.PutCallingNumber(ctx, "root", "demo", engine.CallerID{Number: "+82255550100", Label: "Head office"})
		}},
		{"remove_calling_number", "demo", "Head", "null", func() error { return s.RemoveCallingNumber(ctx, "root", "demo", "+82255550100") }},
		{"put_destination_rules", "demo", "+1900", "+33", func() error {
			return s.PutDestinationRules(ctx, "root", "demo", []dialing.Rule{{Action: dialing.Allow, Prefix: "+33"}})
		}},
		{"put_emergency_numbers", "organisation", "112", "118", func() error { return s.PutEmergencyNumbers(ctx, "root", []string{"118"}) }},
		{"put_route", "all", `"+"`, `"+33"`, func() error {
			route.Prefixes = []string{"+33"}
			return s.PutRoute(ctx, "root", route)
		}},
		{"remove_route", "all", "one", "null", func() error { return s.RemoveRoute(ctx, "root", "all") }},
		{"put_trunk", "one", "carrier-1", "carrier-2", func() error {
			trunk.Endpoint = "carrier-2"
			return s.PutTrunk(ctx, "root", trunk)
		}},
		{"remove_trunk", "one", "carrier-2", "null", func() error { return s.RemoveTrunk(ctx, "root", "one") }},
		{"put_prompt", "bye", "null", "bye.wav", func() error {
			return s.PutPrompt(ctx, "root", prompt.Prompt{ID: "bye", Service: "demo", Kind: prompt.Farewell, File: "bye.wav", SHA256: hash, Seconds: 1})
		}},
		{"remove_prompt", "bye", "bye.wav", "null", func() error { return s.RemovePrompt(ctx, "root", "bye") }},
		{"add_prompt", "demo", "null", "Goodbye", func() error {
			p, err := s.AddPrompt(ctx, "root", "demo", "Goodbye", prompt.Audio{Narrow: []byte("n"), Wide: []byte("w"), Length: time.Second})
			uploaded = p.ID
			return err
		}},
		{"choose_farewell", "demo", `"Farewell":""`, `"Farewell":"0`, func() error { return s.ChooseFarewell(ctx, "root", "demo", uploaded) }},
		{"put_frequent_number", "anna", "2002", "2003", func() error {
			mine.Number = "2003"
			_, err := s.PutFrequent(ctx, "root", mine)
			return err
		}},
		{"remove_frequent_number", "anna", "2003", "null", func() error { return s.RemoveFrequent(ctx, "root", mine.Owner, mine.ID) }},
	} {
		clock.Add(time.Second)
		ok(t, tt.act())
		list, err := s.Audits(ctx, tt.target, 1)
		ok(t, err)
		if len(list) == 0 {
			t.Errorf("%s leaves nothing in the audit trail", tt.what)
			continue
		}
		if a := list[0]; a.Who != "root" || a.What != tt.what || !a.At.Equal(clock.Now()) || !strings.Contains(a.Before, tt.before) || !strings.Contains(a.After, tt.after) {
			t.Errorf("%s: %+v", tt.what, a)
		}
	}
}
