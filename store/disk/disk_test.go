package disk

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchroom/prompt"
)

// shelf is a source in memory.
type shelf struct {
	audio map[string]prompt.Audio
	away  error
	asked int // for audio
}

func (s *shelf) put(text string) prompt.Audio {
	a := prompt.Audio{Narrow: []byte("narrow " + text), Wide: []byte("wide " + text)}
	if s.audio == nil {
		s.audio = map[string]prompt.Audio{}
	}
	s.audio[a.Name()] = a
	return a
}

func (s *shelf) PromptFiles(context.Context) (out []prompt.File, _ error) {
	for name, a := range s.audio {
		out = append(out, prompt.File{Name: name + ".wav", Audio: name, SHA256: prompt.Sum(a.Narrow)}, prompt.File{Name: name + ".wav16", Audio: name, SHA256: name})
	}
	return out, s.away
}

func (s *shelf) PromptAudio(_ context.Context, sha256 string) (prompt.Audio, error) {
	s.asked++
	return s.audio[sha256], s.away
}

type world struct {
	*testing.T
	*Folder
	shelf *shelf
	log   *bytes.Buffer
	at    time.Time
}

func newWorld(t *testing.T) *world {
	w := &world{T: t, shelf: &shelf{}, log: &bytes.Buffer{}, at: time.Now()}
	w.Folder = New(filepath.Join(t.TempDir(), "prompts"), w.shelf, slog.New(slog.NewTextHandler(w.log, nil)))
	w.now = func() time.Time { return w.at }
	return w
}

func (w *world) sync() {
	w.Helper()
	if err := w.Sync(w.Context()); err != nil {
		w.Fatal(err)
	}
}

// has checks that the recording's two files are there, whole.
func (w *world) has(a prompt.Audio) {
	w.Helper()
	for suffix, want := range map[string][]byte{".wav": a.Narrow, ".wav16": a.Wide} {
		if got, err := os.ReadFile(filepath.Join(w.dir, a.Name()+suffix)); err != nil || !bytes.Equal(got, want) {
			w.Errorf("%s: %q, %v", suffix, got, err)
		}
	}
}

func (w *world) names() string {
	w.Helper()
	list, err := os.ReadDir(w.dir)
	if err != nil {
		w.Fatal(err)
	}
	var out []string
	for _, e := range list {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}

func TestTheFolderBecomesWhatTheDatabaseSaysAndIsNotReadAgain(t *testing.T) {
	w := newWorld(t)
	a, b := w.shelf.put("a"), w.shelf.put("b")
	w.sync()
	w.has(a)
	w.has(b)
	asked := w.shelf.asked
	w.sync()
	if w.shelf.asked != asked {
		t.Error("audio is asked for that is there")
	}
	info, err := os.Stat(filepath.Join(w.dir, a.Name()+".wav"))
	if err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("Asterisk, another user, could not read it: %v, %v", info.Mode(), err)
	}
}

func TestLostAndDamagedFilesAreRestored(t *testing.T) {
	w := newWorld(t)
	a := w.shelf.put("a")
	w.sync()
	narrow := filepath.Join(w.dir, a.Name()+".wav")
	for name, spoil := range map[string]func() error{
		"lost":               func() error { return os.Remove(narrow) },
		"cut":                func() error { return os.Truncate(narrow, 3) },
		"of the same length": func() error { return os.WriteFile(narrow, []byte("narrow b"), 0o600) },
		"a link to a file":   func() error { return errors.Join(os.Remove(narrow), os.Symlink("/etc/hostname", narrow)) },
		"a link to nowhere":  func() error { return errors.Join(os.Remove(narrow), os.Symlink("/nowhere", narrow)) },
		"damaged while we slept": func() error {
			again := New(w.dir, w.shelf, w.Folder.log)
			again.now, w.Folder = w.now, again
			return os.WriteFile(narrow, []byte("narrow c"), 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			if err := spoil(); err != nil {
				t.Fatal(err)
			}
			w.sync()
			w.has(a)
		})
	}
}

