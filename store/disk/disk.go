// Package disk keeps the uploaded recordings in the folder on the node from which Asterisk plays them. The database is what is true: the folder is
// brought to it at start and whenever it differs, also when another controller took the upload or a file was lost.
package disk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"switchroom/prompt"
)

// Source is where the recordings are kept.
type Source interface {
	// PromptFiles lists what must be in the folder. It is asked often, and must be cheap.
	PromptFiles(ctx context.Context) ([]prompt.File, error)
	PromptAudio(ctx context.Context, sha256 string) (prompt.Audio, error)
}

const (
	// lookEvery is how soon an upload is on every node.
	lookEvery = time.Second
	// touchEvery is how old the time of a file in use may get. It says when the file was last wanted.
	touchEvery = 24 * time.Hour
	// keepUnused: a call goes on playing what it began with, also when an administrator has removed that since.
	keepUnused = 7 * 24 * time.Hour
	// keepUnfinished is for files that a dead controller was writing.
	keepUnfinished = time.Hour
	// complainEvery is how often the log repeats what is still wrong.
	complainEvery = 10 * time.Minute
)

// Folder is one node's. Make it with [New]; one goroutine runs it.
type Folder struct {
	dir    string
	source Source
	log    *slog.Logger
	now    func() time.Time

	good       map[string]state // files that were read and found right
	complained string
	when       time.Time
}

// state is by which a file is known again without reading it.
type state struct {
	size     int64
	modified time.Time
}

// New makes a folder's keeper; it does nothing yet. The folder itself is made where it is missing.
func New(dir string, source Source, log *slog.Logger) *Folder {
	return &Folder{dir: dir, source: source, log: log, now: time.Now, good: map[string]state{}}
}

// Run keeps the folder as it should be until ctx ends. What goes wrong is logged, and tried again.
func (f *Folder) Run(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		f.complain(ctx, f.Sync(ctx))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (f *Folder) complain(ctx context.Context, err error) {
	now := f.now()
	switch {
	case ctx.Err() != nil:
	case err == nil:
		if f.complained != "" {
			f.log.Info("the folder of the services' messages is right again", "folder", f.dir)
		}
		f.complained = ""
	case err.Error() != f.complained || now.Sub(f.when) >= complainEvery:
		f.complained, f.when = err.Error(), now
		f.log.Error("the services' messages cannot be brought to the node's disk; run 'switchroom doctor'", "folder", f.dir, "err", err)
	}
}

// Sync brings the folder to what the source says, once.
func (f *Folder) Sync(ctx context.Context) error {
	want, err := f.source.PromptFiles(ctx)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(f.dir, 0o755); err != nil {
		return err
	}
	wanted := map[string]bool{}
	var errs []error
	for _, file := range want {
		wanted[file.Name] = true
		if err := f.provide(ctx, file); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(append(errs, f.sweep(wanted))...)
}

// provide makes one file be there, whole and right.
func (f *Folder) provide(ctx context.Context, file prompt.File) error {
	path := filepath.Join(f.dir, file.Name)
	if f.right(path, file) {
		return nil
	}
	audio, err := f.source.PromptAudio(ctx, file.Audio)
	if err != nil {
		return err
	}
	content := audio.Wide
	if strings.HasSuffix(file.Name, prompt.NarrowSuffix) {
		content = audio.Narrow
	}
	if prompt.Sum(content) != file.SHA256 {
		return fmt.Errorf("the database's copy of %s is damaged; upload the message again", file.Name)
	}
	if err := write(path, content); err != nil {
		return err
	}
	f.remember(path, file.Name)
	f.log.Info("a service's message is on the node's disk", "file", path)
	return nil
}

// right tells whether the file is what it should be, and notes that it is wanted.
func (f *Folder) right(path string, file prompt.File) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	if f.good[file.Name] != (state{info.Size(), info.ModTime()}) {
		content, err := os.ReadFile(path)
		if err != nil || prompt.Sum(content) != file.SHA256 {
			f.log.Warn("a service's message on the node's disk is damaged, and is written anew", "file", path)
			return false
		}
		f.remember(path, file.Name)
	}
	if now := f.now(); now.Sub(info.ModTime()) > touchEvery && os.Chtimes(path, now, now) == nil {
		f.remember(path, file.Name)
	}
	return true
}

func (f *Folder) remember(path, name string) {
	if info, err := os.Stat(path); err == nil {
		f.good[name] = state{info.Size(), info.ModTime()}
	}
}

// ours are the files that this package writes; whatever else is in the folder belongs to others.
var ours = regexp.MustCompile(`^[0-9a-f]{64}\.wav(16)?$`)

const unfinished = ".prompt-"

// sweep removes what has long been of no use.
func (f *Folder) sweep(wanted map[string]bool) error {
	list, err := os.ReadDir(f.dir)
	if err != nil {
		return err
	}
	for _, e := range list {
		keep := time.Duration(0)
		switch name := e.Name(); {
		case strings.HasPrefix(name, unfinished):
			keep = keepUnfinished
		case ours.MatchString(name) && !wanted[name]:
			keep = keepUnused
		default:
			continue
		}
		info, err := e.Info()
		if err != nil || f.now().Sub(info.ModTime()) < keep {
			continue
		}
		if err := os.Remove(filepath.Join(f.dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		delete(f.good, e.Name())
		f.log.Info("removed what no service plays any more", "file", e.Name())
	}
	return nil
}

// write makes the file appear whole, or not at all.
func write(path string, content []byte) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), unfinished+"*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp.Name())
		}
	}()
	_, err = tmp.Write(content)
	if err == nil {
		err = tmp.Chmod(0o644) // Asterisk is another user
	}
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	if info, statErr := os.Lstat(path); statErr == nil && info.IsDir() {
		return fmt.Errorf("%s is a folder; remove it", path)
	}
	return os.Rename(tmp.Name(), path)
}

// Check tells whether files can be written into the folder, for the doctor: it leaves nothing behind.
func Check(dir string) error {
	tmp, err := os.CreateTemp(dir, unfinished+"*")
	if err != nil {
		return err
	}
	return errors.Join(tmp.Close(), os.Remove(tmp.Name()))
}

// Missing counts the recordings' files that are not in the folder.
func Missing(ctx context.Context, dir string, source Source) (int, error) {
	want, err := source.PromptFiles(ctx)
	n := 0
	for _, file := range want {
		if _, err := os.Stat(filepath.Join(dir, file.Name)); err != nil {
			n++
		}
	}
	return n, err
}
