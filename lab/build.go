package lab

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Space needed while a bundle is made: the packages and, beside them, their content.
const (
	needBytes    = 600 << 20
	stepTimeout  = 10 * time.Minute // of each program run
	progressTick = time.Second
)

// work makes one bundle. Downloads stay in dir until the bundle is complete, so
// that a second attempt continues with them.
type work struct {
	recipe recipe
	dir    string
	out    io.Writer
	mirror mirror
}

// deb is one package to download.
type deb struct {
	file string // name in the archive folder
	size int64  // bytes
}

func (w *work) build(ctx context.Context, dest string) error {
	for _, tool := range []string{"apt-get", "dpkg-deb"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("%s is not installed: it fetches what is needed from Debian. Use a Debian or Ubuntu machine, or %s", tool, w.recipe.other)
		}
	}
	var err error
	if w.mirror, err = findMirror(w.recipe.Suite); err != nil {
		return err
	}
	if err := checkSpace(filepath.Dir(dest)); err != nil {
		return err
	}
	if err := w.prepare(); err != nil {
		return err
	}
	w.say("fetching the list of packages from %s (%s)", w.mirror.url, w.recipe.Suite)
	if _, err := w.apt(ctx, "update"); err != nil {
		return fmt.Errorf("fetch the list of packages: %w", err)
	}
	debs, err := w.list(ctx)
	if err != nil {
		return err
	}
	if err := w.download(ctx, debs); err != nil {
		return err
	}
	return w.unpack(ctx, debs, dest)
}

func (w *work) say(format string, args ...any) {
	fmt.Fprintf(w.out, format+"\n", args...)
}

func (w *work) archives() string { return filepath.Join(w.dir, "cache/archives") }

// prepare lays out apt's private folders. What an earlier attempt left is kept.
func (w *work) prepare() error {
	for _, d := range []string{"state/lists/partial", "cache/archives/partial", "etc/empty"} {
		if err := os.MkdirAll(filepath.Join(w.dir, d), 0o755); err != nil {
			return fmt.Errorf("prepare the download: %w", diskFull(err))
		}
	}
	// The mirror's Release file may be past its date.
	source := fmt.Sprintf("deb [arch=%s signed-by=%s check-valid-until=no] %s %s main\n",
		w.recipe.Arch, w.mirror.keyring, w.mirror.url, w.recipe.Suite)
	for name, text := range map[string]string{"etc/sources.list": source, "status": installed(w.recipe.Given)} {
		if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o644); err != nil {
			return fmt.Errorf("prepare the download: %w", diskFull(err))
		}
	}
	return nil
}

// installed is apt's list of what the machine has: the packages that are given, in a version that is newer than any.
func installed(given []string) string {
	var b strings.Builder
	for _, name := range given {
		fmt.Fprintf(&b, "Package: %s\nStatus: install ok installed\nArchitecture: all\nMulti-Arch: foreign\nVersion: 99:0\nMaintainer: none <none@localhost>\nDescription: given\n\n", name)
	}
	return b.String()
}

// apt runs apt-get on the private folders: it neither reads nor changes which
// packages the machine has.
func (w *work) apt(ctx context.Context, args ...string) ([]byte, error) {
	empty := filepath.Join(w.dir, "etc/empty")
	options := []string{
		"Dir::State=" + filepath.Join(w.dir, "state"),
		"Dir::State::status=" + filepath.Join(w.dir, "status"),
		"Dir::Cache=" + filepath.Join(w.dir, "cache"),
		"Dir::Cache::archives=archives/", // some container images empty these three
		"Dir::Cache::pkgcache=",
		"Dir::Cache::srcpkgcache=",
		"Dir::Etc::sourcelist=" + filepath.Join(w.dir, "etc/sources.list"),
		"Dir::Etc::sourceparts=" + empty,
		"Dir::Etc::preferences=" + filepath.Join(empty, "none"),
		"Dir::Etc::preferencesparts=" + empty,
		"APT::Architecture=" + w.recipe.Arch,
		"APT::Architectures=" + w.recipe.Arch,
		"APT::Default-Release=",
		"APT::Install-Recommends=0",
		"APT::Install-Suggests=0",
		"APT::Sandbox::User=", // the user _apt could not write here
		"APT::Get::List-Cleanup=1",
		"Debug::NoLocking=1", // our own lock is held
		"Acquire::Languages=none",
		"APT::Update::Error-Mode=any", // a mirror that cannot be reached is an error
		"Acquire::Retries=2",
		"Acquire::http::Timeout=30",
		"Acquire::https::Timeout=30",
	}
	var full []string
	for _, o := range options {
		full = append(full, "-o", o)
	}
	out, err := run(ctx, "apt-get", append(full, args...)...)
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, hint(err.Error()))
	}
	return out, nil
}

// list asks apt which packages are wanted.
func (w *work) list(ctx context.Context) ([]deb, error) {
	out, err := w.apt(ctx, append([]string{"-qq", "--print-uris", "--download-only", "-y",
		"-o", "Dir::Cache::archives=" + filepath.Join(w.dir, "etc/empty"), "install"}, w.recipe.Packages...)...)
	if err != nil {
		return nil, fmt.Errorf("choose packages: %w", err)
	}
	debs := parseURIs(out)
	if len(debs) == 0 {
		return nil, errors.New("choose packages: apt-get named none")
	}
	return debs, nil
}

// parseURIs reads lines "'http://…/x.deb' x_1_amd64.deb 1234 SHA256:…".
func parseURIs(out []byte) []deb {
	var debs []deb
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) < 3 || !strings.HasPrefix(f[0], "'") || !strings.HasSuffix(f[1], ".deb") {
			continue
		}
		size, err := strconv.ParseInt(f[2], 10, 64)
		if err != nil {
			continue
		}
		debs = append(debs, deb{file: f[1], size: size})
	}
	return debs
}

