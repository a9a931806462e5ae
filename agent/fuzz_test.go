package agent

import (
	"bytes"
	"encoding/json"
	"testing"
)

// FuzzRecord: whatever record comes from the store, applying to it neither panics nor loses anything in JSON, and an agent who is
// held is never available.
func FuzzRecord(f *testing.F) {
	for _, a := range []Agent{
		{}, {ID: "a", Chosen: Ready, Phone: Phone{Reachable: true}}, {Chosen: Business, Reason: ReasonMissed, Queues: []string{"q"}, WrapUpUntil: t0},
		{Chosen: Ready, Held: &Reservation{Call: "c", Token: "o", Phase: Talking}, Next: Rest},
	} {
		b, err := json.Marshal(a)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, uint8(0))
	}
	inputs := []Input{
		Login{Profile: profile()}, Choose{Status: Ready}, Choose{Status: LoggedOut}, Absent{}, SetProfile{profile()}, Bar{}, Reserve{Call: "c", Token: "n"},
		SetPhase{Token: "o", Phase: Talking}, Release{Token: "o", Outcome: Outcome{Kind: Served}}, Release{Token: "o", Outcome: Outcome{Kind: Missed, MissLimit: 1}},
		PhoneChanged{Reachable: true}, Tick{},
	}
	f.Fuzz(func(t *testing.T, record []byte, which uint8) {
		var a Agent
		if json.Unmarshal(record, &a) != nil {
			return
		}
		in := inputs[int(which)%len(inputs)]
		b, err := a.Apply(t0, in)
		if err != nil {
			return
		}
		if ok, _ := b.Available(t0); ok && b.Held != nil {
			t.Errorf("held and available: %+v", b)
		}
		b.Status(t0)
		one, err := json.Marshal(b)
		if err != nil {
			return // a time that JSON has no words for
		}
		var back Agent
		if err := json.Unmarshal(one, &back); err != nil {
			t.Fatalf("%v: %s", err, one)
		}
		if two, err := json.Marshal(back); err != nil || !bytes.Equal(one, two) {
			t.Errorf("JSON loses something (%v):\n%s\n%s", err, one, two)
		}
	})
}
