package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Chromium returns a browser for tests of the page, and what its environment needs besides this process' own. It takes the first of:
//
//  1. the program that SWITCHROOM_CHROMIUM names,
//  2. chromium, chromium-browser, google-chrome or chrome on PATH,
//  3. on Debian: chromium-headless-shell of the machine's own release, unpacked into the cache folder without root, as [Ensure] does.
//
// The first call on a machine of the third kind downloads about 150 MB; each later one takes milliseconds. The browser is to be run with
// --no-sandbox: its sandbox needs root's help to install, and the pages it is shown are our own.
func Chromium(ctx context.Context, o Options) (path string, env []string, err error) {
	if path := os.Getenv("SWITCHROOM_CHROMIUM"); path != "" {
		if path, err = exec.LookPath(path); err != nil {
			return "", nil, fmt.Errorf("browser: SWITCHROOM_CHROMIUM: %w; name a Chromium or Chrome, or unset it", err)
		}
		return path, nil, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if path, err := exec.LookPath(name); err == nil && !isSnap(path) {
			return path, nil, nil
		}
	}
	r, err := chromiumRecipe("/etc/os-release")
	if err != nil {
		return "", nil, fmt.Errorf("browser: none is installed, and %w", err)
	}
	b, err := ensure(ctx, o, r)
	if err != nil {
		return "", nil, fmt.Errorf("%w\n%s", err, orInstall)
	}
	path, env = b.chromium()
	if err := tryChromium(ctx, path, env); err != nil {
		return "", nil, fmt.Errorf("browser: the one unpacked into %s does not run here: %w\n%s", b.Root, err, orInstall)
	}
	return path, env, nil
}

const orInstall = "What to do instead: install one (as root: apt-get install chromium), or name one in SWITCHROOM_CHROMIUM."

// isSnap tells Ubuntu's chromium-browser, which cannot read files outside of the home folder, or only says that it is not installed.
func isSnap(path string) bool {
	real, err := filepath.EvalSymlinks(path)
	if err != nil || strings.Contains(real, "snap") {
		return true
	}
	text, err := os.ReadFile(real)
	return err == nil && len(text) < 10<<10 && strings.Contains(string(text), "/snap/")
}

// chromiumRecipe takes the release that the machine runs, so that its own C library and loader fit: Chromium starts its helper processes by
// itself, and so cannot be started through a loader of the bundle, as Asterisk is.
func chromiumRecipe(osRelease string) (recipe, error) {
	text, err := os.ReadFile(osRelease)
	if err != nil {
		return recipe{}, fmt.Errorf("this is no Debian, whose package could be unpacked: %w; %s", err, orInstall)
	}
	var id, suite string
	for line := range strings.Lines(string(text)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch value = strings.Trim(value, `"'`); key {
		case "ID":
			id = value
		case "VERSION_CODENAME":
			suite = value
		}
	}
	if id != "debian" || suite == "" {
		return recipe{}, fmt.Errorf("this is %q, not a Debian whose package could be unpacked. %s", id, orInstall)
	}
	return recipe{
		Version:  1,
		Suite:    suite,
		Arch:     runtime.GOARCH,
		Packages: []string{"chromium-headless-shell", "fonts-dejavu-core", "fonts-nanum"},
		name:     "chromium", what: "browser", other: "install Chromium", omit: ofTheMachine, mend: mendFonts,
	}, nil
}

// ofTheMachine are the parts of the C library, which must be those of the machine's own loader.
func ofTheMachine(file string) bool {
	return strings.HasPrefix(file, "libc6_") || strings.HasPrefix(file, "libc-bin_")
}

const fontsConf = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir prefix="relative">../../usr/share/fonts</dir>
<cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`

// mendFonts points fontconfig at the bundle's fonts: a page without any looks like nothing.
func mendFonts(root string) error {
	dir := filepath.Join(root, "etc/fonts")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "switchroom.conf"), []byte(fontsConf), 0o644)
}

func (b Bundle) chromium() (path string, env []string) {
	triplet := archs[runtime.GOARCH].triplet
	libs := []string{
		filepath.Join(b.Root, "usr/lib", triplet), filepath.Join(b.Root, "lib", triplet),
		filepath.Join(b.Root, "usr/lib", triplet, "nss"), filepath.Join(b.Root, "usr/lib", triplet, "pulseaudio"),
	}
	return filepath.Join(b.Root, "usr/lib/chromium/chromium-headless-shell"), []string{
		"LD_LIBRARY_PATH=" + strings.Join(libs, ":"),
		"FONTCONFIG_FILE=" + filepath.Join(b.Root, "etc/fonts/switchroom.conf"),
	}
}

// tryChromium finds out about a library that is missing now, and not in the middle of a test.
func tryChromium(ctx context.Context, path string, env []string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	cmd := exec.Command(path, "--version")
	cmd.Env = append(os.Environ(), env...)
	out, err := output(ctx, cmd)
	if err != nil {
		return err
	}
	if !strings.Contains(out, "Chrom") {
		return errors.New("it says " + strings.TrimSpace(out))
	}
	return nil
}
