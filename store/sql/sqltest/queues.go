package sqltest

import (
	"slices"
	"testing"
	"time"

	"switchroom/settings"
)

func managedQueues(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	v := settings.NewQueue()
	v.Name, v.Service, v.Number = "vip", "demo", "1005"
	v, err := s.CreateQueue(ctx, root, v)
	ok(t, err)
	bad := func(f func(*settings.Queue)) error {
		w := v
		f(&w)
		_, err := s.ChangeQueue(ctx, root, v.Version, w)
		return err
	}
	for name, c := range map[string]struct {
		want string
		err  error
	}{
		"an agent's number":   {"taken /number", bad(func(v *settings.Queue) { v.Number = "2001" })},
		"another queue's":     {"taken /number", bad(func(v *settings.Queue) { v.Number = "1000" })},
		"an emergency number": {"taken /number", bad(func(v *settings.Queue) { v.Number = "119" })},
		"no service":          {"invalid /service", bad(func(v *settings.Queue) { v.Service = "none" })},
		"no music":            {"invalid /music", bad(func(v *settings.Queue) { v.Music = "" })},
		"no pickup":           {"invalid /pickup_seconds", bad(func(v *settings.Queue) { v.Pickup = 0 })},
	} {
		if got := refusedAt(c.err); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
	v.Pickup, v.Priority, v.AnswerNow = 5, 3, false
	v, err = s.ChangeQueue(ctx, root, v.Version, v)
	ok(t, err)
	live, err := s.Queue(ctx, "vip")
	ok(t, err)
	if live.Scenario.Pickup != 5*time.Second || live.Scenario.Priority != 3 || live.Scenario.AnswerNow {
		t.Errorf("calls see %+v", live)
	}
	members, err := s.Members(ctx, "vip")
	ok(t, err)
	members.Members = []string{"ben", "anna"}
	members, err = s.SetMembers(ctx, root, "vip", members.Version, members)
	ok(t, err)
	if !slices.Equal(members.Members, []string{"anna", "ben"}) {
		t.Errorf("members %v", members)
	}
	if p, err := s.Person(ctx, "anna"); err != nil || !slices.Contains(p.Profile.Queues, "vip") {
		t.Errorf("anna is in %v, %v", p.Profile.Queues, err)
	}
	none := members
	none.Members = []string{"anna", "nobody"}
	if _, err := s.SetMembers(ctx, root, "vip", members.Version, none); refusedAt(err) != "invalid /members/1" {
		t.Errorf("nobody: %v", err)
	}
	if err := s.DeleteQueue(ctx, root, "vip"); refusedAt(err) != "in_use" {
		t.Errorf("with members: %v", err)
	}
	if err := s.DeleteQueue(ctx, root, "support"); refusedAt(err) != "in_use" {
		t.Errorf("a fallback: %v", err)
	}
	none.Members = []string{}
	_, err = s.SetMembers(ctx, root, "vip", members.Version, none)
	ok(t, err)
	ok(t, s.DeleteQueue(ctx, root, "vip"))
}
