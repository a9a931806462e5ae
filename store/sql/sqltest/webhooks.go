package sqltest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"switchroom/event"
	"switchroom/record"
	"switchroom/settings"
	"switchroom/store/sql"
)

func hooked(t *testing.T, s *sql.Store, change func(*settings.Webhook)) (settings.Webhook, event.Secret) {
	t.Helper()
	v := settings.NewWebhook()
	v.Name, v.URL = "CRM", "https://crm.example.com/events"
	if change != nil {
		change(&v)
	}
	w, secret, err := s.CreateWebhook(t.Context(), root, v)
	ok(t, err)
	return w, secret
}

// sentOff takes all that waits for a webhook as if it were delivered, in the order in which it is.
func sentOff(t *testing.T, s *sql.Store, clock *Clock, webhook string) (out []event.Delivery) {
	t.Helper()
	for range 1000 {
		due, err := s.Due(t.Context(), webhook, 10)
		ok(t, err)
		if len(due) == 0 {
			return out
		}
		for _, d := range due {
			ok(t, s.Settle(t.Context(), event.Outcome{Target: webhook, Position: d.Position, Attempts: d.Attempts, At: clock.Now(), State: event.Delivered, Status: 200}))
		}
		out = append(out, due...)
	}
	t.Fatal("there is no end of what is due")
	return nil
}

func typesOf(list []event.Delivery) (out []event.Type) {
	for _, d := range list {
		out = append(out, d.Type)
	}
	return out
}

// message is what a receiver reads.
type message struct {
	Type      event.Type     `json:"type"`
	Timestamp time.Time      `json:"timestamp"`
	Data      map[string]any `json:"data"`
}

func read(t *testing.T, d event.Delivery) (m message) {
	t.Helper()
	ok(t, json.Unmarshal([]byte(d.Body), &m))
	return m
}

func outboxed(t *testing.T, open Open) {
	ctx, s, clock := twoServices(t, open)
	unheard, _ := Served(t, clock.Now(), "before")
	ok(t, s.AppendJournal(ctx, unheard))
	all, _ := hooked(t, s, nil)
	some, _ := hooked(t, s, func(w *settings.Webhook) { w.Types, w.Services = []string{"call.ended"}, []string{"demo"} })
	other, _ := hooked(t, s, func(w *settings.Webhook) { w.Services = []string{"other"} })
	off, _ := hooked(t, s, func(w *settings.Webhook) { w.Enabled = false })

	entries, end := Served(t, clock.Now(), "pbx1-7")
	opened(t, s, "pbx1-7", "demo", "+49301234567")
	ok(t, s.AppendJournal(ctx, entries[:4]))
	ok(t, s.AppendJournal(ctx, entries[2:]))
	ok(t, s.AppendJournal(ctx, entries))
	got := sentOff(t, s, clock, all.ID)
	want := []event.Type{event.CallStarted, event.CallOffered, event.CallAnswered, event.TicketOpened, event.CallEnded}
	if !slices.Equal(typesOf(got), want) {
		t.Fatalf("of a call that was drained twice: %v", typesOf(got))
	}
	for i, d := range got {
		m := read(t, d)
		id := map[event.Type]string{event.CallStarted: event.IDOf(event.CallStarted, "pbx1-7", 1), event.CallEnded: event.IDOf(event.CallEnded, "pbx1-7", 7)}[d.Type]
		if m.Type != d.Type || m.Data["call"] != "pbx1-7" || id != "" && d.Event != id || i > 0 && m.Timestamp.Before(read(t, got[i-1]).Timestamp) {
			t.Errorf("%s: %+v", d.Event, m)
		}
	}
	last := read(t, got[4])
	if last.Data["class"] != "completed" || last.Data["agent"] != "anna" || last.Data["ticket"] != "T-000001" || !last.Timestamp.Equal(end.End.At) || fmt.Sprint(last.Data["customer"]) != "map[name:Gauss number:+49301234567]" {
		t.Errorf("%+v", last)
	}
	if list := sentOff(t, s, clock, some.ID); !slices.Equal(typesOf(list), []event.Type{event.CallEnded}) || list[0].Event != got[4].Event {
		t.Errorf("who wants ends of calls of one service: %v", typesOf(list))
	}
	for _, w := range []settings.Webhook{other, off} {
		if list := sentOff(t, s, clock, w.ID); len(list) > 0 {
			t.Errorf("%+v got %v", w, typesOf(list))
		}
	}

	lost, _ := Served(t, clock.Now(), "gap")
	ok(t, s.AppendJournal(ctx, append(lost[:1:1], lost[3:]...)))
	if list := typesOf(sentOff(t, s, clock, all.ID)); !slices.Equal(list, []event.Type{event.CallStarted, event.TicketOpened, event.CallEnded}) {
		t.Errorf("a journal with a gap: %v", list)
	}
}

