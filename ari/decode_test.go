package ari

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

const (
	channelJSON   = `{"id":"1795401059.2","name":"PJSIP/trunk-00000001","state":"Ring","protocol_id":"7e1f0a@127.0.0.1","caller":{"name":"Alice","number":"+4930123456"},"connected":{"name":"","number":""},"accountcode":"","dialplan":{"context":"switchroom-in","exten":"1000","priority":3,"app_name":"Stasis","app_data":"switchroom,inbound,sales"},"creationtime":"2026-11-23T02:30:59.110+0000","language":"en"}`
	bridgeJSON    = `{"id":"call-17","technology":"simple_bridge","bridge_type":"mixing","bridge_class":"stasis","creator":"Stasis","name":"","channels":["call-17-a1","1795401059.2"],"creationtime":"2026-11-23T02:30:59.115+0000","video_mode":"talker"}`
	headerJSON    = `"timestamp":"2026-11-23T02:30:59.113+0000","asterisk_id":"02:fc:00:00:00:01","application":"switchroom"`
	stasisStart   = `{"type":"StasisStart","args":["inbound","sales"],"channel":` + channelJSON + `,` + headerJSON + `}`
	enteredBridge = `{"type":"ChannelEnteredBridge","bridge":` + bridgeJSON + `,"channel":` + channelJSON + `,` + headerJSON + `}`
	varset        = `{"variable":"A","value":"{\"type\":\"x\"}","type":"ChannelVarset",` + headerJSON + `}`
)

func TestAnEventDecodes(t *testing.T) {
	e, ok := decodeEvent(EventStasisStart, []byte(stasisStart)).(*StasisStart)
	if !ok || e.Channel.Caller.Number != "+4930123456" || e.Args[1] != "sales" || e.Timestamp.UnixMilli() != 1795401059113 || e.Application != "switchroom" {
		t.Fatalf("decoded %+v", e)
	}
	if again, err := json.Marshal(e); err != nil || !bytes.Contains(again, []byte(`"timestamp":"2026-11-23T02:30:59.113+0000"`)) {
		t.Fatalf("encoded %s, %v", again, err)
	}
}

func TestAnEventOfANewTypeIsNotLost(t *testing.T) {
	raw := `{"type":"ChannelTeleported",` + headerJSON + `,"to":"Mars"}`
	u, ok := decodeEvent("ChannelTeleported", []byte(raw)).(*UnknownEvent)
	if !ok || u.Err != nil || u.Type != "ChannelTeleported" || u.Application != "switchroom" || string(u.Raw) != raw {
		t.Fatalf("decoded %+v", u)
	}
}

func TestABrokenEventIsNotLost(t *testing.T) {
	for _, raw := range []string{`{"type":"StasisStart","args":7,` + headerJSON + `}`, `{"type":"StasisStart"`, `[]`, ``, `nonsense`} {
		u, ok := decodeEvent(EventStasisStart, []byte(raw)).(*UnknownEvent)
		if !ok || u.Err == nil || string(u.Raw) != raw {
			t.Errorf("%s decoded as %+v", raw, u)
		}
	}
}

func TestTheTypeIsFoundWithoutDecoding(t *testing.T) {
	for raw, want := range map[string]string{
		stasisStart: "StasisStart", enteredBridge: "ChannelEnteredBridge", varset: "ChannelVarset",
		` { "a" : {"type":"no"} , "b":[{"type":"no"}],"c":"\\\"","type" : "yes" } `: "yes",
		`{"n":-1.5e3,"t":true,"z":null,"type":"yes"}`:                               "yes",
		`{"type":7}`: "", `{}`: "",
	} {
		if got, err := topLevel([]byte(raw), "type"); got != want || err != nil {
			t.Errorf("%s: %q, %v", raw, got, err)
		}
	}
	for _, raw := range []string{``, `[]`, `{`, `{"type"`, `{"type":`, `{"type":"x`, `{"type":"x"`, `{"a":1 "b":2}`, `{a:1}`} {
		if got, err := topLevel([]byte(raw), "other"); err == nil {
			t.Errorf("%s: %q and no error", raw, got)
		}
	}
}

// FuzzDecode holds two things: nothing panics or is lost, and the quick look at the type agrees with a full decoding.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{stasisStart, enteredBridge, varset, `{"type":"X"}`, `{"type":7}`, `{`, ``, `{"a":"\\","type":"q"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		quick, err := topLevel(raw, "type")
		e := decodeEvent(EventType(quick), raw)
		if e == nil || e.Header() == nil {
			t.Fatal("an event was lost")
		}
		if u, ok := e.(*UnknownEvent); ok && !bytes.Equal(u.Raw, raw) {
			t.Fatal("an unknown event is not kept as it came")
		}
		fields, full := firstStrings(raw)
		if full != nil {
			return // the quick look need not notice
		}
		if want, found := fields["type"]; found && (err != nil || quick != want) {
			t.Fatalf("the quick look says %q, %v; a decoding says %q", quick, err, want)
		}
	})
}

// firstStrings decodes the string fields of an object. Where a key comes twice the first string counts, as in topLevel;
// fields with escapes are left out.
func firstStrings(raw []byte) (map[string]string, error) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for k, v := range all {
		var s string
		if json.Unmarshal(v, &s) != nil || bytes.ContainsAny(v, `\`) || !json.Valid(v) || strings.ContainsRune(s, '\uFFFD') {
			continue
		}
		if bytes.Count(raw, []byte(`"`+k+`"`)) == 1 && v[0] == '"' && !bytes.Contains(raw, []byte(`\u`)) {
			out[k] = s
		}
	}
	return out, nil
}

func BenchmarkDecode(b *testing.B) {
	for kind, raw := range map[EventType]string{EventStasisStart: stasisStart, EventChannelEnteredBridge: enteredBridge} {
		b.Run(string(kind), func(b *testing.B) {
			data := []byte(raw)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				decodeEvent(kind, data)
			}
		})
	}
}

func BenchmarkTypeOnly(b *testing.B) {
	data := []byte(enteredBridge)
	b.ReportAllocs()
	for b.Loop() {
		if t, err := topLevel(data, "type"); t == "" || err != nil {
			b.Fatal(t, err)
		}
	}
}
