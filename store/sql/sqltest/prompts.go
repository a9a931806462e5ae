package sqltest

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/engine"
	"switchroom/prompt"
	"switchroom/store/sql"
)

// recording is as large as the longest: a database must take it.
func recording(text string) prompt.Audio {
	const twoMinutes = 120 * 8000 * 2
	return prompt.Audio{Narrow: bytes.Repeat([]byte(text), twoMinutes/len(text)), Wide: bytes.Repeat([]byte(text+text), twoMinutes/len(text)), Length: 120 * time.Second}
}

func uploads(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	ok(t, s.PutService(ctx, "root", sql.Service{ID: "other", Name: "Other", DefaultStatus: agent.Business}))
	audio := recording("\x00\xFFab")
	first, err := s.AddPrompt(ctx, "root", "demo", "Goodbye", audio)
	ok(t, err)
	if first.SHA256 != audio.Name() || first.File != audio.Name()+".wav" || first.Seconds != 120 || first.Label != "Goodbye" || first.Uploaded.IsZero() {
		t.Errorf("saved as %+v", first)
	}
	again, err := s.AddPrompt(ctx, "root", "demo", "Another name", audio)
	ok(t, err)
	if !reflect.DeepEqual(again, first) {
		t.Errorf("the same recording again is %+v", again)
	}
	theirs, err := s.AddPrompt(ctx, "root", "other", "Theirs", audio)
	ok(t, err)
	want := []prompt.File{
		{Name: audio.Name() + ".wav", Audio: audio.Name(), SHA256: prompt.Sum(audio.Narrow)}, {Name: audio.Name() + ".wav16", Audio: audio.Name(), SHA256: audio.Name()},
	}
	if files, err := s.PromptFiles(ctx); err != nil || !reflect.DeepEqual(files, want) {
		t.Errorf("files %+v, %v", files, err)
	}
	ok(t, s.RemovePrompt(ctx, "root", first.ID))
	if back, err := s.PromptAudio(ctx, audio.Name()); err != nil || !bytes.Equal(back.Wide, audio.Wide) || !bytes.Equal(back.Narrow, audio.Narrow) {
		t.Errorf("the recording came back with %d and %d bytes, %v", len(back.Narrow), len(back.Wide), err)
	}
	ok(t, s.RemovePrompt(ctx, "root", theirs.ID))
	if files, err := s.PromptFiles(ctx); err != nil || len(files) != 0 {
		t.Errorf("nobody has the recording, and it stays: %v, %v", files, err)
	}
	if _, err := s.PromptAudio(ctx, audio.Name()); !errors.Is(err, engine.ErrUnknown) {
		t.Error(err)
	}
	if _, err := s.AddPrompt(ctx, "root", "nobody", "Goodbye", audio); !errors.Is(err, engine.ErrUnknown) {
		t.Errorf("a service that is not there: %v", err)
	}
	if _, err := s.Prompts(ctx, "nobody"); !errors.Is(err, engine.ErrUnknown) {
		t.Errorf("a service that is not there: %v", err)
	}
	for _, label := range []string{"", " ", "two\nlines", strings.Repeat("x", 129)} {
		if _, err := s.AddPrompt(ctx, "root", "demo", label, audio); slug(err) != "invalid" {
			t.Errorf("label %q: %v", label, err)
		}
	}
	for i := range 50 {
		_, err := s.AddPrompt(ctx, "root", "demo", "Goodbye", prompt.Audio{Narrow: []byte("n"), Wide: []byte(fmt.Sprint(i))})
		ok(t, err)
	}
	if _, err := s.AddPrompt(ctx, "root", "demo", "Goodbye", audio); !errors.Is(err, prompt.ErrTooMany) {
		t.Errorf("more than fifty: %v", err)
	}
}

func chosen(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	ok(t, s.PutService(ctx, "root", sql.Service{ID: "other", Name: "Other", DefaultStatus: agent.Business}))
	audio := recording("abcd")
	p, err := s.AddPrompt(ctx, "root", "demo", "Goodbye", audio)
	ok(t, err)
	before, err := s.OutboundSettings(ctx, "demo")
	ok(t, err)
	if v, err := s.Service(ctx, "demo"); err != nil || v.Farewell != "" {
		t.Errorf("before: %+v, %v", v, err)
	}
	ok(t, s.ChooseFarewell(ctx, "root", "demo", p.ID))
	if v, err := s.Service(ctx, "demo"); err != nil || v.Farewell != p.File || v.FarewellCap != 125*time.Second {
		t.Errorf("plays %q for at most %v, %v", v.Farewell, v.FarewellCap, err)
	}
	after, err := s.OutboundSettings(ctx, "demo")
	ok(t, err)
	before.Farewell, before.FarewellCap = p.ID, 125*time.Second
	if after != before {
		t.Errorf("another setting changed: %+v", after)
	}
	if err := s.RemovePrompt(ctx, "root", p.ID); !errors.Is(err, prompt.ErrInUse) {
		t.Errorf("removed in use: %v", err)
	}
	for service, id := range map[string]string{"other": p.ID, "demo": "nothing", "nobody": ""} {
		if err := s.ChooseFarewell(ctx, "root", service, id); !errors.Is(err, engine.ErrUnknown) {
			t.Errorf("%s of %s: %v", id, service, err)
		}
	}
	ok(t, s.ChooseFarewell(ctx, "root", "demo", ""))
	if v, err := s.Service(ctx, "demo"); err != nil || v.Farewell != "" {
		t.Errorf("after: %+v, %v", v, err)
	}
	if id, err := s.Farewell(ctx, "demo"); err != nil || id != "" {
		t.Errorf("after: %q, %v", id, err)
	}
	ok(t, s.RemovePrompt(ctx, "root", p.ID))
}
