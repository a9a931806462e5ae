package event_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"switchroom/call/calltest"
	"switchroom/event"
)

// Every story that the core knows: it begins once and ends at most once, nobody answers before it begins, and nothing but the ticket comes after the end.
func TestEventsOfEveryStoryComeInOrder(t *testing.T) {
	stories, err := calltest.Stories("../call/testdata")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[event.Type]bool{}
	for name, steps := range stories {
		var types []event.Type
		for _, s := range steps {
			for _, f := range event.Of(s.Was, s.Next) {
				types = append(types, f.Type)
				seen[f.Type] = true
				if f.Agent == "" && (f.Type == event.CallOffered || f.Type == event.CallAnswered || f.Type == event.CallTransferred) {
					t.Errorf("%s: %s is about nobody", name, f.Type)
				}
			}
		}
		count := func(want event.Type) (n int) {
			for _, got := range types {
				if got == want {
					n++
				}
			}
			return n
		}
		last := steps[len(steps)-1].Next
		ended := 0
		if last.End != nil {
			ended = 1
		}
		if count(event.CallStarted) != 1 || types[0] != event.CallStarted || count(event.CallEnded) != ended || count(event.CallAnswered) > 1 || count(event.TicketOpened) > 1 {
			t.Errorf("%s: %v", name, types)
		}
		if after := types[slices.Index(types, event.CallEnded)+1:]; ended == 1 && len(after) > 0 && !slices.Equal(after, []event.Type{event.TicketOpened}) {
			t.Errorf("%s: %v after the end", name, after)
		}
		if (count(event.CallAnswered) == 1) == last.ConnectedAt.IsZero() {
			t.Errorf("%s: connected at %v, %v", name, last.ConnectedAt, types)
		}
	}
	for _, want := range []event.Type{event.CallStarted, event.CallOffered, event.CallAnswered, event.CallTransferred, event.CallEnded, event.TicketOpened} {
		if !seen[want] {
			t.Errorf("no story has %s", want)
		}
	}
}

func TestAFactHasOneIDForEver(t *testing.T) {
	if got := event.IDOf(event.CallEnded, "pbx1-7", 7); got != "evt_zzp6w3k4jsir464i3marme2wde" {
		t.Errorf("%s: receivers know events by IDs from before", got)
	}
	ids := map[string]bool{}
	for _, t := range event.Types() {
		for version := range uint64(20) {
			for _, of := range []string{"a", "b", "a\x00", "1"} {
				ids[event.IDOf(t, of, version)] = true
			}
		}
	}
	if len(ids) != len(event.Types())*20*4 {
		t.Errorf("%d IDs", len(ids))
	}
}

func TestTheSpecificationsLibraryAcceptsWhatIsSigned(t *testing.T) {
	one, two, stranger := event.NewSecret(), event.NewSecret(), event.NewSecret()
	body := []byte(`{"type":"call.ended"}`)
	h := http.Header{}
	event.Sign(h, []event.Secret{one, two}, "evt_x", time.Now(), body)
	for _, s := range []event.Secret{one, two} {
		wh, err := standardwebhooks.NewWebhook(s.Text())
		if err != nil {
			t.Fatal(err)
		}
		if err := wh.Verify(body, h); err != nil {
			t.Errorf("%v in %v", err, h)
		}
		if err := wh.Verify(append(body, ' '), h); err == nil {
			t.Error("a changed body is accepted")
		}
	}
	wh, err := standardwebhooks.NewWebhook(stranger.Text())
	if err != nil {
		t.Fatal(err)
	}
	if err := wh.Verify(body, h); err == nil {
		t.Error("a stranger's secret is accepted")
	}
}

func TestASecretIsReadAndNotPrinted(t *testing.T) {
	s := event.NewSecret()
	got, err := event.ParseSecret(s.Text())
	if err != nil || string(got) != string(s) {
		t.Errorf("%v", err)
	}
	if text := fmt.Sprintf("%v %s", s, struct{ S event.Secret }{s}); strings.Contains(text, s.Text()[6:]) {
		t.Errorf("it prints as %s", text)
	}
	for _, text := range []string{"", "whsec_", "whsec_!", s.Text()[6:], "whsec_" + strings.Repeat("A", 8)} {
		if _, err := event.ParseSecret(text); err == nil {
			t.Errorf("%q is taken for a secret", text)
		}
	}
}

// However chance falls, what fails all the time is given up between one and one and a half days after its first attempt, after at least ten attempts.
func TestAttemptsGoOnForADay(t *testing.T) {
	for _, chance := range []float64{0, 0.5, 0.999} {
		first := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
		now, attempts, last := first, 1, time.Duration(0)
		for {
			next, again := event.After(attempts, first, now, chance)
			if !again {
				break
			}
			if d := next.Sub(now); d < last || attempts == 1 && d > 10*time.Second {
				t.Errorf("attempt %d after %v, the one before after %v", attempts+1, d, last)
			} else {
				last = d
			}
			now, attempts = next, attempts+1
		}
		if took := now.Sub(first); took < event.GiveUp || took > 30*time.Hour || attempts < 10 {
			t.Errorf("%d attempts in %v", attempts, took)
		}
	}
}

func TestWhatIsPersonalIsTakenOut(t *testing.T) {
	e := event.Event{ID: "e", Type: event.TicketOpened, At: time.Now(), Data: event.Ticket{
		ID: "t", Ticket: "T-1", Version: 3, Call: "c", Service: "demo", Customer: &event.Party{Number: "+821012345678", Name: "Gauss"}, CustomerID: "gauss", Agent: "anna", Status: "open", Subject: "Gauss",
		Disposition: "Gauss called", Tags: []string{"gauss"}, Opened: time.Now(),
	}}
	body, err := e.Body()
	if err != nil {
		t.Fatal(err)
	}
	blank := event.Blank(body)
	if strings.Contains(strings.ToLower(blank), "gauss") || strings.Contains(blank, "1234") {
		t.Error(blank)
	}
	var m struct {
		Type event.Type
		Data event.Ticket
	}
	if err := json.Unmarshal([]byte(blank), &m); err != nil || m.Type != e.Type || m.Data.Ticket != "T-1" || m.Data.Version != 3 || m.Data.Call != "c" || m.Data.Agent != "anna" {
		t.Errorf("%s, %v", blank, err)
	}
	for _, text := range []string{"", "null", "[]", `{"data":{"customer":1}}`} {
		if got := event.Blank(text); got != "{}" {
			t.Errorf("%q is blanked as %q", text, got)
		}
	}
}
