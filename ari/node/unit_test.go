package node

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"switchroom/agent"
	"switchroom/ari"
	"switchroom/call"
	"switchroom/engine"
)

func TestCallerID(t *testing.T) {
	for _, tt := range []struct{ name, number, want string }{
		{"Ann Example", "+4930123", `"Ann Example" <+4930123>`},
		{"", "+4930123", "<+4930123>"},
		{"", "", "<anonymous>"},
		{`Eve" <911>`, "1", `"Eve 911" <1>`},
		{"Eve\r\nX-Evil: 1", "1", `"EveX-Evil: 1" <1>`},
		{"Zoë Müller 東京", "ann.lee-1", `"Zoë Müller 東京" <ann.lee-1>`},
		{`a\b;c`, `12"><`, `"abc" <12>`},
		{strings.Repeat("x", 500), strings.Repeat("1", 500), `"` + strings.Repeat("x", 60) + `" <` + strings.Repeat("1", 40) + ">"},
	} {
		if got := callerID(call.Party{Name: tt.name, Number: tt.number}); got != tt.want {
			t.Errorf("%q %q: %s, want %s", tt.name, tt.number, got, tt.want)
		}
	}
}

// FuzzCallerID: whatever the network says, both parts stay within their quotes and no header can begin.
func FuzzCallerID(f *testing.F) {
	for _, s := range []string{"", "Ann", `"<>\;`, "a\r\nb", "\x00\xff", "${EXTEN}", "東京"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, name, number string) {
		got := callerID(call.Party{Name: name, Number: number})
		if !utf8.ValidString(got) || strings.ContainsFunc(got, unicode.IsControl) || strings.ContainsAny(got, `\;`) {
			t.Fatalf("%q", got)
		}
		rest := got
		if strings.HasPrefix(got, `"`) {
			end := strings.LastIndex(got, `" <`)
			if end < 1 || strings.ContainsAny(got[1:end], `"<>`) {
				t.Fatalf("%q: the name is not in its quotes", got)
			}
			rest = got[end+2:]
		}
		inner, ok := strings.CutPrefix(rest, "<")
		inner, ok2 := strings.CutSuffix(inner, ">")
		if !ok || !ok2 || inner == "" || strings.ContainsAny(inner, `"<> `) || utf8.RuneCountInString(got) > 110 {
			t.Fatalf("%q", got)
		}
	})
}

func TestArrivalArguments(t *testing.T) {
	n := &Node{name: "a1"}
	ch := ari.Channel{ID: "1.2", State: ari.ChannelStateRing, Caller: ari.CallerID{Number: "+49", Name: "Ann"}}
	since := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, tt := range []struct {
		args   string
		want   engine.Arrival
		wanted bool
	}{
		{"inbound,sales", engine.Arrival{Queue: "sales"}, true},
		{"inbound,sales,1000", engine.Arrival{Queue: "sales", Called: "1000"}, true},
		{fmt.Sprintf("inbound,sales,1000,%d", since.Unix()), engine.Arrival{Queue: "sales", Called: "1000", Since: since}, true},
		{"inbound,sales,,", engine.Arrival{Queue: "sales"}, true},
		{"inbound,sales,1000,yesterday", engine.Arrival{Queue: "sales", Called: "1000"}, true},
		{"inbound,sales,1000,-5", engine.Arrival{Queue: "sales", Called: "1000"}, true},
		{"inbound,sales,1000,99999999999999999999", engine.Arrival{Queue: "sales", Called: "1000"}, true},
		{"inbound,", engine.Arrival{}, true}, // refused by name, by whoever knows the queues
		{"inbound", engine.Arrival{}, false},
		{"outbound,123", engine.Arrival{}, false}, // not from a phone: see below
		{"leg", engine.Arrival{}, false},
		{"", engine.Arrival{}, false},
	} {
		got, ok := n.arrival(ch, strings.Split(tt.args, ","))
		if tt.wanted {
			tt.want.Node, tt.want.Channel, tt.want.Caller = "a1", "1.2", call.Party{Number: "+49", Name: "Ann"}
		}
		if ok != tt.wanted || got != tt.want {
			t.Errorf("%q: %+v, %t; want %+v, %t", tt.args, got, ok, tt.want, tt.wanted)
		}
	}
}

