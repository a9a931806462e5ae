package browser

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"switchroom/lab"
)

// longest is what all stories together may take before they are given up.
const longest = 17 * time.Minute

var update = flag.Bool("update", false, "keep the pictures as they are now")

var only = flag.String("only", "", "run only the stories whose names match this regular expression")

// TestStories runs the stories. A failed one leaves a picture of each page and what is on it in ../out/failed, with TRACE=1 Playwright's trace too.
func TestStories(t *testing.T) {
	if testing.Short() {
		t.Skip("needs servers and a browser")
	}
	bundle := lab.Need(t)
	chromium, env, err := lab.Chromium(t.Context(), lab.Options{Progress: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	packages(t)
	l := &laboratory{bundle: bundle, controller: buildController(t)}
	control := httptest.NewServer(l.routes())
	defer control.Close()
	defer l.close()

	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	args := []string{"node_modules/@playwright/test/cli.js", "test"}
	if *update {
		args = append(args, "--update-snapshots")
	}
	if *only != "" {
		args = append(args, "--grep", *only, "--no-deps") // else all that a project depends on is run
	}
	cmd := exec.CommandContext(ctx, "node", args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Env = append(cmd.Env, "TZ=UTC", "SWITCHROOM_LAB="+control.URL, "SWITCHROOM_CHROMIUM="+chromium)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	// Interrupted, Playwright closes its browsers; the kernel ends it should this process be killed.
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) }
	cmd.WaitDelay = 20 * time.Second
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := onThread(cmd.Run); err != nil {
		t.Errorf("stories: %v", err)
	}
}

func TestTheStoriesSourceIsInOrder(t *testing.T) {
	packages(t)
	if out, err := run(t.Context(), "npm", "run", "--silent", "check"); err != nil {
		t.Errorf("%v; npm run fix mends the format\n%s", err, out)
	}
}

// packages installs what package-lock.json says, if that is not there yet.
func packages(t *testing.T) {
	t.Helper()
	const marker = "node_modules/.package-lock.json"
	if newer(marker, "package-lock.json") {
		return
	}
	cmd := exec.CommandContext(t.Context(), "npm", "ci", "--no-fund", "--no-audit")
	cmd.Env = append(os.Environ(), "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("install the browser tests' packages: %v; Node 20 or newer and npm are needed\n%s", err, out)
	}
	now := time.Now()
	if err := os.Chtimes(marker, now, now); err != nil {
		t.Fatal(err)
	}
}

func newer(a, b string) bool {
	x, err := os.Stat(a)
	y, err2 := os.Stat(b)
	return err == nil && err2 == nil && !x.ModTime().Before(y.ModTime())
}

// buildController builds the controller with the present page inside. The tag makes a broken invariant end it, which no story overlooks.
func buildController(t *testing.T) string {
	t.Helper()
	if out, err := run(t.Context(), "make", "-C", "../..", "--no-print-directory", "web"); err != nil {
		t.Fatalf("build the page: %v\n%s", err, out)
	}
	path := filepath.Join(t.TempDir(), "switchroom")
	if out, err := run(t.Context(), "go", "build", "-tags", "faults", "-o", path, "switchroom/cmd/switchroom"); err != nil {
		t.Fatalf("build the controller: %v\n%s", err, out)
	}
	return path
}

func run(ctx context.Context, name string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if errors.Is(err, exec.ErrNotFound) {
		err = fmt.Errorf("%w; install it", err)
	}
	return out.Bytes(), err
}
