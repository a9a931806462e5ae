package call

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Golden scripts: testdata/*.txt tell the stories of a call line by line. A line that begins with a time is an input:
//
//	1.5s leg_up leg=c-a1
//
// the time counts from the script's start, and what follows the input's kind are its fields by their JSON names (dots lead into
// objects, as in to.scenario.pickup=20s; values are plain words, numbers, truth values, durations; under_scores in the words of
// reason and name are spaces, ways are divided by commas). "recovered" takes channels as id:state words, id:state+called of a leg that is known to have been rung. Indented lines are what came of it: the state, with who takes
// part and where each leg is (in: in the bridge; music, tone: what we play to it), then the effects. They are rewritten by:
// go test ./call -run TestGolden -update
// testdata/README.md says which story is where.

func TestGoldenScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			got, err := play(string(want), func(State, Kind, State) {})
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				if err := os.WriteFile(f, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != string(want) {
				t.Errorf("the story goes otherwise now (-update rewrites it):\n%s", firstDifference(string(want), got))
			}
		})
	}
}

// TestEveryCellOfTheTableIsInAScript: no (state, input) pair of the table is without a story.
func TestEveryCellOfTheTableIsInAScript(t *testing.T) {
	seen := scripted(t)
	for _, s := range tableStates() {
		for _, k := range tableKinds(s) {
			if seen.legal[s][k] == 0 {
				t.Errorf("no script has %s in state %s", k, name(s))
			}
		}
	}
}

// scripted counts what the scripts go through.
func scripted(t *testing.T) *stats {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	seen := newStats()
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(b), "# ") {
			t.Errorf("%s does not begin with what it tells", f)
		}
		if _, err := play(string(b), func(s State, k Kind, next State) { seen.edge(s, k, next, 1) }); err != nil {
			t.Errorf("%s: %v", f, err)
		}
	}
	return seen
}

// TestTheReadmeNamesScriptsThatExist: its tables lead to the stories.
func TestTheReadmeNamesScriptsThatExist(t *testing.T) {
	page, err := os.ReadFile("testdata/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, cells, _ := strings.Cut(string(page), "## Consultation and transfer")
	for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells, -1) {
		if _, err := os.Stat("testdata/" + m[1] + ".txt"); err != nil {
			t.Errorf("no such story: %v", err)
		}
	}
}

// play runs a script and returns it with its results. It tells of each input that the table has for the state, and what state it led to.
func play(script string, saw func(State, Kind, State)) (string, error) {
	var c Call
	var out strings.Builder
	for i, line := range strings.Split(strings.TrimRight(script, "\n"), "\n") {
		if strings.HasPrefix(line, "  ") {
			continue
		}
		fmt.Fprintln(&out, line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		at, in, err := parseLine(line)
		if err != nil {
			return "", fmt.Errorf("line %d: %w", i+1, err)
		}
		next, effects, err := c.Apply(at, in)
		if table[c.State][in.Kind()] != nil {
			saw(c.State, in.Kind(), next.State)
		}
		if err != nil {
			fmt.Fprintf(&out, "  refused: %v\n", err)
			continue
		}
		if err := next.Check(); err != nil {
			return "", fmt.Errorf("line %d: %w", i+1, err)
		}
		if len(effects) == 0 && reflect.DeepEqual(c, next) {
			fmt.Fprintln(&out, "  nothing")
			continue
		}
		fmt.Fprintf(&out, "  = %s\n", sketch(next))
		for _, e := range effects {
			fmt.Fprintf(&out, "  %s%s\n", e.Effect(), fields(e))
		}
		c = next
	}
	return out.String(), nil
}

// sketch is what of a call a story is about.
func sketch(c Call) string {
	s := []string{string(c.State)}
	if !c.Deadline.IsZero() {
		s = append(s, "until "+c.Deadline.Sub(epochStart).String())
	}
	if c.Hears != Nothing && c.End == nil {
		s = append(s, "hears "+string(c.Hears))
	}
	if c.Back != "" {
		s = append(s, "back to "+string(c.Back))
	}
	if p := c.Agent; p != nil {
		s = append(s, party("agent", *p))
	}
	if t := c.Target; t != nil {
		who := party("target", t.Participant)
		if t.Kind == ToQueue {
			who = strings.TrimRight("target of "+t.Queue+" "+party("", t.Participant), " ")
		}
		if (c.standing() == ConsultRings || c.State == Transferring) && !t.Until.Equal(c.Deadline) {
			who += " until " + t.Until.Sub(epochStart).String()
		}
		s = append(s, who)
	}
	if c.Recall != "" {
		s = append(s, "recall "+c.Recall)
	}
	if c.Outbound && c.called() && !c.Answered {
		s = append(s, "customer "+c.Customer.ID+" "+string(c.Customer.State))
	}
	for _, l := range c.Legs {
		s = append(s, l.ID+" "+string(l.State)+words(l.Dropped, "dropped", l.In, "in", l.Music, "music", l.Tone, "tone", l.Held, "holds"))
	}
	if c.State == Queued {
		s = append(s, fmt.Sprintf("in %s of %s since %s", c.Queue, c.Service, c.QueuedAt.Sub(epochStart)))
	}
	if c.Front && slices.Contains([]State{Queued, Offering, Connecting, Recalling}, c.State) {
		s = append(s, "front")
	}
	if c.HeldLong > 0 {
		s = append(s, fmt.Sprintf("held long %d", c.HeldLong))
	}
	if f := c.Failure; f != nil {
		s = append(s, fmt.Sprintf("failed %s", strings.Join(strings.Fields(f.Queue+" "+f.Agent+" "+f.Why), " ")))
	}
	if d := c.Disconnect; d != nil {
		s = append(s, "forced by "+d.Agent+words(d.Reason != "", "("+d.Reason+")", d.Said, "said"))
	}
	if len(c.Untold) > 0 {
		s = append(s, "untold "+strings.Join(c.Untold, " "))
	}
	if c.Ticket != "" {
		s = append(s, "ticket "+c.Ticket)
	}
	for _, t := range c.Tries {
		s = append(s, "tried "+t.Agent+" "+t.Why)
	}
	if e := c.End; e != nil {
		s = append(s, fmt.Sprintf("%s/%s", e.Class, e.Slug))
	}
	if c.Closed() {
		s = append(s, "closed")
	}
	return strings.Join(s, ", ")
}

// party says who takes part as what, on which leg.
func party(as string, p Participant) string {
	lines := p.Second != ""
	return strings.Join(strings.Fields(as+" "+p.Agent+" "+p.Leg), " ") + words(p.Asked, "asked", p.Muted, "muted", lines, "(lines "+p.First+" and "+p.Second+")")
}

// words lists the words that are true: pairs of a truth value and a word.
func words(pairs ...any) string {
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i].(bool) {
			b.WriteString(" " + pairs[i+1].(string))
		}
	}
	return b.String()
}

// fields prints a value's fields that are not zero, by their JSON names, in order.
func fields(v any) string {
	var b strings.Builder
	val := reflect.ValueOf(v)
	for i := range val.NumField() {
		f := val.Field(i)
		key, _, _ := strings.Cut(val.Type().Field(i).Tag.Get("json"), ",")
		if f.IsZero() && key != "on" { // a mute says both
			continue
		}
		if key == "" {
			key = strings.ToLower(val.Type().Field(i).Name)
		}
		switch x := f.Interface().(type) {
		case time.Duration:
			fmt.Fprintf(&b, " %s=%s", key, x)
		default:
			if f.Kind() == reflect.Struct {
				fmt.Fprintf(&b, " %s={%s}", key, strings.TrimSpace(fields(x)))
				continue
			}
			fmt.Fprintf(&b, " %s=%v", key, x)
		}
	}
	return b.String()
}

func parseLine(line string) (time.Time, Input, error) {
	words := strings.Fields(line)
	d, err := time.ParseDuration(words[0])
	if err != nil || len(words) < 2 {
		return time.Time{}, nil, fmt.Errorf("%q is no input", line)
	}
	at, kind, args := epochStart.Add(d), words[1], words[2:]
	data := map[string]any{}
	for _, a := range args {
		if err := setField(data, kind, a); err != nil {
			return at, nil, err
		}
	}
	raw, err := json.Marshal(data)
	if err != nil {
		return at, nil, err
	}
	b, err := json.Marshal(tagged{Kind: kind, Data: raw})
	if err != nil {
		return at, nil, err
	}
	in, err := DecodeInput(b)
	return at, in, err
}

func setField(data map[string]any, kind, arg string) error {
	key, value, ok := strings.Cut(arg, "=")
	if !ok {
		id, state, isChannel := strings.Cut(arg, ":")
		if kind != string(KRecovered) || !isChannel {
			return fmt.Errorf("%q is no field", arg)
		}
		list, _ := data["channels"].([]any)
		state, called := strings.CutSuffix(state, "+called")
		data["channels"] = append(list, map[string]any{"id": id, "state": state, "called": called})
		return nil
	}
	for {
		head, rest, deeper := strings.Cut(key, ".")
		if !deeper {
			break
		}
		inner, _ := data[head].(map[string]any)
		if inner == nil {
			inner = map[string]any{}
			data[head] = inner
		}
		data, key = inner, rest
	}
	data[key] = scalar(key, value)
	return nil
}

// scalar reads a value: a time (counted from the start), a duration, JSON, or a word.
func scalar(key, value string) any {
	if d, err := time.ParseDuration(value); err == nil && value != "0" {
		if key == "at" || key == "waiting" {
			return epochStart.Add(d)
		}
		return int64(d)
	}
	if n, err := strconv.Atoi(value); err == nil && (key == "cause" || key == "miss_limit" || key == "priority") {
		return n
	}
	if key == "ways" {
		return strings.Split(value, ",")
	}
	if value == "true" || value == "false" {
		return value == "true"
	}
	if key == "reason" || key == "name" {
		return strings.ReplaceAll(value, "_", " ")
	}
	return value
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	i := sort.Search(min(len(w), len(g)), func(n int) bool { return !equalLines(w[:n+1], g[:n+1]) })
	from := max(0, i-3)
	var b bytes.Buffer
	for _, l := range g[from:min(len(g), i)] {
		fmt.Fprintln(&b, "   "+l)
	}
	for _, l := range w[i:min(len(w), i+4)] {
		fmt.Fprintln(&b, " - "+l)
	}
	for _, l := range g[i:min(len(g), i+4)] {
		fmt.Fprintln(&b, " + "+l)
	}
	return b.String()
}

func equalLines(a, b []string) bool { return strings.Join(a, "\n") == strings.Join(b, "\n") }
