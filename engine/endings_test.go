package engine_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"switchroom/call"
	"switchroom/call/calltest"
	"switchroom/call/timeline"
	"switchroom/engine"
	"switchroom/store/sql"
)

// Every ending that the core can produce has the same class and slug in the journal's summary, in the timeline that the API tells, in the metric and in the log.
func TestEveryEndingIsTheSameInJournalTimelineMetricAndLog(t *testing.T) {
	stories, err := calltest.Stories("../call/testdata")
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open(t.Context(), sql.Config{URL: filepath.Join(t.TempDir(), "endings.db"), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for name, steps := range stories {
		end := steps[len(steps)-1].Next.End
		if end == nil || seen[end.Slug] {
			continue
		}
		seen[end.Slug] = true
		want := string(end.Class) + " " + end.Slug
		var entries []engine.Entry
		var told []timeline.Entry
		for _, s := range steps {
			in, err := call.EncodeInput(s.In)
			if err != nil {
				t.Fatal(err)
			}
			entries = append(entries, engine.Entry{Call: name, Version: s.Next.Version, At: s.At, State: s.Next.State, Input: in})
			told = append(told, timeline.Entry{At: s.At, State: s.Next.State, Input: in})
		}
		if err := db.AppendJournal(t.Context(), entries); err != nil {
			t.Fatal(err)
		}
		sum, err := db.Call(t.Context(), name)
		if got := string(sum.Class) + " " + sum.Slug; err != nil || got != want || sum.Diverged {
			t.Errorf("%s: the journal says %s (diverged: %v), %v, want %s", name, got, sum.Diverged, err, want)
		}
		if tl := timeline.Tell(told); tl.End == nil || string(tl.End.Class)+" "+tl.End.Slug != want {
			t.Errorf("%s: the timeline says %+v, want %s", name, tl.End, want)
		}
		if got := noted(t, steps); got != [2]string{want, want} {
			t.Errorf("%s: metric and log say %q, want %s", name, got, want)
		}
	}
	for _, slug := range slugs(t) {
		if !matched(slug, seen) {
			t.Errorf("no story ends with %s", slug)
		}
	}
}

// noted is what the metric and the log say of the story's end.
func noted(t *testing.T, steps []calltest.Step) (out [2]string) {
	t.Helper()
	for _, s := range steps {
		if s.Was.End != nil || s.Next.End == nil {
			continue
		}
		var log bytes.Buffer
		registry := prometheus.NewRegistry()
		engine.Note(slog.New(slog.NewTextHandler(&log, nil)), registry, s.Was, s.Next, s.In)
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range families {
			for _, m := range f.Metric {
				if f.GetName() == "switchroom_calls_ended_total" && m.GetCounter().GetValue() == 1 {
					out[0] += m.Label[0].GetValue() + " " + m.Label[1].GetValue() // class, slug: sorted by name
				}
			}
		}
		for _, m := range regexp.MustCompile(`msg="call ended" class=(\S+) slug=(\S+)`).FindAllStringSubmatch(log.String(), -1) {
			out[1] += m[1] + " " + m[2]
		}
	}
	return out
}

// matched: a slug that ends with * is the beginning of those that the core puts together.
func matched(slug string, seen map[string]bool) bool {
	for s := range seen {
		if prefix, open := strings.CutSuffix(slug, "*"); s == slug || open && strings.HasPrefix(s, prefix) {
			return true
		}
	}
	return false
}

// slugs reads the core's source: each second argument of end and giveBack. What a variable holds is why a customer was not reached.
func slugs(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../call/*.go")
	if err != nil {
		t.Fatal(err)
	}
	constants, calls := map[string]string{}, []ast.Expr{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				for i, name := range n.Names {
					if i < len(n.Values) {
						if lit, ok := n.Values[i].(*ast.BasicLit); ok && lit.Kind == token.STRING {
							constants[name.Name], _ = strconv.Unquote(lit.Value)
						}
					}
				}
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.SelectorExpr); ok && (f.Sel.Name == "end" || f.Sel.Name == "giveBack") && len(n.Args) == 2 {
					calls = append(calls, n.Args[1])
				}
			}
			return true
		})
	}
	out := []string{"busy", "declined", "no_answer", "unreachable", "invalid_number", "lost", "trunk_failed"}
	for _, e := range calls {
		switch e := e.(type) {
		case *ast.BasicLit:
			s, _ := strconv.Unquote(e.Value)
			out = append(out, s)
		case *ast.Ident:
			if s := constants[e.Name]; s != "" {
				out = append(out, s)
			}
		case *ast.BinaryExpr:
			if lit, ok := e.X.(*ast.BasicLit); ok {
				s, _ := strconv.Unquote(lit.Value)
				out = append(out, s+"*")
			}
		}
	}
	if len(out) < 20 {
		t.Fatal("the core's endings are not found any more: ", fmt.Sprint(out))
	}
	return out
}
