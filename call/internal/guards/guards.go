// Package guards finds conditions in the pure core whose removal no test notices. Such a condition is either dead, and should
// go, or something that the tests do not look at.
//
// Every condition (of an if, of a case in a switch without a tag, of a returned truth value; and each operand of && and || in
// them) gets a number. The package under test is built once, with every condition wrapped so that an environment variable can force it
// to be true or false; then the tests are run for each.
package guards

import (
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"time"
)

// Variable is the environment variable that forces one guard: "<number>=<1 for true, 2 for false>".
const Variable = "SWITCHROOM_GUARD"

// Guard is one condition.
type Guard struct {
	Number int
	File   string // relative to the root
	Line   int
	Func   string
	Text   string
}

// Forced is a guard that always says the same.
type Forced struct {
	Guard
	Value bool
}

// Key names a forced guard without its line, so that it stays the same while the file around it changes.
func (f Forced) Key() string { return fmt.Sprintf("%s %s: %s = %t", f.File, f.Func, f.Text, f.Value) }

func (f Forced) String() string {
	return fmt.Sprintf("%s:%d: %s: %s = %t", f.File, f.Line, f.Func, f.Text, f.Value)
}

// Build is an instrumented build.
type Build struct {
	Guards []Guard
	dir    string // of the binaries
	root   string
}

// Make instruments the files (relative to root) and builds the tests of the packages "agent" and "call" into dir.
func Make(ctx context.Context, root, dir string, files []string) (*Build, error) {
	b := &Build{dir: dir, root: root}
	overlay := map[string]string{}
	for _, f := range files {
		text, err := b.instrument(f)
		if err != nil {
			return nil, fmt.Errorf("instrument %s: %w", f, err)
		}
		out := filepath.Join(dir, strings.ReplaceAll(f, "/", "_"))
		if err := os.WriteFile(out, []byte(text), 0o600); err != nil {
			return nil, err
		}
		overlay[filepath.Join(root, f)] = out
		pkg := filepath.Dir(f)
		switchFile := filepath.Join(dir, pkg+"_switch.go")
		if err := os.WriteFile(switchFile, []byte(fmt.Sprintf(forcing, filepath.Base(pkg), Variable)), 0o600); err != nil {
			return nil, err
		}
		overlay[filepath.Join(root, pkg, "zz_guard.go")] = switchFile
	}
	list, err := json.Marshal(map[string]any{"Replace": overlay})
	if err != nil {
		return nil, err
	}
	overlayFile := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(overlayFile, list, 0o600); err != nil {
		return nil, err
	}
	for _, pkg := range []string{"agent", "call"} {
		cmd := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-overlay", overlayFile, "-o", filepath.Join(dir, pkg+".test"), "./"+pkg)
		cmd.Dir = root
		if out, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("build the tests of %s: %w\n%s", pkg, err, out)
		}
	}
	return b, nil
}

const forcing = `package %s

import (
	"os"
	"strconv"
	"strings"
)

var guardForced, guardMode = func() (int, int) {
	n, mode, ok := strings.Cut(os.Getenv(%q), "=")
	if !ok {
		return -1, 0
	}
	i, err := strconv.Atoi(n)
	if err != nil {
		panic(err)
	}
	return i, int(mode[0] - '0')
}()

func _guard(n int) int {
	if n == guardForced {
		return guardMode
	}
	return 0
}
`

// Caught runs the tests with f and tells whether one fails. Nil runs them as they are; by narrows them, as -run. What they say comes along.
func (b *Build) Caught(ctx context.Context, f *Forced, by string, worlds int) (bool, string, error) {
	for _, pkg := range []string{"agent", "call"} {
		args := []string{"-test.failfast", "-test.timeout=120s", "-test.skip=^TestStatesPage$", "-test.run=" + by}
		if pkg == "call" {
			args = append(args, fmt.Sprintf("-worlds=%d", worlds))
		}
		cmd := exec.CommandContext(ctx, filepath.Join(b.dir, pkg+".test"), args...)
		cmd.Dir = filepath.Join(b.root, pkg)
		cmd.Env = os.Environ()
		if f != nil {
			mode := 2
			if f.Value {
				mode = 1
			}
			cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%d=%d", Variable, f.Number, mode))
		}
		out, err := cmd.CombinedOutput()
		if ctx.Err() != nil {
			return false, "", ctx.Err()
		}
		if err != nil {
			if _, ok := err.(*exec.ExitError); !ok { //nolint:errorlint // exec returns it bare
				return false, "", err
			}
			return true, string(out), nil
		}
	}
	return false, "", nil
}