func (w *work) download(ctx context.Context, debs []deb) error {
	var total int64
	for _, d := range debs {
		total += d.size
	}
	w.say("downloading %d packages, %d MB", len(debs), total>>20)
	done := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		w.report(done, total)
	}()
	_, err := w.apt(ctx, append([]string{"-qq", "-y", "--download-only", "install"}, w.recipe.Packages...)...)
	close(done)
	<-stopped
	if err != nil {
		return fmt.Errorf("download: %w", err)
	}
	return nil
}

// report says how much has arrived, once a second, until done is closed.
func (w *work) report(done <-chan struct{}, total int64) {
	tick := time.NewTicker(progressTick)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
			w.say("  %d of %d MB", dirSize(w.archives())>>20, total>>20)
		}
	}
}

// unpack puts the packages' content side by side, mends what their install
// scripts would have made, and moves the result into place in one step.
func (w *work) unpack(ctx context.Context, debs []deb, dest string) error {
	w.say("unpacking %d packages", len(debs))
	temp := dest + ".tmp"
	if err := os.RemoveAll(temp); err != nil { // of an attempt that was killed
		return fmt.Errorf("unpack: remove an unfinished attempt: %w", err)
	}
	if err := os.MkdirAll(temp, 0o755); err != nil {
		return fmt.Errorf("unpack: %w", diskFull(err))
	}
	names := make([]string, 0, len(debs))
	for _, d := range debs {
		if w.recipe.omit != nil && w.recipe.omit(d.file) {
			continue
		}
		if _, err := run(ctx, "dpkg-deb", "-x", filepath.Join(w.archives(), d.file), temp); err != nil {
			return fmt.Errorf("unpack %s: %w\n%s", d.file, err, hint(err.Error()))
		}
		names = append(names, d.file)
	}
	if err := w.recipe.mend(temp); err != nil {
		return fmt.Errorf("unpack: %w", diskFull(err))
	}
	m := manifest{Recipe: w.recipe, Mirror: w.mirror.url, Debs: names, Made: time.Now().UTC()}
	raw, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	if err := os.WriteFile(filepath.Join(temp, manifestName), raw, 0o644); err != nil {
		return fmt.Errorf("unpack: %w", diskFull(err))
	}
	if err := os.Rename(temp, dest); err != nil {
		return fmt.Errorf("unpack: move into place: %w", err)
	}
	if err := os.RemoveAll(w.dir); err != nil {
		w.say("could not remove the downloads in %s: %v", w.dir, err)
	}
	w.say("ready: %s in %s", w.recipe.what, dest)
	return nil
}

// mendServers makes what the packages' install scripts make: sounds/en, which Debian
// points at the chosen voice through /etc/alternatives. And it has Asterisk start faster.
func mendServers(root string) error {
	link := filepath.Join(root, "usr/share/asterisk/sounds/en")
	if err := os.Remove(link); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Symlink("en_US_f_Allison", link); err != nil {
		return err
	}
	return thinDocumentation(root)
}

// run runs a program to its end. It dies with us: a left-over apt-get would
// write into the folder of the next attempt. The error holds what it printed.
func run(ctx context.Context, name string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, stepTimeout)
	defer cancel()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	p, err := startProcess(cmd)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	select {
	case <-p.done:
	case <-ctx.Done():
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // its download methods too
		<-p.done
		return nil, fmt.Errorf("%s: %w", name, ctx.Err())
	}
	if p.err != nil {
		return nil, fmt.Errorf("%s: %w: %s", name, p.err, lastLines(stderr.String(), 12))
	}
	return stdout.Bytes(), nil
}

func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// hint says what to do about a failure of apt-get or dpkg-deb.
func hint(msg string) string {
	has := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(msg, p) {
				return true
			}
		}
		return false
	}
	switch {
	case has("Temporary failure resolving", "Could not resolve", "Could not connect", "Unable to connect",
		"Connection timed out", "Network is unreachable", "connection refused", "Connection failed"):
		return "What to do: the mirror cannot be reached. Check the network and the proxy (http_proxy), or name another mirror in SWITCHROOM_DEBIAN_MIRROR; then run it again, it continues where it stopped."
	case has("No space left", "not enough free space", "don't have enough free space"):
		return "What to do: free some disk space, or set SWITCHROOM_CACHE to a folder on another disk; then run it again."
	case has("NO_PUBKEY", "not signed", "EXPKEYSIG", "BADSIG", "no signature", "Sub-process /usr/bin/sqv"):
		return "What to do: the signature was not accepted. Update the package debian-archive-keyring (apt-get install debian-archive-keyring)."
	case has("Unable to locate package", "does not have a Release file", "404"):
		return "What to do: this mirror does not carry the suite or its lists are out of date. Name another in SWITCHROOM_DEBIAN_MIRROR, for example http://deb.debian.org/debian."
	}
	return "What to do: run it again, it continues where it stopped; if it fails the same way, look at the message above."
}

func diskFull(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: free some disk space, or set SWITCHROOM_CACHE to a folder on another disk", err)
	}
	return err
}

func checkSpace(dir string) error {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return nil // unknown: let the steps themselves find out
	}
	if free := int64(s.Bavail) * s.Bsize; free < needBytes {
		return fmt.Errorf("%s has %d MB free and %d are needed: free some disk space, or set SWITCHROOM_CACHE to a folder on another disk",
			dir, free>>20, int64(needBytes)>>20)
	}
	return nil
}

func dirSize(dir string) int64 {
	var n int64
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			if info, err := d.Info(); err == nil {
				n += info.Size()
			}
		}
		return nil // files come and go while apt-get works
	})
	return n
}
