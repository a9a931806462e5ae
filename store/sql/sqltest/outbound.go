package sqltest

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/dialing"
	"switchroom/engine"
	"switchroom/prompt"
	"switchroom/store/sql"
)

var hash = strings.Repeat("0123456789abcdef", 4)

func outboundSettings(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	got, err := s.Service(ctx, "demo")
	ok(t, err)
	want := engine.Service{
		ID: "demo", Name: "Demo", Country: "KR", Inbound: true, Outbound: true, BusinessByNumber: true, FallbackQueue: "support",
		CallerIDs: []engine.CallerID{{Number: "+827077770100", Label: "Demo", Default: true}, {Number: "+82255550100", Label: "Demo, Seoul office"}},
		Policy: dialing.Policy{Country: "KR", Emergency: []string{"112", "119"}, Rules: []dialing.Rule{
			{Action: dialing.Deny, Prefix: "+1900"}, {Action: dialing.Deny, Prefix: "+882"}, {Action: dialing.Allow, Prefix: "+49"}, {Action: dialing.Allow, Prefix: "+8210"},
		}},
		Emergency: []string{"112", "119"}, HoldWarn: 2 * time.Minute, TransferRing: 20 * time.Second, ForwardCap: 2 * time.Hour, FarewellCap: 30 * time.Second,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("service = %+v, want %+v", got, want)
	}
	if _, err := s.Service(ctx, "nowhere"); !errors.Is(err, engine.ErrUnknown) {
		t.Errorf("unknown service: %v", err)
	}
	if _, err := s.OutboundSettings(ctx, "nowhere"); slug(err) != "unknown" {
		t.Errorf("settings of no service: %v", err)
	}

	// A new service begins with settings that call nobody abroad and cap what nobody owns.
	ok(t, s.PutService(ctx, "root", sql.Service{ID: "new", Name: "New", Outbound: true, DefaultStatus: agent.Business}))
	fresh, err := s.OutboundSettings(ctx, "new")
	ok(t, err)
	if (fresh != sql.OutboundSettings{Country: "KR", HoldWarn: 2 * time.Minute, TransferRing: 20 * time.Second, ForwardCap: 2 * time.Hour, FarewellCap: 30 * time.Second}) {
		t.Errorf("a new service begins with %+v", fresh)
	}
}

