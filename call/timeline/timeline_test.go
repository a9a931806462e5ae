package timeline_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"switchroom/call"
	"switchroom/call/calltest"
	"switchroom/call/timeline"
)

var update = flag.Bool("update", false, "rewrite the golden timelines")

// journal is what the engine writes of a story.
func journal(t *testing.T, steps []calltest.Step) []timeline.Entry {
	t.Helper()
	out := make([]timeline.Entry, len(steps))
	for i, s := range steps {
		in, err := call.EncodeInput(s.In)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = timeline.Entry{At: s.At, State: s.Next.State, Input: in}
	}
	return out
}

func stories(t *testing.T) map[string][]calltest.Step {
	t.Helper()
	all, err := calltest.Stories("../testdata")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// line prints a step.
func line(s timeline.Step) string {
	out := fmt.Sprintf("%s %s: %s", s.At.Sub(calltest.Start), s.State, s.What)
	for _, f := range []struct{ name, value string }{
		{"by", s.By}, {"agent", s.Agent}, {"queue", s.Queue}, {"number", s.Number}, {"class", string(s.Class)}, {"why", s.Why}, {"text", s.Text},
	} {
		if f.value != "" {
			out += fmt.Sprintf(" %s=%s", f.name, f.value)
		}
	}
	for _, c := range s.Considered {
		out += fmt.Sprintf(" (%s %s)", c.Agent, c.Why)
	}
	if s.Lasted > 0 {
		out += fmt.Sprintf(", after %s", s.Lasted)
	}
	return out
}

// The files of testdata are stories of package call as their timelines tell them; -update rewrites those that are there.
func TestGoldenTimelines(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	all := stories(t)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		if all[name] == nil {
			t.Errorf("no story %s", name)
			continue
		}
		var got strings.Builder
		for _, s := range timeline.Tell(journal(t, all[name])).Steps {
			fmt.Fprintln(&got, line(s))
		}
		if *update {
			if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if want, err := os.ReadFile(file); err != nil || string(want) != got.String() {
			t.Errorf("%s is told otherwise now (-update rewrites it), %v:\n%s", name, err, got.String())
		}
	}
}

// Of every story that the core knows.
func TestEveryStoryIsTold(t *testing.T) {
	told := map[string]bool{}
	for name, steps := range stories(t) {
		entries := journal(t, steps)
		tl := timeline.Tell(entries)
		if again := timeline.Tell(entries); !reflect.DeepEqual(tl, again) {
			t.Errorf("%s: told differently the second time", name)
		}
		last := steps[len(steps)-1].Next
		if tl.Diverged || tl.Call != last.ID || !reflect.DeepEqual(tl.End, last.End) {
			t.Errorf("%s: %+v", name, tl)
		}
		ends, states := 0, 0
		for i, s := range tl.Steps {
			told[s.What] = true
			if s.What == "ended" {
				ends++
				if s.Class != last.End.Class || s.Why != last.End.Slug || !s.At.Equal(last.End.At) {
					t.Errorf("%s ended %s/%s, not %+v", name, s.Class, s.Why, last.End)
				}
			}
			if i > 0 && s.State != tl.Steps[i-1].State {
				states++
			}
			if s.Lasted < 0 || s.Lasted > s.At.Sub(tl.Steps[0].At) {
				t.Errorf("%s: %s", name, line(s))
			}
		}
		if (last.End != nil) != (ends == 1) {
			t.Errorf("%s: %d ends", name, ends)
		}
		if n := changes(steps); states != n {
			t.Errorf("%s: %d changes of state are told, there were %d", name, states, n)
		}
		for _, s := range steps {
			for _, agentID := range s.Next.Parties() {
				if !contains(tl.Agents, agentID) {
					t.Errorf("%s does not name %s", name, agentID)
				}
			}
		}
		keepsSecrets(t, name, tl, steps)
	}
	for _, what := range []string{
		"entered", "placed", "queued", "offered", "nobody_there", "rang", "answered", "answer", "decline", "missed", "phone_fault", "connected", "hold", "resume", "held_long", "phone_held",
		"phone_released", "mute", "unmute", "digits", "consult", "consulting", "target_failed", "cancel", "swap", "conference", "complete", "transfer", "recalling", "recalled", "not_recalled",
		"rejoining", "rejoined", "phone_lost", "agents_talk_on", "forwarded", "force_disconnect", "message_began", "message_over", "ticket_opened", "controller_back", "customer_rang",
		"customer_answered", "customer_left", "left", "ended",
	} {
		if !told[what] {
			t.Errorf("no story tells %s", what)
		}
	}
	if told["unknown"] {
		t.Error("something is unknown")
	}
}

func changes(steps []calltest.Step) (n int) {
	for _, s := range steps[1:] {
		if s.Next.State != s.Was.State {
			n++
		}
	}
	return n
}

func contains(list []string, one string) bool {
	for _, v := range list {
		if v == one {
			return true
		}
	}
	return false
}

// keepsSecrets: nothing by which a phone or channel could be commanded is in it, nor the digits that somebody sent.
func keepsSecrets(t *testing.T, name string, tl timeline.Timeline, steps []calltest.Step) {
	t.Helper()
	b, err := json.Marshal(tl)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	secret := func(what, value string) {
		if value != "" && strings.Contains(text, `"`+value+`"`) {
			t.Errorf("%s tells the %s %s", name, what, value)
		}
	}
	for _, s := range steps {
		secret("channel", s.Next.Customer.ID)
		for _, l := range s.Next.Legs {
			secret("channel", l.ID)
		}
		for _, id := range s.Next.Parties() {
			p := s.Next.Part(id)
			secret("token", p.Token)
			secret("endpoint", p.Endpoint)
		}
		for _, way := range s.Next.Ways {
			secret("way out", way)
		}
		if d, ok := s.In.(call.Digits); ok {
			secret("digits", d.Digits)
		}
	}
}

func TestAnEntryThatDoesNotFollowIsMarkedAndTheRestIsTold(t *testing.T) {
	entries := journal(t, stories(t)["S33_force_disconnect"])
	entries[1].State = call.Held
	entries = append(entries[:3:3], append([]timeline.Entry{{At: entries[3].At, State: call.Queued, Input: json.RawMessage(`{"kind":"from the future"}`)}}, entries[3:]...)...)
	tl := timeline.Tell(entries)
	if !tl.Diverged || tl.Steps[len(tl.Steps)-1].At.Before(entries[3].At) {
		t.Errorf("%+v", tl)
	}
	for _, b := range []string{"", "null", "[]", `{"kind":1}`, "\x00"} {
		if tl := timeline.Tell([]timeline.Entry{{At: time.Now(), State: call.Queued, Input: json.RawMessage(b)}}); !tl.Diverged || len(tl.Steps) != 1 {
			t.Errorf("%q: %+v", b, tl)
		}
	}
	if tl := timeline.Tell(nil); tl.Call != "" || tl.Diverged || len(tl.Steps) != 0 {
		t.Errorf("%+v", tl)
	}
}
