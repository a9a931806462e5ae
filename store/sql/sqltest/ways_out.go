package sqltest

import (
	"reflect"
	"slices"
	"testing"

	"switchroom/dialing"
	"switchroom/settings"
)

func managedWaysOut(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	trunk := settings.NewTrunk()
	trunk.Name, trunk.Endpoint = "one", "carrier-1"
	trunk, err := s.CreateTrunk(ctx, root, trunk)
	ok(t, err)
	if _, err := s.CreateTrunk(ctx, root, settings.Trunk{Name: "two", Endpoint: "anna", Format: dialing.E164}); refusedAt(err) != "taken /endpoint" {
		t.Errorf("an agent's phone as a trunk: %v", err)
	}
	trunk.MaxChannels = 30
	trunk, err = s.ChangeTrunk(ctx, root, trunk.Version, trunk)
	ok(t, err)
	route, err := s.CreateRoute(ctx, root, settings.Route{Name: "all", Prefixes: []string{"+"}, Trunks: []string{"one"}})
	ok(t, err)
	if _, err := s.CreateRoute(ctx, root, settings.Route{Name: "b", Prefixes: []string{"+"}, Trunks: []string{"one", "none"}}); refusedAt(err) != "invalid /trunks/1" {
		t.Errorf("no such trunk: %v", err)
	}
	if err := s.DeleteTrunk(ctx, root, "one"); refusedAt(err) != "in_use" {
		t.Errorf("in use: %v", err)
	}
	route.Prefixes = []string{"+49", "+43"}
	_, err = s.ChangeRoute(ctx, root, route.Version, route)
	ok(t, err)
	live, err := s.Service(ctx, "demo")
	ok(t, err)
	if !reflect.DeepEqual(live.Trunks, []dialing.Trunk{trunk.Dialing()}) || live.Trunks[0].MaxChannels != 30 || len(live.Routes[0].Prefixes) != 2 {
		t.Errorf("calls see %+v, %+v", live.Trunks, live.Routes)
	}
	ok(t, s.DeleteRoute(ctx, root, "all"))
	ok(t, s.DeleteTrunk(ctx, root, "one"))

	emergency, err := s.EmergencyNumbers(ctx)
	ok(t, err)
	for want, list := range map[string][]string{"taken /numbers/1": {"112", "1000"}, "bad_number /numbers/0": {"*98"}, "listed_twice /numbers/1": {"112", "112"}} {
		if _, err := s.SetEmergencyNumbers(ctx, root, emergency.Version, settings.EmergencyNumbers{Numbers: list}); refusedAt(err) != want {
			t.Errorf("%v: %v", list, err)
		}
	}
	_, err = s.SetEmergencyNumbers(ctx, root, emergency.Version, settings.EmergencyNumbers{Numbers: []string{"118", "112"}})
	ok(t, err)

	embedding, err := s.Embedding(ctx)
	ok(t, err)
	if len(embedding.Origins) != 0 {
		t.Errorf("the widget may be embedded before anybody said so: %v", embedding.Origins)
	}
	if _, err := s.SetEmbedding(ctx, root, embedding.Version, settings.Embedding{Origins: []string{"https://b.example", "*"}}); refusedAt(err) != "not_an_origin /origins/1" {
		t.Error(err)
	}
	embedding, err = s.SetEmbedding(ctx, root, embedding.Version, settings.Embedding{Origins: []string{"https://b.example", "https://a.example"}})
	ok(t, err)
	if !slices.Equal(embedding.Origins, []string{"https://a.example", "https://b.example"}) {
		t.Errorf("%v", embedding.Origins)
	}

	calling, err := s.CallingNumbers(ctx, "demo")
	ok(t, err)
	for want, list := range map[string][]settings.CallingNumber{
		"bad_number /numbers/0/number": {{Number: "119", Label: "x", Default: true}},
		"invalid /numbers/1/number":    {{Number: "+82255550100", Label: "x", Default: true}, {Number: "02-5555-0100", Label: "y"}},
		"invalid /numbers":             {{Number: "+82255550100", Label: "x"}},
		"invalid /numbers/0/label":     {{Number: "+82255550100", Default: true}},
	} {
		if _, err := s.SetCallingNumbers(ctx, root, "demo", calling.Version, settings.CallingNumbers{Numbers: list}); refusedAt(err) != want {
			t.Errorf("%s: %v", want, err)
		}
	}
	calling, err = s.SetCallingNumbers(ctx, root, "demo", calling.Version, settings.CallingNumbers{Numbers: []settings.CallingNumber{{Number: "02-5555-0100", Label: "Seoul", Default: true}}})
	ok(t, err)
	if calling.Numbers[0].Number != "+82255550100" {
		t.Errorf("stored as %+v", calling)
	}
	rules, err := s.DestinationRules(ctx, "demo")
	ok(t, err)
	if _, err := s.SetDestinationRules(ctx, root, "demo", rules.Version, settings.DestinationRules{Rules: []dialing.Rule{{Action: "maybe", Prefix: "+"}}}); refusedAt(err) != "invalid /rules/0" {
		t.Errorf("a bad rule: %v", err)
	}
	_, err = s.SetDestinationRules(ctx, root, "demo", rules.Version, settings.DestinationRules{Rules: []dialing.Rule{{Action: dialing.Allow, Prefix: "+"}}})
	ok(t, err)
	numbers, err := s.ServiceNumbers(ctx, "demo")
	ok(t, err)
	before, err := s.Frequent(ctx, "anna")
	ok(t, err)
	numbers.Numbers = append(numbers.Numbers, settings.FrequentNumber{Label: "Sales", Number: "1000"})
	_, err = s.SetServiceNumbers(ctx, root, "demo", numbers.Version, numbers)
	ok(t, err)
	after, err := s.Frequent(ctx, "anna")
	ok(t, err)
	if len(after) != len(before)+1 || !slices.Contains(after, before[0]) {
		t.Errorf("agents see %+v, before %+v", after, before)
	}
}