func outboundInvalidation(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	first, err := s.Service(ctx, "demo")
	ok(t, err)
	first.CallerIDs[0].Number, first.Policy.Rules[0].Prefix, first.Policy.Emergency[0], first.Emergency[0] = "x", "x", "x", "x"
	if again, err := s.Service(ctx, "demo"); err != nil || again.CallerIDs[0].Number == "x" || again.Policy.Rules[0].Prefix == "x" || again.Policy.Emergency[0] == "x" || again.Emergency[0] == "x" {
		t.Errorf("who got the settings changed what is kept: %+v, %v", again, err)
	}

	ok(t, s.PutPrompt(ctx, "root", prompt.Prompt{ID: "bye", Service: "demo", Kind: prompt.Farewell, File: "bye.wav", SHA256: hash, Seconds: 8}))
	v := sql.OutboundSettings{
		Country: "DE", FallbackQueue: "sales", HoldMusic: "jazz", HoldWarn: time.Minute, TransferRing: 15 * time.Second, ForwardCap: time.Hour, Farewell: "bye", FarewellCap: 20 * time.Second,
	}
	ok(t, s.PutOutbound(ctx, "root", "demo", v))
	got, err := s.Service(ctx, "demo")
	ok(t, err)
	if got.Country != "DE" || got.Policy.Country != "DE" || got.FallbackQueue != "sales" || got.BusinessByNumber || got.HoldMusic != "jazz" || got.Farewell != "bye.wav" || got.TransferRing != 15*time.Second {
		t.Errorf("changed settings: %+v", got)
	}
	if back, err := s.OutboundSettings(ctx, "demo"); err != nil || back != v {
		t.Errorf("settings %+v, %v; want %+v", back, err, v)
	}
	ok(t, s.PutService(ctx, "root", sql.Service{ID: "demo", Name: "Brand", Inbound: true, DefaultStatus: agent.Business}))
	if got, err := s.Service(ctx, "demo"); err != nil || got.Outbound || got.Name != "Brand" || got.Country != "DE" || got.Farewell != "bye.wav" {
		t.Errorf("OB off (S3), everything else as it was: %+v, %v", got, err)
	}
	ok(t, s.PutDestinationRules(ctx, "root", "demo", nil))
	ok(t, s.PutEmergencyNumbers(ctx, "root", []string{"999", "110", "999"}))
	if got, err := s.Service(ctx, "demo"); err != nil || len(got.Policy.Rules) != 0 || fmt.Sprint(got.Emergency, got.Policy.Emergency) != "[110 999] [110 999]" {
		t.Errorf("new rules and emergency numbers: %+v, %v", got, err)
	}
	for name, spoil := range map[string]func(*sql.OutboundSettings){
		"no country":              func(v *sql.OutboundSettings) { v.Country = "" },
		"no such country":         func(v *sql.OutboundSettings) { v.Country = "XX" },
		"endless music":           func(v *sql.OutboundSettings) { v.HoldMusic = strings.Repeat("m", 65) },
		"no ringing":              func(v *sql.OutboundSettings) { v.TransferRing = 0 },
		"no time for the message": func(v *sql.OutboundSettings) { v.FarewellCap = 0 },
		"negative reminder":       func(v *sql.OutboundSettings) { v.HoldWarn = -1 },
		"negative cap":            func(v *sql.OutboundSettings) { v.ForwardCap = -1 },
		"no such prompt":          func(v *sql.OutboundSettings) { v.Farewell = "none" },
	} {
		bad := v
		spoil(&bad)
		if err := s.PutOutbound(ctx, "root", "demo", bad); slug(err) != "invalid" {
			t.Errorf("%s: %v", name, err)
		}
	}
	bad := v
	bad.FallbackQueue = "none"
	if err := s.PutOutbound(ctx, "root", "demo", bad); slug(err) != "in_use" {
		t.Errorf("no such queue: %v", err)
	}
	if err := s.PutOutbound(ctx, "root", "nowhere", v); slug(err) != "unknown" {
		t.Errorf("no such service: %v", err)
	}
	if back, err := s.OutboundSettings(ctx, "demo"); err != nil || back != v {
		t.Errorf("what was refused changed something: %+v, %v", back, err)
	}
}

