//go:build !race

package call

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var statesPage = filepath.Join("..", "docs", "states.md")

// TestStatesPage holds docs/states.md to the code: its table is table.go's, its edges are those that random histories and the golden scripts went.
func TestStatesPage(t *testing.T) {
	went := newStats()
	went.add(ordinary(t))
	went.add(scripted(t))
	got := page(went)
	if t.Failed() {
		return
	}
	if *update {
		if err := os.WriteFile(statesPage, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(statesPage)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("docs/states.md is not what the code does (go test ./call -run TestStatesPage -update rewrites it):\n%s", firstDifference(string(want), got))
	}
}

func page(st *stats) string {
	var b strings.Builder
	b.WriteString(`# The states of a call

Written by the tests from ` + "`call/table.go`" + ` and from the transitions that random histories and the golden scripts went through; do not edit
(` + "`go test ./call -run TestStatesPage -update`" + `).

` + "```mermaid\nstateDiagram-v2\n")
	b.WriteString("    [*] --> queued: enter\n    [*] --> ended: enter (refused)\n    [*] --> dialing: place\n")
	for _, was := range States() {
		for _, next := range States() {
			if was == next {
				continue
			}
			var by []string
			for _, k := range tableKinds(was) {
				if st.edges[was][k][next] > 0 {
					by = append(by, string(k))
				}
			}
			if len(by) > 0 {
				fmt.Fprintf(&b, "    %s --> %s: %s\n", was, next, strings.Join(by, ", "))
			}
		}
	}
	b.WriteString("    ended --> [*]\n```\n\n")
	b.WriteString("## Which input does something in which state\n\n")
	b.WriteString("A cell names the states that the input can lead to; a dot is an input that can only change the call within its state. Where a cell is\nempty a command is refused and a fact is ignored.\n\n")
	b.WriteString("| input |")
	for _, s := range States() {
		fmt.Fprintf(&b, " %s |", s)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(States())) + "\n")
	for _, k := range allKinds {
		if k == KEnter || k == KPlace {
			continue
		}
		fmt.Fprintf(&b, "| %s |", k)
		for _, s := range States() {
			fmt.Fprintf(&b, " %s |", cell(st, s, k))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func cell(st *stats, s State, k Kind) string {
	if table[s][k] == nil {
		return ""
	}
	var to []string
	for _, next := range States() {
		if next != s && st.edges[s][k][next] > 0 {
			to = append(to, string(next))
		}
	}
	if len(to) == 0 {
		return "·"
	}
	return strings.Join(to, ", ")
}