func ticketEvents(t *testing.T, open Open) {
	ctx, s, clock := twoServices(t, open)
	w, _ := hooked(t, s, func(w *settings.Webhook) { w.Types = []string{"ticket.opened", "ticket.changed"} })
	entries, _ := Served(t, clock.Now(), "pbx1-7")
	x := opened(t, s, "pbx1-7", "demo", "+821012345678")
	ok(t, s.AppendJournal(ctx, entries[:5])) // the ticket is there, the journal does not say so yet
	subject, disposition := "Not delivered", "Called back"
	f, err := s.ChangeTicket(ctx, anna, x.ID, x.Version, record.TicketPatch{Subject: &subject})
	ok(t, err)
	if list := sentOff(t, s, clock, w.ID); len(list) > 0 {
		t.Errorf("somebody hears of a change before they hear of the ticket: %v", typesOf(list))
	}
	ok(t, s.AppendJournal(ctx, entries[5:]))
	list := sentOff(t, s, clock, w.ID)
	if len(list) != 1 || read(t, list[0]).Type != event.TicketOpened || read(t, list[0]).Data["subject"] != subject || read(t, list[0]).Data["id"] != x.ID {
		t.Fatalf("%+v", list)
	}
	if _, err := s.ChangeTicket(ctx, anna, x.ID, x.Version, record.TicketPatch{Disposition: &disposition}); err == nil {
		t.Error("an old version was changed")
	}
	if f, err = s.ChangeTicket(ctx, anna, x.ID, f.Version, record.TicketPatch{Disposition: &disposition, Tags: &[]string{"vip"}}); err != nil {
		t.Fatal(err)
	}
	_, err = s.ChangeTicket(ctx, anna, x.ID, f.Version, record.TicketPatch{Disposition: &disposition}) // as it is
	ok(t, err)
	_, err = s.AddNote(ctx, anna, x.ID, "a secret")
	ok(t, err)
	list = sentOff(t, s, clock, w.ID)
	if len(list) != 2 || strings.Contains(list[1].Body, "a secret") {
		t.Fatalf("%+v", list)
	}
	if m := read(t, list[0]); fmt.Sprint(m.Data["changed"]) != "[disposition tags]" || m.Data["disposition"] != disposition || m.Data["by"] != "anna" || list[0].Event != event.IDOf(event.TicketChanged, x.ID, uint64(f.Version)) {
		t.Errorf("%+v", m)
	}
	if m := read(t, list[1]); fmt.Sprint(m.Data["changed"]) != "[note]" {
		t.Errorf("%+v", m)
	}
}

