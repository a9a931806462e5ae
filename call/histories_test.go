package call

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	update    = flag.Bool("update", false, "rewrite golden files and docs/states.md")
	worlds    = flag.Int("worlds", ordinaryWorlds, "how many random histories to run")
	firstSeed = flag.Uint64("seed", 1, "seed of the first history")
)

// enough is how often every legal (state, input) pair must come up in manyWorlds histories.
const enough = 1000

// stats counts what the histories went through.
type stats struct {
	legal    map[State]map[Kind]int
	edges    map[State]map[Kind]map[State]int
	steps    int
	listened int
}

func newStats() *stats {
	return &stats{legal: map[State]map[Kind]int{}, edges: map[State]map[Kind]map[State]int{}}
}

func (s *stats) count(was State, k Kind, next State, legal bool) {
	s.steps++
	if legal {
		s.edge(was, k, next, 1)
	}
}

// ordinary plays them, once for all tests that look at them.
func ordinary(t *testing.T) *stats {
	t.Helper()
	once.Do(func() { theStats = histories(t, 1, ordinaryWorlds) })
	return theStats
}

var (
	once     sync.Once
	theStats *stats
)

// TestHistories plays random histories and checks every invariant after every step. A failure prints its seed:
// go test ./call -run TestHistories -seed N -worlds 1 plays it again. Without -short more are played, and every legal pair of state and input has to come up
// in proportion to what make histories asks for; the table of counts is printed with -v.
func TestHistories(t *testing.T) {
	n := *worlds
	if countsMatter && n == ordinaryWorlds && *firstSeed == 1 && !testing.Short() {
		n = someWorlds
	}
	var st *stats
	if n == ordinaryWorlds && *firstSeed == 1 {
		st = ordinary(t)
	} else {
		st = histories(t, *firstSeed, n)
	}
	if t.Failed() {
		return
	}
	t.Logf("%d histories, %d steps, listened %d times\n%s", n, st.steps, st.listened, st)
	if n < someWorlds || !countsMatter {
		return
	}
	want := enough * n / manyWorlds
	if n < manyWorlds {
		want -= want / 4 // what is rare is rarer by chance
	}
	for _, state := range tableStates() {
		for _, k := range tableKinds(state) {
			if n := st.legal[state][k]; n < want && state != New {
				t.Errorf("%s/%s came up %d times, want %d", state, k, n, want)
			}
		}
	}
}

func histories(t *testing.T, first uint64, n int) *stats {
	t.Helper()
	all := newStats()
	var mu sync.Mutex
	var wg sync.WaitGroup
	next := first
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for {
				mu.Lock()
				seed := next
				next++
				mu.Unlock()
				if seed >= first+uint64(n) || t.Failed() {
					return
				}
				st := newStats()
				one(t, seed, st)
				mu.Lock()
				all.add(st)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return all
}

func (s *stats) add(o *stats) {
	s.steps += o.steps
	s.listened += o.listened
	for was, kinds := range o.edges {
		for k, nexts := range kinds {
			for next, n := range nexts {
				s.edge(was, k, next, n)
			}
		}
	}
}

func (s *stats) edge(was State, k Kind, next State, n int) {
	if s.legal[was] == nil {
		s.legal[was], s.edges[was] = map[Kind]int{}, map[Kind]map[State]int{}
	}
	if s.edges[was][k] == nil {
		s.edges[was][k] = map[State]int{}
	}
	s.legal[was][k] += n
	s.edges[was][k][next] += n
}

// one plays the history of one seed.
func one(t *testing.T, seed uint64, st *stats) {
	t.Helper()
	w := newWorld(seed, st)
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		what, ok := p.(broken)
		if !ok {
			what = broken(fmt.Sprintf("panic: %v\n%s", p, debug.Stack()))
		}
		t.Errorf("history %d at %s: %s\n%s", seed, w.now.Sub(epochStart), what, w.tail(string(what)))
	}()
	w.play(6 * time.Minute)
}

// tail is the end of the trace: the last inputs of the call that the complaint names, else of all.
func (w *world) tail(what string) string {
	last := w.trace
	if id := regexp.MustCompile(`\bc\d+`).FindString(what); id != "" {
		last = slices.DeleteFunc(slices.Clone(last), func(l line) bool { return l.call != id })
	}
	var b strings.Builder
	for _, l := range last[max(0, len(last)-25):] {
		fmt.Fprintln(&b, l)
	}
	return b.String()
}

func (s *stats) String() string {
	var b strings.Builder
	for _, state := range tableStates() {
		for _, k := range tableKinds(state) {
			fmt.Fprintf(&b, "%-11s %-13s %7d  %s\n", name(state), k, s.legal[state][k], s.to(state, k))
		}
	}
	return b.String()
}

func (s *stats) to(state State, k Kind) string {
	var out []string
	for _, next := range append([]State{New}, States()...) {
		if n := s.edges[state][k][next]; n > 0 {
			out = append(out, name(next)+" "+strconv.Itoa(n))
		}
	}
	return strings.Join(out, ", ")
}

func name(s State) string {
	if s == New {
		return "new"
	}
	return string(s)
}

func tableStates() []State { return append([]State{New}, States()...) }

var allKinds = []Kind{
	KEnter, KPlace, KClaimed, KNobody, KRecalled, KNoRecall, KAnswer, KDecline, KHangup, KRejoin, KMute, KDigits, KHold, KResume, KTransfer, KConsult, KComplete,
	KCancel, KSwap, KConfer, KDisconnect, KClosed, KChanged, KSaying, KSaid, KLegRinging, KLegUp, KLegGone, KPhoneHold, KPhoneLost, KPhoneBack, KJoined, KJoinFailed,
	KTicket, KRecovered, KDeadline,
}

// tableKinds lists the inputs that the table has for a state, in the order of the type's constants.
func tableKinds(state State) []Kind {
	return slices.DeleteFunc(slices.Clone(allKinds), func(k Kind) bool { return table[state][k] == nil })
}

func TestMain(m *testing.M) {
	flag.Parse()
	debug.SetGCPercent(800) // histories are short-lived garbage
	os.Exit(m.Run())
}