// All lists both values of every guard.
func (b *Build) All() []Forced {
	var out []Forced
	for _, g := range b.Guards {
		out = append(out, Forced{g, true}, Forced{g, false})
	}
	return out
}

// edit replaces source between two offsets.
type edit struct {
	from, to int
	text     string
}

// file is one file being instrumented.
type file struct {
	b     *Build
	name  string
	fset  *token.FileSet
	src   string
	fn    string
	edits []edit
}

func (b *Build) instrument(name string) (string, error) {
	src, err := os.ReadFile(filepath.Join(b.root, name))
	if err != nil {
		return "", err
	}
	f := &file{b: b, name: name, fset: token.NewFileSet(), src: string(src)}
	tree, err := parser.ParseFile(f.fset, name, src, parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	for _, d := range tree.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
			f.fn = fn.Name.Name
			returnsBool := fn.Type.Results != nil && len(fn.Type.Results.List) == 1 && f.text(fn.Type.Results.List[0].Type) == "bool"
			f.conditions(fn.Body, returnsBool)
		}
	}
	sort.Slice(f.edits, func(i, j int) bool { return f.edits[i].from > f.edits[j].from })
	out := f.src
	for _, e := range f.edits {
		out = out[:e.from] + e.text + out[e.to:]
	}
	return out, nil
}

// conditions wraps every condition in a function's body.
func (f *file) conditions(body ast.Node, returnsBool bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.IfStmt:
			f.replace(n.Cond)
		case *ast.SwitchStmt:
			if n.Tag == nil {
				for _, c := range n.Body.List {
					for _, e := range c.(*ast.CaseClause).List {
						f.replace(e)
					}
				}
			}
		case *ast.ReturnStmt:
			if returnsBool && len(n.Results) == 1 {
				if _, literal := n.Results[0].(*ast.Ident); !literal {
					f.replace(n.Results[0])
				}
			}
		}
		return true
	})
}

func (f *file) offset(p token.Pos) int { return f.fset.Position(p).Offset }

func (f *file) text(e ast.Expr) string { return f.src[f.offset(e.Pos()):f.offset(e.End())] }

func (f *file) replace(e ast.Expr) {
	f.edits = append(f.edits, edit{f.offset(e.Pos()), f.offset(e.End()), f.wrap(e)})
}

// wrap gives e and the operands in it their numbers.
func (f *file) wrap(e ast.Expr) string {
	g := Guard{Number: len(f.b.Guards), File: f.name, Line: f.fset.Position(e.Pos()).Line, Func: f.fn, Text: f.text(e)}
	f.b.Guards = append(f.b.Guards, g)
	inner := f.text(e)
	if bin, ok := e.(*ast.BinaryExpr); ok && (bin.Op == token.LAND || bin.Op == token.LOR) {
		inner = f.operand(bin.X, bin.Op) + " " + bin.Op.String() + " " + f.operand(bin.Y, bin.Op)
	}
	return fmt.Sprintf("(_guard(%d) != 2 && (_guard(%d) == 1 || (%s)))", g.Number, g.Number, inner)
}

// operand wraps an operand; a chain of the same operator is taken as one list.
func (f *file) operand(e ast.Expr, op token.Token) string {
	if bin, ok := e.(*ast.BinaryExpr); ok && bin.Op == op {
		return f.operand(bin.X, op) + " " + op.String() + " " + f.operand(bin.Y, op)
	}
	if p, ok := e.(*ast.ParenExpr); ok {
		return f.wrap(p.X)
	}
	return f.wrap(e)
}

// Limit bounds one run of all.
const Limit = 20 * time.Minute
