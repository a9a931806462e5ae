package lab

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func program(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestChromiumIsTheOneThatIsNamed(t *testing.T) {
	dir := t.TempDir()
	named := program(t, dir, "mine", "#!/bin/sh\n")
	program(t, dir, "chromium", "#!/bin/sh\n")
	t.Setenv("PATH", dir)
	t.Setenv("SWITCHROOM_CHROMIUM", named)
	if path, env, err := Chromium(t.Context(), Options{}); err != nil || path != named || env != nil {
		t.Errorf("got %s %v %v", path, env, err)
	}
	t.Setenv("SWITCHROOM_CHROMIUM", filepath.Join(dir, "nothing"))
	if _, _, err := Chromium(t.Context(), Options{}); err == nil || !strings.Contains(err.Error(), "SWITCHROOM_CHROMIUM") {
		t.Errorf("a name of nothing: %v", err)
	}
}

func TestChromiumIsTakenFromThePathButForASnap(t *testing.T) {
	dir := t.TempDir()
	program(t, dir, "chromium-browser", "#!/bin/sh\nexec /snap/bin/chromium \"$@\"\n")
	chrome := program(t, dir, "google-chrome", "#!/bin/sh\n")
	t.Setenv("PATH", dir)
	t.Setenv("SWITCHROOM_CHROMIUM", "")
	if path, _, err := Chromium(t.Context(), Options{}); err != nil || path != chrome {
		t.Errorf("got %s %v", path, err)
	}
}

func TestChromiumOfTheMachinesOwnDebian(t *testing.T) {
	write := func(text string) string {
		path := filepath.Join(t.TempDir(), "os-release")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	r, err := chromiumRecipe(write("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_CODENAME=bookworm\nID=debian\n"))
	if err != nil || r.Suite != "bookworm" {
		t.Errorf("Debian: %+v %v", r, err)
	}
	for _, text := range []string{"ID=ubuntu\nVERSION_CODENAME=noble\n", "ID=debian\n", ""} {
		if _, err := chromiumRecipe(write(text)); err == nil || !strings.Contains(err.Error(), "What to do instead") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if !ofTheMachine("libc6_2.36-9+deb12u14_amd64.deb") || ofTheMachine("libcups2_2.4_amd64.deb") {
		t.Error("the C library is the machine's, and nothing else")
	}
}

func TestAMissingChromiumSaysWhatToDo(t *testing.T) {
	t.Setenv("PATH", t.TempDir()) // no browser, and nothing to unpack one with
	t.Setenv("SWITCHROOM_CHROMIUM", "")
	_, _, err := Chromium(t.Context(), Options{CacheDir: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "apt-get install chromium") {
		t.Errorf("got %v", err)
	}
}
