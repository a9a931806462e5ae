package call

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"switchroom/agent"
)

// everyInput is one of each kind, with all fields set.
func everyInput() []Input {
	return []Input{
		Enter{ID: "c", Node: "n", Channel: "ch", Service: "s", Queue: "q", Caller: Party{"1", "<b>"}, Called: "2", Waiting: epochStart, Answered: true, Refuse: "no", Closing: &Closing{"closed", time.Minute, false}, Instead: "i",
			Scenario: Scenario{time.Second, time.Minute, "m", true, 2, time.Hour, true, 1, time.Minute, time.Second, "bye", time.Hour, time.Minute}},
		Claimed{Agent: "a", Device: agent.Desk, Endpoint: "e", Considered: []Considered{{"a", ""}, {"b", "rest"}}},
		Nobody{Considered: []Considered{{"b", "rest"}}}, Answer{"a"}, Decline{"a"}, Hangup{"a"}, Rejoin{"a"}, LegRinging{"l"}, LegUp{"l"}, LegGone{"l", 16},
		Mute{"a", true}, Digits{"a", "1#"}, Hold{"a"}, Resume{"a"}, Transfer{"a", everyTarget()}, Consult{"a", everyTarget(), "l"}, Complete{"a", true}, Cancel{"a"}, Swap{"a"},
		Confer{"a"}, ForceDisconnect{"a", "abuse"}, Recalled{"a", agent.Desk, "e"}, NoRecall{"rest"}, MessageBegan{}, MessageOver{true}, QueueChanged{Scenario{Music: "jazz"}}, ServiceClosed{&Closing{"closed", time.Minute, true}, "q", "s", &Scenario{Pickup: time.Second}}, PhoneHold{"l", true},
		Place{ID: "c", Node: "n", Service: "s", Queue: "q", Scenario: Scenario{Pickup: time.Second}, Agent: "a", Device: agent.Desk, Endpoint: "e", To: Party{"1", "n"}, CallerID: "2", Ways: []string{"w"}, Leg: "l", Colleague: new(everyTarget())},

		PhoneLost{"a"}, PhoneBack{"a"}, Joined{"l"}, JoinFailed{"l", "why"}, TicketOpened{"T"}, Recovered{[]Seen{{"l", Up, true}}, epochStart}, Deadline{},
	}
}

func everyTarget() Target {
	return Target{
		Kind: ToQueue, Queue: "q", Number: "+1", CallerID: "+2", Ways: []string{"w"}, Scenario: &Scenario{Pickup: time.Second}, Service: "s", To: Party{"2", "b"}, By: Party{"1", "n"}, Way: agent.ByNumber, Started: epochStart, Until: epochStart,
		Participant: Participant{"b", "t", agent.WebRTC, "e", "l", epochStart, "l1", "l2", true, true, true},
	}
}

func TestEveryInputSurvivesTheJournal(t *testing.T) {
	seen := map[Kind]bool{}
	for _, in := range everyInput() {
		seen[in.Kind()] = true
		b, err := EncodeInput(in)
		if err != nil {
			t.Fatal(err)
		}
		back, err := DecodeInput(b)
		if err != nil || !reflect.DeepEqual(in, back) {
			t.Errorf("%s: %+v, %v", b, back, err)
		}
	}
	if len(seen) != len(allKinds) || len(inputs) != len(allKinds) {
		t.Errorf("%d kinds, %d tried, %d decoded", len(allKinds), len(seen), len(inputs))
	}
}

type odd struct{ C chan int }

func (odd) Effect() string { return "odd" }

func TestCodecSaysWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"{": "unexpected end", `{"kind":"lunch"}`: `unknown kind "lunch"`, `{"kind":"answer","data":7}`: "decode answer",
	} {
		if in, err := DecodeInput([]byte(text)); err == nil || in != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v", text, in, err)
		}
	}
	if in, err := DecodeInput([]byte(`{"kind":"nobody"}`)); err != nil || !reflect.DeepEqual(in, Nobody{}) {
		t.Errorf("an input without data: %v, %v", in, err)
	}
	if b, err := EncodeEffects([]Effect{Leave{"b", "l"}, Drop{"l", Normal}}); err != nil || string(b) != `[{"kind":"leave","data":{"bridge":"b","leg":"l"}},{"kind":"drop","data":{"leg":"l","reason":"normal"}}]` {
		t.Errorf("effects: %s, %v", b, err)
	}
	if _, err := EncodeEffects([]Effect{odd{}}); err == nil || !strings.Contains(err.Error(), "encode odd") {
		t.Errorf("an effect that cannot be encoded: %v", err)
	}
	if _, err := EncodeInput(Enter{Waiting: time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC)}); err == nil {
		t.Error("an input that cannot be encoded")
	}
}

// FuzzDecodeInput: whatever the journal holds, decoding does not panic, and what decodes encodes to the same again.
func FuzzDecodeInput(f *testing.F) {
	for _, in := range everyInput() {
		b, err := EncodeInput(in)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		in, err := DecodeInput(b)
		if err != nil {
			return
		}
		one, err := EncodeInput(in)
		if err != nil {
			return // a time that JSON has no words for
		}
		back, err := DecodeInput(one)
		if err != nil || !equalJSON(in, back) {
			t.Errorf("%s: %+v, %+v, %v", b, in, back, err)
		}
	})
}