func callingNumbers(t *testing.T, open Open) {
	ctx, s, _ := fresh(t, open)
	for _, id := range []string{"a", "b"} {
		ok(t, s.PutService(ctx, "root", sql.Service{ID: id, Name: id, Outbound: true, DefaultStatus: agent.Business}))
	}
	put := func(service, number string, isDefault bool) error {
		return s.PutCallingNumber(ctx, "root", service, engine.CallerID{Number: number, Label: "Office", Default: isDefault})
	}
	numbers := func() string {
		v, err := s.Service(ctx, "a")
		ok(t, err)
		out := []string{}
		for _, n := range v.CallerIDs {
			out = append(out, fmt.Sprint(n.Number, n.Default))
		}
		return strings.Join(out, " ")
	}
	ok(t, put("a", "02-555-0100", false)) // the first is the default whatever is said
	ok(t, put("a", "+82 70 7777 0100", false))
	ok(t, put("b", "+8225550100", true)) // each service has its own
	if got := numbers(); got != "+8225550100true +827077770100false" {
		t.Errorf("two numbers: %s", got)
	}
	ok(t, put("a", "07077770100", true))
	ok(t, put("a", "07077770100", true))
	ok(t, put("a", "1588-1234", true))
	ok(t, put("a", "+8225550100", false))
	if got := numbers(); got != "+8215881234true +8225550100false +827077770100false" {
		t.Errorf("another default: %s", got)
	}
	if err := put("a", "+8215881234", false); slug(err) != "invalid" {
		t.Errorf("no default any more: %v", err)
	}
	if err := s.RemoveCallingNumber(ctx, "root", "a", "+8215881234"); slug(err) != "in_use" {
		t.Errorf("the default removed before the others: %v", err)
	}
	ok(t, s.RemoveCallingNumber(ctx, "root", "a", "02 555 0100"))
	ok(t, s.RemoveCallingNumber(ctx, "root", "a", "+827077770100"))
	ok(t, s.RemoveCallingNumber(ctx, "root", "a", "+8215881234"))
	if got := numbers(); got != "" {
		t.Errorf("after removing all: %s", got)
	}
	if err := s.RemoveCallingNumber(ctx, "root", "a", "+8215881234"); slug(err) != "unknown" {
		t.Errorf("removed twice: %v", err)
	}
	if err := put("nowhere", "+8215881234", true); slug(err) != "unknown" {
		t.Errorf("no such service: %v", err)
	}
	for _, bad := range []string{"", "119", "555", "anonymous", "+8225550100;tag=x", "\"x\" <+8225550100>", strings.Repeat("9", 10_000)} {
		if err := put("a", bad, true); slug(err) != "bad_number" {
			t.Errorf("%.20q: %v", bad, err)
		}
	}
	for _, label := range []string{"", "  ", strings.Repeat("x", 129), "two\nlines", "\xff"} {
		if err := s.PutCallingNumber(ctx, "root", "a", engine.CallerID{Number: "+8225550100", Label: label}); slug(err) != "invalid" {
			t.Errorf("label %.20q: %v", label, err)
		}
	}
	if got := numbers(); got != "" {
		t.Errorf("what was refused is there: %s", got)
	}
	errs := make([]error, 20)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = put("a", fmt.Sprintf("+82255501%02d", i), true) })
	}
	wg.Wait()
	ok(t, errors.Join(errs...))
	if got := numbers(); strings.Count(got, "true") != 1 || strings.Count(got, "+") != len(errs) {
		t.Errorf("many defaults put at once: %s", got)
	}
}

func destinationRules(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	decide := func(text string) dialing.Decision {
		v, err := s.Service(ctx, "demo")
		ok(t, err)
		n, err := v.Policy.Parse(text)
		ok(t, err)
		return dialing.Decide(v.Policy, n)
	}
	if !decide("010-1234-5678").Allowed || !decide("+49 30 901820").Allowed || decide("+882163456789").Allowed || decide("+33 1 23 45 67 89").Allowed || !decide("119").Allowed {
		t.Error("the demo's rules are not as they should be")
	}
	ok(t, s.PutDestinationRules(ctx, "root", "demo", []dialing.Rule{
		{Action: dialing.Deny, Prefix: "+4930"}, {Action: dialing.Allow, Prefix: "+49"}, {Action: dialing.Allow, Prefix: "114"}, {Action: dialing.AllowAny, Prefix: "+8260"},
	}))
	if d := decide("+49 30 901820"); d.Allowed || d.Position != 1 {
		t.Errorf("the order is lost: %+v", d)
	}
	if !decide("+49 89 2330").Allowed || !decide("114").Allowed || !decide("060-234-5678").Allowed {
		t.Error("rules do not count")
	}
	for _, bad := range [][]dialing.Rule{{{Action: "maybe", Prefix: "+49"}}, {{Action: dialing.Allow, Prefix: "49 "}}, make([]dialing.Rule, 501)} {
		if err := s.PutDestinationRules(ctx, "root", "demo", bad); slug(err) != "invalid" {
			t.Errorf("%.3v: %v", bad, err)
		}
	}
	if err := s.PutDestinationRules(ctx, "root", "nowhere", nil); slug(err) != "unknown" {
		t.Errorf("no such service: %v", err)
	}
	if decide("+49 30 901820").Position != 1 {
		t.Error("what was refused changed the rules")
	}
}
