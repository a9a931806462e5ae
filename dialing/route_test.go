package dialing_test

import (
	"slices"
	"testing"

	"switchroom/dialing"
)

var trunks = []dialing.Trunk{
	{Name: "plus", Endpoint: "carrier-1", Format: dialing.E164, Enabled: true},
	{Name: "bare", Endpoint: "carrier-2", Format: dialing.Digits, MaxChannels: 30, Enabled: true},
	{Name: "home", Endpoint: "carrier-3", Format: dialing.National, Country: "KR", Enabled: true},
	{Name: "world", Endpoint: "carrier-4", Format: dialing.International, Enabled: true},
	{Name: "off", Endpoint: "carrier-5", Format: dialing.E164},
	{Name: "broken", Endpoint: "carrier-6&PJSIP/x", Format: dialing.E164, Enabled: true},
}

func TestChoose(t *testing.T) {
	all := dialing.Route{Name: "all", Prefixes: []string{"+"}, Trunks: []string{"world", "plus"}}
	korea := dialing.Route{Name: "korea", Prefixes: []string{"+8270", "+82"}, Trunks: []string{"off", "home", "broken", "bare", "not there", "home"}}
	seoul := dialing.Route{Name: "seoul", Prefixes: []string{"+822", "119"}, Trunks: []string{"bare"}}
	again := dialing.Route{Name: "again", Prefixes: []string{"+822"}, Trunks: []string{"plus"}}
	for _, tt := range []struct {
		name   string
		routes []dialing.Route
		number dialing.Number
		want   []string
	}{
		{"without a route there is no way out", nil, "+821012345678", nil},
		{"a route that leads elsewhere is none", []dialing.Route{korea}, "+4930901820", nil},
		{"each trunk gets the number as it wants it, in the route's order, without those that are off, broken or not there", []dialing.Route{korea}, "+821012345678",
			[]string{"PJSIP/01012345678@carrier-3", "PJSIP/821012345678@carrier-2"}},
		{"a foreign number has its international form everywhere", []dialing.Route{{Prefixes: []string{"+49"}, Trunks: []string{"home", "world", "plus", "bare"}}}, "+4930901820",
			[]string{"PJSIP/004930901820@carrier-3", "PJSIP/004930901820@carrier-4", "PJSIP/+4930901820@carrier-1", "PJSIP/4930901820@carrier-2"}},
		{"a service number has no leading zero at home", []dialing.Route{korea}, "+8215881234", []string{"PJSIP/15881234@carrier-3", "PJSIP/8215881234@carrier-2"}},
		{"the longest prefix wins", []dialing.Route{all, korea, seoul}, "+82212345678", []string{"PJSIP/82212345678@carrier-2"}},
		{"of equal prefixes the first route wins", []dialing.Route{all, again, seoul}, "+82212345678", []string{"PJSIP/+82212345678@carrier-1"}},
		{"a short code goes by the route that names it, then by all others", []dialing.Route{all, seoul}, "119",
			[]string{"PJSIP/119@carrier-2", "PJSIP/119@carrier-4", "PJSIP/119@carrier-1", "PJSIP/119@carrier-3"}},
		{"an emergency number needs no route (S20)", nil, "112",
			[]string{"PJSIP/112@carrier-1", "PJSIP/112@carrier-2", "PJSIP/112@carrier-3", "PJSIP/112@carrier-4"}},
		{"what is not normalised goes nowhere", []dialing.Route{all}, "+4930901820@evil", nil},
		{"nothing goes nowhere", []dialing.Route{all}, "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, c := range dialing.Choose(tt.routes, trunks, tt.number) {
				got = append(got, c.Dial())
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestTrunksAndRoutesAreChecked(t *testing.T) {
	good := dialing.Trunk{Name: "a", Endpoint: "a-1.b_c", Format: dialing.National, Country: "KR", MaxChannels: 2}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for what, spoil := range map[string]func(*dialing.Trunk){
		"no name":          func(t *dialing.Trunk) { t.Name = "" },
		"no endpoint":      func(t *dialing.Trunk) { t.Endpoint = "" },
		"another endpoint": func(t *dialing.Trunk) { t.Endpoint = "a/sip:x@y" },
		"a line break":     func(t *dialing.Trunk) { t.Endpoint = "a\n" },
		"no format":        func(t *dialing.Trunk) { t.Format = "" },
		"no country":       func(t *dialing.Trunk) { t.Country = "" },
		"no such country":  func(t *dialing.Trunk) { t.Format, t.Country = dialing.E164, "XX" },
		"fewer than none":  func(t *dialing.Trunk) { t.MaxChannels = -1 },
	} {
		bad := good
		spoil(&bad)
		if err := bad.Check(); slug(err) != "bad_trunk" {
			t.Errorf("%s: %v", what, err)
		}
	}
	list := func(s ...string) []string { return s }
	if err := (dialing.Route{Name: "a", Prefixes: list("+", "119"), Trunks: list("a", "b")}).Check(); err != nil {
		t.Error(err)
	}
	for _, r := range []dialing.Route{
		{Prefixes: list("+"), Trunks: list("a")}, {Name: "a", Trunks: list("a")}, {Name: "a", Prefixes: list("+")}, {Name: "a", Prefixes: list("82x"), Trunks: list("a")},
		{Name: "a", Prefixes: list("+", "+"), Trunks: list("a")}, {Name: "a", Prefixes: list("+"), Trunks: list("a", "b", "a")},
	} {
		if err := r.Check(); slug(err) != "bad_route" {
			t.Errorf("%+v: %v", r, err)
		}
	}
}