func TestWhatNoServicePlaysAnyMoreStaysForTheLiveCallsAndGoesLater(t *testing.T) {
	w := newWorld(t)
	a, b := w.shelf.put("a"), w.shelf.put("b")
	w.sync()
	theirs := filepath.Join(w.dir, "goodbye.wav")
	if err := os.WriteFile(theirs, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	w.at = w.at.Add(100 * 24 * time.Hour) // in use all the time
	w.sync()
	delete(w.shelf.audio, a.Name())
	w.at = w.at.Add(6 * 24 * time.Hour)
	w.sync()
	w.has(a)
	w.at = w.at.Add(2 * 24 * time.Hour)
	w.sync()
	if names := w.names(); strings.Contains(names, a.Name()) || !strings.Contains(names, b.Name()) || !strings.Contains(names, "goodbye.wav") {
		t.Error(names)
	}
	w.has(b)
}

func TestWhatADeadControllerWasWritingGoesAnHourLater(t *testing.T) {
	w := newWorld(t)
	a := w.shelf.put("a")
	if err := os.MkdirAll(w.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.dir, unfinished+"1"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.sync()
	w.has(a)
	if !strings.Contains(w.names(), unfinished) {
		t.Error("another controller's unfinished file is gone at once")
	}
	w.at = w.at.Add(2 * time.Hour)
	w.sync()
	if strings.Contains(w.names(), unfinished) {
		t.Error(w.names())
	}
}

func TestWhatIsWrongIsSaidOnceAndSoIsThatItIsRightAgain(t *testing.T) {
	w := newWorld(t)
	a := w.shelf.put("a")
	if err := os.WriteFile(w.dir, nil, 0o600); err != nil { // a file where the folder should be
		t.Fatal(err)
	}
	for range 5 {
		w.complain(t.Context(), w.Sync(t.Context()))
	}
	if n := strings.Count(w.log.String(), "level=ERROR"); n != 1 || !strings.Contains(w.log.String(), "doctor") {
		t.Errorf("%d complaints:\n%s", n, w.log)
	}
	if Check(w.dir) == nil {
		t.Error("the doctor finds nothing")
	}
	w.at = w.at.Add(complainEvery)
	w.complain(t.Context(), w.Sync(t.Context()))
	if n := strings.Count(w.log.String(), "level=ERROR"); n != 2 {
		t.Errorf("%d complaints", n)
	}
	if err := os.Remove(w.dir); err != nil {
		t.Fatal(err)
	}
	w.complain(t.Context(), w.Sync(t.Context()))
	w.has(a)
	if !strings.Contains(w.log.String(), "right again") || Check(w.dir) != nil {
		t.Error(w.log)
	}
	if n, err := Missing(t.Context(), w.dir, w.shelf); n != 0 || err != nil {
		t.Errorf("%d are missing, %v", n, err)
	}
}

func TestADamagedCopyInTheDatabaseIsNotWritten(t *testing.T) {
	w := newWorld(t)
	a := w.shelf.put("a")
	w.sync()
	w.shelf.audio[a.Name()] = prompt.Audio{Narrow: a.Narrow, Wide: []byte("something else")}
	if err := os.Remove(filepath.Join(w.dir, a.Name()+".wav16")); err != nil {
		t.Fatal(err)
	}
	if err := w.Sync(t.Context()); err == nil || !strings.Contains(err.Error(), "upload") {
		t.Error(err)
	}
	if n, err := Missing(t.Context(), w.dir, w.shelf); n != 1 || err != nil {
		t.Errorf("%d are missing, %v", n, err)
	}
}

func TestWithTheDatabaseAwayTheFolderStaysAsItIs(t *testing.T) {
	w := newWorld(t)
	a := w.shelf.put("a")
	w.sync()
	w.shelf.away = errors.New("away")
	w.at = w.at.Add(100 * 24 * time.Hour)
	if err := w.Sync(t.Context()); err == nil {
		t.Error("no error")
	}
	w.has(a)
}
