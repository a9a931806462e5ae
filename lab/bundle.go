package lab

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// Bundle is an unpacked set of servers. It is only read; many nodes share it.
type Bundle struct {
	Root string // holds usr/, etc/
}

// Options for [Ensure]. The zero value is right for most.
type Options struct {
	// CacheDir is where bundles are kept. Empty: $SWITCHROOM_CACHE, else
	// $XDG_CACHE_HOME/switchroom, else ~/.cache/switchroom.
	CacheDir string
	// Progress is told what is being done, a line each. Nil: nobody.
	Progress io.Writer
}

// recipe is what a bundle is made of; its hash names the bundle's folder, so a
// changed recipe makes a new bundle.
type recipe struct {
	Version  int // raise it when the steps change
	Suite    string
	Arch     string
	Packages []string
	// Given are packages that count as installed, so that they and all that only they need are not downloaded: what install scripts use.
	Given []string `json:",omitempty"`

	name  string                  // of the folder, before the hash; not part of the hash
	what  string                  // for messages
	omit  func(file string) bool  // packages that are downloaded and not unpacked; nil: none
	mend  func(root string) error // does what the packages' install scripts would have done
	other string                  // what else to do on a machine where this does not work
}

func currentRecipe() recipe {
	return recipe{
		Version: 2,
		Suite:   "forky",
		Arch:    runtime.GOARCH, // amd64 and arm64 are Debian's names too
		Packages: []string{
			"asterisk", "asterisk-moh-opsound-wav", "asterisk-core-sounds-en-wav", "redis-server",
		},
		name: "bundle", what: "servers", mend: mendServers, other: "use the container images instead",
	}
}

func (r recipe) hash() string {
	b, err := json.Marshal(r)
	if err != nil {
		panic(err) // strings and an int always marshal
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:6])
}

// manifest is written last into a bundle; a folder without it is not one.
type manifest struct {
	Recipe recipe
	Mirror string
	Debs   []string // file names, which hold the versions
	Made   time.Time
}

const manifestName = "switchroom-bundle.json"

// Ensure returns the servers, downloading and unpacking them when they are not in
// the cache yet. It needs no root. Processes that call it at the same time
// wait for the first; one that was killed is resumed by the next. The error
// says which step failed, why, and what to do.
func Ensure(ctx context.Context, o Options) (Bundle, error) { return ensure(ctx, o, currentRecipe()) }

func ensure(ctx context.Context, o Options, r recipe) (Bundle, error) {
	if _, ok := archs[r.Arch]; !ok || runtime.GOOS != "linux" {
		return Bundle{}, fmt.Errorf("%s: Debian's packages are fetched for linux/amd64 and linux/arm64, this is %s/%s; %s",
			r.what, runtime.GOOS, r.Arch, r.other)
	}
	cache, err := cacheDir(o.CacheDir)
	if err != nil {
		return Bundle{}, fmt.Errorf("%s: %w", r.what, err)
	}
	b := Bundle{Root: filepath.Join(cache, r.name+"-"+r.hash())}
	if b.complete() {
		return b, nil
	}
	progress := o.Progress
	if progress == nil {
		progress = io.Discard
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return Bundle{}, fmt.Errorf("%s: make the cache folder: %w; set SWITCHROOM_CACHE to a folder that can be written", r.what, err)
	}
	unlock, err := lockFile(ctx, b.Root+".lock", r.what, progress)
	if err != nil {
		return Bundle{}, fmt.Errorf("%s: %w", r.what, err)
	}
	defer unlock()
	if b.complete() { // made by whoever had the lock before
		return b, nil
	}
	w := work{recipe: r, dir: b.Root + ".work", out: progress}
	if err := w.build(ctx, b.Root); err != nil {
		return Bundle{}, fmt.Errorf("%s: %w", r.what, err)
	}
	return b, nil
}

func (b Bundle) complete() bool {
	_, err := os.Stat(filepath.Join(b.Root, manifestName))
	return err == nil
}

func cacheDir(given string) (string, error) {
	dir := given
	if dir == "" {
		dir = os.Getenv("SWITCHROOM_CACHE")
	}
	if dir == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("%w; set SWITCHROOM_CACHE to a folder that can be written", err)
		}
		dir = filepath.Join(base, "switchroom")
	}
	return filepath.Abs(dir)
}

// lockFile waits until no other process holds the lock.
func lockFile(ctx context.Context, path, what string, progress io.Writer) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open the lock: %w", err)
	}
	for told := false; ; told = true {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { f.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			f.Close()
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		if !told {
			fmt.Fprintf(progress, "another process is fetching the %s; waiting for it\n", what)
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, fmt.Errorf("wait for the process that holds %s: %w", path, ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// arch is where an architecture's packages put libraries and the program loader.
type arch struct{ triplet, loader string }

var archs = map[string]arch{
	"amd64": {"x86_64-linux-gnu", "ld-linux-x86-64.so.2"},
	"arm64": {"aarch64-linux-gnu", "ld-linux-aarch64.so.1"},
}

func (b Bundle) libDir() string {
	return filepath.Join(b.Root, "usr/lib", archs[runtime.GOARCH].triplet)
}

// ModuleDir holds Asterisk's modules.
func (b Bundle) ModuleDir() string { return filepath.Join(b.libDir(), "asterisk/modules") }

// DataDir is Asterisk's data: sounds/, rest-api/, moh/.
func (b Bundle) DataDir() string { return filepath.Join(b.Root, "usr/share/asterisk") }

// SoundDir holds the spoken English prompts, 16-bit 8 kHz WAV.
func (b Bundle) SoundDir() string { return filepath.Join(b.DataDir(), "sounds/en") }

// command runs a program of the bundle with the bundle's own C library.
func (b Bundle) command(program string, args ...string) *exec.Cmd {
	lib := b.libDir()
	all := append([]string{"--library-path", lib, filepath.Join(b.Root, program)}, args...)
	cmd := exec.Command(filepath.Join(lib, archs[runtime.GOARCH].loader), all...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "LD_PRELOAD=")
	return cmd
}

// Versions returns the file names of the packages in the bundle, which hold their versions.
func (b Bundle) Versions() ([]string, error) {
	raw, err := os.ReadFile(filepath.Join(b.Root, manifestName))
	if err != nil {
		return nil, err
	}
	var m manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, fmt.Errorf("%s: %w", manifestName, err)
	}
	for i, d := range m.Debs {
		m.Debs[i] = strings.ReplaceAll(d, "%3a", ":")
	}
	return m.Debs, nil
}