func manyTicketEvents(t *testing.T, open Open) {
	ctx, s, clock := twoServices(t, open)
	w, _ := hooked(t, s, func(w *settings.Webhook) { w.Types = []string{"ticket.opened", "ticket.changed"} })
	x := opened(t, s, "pbx1-7", "demo", "+821012345678")
	entries, _ := Served(t, clock.Now(), "pbx1-7")
	var all sync.WaitGroup
	all.Go(func() {
		for _, e := range entries {
			if err := s.AppendJournal(ctx, entries[:e.Version]); err != nil {
				t.Error(err)
			}
		}
	})
	for i := range 20 {
		all.Go(func() {
			if _, err := s.AddNote(ctx, anna, x.ID, fmt.Sprint(i)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	list := sentOff(t, s, clock, w.ID)
	if len(list) == 0 || list[0].Type != event.TicketOpened {
		t.Fatalf("%v", typesOf(list))
	}
	version := read(t, list[0]).Data["version"].(float64)
	for _, d := range list[1:] {
		next := read(t, d).Data["version"].(float64)
		if d.Type != event.TicketChanged || next != version+1 {
			t.Errorf("%s with version %v after %v", d.Type, next, version)
		}
		version = next
	}
	if f, err := s.TicketFile(ctx, anna, x.ID); err != nil || float64(f.Version) != version {
		t.Errorf("the last is version %v, the ticket %d, %v", version, f.Version, err)
	}
}

func managedWebhooks(t *testing.T, open Open) {
	ctx, s, clock := twoServices(t, open)
	for at, change := range map[string]func(*settings.Webhook){
		"invalid /name":       func(w *settings.Webhook) { w.Name = " " },
		"invalid /url":        func(w *settings.Webhook) { w.URL = "http://crm.example.com" },
		"listed_twice /types": func(w *settings.Webhook) { w.Types = []string{"call.ended", "call.ended"} },
		"invalid /services":   func(w *settings.Webhook) { w.Services = []string{"nowhere"} },
	} {
		v := settings.NewWebhook()
		v.Name, v.URL = "x", "https://example.com"
		change(&v)
		if _, _, err := s.CreateWebhook(ctx, root, v); refusedAt(err) != at {
			t.Errorf("%+v: %v, want %s", v, err, at)
		}
	}
	lone := settings.NewService()
	lone.ID, lone.Name = "lone", "Lone"
	_, err := s.CreateService(ctx, root, lone)
	ok(t, err)
	w, secret := hooked(t, s, func(w *settings.Webhook) { w.Services = []string{"lone"} })
	loaded, err := s.WebhookSettings(ctx, w.ID)
	if err != nil || loaded.Version != w.Version || !loaded.Enabled || !slices.Equal(loaded.Services, []string{"lone"}) {
		t.Errorf("%+v, %v", loaded, err)
	}
	loaded.Enabled = false
	changed, err := s.ChangeWebhook(ctx, root, w.Version, loaded)
	if err != nil || changed.Enabled {
		t.Errorf("%+v, %v", changed, err)
	}
	if _, err := s.ChangeWebhook(ctx, root, w.Version, loaded); slug(err) != "changed_meanwhile" {
		t.Error(err)
	}
	if list, err := s.Targets(ctx); err != nil || len(list) > 0 {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := s.TestWebhook(ctx, root, w.ID); slug(err) != "webhook_off" {
		t.Error(err)
	}
	changed.Enabled = true
	_, err = s.ChangeWebhook(ctx, root, changed.Version, changed)
	ok(t, err)
	if err := s.DeleteService(ctx, root, "lone"); slug(err) != "in_use" {
		t.Errorf("without its services a webhook is for all of them: %v", err)
	}

	if list, err := s.Targets(ctx); err != nil || len(list) != 1 || len(list[0].Secrets) != 1 || list[0].Secrets[0].Text() != secret.Text() {
		t.Errorf("%+v, %v", list, err)
	}
	next, err := s.RotateWebhookSecret(ctx, root, w.ID)
	ok(t, err)
	list, err := s.Targets(ctx)
	if err != nil || len(list[0].Secrets) != 2 || list[0].Secrets[0].Text() != next.Text() || list[0].Secrets[1].Text() != secret.Text() || next.Text() == secret.Text() {
		t.Errorf("%+v, %v", list, err)
	}
	clock.Add(24 * time.Hour)
	if list, err := s.Targets(ctx); err != nil || len(list[0].Secrets) != 1 || list[0].Secrets[0].Text() != next.Text() {
		t.Errorf("a day later: %+v, %v", list, err)
	}
	acts, err := s.Audits(ctx, w.ID, 10)
	if err != nil || len(acts) != 4 {
		t.Errorf("%d acts, %v", len(acts), err)
	}
	for _, a := range acts {
		if strings.Contains(a.Before+a.After, "whsec") || strings.Contains(a.Before+a.After, "s1.") || strings.Contains(a.Before+a.After, secret.Text()[10:20]) {
			t.Errorf("the audit trail has a secret: %+v", a)
		}
	}
	ok(t, s.SwitchOff(ctx, w.ID, "gone"))
	if v, err := s.WebhookSettings(ctx, w.ID); err != nil || v.Enabled || v.Off != "gone" {
		t.Errorf("%+v, %v", v, err)
	} else {
		v.Enabled = true
		if v, err = s.ChangeWebhook(ctx, root, v.Version, v); err != nil || v.Off != "" {
			t.Errorf("%+v, %v", v, err)
		}
	}
	ok(t, s.DeleteWebhook(ctx, root, w.ID))
	ok(t, s.DeleteService(ctx, root, "lone"))
	if err := s.DeleteWebhook(ctx, root, w.ID); slug(err) != "unknown_webhook" {
		t.Error(err)
	}
}

func leases(t *testing.T, open Open) {
	ctx, s, clock := twoServices(t, open)
	w, _ := hooked(t, s, nil)
	lease := func(owner string, want bool) {
		t.Helper()
		got, err := s.LeaseTarget(ctx, w.ID, owner, clock.Now().Add(time.Minute))
		if err != nil || got != want {
			t.Errorf("%s: %t, %v", owner, got, err)
		}
	}
	lease("a", true)
	lease("b", false)
	clock.Add(30 * time.Second)
	lease("a", true)
	clock.Add(59 * time.Second)
	lease("b", false)
	clock.Add(2 * time.Second)
	lease("b", true)
	lease("a", false)
	ok(t, s.ReleaseTargets(ctx, "b"))
	lease("a", true)

	var won sync.Map
	var all sync.WaitGroup
	clock.Add(2 * time.Minute)
	for i := range 10 {
		all.Go(func() {
			got, err := s.LeaseTarget(ctx, w.ID, fmt.Sprint(i), clock.Now().Add(time.Minute))
			if err != nil {
				t.Error(err)
			}
			if got {
				won.Store(i, true)
			}
		})
	}
	all.Wait()
	winners := 0
	won.Range(func(any, any) bool { winners++; return true })
	if winners != 1 {
		t.Errorf("%d controllers got a lease at once", winners)
	}
}

func deliveries(t *testing.T, open Open) {
	ctx, s, clock := twoServices(t, open)
	w, _ := hooked(t, s, nil)
	for i := range 3 {
		entries, _ := Served(t, clock.Now(), fmt.Sprintf("call-%d", i))
		ok(t, s.AppendJournal(ctx, entries))
	}
	first, err := s.Due(ctx, w.ID, 10)
	ok(t, err)
	if len(first) != 3 {
		t.Fatalf("of three calls %d are due at first", len(first))
	}
	fail := event.Outcome{Target: w.ID, Position: first[0].Position, At: clock.Now(), State: event.Waiting, Next: clock.Now().Add(time.Minute), Status: 500, Problem: "status"}
	ok(t, s.Settle(ctx, fail))
	ok(t, s.Settle(ctx, fail)) // an outcome counts once
	if due, err := s.Due(ctx, w.ID, 10); err != nil || len(due) != 2 {
		t.Errorf("what follows an event that waits does not overtake it: %d due, %v", len(due), err)
	}
	clock.Add(time.Minute)
	again := dueOf(ctx, t, s, w.ID, first[0].Position)
	if again.Attempts != 1 || !again.First.Equal(clock.Now().Add(-time.Minute).Truncate(time.Millisecond)) {
		t.Errorf("%+v", again)
	}
	fail.Attempts, fail.State, fail.Next, fail.At = 1, event.Dead, time.Time{}, clock.Now()
	ok(t, s.Settle(ctx, fail))
	if b, err := s.Backlog(ctx); err != nil || b.Dead != 1 || b.Waiting != 14 || b.Oldest.IsZero() {
		t.Errorf("%+v, %v", b, err)
	}
	if due, err := s.Due(ctx, w.ID, 10); err != nil || len(due) != 3 {
		t.Errorf("after an event was given up the call's next goes on: %d due, %v", len(due), err)
	}

	dead, err := s.WebhookDeliveries(ctx, w.ID, settings.WebhookQuery{State: "dead", Limit: 5})
	ok(t, err)
	if len(dead.Deliveries) != 1 || dead.Deliveries[0].Event != first[0].Event || dead.Deliveries[0].Status != 500 || dead.Deliveries[0].Problem != "status" || dead.Deliveries[0].Attempts != 2 || dead.Next != "" {
		t.Errorf("%+v", dead)
	}
	id := dead.Deliveries[0].ID
	ok(t, s.ResendDelivery(ctx, root, w.ID, id))
	if d := dueOf(ctx, t, s, w.ID, first[0].Position); d.Attempts != 0 || !d.First.IsZero() {
		t.Errorf("%+v", d)
	}
	fail.Attempts = 0
	ok(t, s.Settle(ctx, fail))
	if n, err := s.ResendDead(ctx, root, w.ID); err != nil || n != 1 {
		t.Errorf("%d, %v", n, err)
	}
	ok(t, s.DropDelivery(ctx, root, w.ID, id))
	for what, err := range map[string]error{
		"dropped twice": s.DropDelivery(ctx, root, w.ID, id), "nonsense": s.ResendDelivery(ctx, root, w.ID, "1 OR 1=1"), "another webhook's": s.ResendDelivery(ctx, root, hookID(t, s), deliveryOf(first[1])),
	} {
		if slug(err) != "unknown_delivery" {
			t.Errorf("%s: %v", what, err)
		}
	}
	seen := map[string]bool{}
	for q := (settings.WebhookQuery{Limit: 4}); ; {
		page, err := s.WebhookDeliveries(ctx, w.ID, q)
		ok(t, err)
		for _, d := range page.Deliveries {
			if seen[d.ID] {
				t.Errorf("%s is there twice", d.ID)
			}
			seen[d.ID] = true
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	if len(seen) != 14 {
		t.Errorf("%d deliveries on all pages", len(seen))
	}

	sentOff(t, s, clock, w.ID)
	clock.Add(8 * 24 * time.Hour)
	for n := 1; n > 0; {
		n, err = s.Tidy(ctx)
		ok(t, err)
	}
	if page, err := s.WebhookDeliveries(ctx, w.ID, settings.WebhookQuery{Limit: 5}); err != nil || len(page.Deliveries) != 0 {
		t.Errorf("%+v, %v", page, err)
	}
	acts, err := s.Audits(ctx, w.ID, 20)
	if err != nil || len(acts) != 4 {
		t.Errorf("%d acts, %v", len(acts), err)
	}
}

func dueOf(ctx context.Context, t *testing.T, s *sql.Store, webhook string, position int64) event.Delivery {
	t.Helper()
	due, err := s.Due(ctx, webhook, 20)
	ok(t, err)
	for _, d := range due {
		if d.Position == position {
			return d
		}
	}
	t.Fatalf("%d is not due", position)
	return event.Delivery{}
}

func deliveryOf(d event.Delivery) string { return fmt.Sprint(d.Position) }

// hookID is a webhook with nothing on its way.
func hookID(t *testing.T, s *sql.Store) string {
	w, _ := hooked(t, s, nil)
	return w.ID
}

func forgottenEvents(t *testing.T, open Open) {
	ctx, s, clock := twoServices(t, open)
	w, _ := hooked(t, s, nil)
	x := opened(t, s, "pbx1-7", "demo", "+49301234567")
	entries, _ := Served(t, clock.Now(), "pbx1-7")
	ok(t, s.AppendJournal(ctx, entries))
	subject := "About Gauss"
	_, err := s.ChangeTicket(ctx, anna, x.ID, x.Version, record.TicketPatch{Subject: &subject})
	ok(t, err)
	c, err := byNumber(s, everyone, "+49301234567")
	ok(t, err)
	ok(t, s.Erase(ctx, root, c.ID))
	list := sentOff(t, s, clock, w.ID)
	if len(list) != 6 {
		t.Fatalf("%v", typesOf(list))
	}
	for _, d := range list {
		m := read(t, d)
		if strings.Contains(d.Body, "Gauss") || strings.Contains(d.Body, "1234567") || m.Type != d.Type || m.Data["call"] != "pbx1-7" || m.Data["service"] != "demo" {
			t.Errorf("%s", d.Body)
		}
	}
}
