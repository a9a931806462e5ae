package guards

import (
	"context"
	"flag"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

var (
	only   = flag.String("only", "", "force the guards whose key contains this, and show what noticed")
	by     = flag.String("by", "", "let only these tests notice, as -run")
	worlds = flag.Int("guard-worlds", 60, "random histories for each forced guard")
)

// equivalent lists the forced guards that change nothing that anybody could see, and why.
var equivalent = map[string]string{}

// TestRemovingAnyGuardFails forces each condition of the pure core, to true and to false, and expects a test to fail. With
// -by TestHistories it shows what the invariants alone do not notice.
func TestRemovingAnyGuardFails(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), Limit)
	defer cancel()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	b, err := Make(ctx, root, t.TempDir(), sources(t, root))
	if err != nil {
		t.Fatal(err)
	}
	if failed, out, err := b.Caught(ctx, nil, *by, *worlds); failed || err != nil {
		t.Fatalf("the tests fail as they are (%v):\n%s", err, out)
	}
	todo := chosen(b.All())
	t.Logf("%d guards, %d forced", len(b.Guards), len(todo))
	for _, f := range survivors(ctx, t, b, todo) {
		if why := equivalent[f.Key()]; why == "" {
			t.Errorf("no test notices: %s", f)
		}
	}
}

// sources are the files whose guards matter. check.go is itself a check.
func sources(t *testing.T, root string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(root, "call", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	out := []string{"agent/agent.go", "agent/apply.go", "agent/status.go"}
	for _, f := range found {
		name := filepath.Base(f)
		if !strings.HasSuffix(name, "_test.go") && name != "check.go" {
			out = append(out, "call/"+name)
		}
	}
	return out
}

// chosen picks what to force: everything, or what -only names.
func chosen(all []Forced) []Forced {
	return slices.DeleteFunc(all, func(f Forced) bool { return !strings.Contains(f.Key(), *only) })
}

func survivors(ctx context.Context, t *testing.T, b *Build, todo []Forced) []Forced {
	t.Helper()
	var mu sync.Mutex
	var out []Forced
	var wg sync.WaitGroup
	work := make(chan Forced)
	for range 2 {
		wg.Go(func() {
			for f := range work {
				caught, said, err := b.Caught(ctx, &f, *by, *worlds)
				mu.Lock()
				if caught && *only != "" {
					t.Logf("%s:\n%s", f, said[:min(len(said), 1500)])
				}
				if err != nil {
					t.Errorf("%s: %v", f, err)
				} else if !caught {
					out = append(out, f)
				}
				mu.Unlock()
			}
		})
	}
	for _, f := range todo {
		work <- f
	}
	close(work)
	wg.Wait()
	return out
}
