package switchroom_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// layers says how high each part of the house stands (docs/architecture.md): imports point downward only. Parts of one layer
// do not import each other, except where peers says so.
var layers = map[string]int{
	"agent": 0, "call": 0, "seal": 0, "refusal": 0,
	"routing": 1, "hours": 1, "dialing": 1, "prompt": 1, "settings": 1, "record": 1, "event": 1, "trace": 1, "reach": 1,
	"engine": 2,
	"api":    3, "ari": 3, "store/redis": 3, "store/sql": 3, "store/disk": 3, "webhook": 3, "signin": 3,
	"cmd": 4,
}

// peers lists the imports within one layer that are part of the design.
var peers = map[string][]string{"call": {"agent"}, "seal": {"refusal"}, "settings": {"dialing", "hours"}, "record": {"dialing"}}

// tools are for tests, the demo and benchmarks: of the product only cmd may use them.
var tools = []string{"lab", "e2e", "bench", "docker"}

const module = "switchroom"

type listed struct {
	ImportPath string
	Imports    []string
}

// part is the piece of the house that a package belongs to: the longest entry of layers that leads to it, else its first folder.
func part(path string) string {
	rel := strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
	best, _, _ := strings.Cut(rel, "/")
	for p := range layers {
		if (rel == p || strings.HasPrefix(rel, p+"/")) && len(p) > len(best) {
			best = p
		}
	}
	return best
}

func ours(path string) bool { return path == module || strings.HasPrefix(path, module+"/") }

func TestImportsPointDownward(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range packages(t) {
		from := part(p.ImportPath)
		level, known := layers[from]
		if !known {
			continue
		}
		seen[from] = true
		for _, imp := range p.Imports {
			if !ours(imp) {
				if first, _, _ := strings.Cut(imp, "/"); level == 0 && strings.Contains(first, ".") {
					t.Errorf("%s imports %s: the core needs nothing but the standard library", p.ImportPath, imp)
				}
				continue
			}
			to := part(imp)
			if slices.Contains(tools, to) && from != "cmd" {
				t.Errorf("%s imports %s, which is for tests and the demo", p.ImportPath, imp)
			}
			below, known := layers[to]
			if !known || to == from || below < level || slices.Contains(peers[from], to) {
				continue
			}
			t.Errorf("%s (layer %d) imports %s (layer %d): imports point downward only", p.ImportPath, level, imp, below)
		}
	}
	for _, p := range []string{"agent", "call"} {
		if !seen[p] {
			t.Errorf("no package of %s was looked at", p)
		}
	}
}

func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Imports", "./...")
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatalf("read go list: %v", err)
		}
		all = append(all, p)
	}
}
