package lab

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// The one test that downloads. It also plays the part of an attempt that was killed, and
// of a second process that asks at the same time.
func TestEnsureDownloadsOnceAndResumesAfterAKill(t *testing.T) {
	cache := t.TempDir()
	root := filepath.Join(cache, "bundle-"+currentRecipe().hash())
	for _, left := range []string{
		root + ".tmp/usr/bin/redis-server",                     // half unpacked
		root + ".work/cache/archives/partial/libc6_broken.deb", // half downloaded
	} {
		if err := os.MkdirAll(filepath.Dir(left), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(left, []byte("torn"), 0o644); err != nil {
			t.Fatal(err)
		}
	}

	var said [2]bytes.Buffer
	var bundles [2]Bundle
	var errs [2]error
	var both sync.WaitGroup
	for i := range 2 {
		both.Go(func() {
			bundles[i], errs[i] = Ensure(t.Context(), Options{CacheDir: cache, Progress: &said[i]})
		})
	}
	both.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		t.Fatal(err)
	}
	all := said[0].String() + said[1].String()
	if strings.Count(all, "downloading") != 1 || strings.Count(all, "waiting for it") != 1 {
		t.Errorf("one should download and one wait:\n%s", all)
	}
	for _, want := range []string{"fetching the list", " MB", "unpacking", "ready: servers in " + root} {
		if !strings.Contains(all, want) {
			t.Errorf("progress lacks %q:\n%s", want, all)
		}
	}

	b := bundles[0]
	for _, file := range []string{"usr/sbin/asterisk", "usr/bin/redis-server", "usr/share/asterisk/sounds/en/hello-world.wav"} {
		if info, err := os.Stat(filepath.Join(b.Root, file)); err != nil || info.Size() < 1000 {
			t.Errorf("%s: %v", file, err)
		}
	}
	if left, err := filepath.Glob(root + ".[tw]*"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	debs, err := b.Versions()
	if err != nil || !strings.Contains(strings.Join(debs, " "), "asterisk_1:22.") {
		t.Errorf("versions: %v, %v", debs, err)
	}

	begin := time.Now()
	if _, err := Ensure(t.Context(), Options{CacheDir: cache}); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begin); took > 100*time.Millisecond {
		t.Errorf("the second call took %v", took)
	}

	// What was unpacked works.
	server, err := StartRedis(t.Context(), b, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Stop(); err != nil {
		t.Error(err)
	}
}

func TestEnsureSaysWhichStepFailedAndWhatToDo(t *testing.T) {
	ensure := func(dir string) error {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := Ensure(ctx, Options{CacheDir: dir})
		return err
	}
	wants := func(t *testing.T, err error, parts ...string) {
		t.Helper()
		if err == nil {
			t.Fatal("no error")
		}
		for _, p := range parts {
			if !strings.Contains(err.Error(), p) {
				t.Errorf("error lacks %q: %v", p, err)
			}
		}
	}
	t.Run("no network", func(t *testing.T) {
		t.Setenv("SWITCHROOM_DEBIAN_MIRROR", "http://127.0.0.1:9/debian")
		wants(t, ensure(t.TempDir()), "fetch the list of packages", "127.0.0.1:9", "mirror cannot be reached")
	})
	t.Run("no apt-get", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		wants(t, ensure(t.TempDir()), "apt-get is not installed", "container images")
	})
	t.Run("cache is not a folder", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		wants(t, ensure(filepath.Join(file, "cache")), "make the cache folder", "SWITCHROOM_CACHE")
	})
	t.Run("the waiting ends with the context", func(t *testing.T) {
		dir := t.TempDir()
		unlock, err := lockFile(t.Context(), filepath.Join(dir, "bundle-"+currentRecipe().hash()+".lock"), "servers", &bytes.Buffer{})
		if err != nil {
			t.Fatal(err)
		}
		defer unlock()
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if _, err := Ensure(ctx, Options{CacheDir: dir}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error: %v", err)
		}
	})
}

func TestHintsFollowAptsMessages(t *testing.T) {
	for message, want := range map[string]string{
		"Temporary failure resolving 'deb.debian.org'":                    "network",
		"E: You don't have enough free space in /x/archives/.":            "disk space",
		"write: No space left on device":                                  "disk space",
		"The following signatures couldn't be verified: NO_PUBKEY 6ED0E7": "keyring",
		"The repository 'x forky Release' does not have a Release file.":  "another",
		"something else": "run it again",
	} {
		if got := hint(message); !strings.Contains(got, want) {
			t.Errorf("%s: %s", message, got)
		}
	}
}

func TestTheMirrorIsTheMachinesOwn(t *testing.T) {
	for name, tc := range map[string]struct{ file, text, want string }{
		"deb822":        {"sources.list.d/debian.sources", "Types: deb\nURIs: http://mirror.example/debian/\nSuites: trixie\n", "http://mirror.example/debian"},
		"one line":      {"sources.list", "deb [arch=amd64 signed-by=/x] https://ftp.example/pub/debian bookworm main\n", "https://ftp.example/pub/debian"},
		"commented out": {"sources.list", "# deb http://old.example/debian bookworm main\n", ""},
		"security only": {"sources.list", "deb http://mirror.example/debian-security bookworm-security main\n", ""},
		"Ubuntu":        {"sources.list", "deb http://archive.ubuntu.com/ubuntu noble main\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			etc := t.TempDir()
			path := filepath.Join(etc, tc.file)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(tc.text), 0o644); err != nil {
				t.Fatal(err)
			}
			if got := machineMirror(etc); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestPackageListIsRead(t *testing.T) {
	out := "Reading...\n'http://m/pool/a_1%3a2_amd64.deb' a_1%3a2_amd64.deb 1234 SHA256:00\n'http://m/x.txt' x.txt 1\n"
	if got := parseURIs([]byte(out)); len(got) != 1 || got[0] != (deb{"a_1%3a2_amd64.deb", 1234}) {
		t.Errorf("got %v", got)
	}
}
