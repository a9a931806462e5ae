package lab

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const defaultMirror = "http://deb.debian.org/debian"

// mirror is where packages come from, and the keys that sign them.
type mirror struct {
	url     string
	keyring string
}

// findMirror chooses the mirror: SWITCHROOM_DEBIAN_MIRROR, else the one this machine
// installs Debian from, else Debian's own.
func findMirror(suite string) (mirror, error) {
	m := mirror{url: os.Getenv("SWITCHROOM_DEBIAN_MIRROR")}
	if m.url == "" {
		m.url = machineMirror("/etc/apt")
	}
	if m.url == "" {
		m.url = defaultMirror
	}
	// .pgp is the newer name, which older apt-get does not accept.
	for _, name := range []string{"debian-archive-keyring.gpg", "debian-archive-keyring.pgp"} {
		path := filepath.Join("/usr/share/keyrings", name)
		if _, err := os.Stat(path); err == nil {
			m.keyring = path
			return m, nil
		}
	}
	return mirror{}, fmt.Errorf("the keys that sign Debian %s are missing in /usr/share/keyrings: install them with: sudo apt-get install debian-archive-keyring", suite)
}

// machineMirror reads apt's own sources and returns the first Debian mirror, or "".
// Security and derived distributions' mirrors do not carry the suite.
func machineMirror(etc string) string {
	files := []string{filepath.Join(etc, "sources.list")}
	for _, pattern := range []string{"*.sources", "*.list"} {
		more, err := filepath.Glob(filepath.Join(etc, "sources.list.d", pattern))
		if err == nil { // the patterns are constant and well formed
			files = append(files, more...)
		}
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(text)) {
			if url := debianURL(line); url != "" {
				return url
			}
		}
	}
	return ""
}

// debianURL returns the mirror in a line of either format of apt's sources
// ("deb [options] URL suite main", "URIs: URL"), or "".
func debianURL(line string) string {
	fields := strings.Fields(line)
	if len(fields) < 2 || fields[0] != "deb" && fields[0] != "URIs:" {
		return ""
	}
	for _, f := range fields[1:] {
		url := strings.TrimRight(f, "/")
		if (strings.HasPrefix(url, "http://") || strings.HasPrefix(url, "https://")) && strings.HasSuffix(url, "/debian") {
			return url
		}
	}
	return ""
}