func TestWhoDialledOnAPhoneIsToldByTheChannelsName(t *testing.T) {
	n := &Node{name: "a1"}
	for name, want := range map[string]string{"PJSIP/carla-0000001f": "carla", "PJSIP/a-b-00000001": "a-b", "Local/x-1": "", "PJSIP/carla": "", "": ""} {
		got, ok := n.arrival(ari.Channel{ID: "1.2", Name: name}, []string{"outbound", "123"})
		if ok != (want != "") || got.Dialled != want || ok && got.Called != "123" {
			t.Errorf("%q: %+v, %t", name, got, ok)
		}
	}
}

func TestHeaders(t *testing.T) {
	const leg = "PJSIP_HEADER(add,X-Switchroom-Leg)"
	for _, tt := range []struct {
		name  string
		dial  call.Dial
		count int
	}{
		{"a phone that rings", call.Dial{Leg: "l", Device: agent.Desk}, 2},
		{"a desk phone that shall answer by itself", call.Dial{Leg: "l", Device: agent.Desk, Auto: true}, 6},
		{"a page that shall answer by itself", call.Dial{Leg: "l", Device: agent.WebRTC, Auto: true}, 3},
	} {
		got := headers(tt.dial)
		if got[leg] != "l" || got[transferHandling] != askUs || len(got) != tt.count {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestTheFingerprintNamesTheVersionAndDoesNotTellTheSecret(t *testing.T) {
	account := engine.Account{Agent: "ann", Endpoint: "ann", Secret: "correct horse", Device: agent.Desk, Number: "101", Name: "Ann"}
	mark := fingerprint(pjsip(account, "127.0.0.1"))
	if mark != fingerprint(pjsip(account, "127.0.0.1")) {
		t.Error("not the same twice")
	}
	if strings.Contains(mark, account.Secret) || len(mark) != 24 {
		t.Errorf("%q", mark)
	}
	seen := map[string]string{mark: "as it was"}
	for name, change := range map[string]func(*engine.Account){
		"secret":   func(a *engine.Account) { a.Secret = "battery staple" },
		"device":   func(a *engine.Account) { a.Device = agent.WebRTC },
		"number":   func(a *engine.Account) { a.Number = "102" },
		"name":     func(a *engine.Account) { a.Name = "Anna" },
		"endpoint": func(a *engine.Account) { a.Endpoint = "anna" },
	} {
		other := account
		change(&other)
		m := fingerprint(pjsip(other, "127.0.0.1"))
		if seen[m] != "" {
			t.Errorf("another %s has the mark of: %s", name, seen[m])
		}
		seen[m] = name
	}
	if m := fingerprint(pjsip(account, "10.0.0.1")); seen[m] != "" {
		t.Error("another media address has the same mark")
	}
}

func TestSettled(t *testing.T) {
	for _, tt := range []struct {
		err  error
		fine bool
	}{
		{nil, true},
		{&ari.Error{Status: 404}, true},
		{&ari.Error{Status: 409}, true},
		{&ari.Error{Status: 412}, true},
		{&ari.Error{Status: 422}, true},
		{&ari.Error{Status: 401}, false}, // the password is wrong: nothing was done at all
		{&ari.Error{Status: 500}, false},
		{&ari.Error{Status: 503}, false},
		{fmt.Errorf("hang up: %w", &ari.Error{Status: 404}), true},
		{errors.New("connection refused"), false},
	} {
		if got := settled(tt.err); (got == nil) != tt.fine {
			t.Errorf("%v: %v", tt.err, got)
		}
	}
}

func TestReasonCodes(t *testing.T) {
	for reason, want := range map[call.Reason]string{call.Normal: "16", call.NoAnswer: "19", call.ElsewhereDone: "26", "": "16"} {
		if got := reasonCode(reason); got != want {
			t.Errorf("%q: %s, want %s", reason, got, want)
		}
	}
}

func TestACarrierThatForbidsACallIsNoPersonWhoDeclines(t *testing.T) {
	const customers, agents = "01M886ETA0EZVV1HM1EHB80MMT-n1", "01M886ETA0EZVV1HM1EHB80MMT-a1"
	for _, tt := range []struct {
		leg         string
		cause, tech int
		want        int
	}{
		{customers, causeRejected, sipForbidden, causeOutOfOrder}, {customers, causeRejected, 603, causeRejected}, {customers, causeNormal, sipForbidden, causeNormal},
		{agents, causeRejected, sipForbidden, causeRejected},
	} {
		if got := causeOf(&ari.ChannelDestroyed{Cause: tt.cause, TechCause: tt.tech, Channel: ari.Channel{ID: tt.leg}}); got != tt.want {
			t.Errorf("%s ended by cause %d, %d: %d, want %d", tt.leg, tt.cause, tt.tech, got, tt.want)
		}
	}
}
