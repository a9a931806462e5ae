// Command hold measures how soon a customer hears that they are put on hold, and that they are taken off it.
//
//	go run ./bench/hold            table on standard output, bench/out/hold.json
//
// Fifty customers talk to fifty agents, with audio both ways, through "switchroom serve" as it is delivered, on a real Asterisk. Agents hold and resume
// by the REST API, one call every few dozen milliseconds. Times run from before the request is sent until the kernel receives the packet at the
// customer's RTP socket; what is music and what is the agent is told by the tones in it. Packets come every 20 ms, so half of that is in each time.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"switchroom/lab"
	"switchroom/lab/phone"
)

type options struct {
	calls, rounds, hands int
	out                  string
}

func main() {
	log.SetFlags(0)
	var o options
	flag.IntVar(&o.calls, "calls", 50, "live calls")
	flag.IntVar(&o.rounds, "rounds", 10, "how often each call is put on hold and resumed")
	flag.IntVar(&o.hands, "hands", 5, "how many calls are being held or resumed at a time")
	flag.StringVar(&o.out, "out", "bench/out", "folder for the results and the controller's log")
	flag.Parse()
	if o.calls < 1 || o.calls > 60 || o.rounds < 1 || o.hands < 1 {
		log.Fatal("bench: calls must be 1 to 60 (as many logins as the API lets one address make), rounds and hands at least 1")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		log.Fatal("bench: ", err)
	}
}

func run(ctx context.Context, o options) error {
	s, err := build(ctx, o)
	if err != nil {
		return err
	}
	defer s.close()
	log.Printf("%d calls are up; each is held and resumed %d times", o.calls, o.rounds)
	phone.ReadClock()
	m := &measured{}
	if err := m.all(ctx, o, s.pairs); err != nil {
		return err
	}
	rows := []row{
		summarise("hold: first packet of music", m.firstMusic),
		summarise("resume: last packet of music", m.lastMusic),
		summarise("resume: first packet of the agent", m.firstVoice),
	}
	fmt.Printf("%-34s %7s %8s %8s %8s %8s\n", "from the request to", "samples", "p50 ms", "p95 ms", "p99 ms", "max ms")
	for _, r := range rows {
		fmt.Printf("%-34s %7d %8.1f %8.1f %8.1f %8.1f\n", r.What, r.Samples, r.P50, r.P95, r.P99, r.Max)
	}
	fmt.Printf("\n%d live calls; the load's own packets were up to %v late\n", o.calls, phone.ReadClock().WorstLag.Round(time.Millisecond))
	raw, err := json.MarshalIndent(rows, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(o.out, "hold.json"), append(raw, '\n'), 0o644)
}

// measured is what was measured so far.
type measured struct {
	mu                                sync.Mutex
	firstMusic, lastMusic, firstVoice []time.Duration
}

// all holds and resumes each call so many times, a few at a time, in random order.
func (m *measured) all(ctx context.Context, o options, pairs []*pair) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	for range o.rounds {
		todo := make(chan *pair, len(pairs))
		for _, i := range rand.Perm(len(pairs)) {
			todo <- pairs[i]
		}
		close(todo)
		var hands sync.WaitGroup
		for range o.hands {
			hands.Go(func() {
				for p := range todo {
					if err := m.one(ctx, p); err != nil {
						cancel(err)
						return
					}
				}
			})
		}
		hands.Wait()
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	return nil
}

// steady is how long a tone is listened to before the next command.
const steady = 200 * time.Millisecond

// one holds and resumes a call.
func (m *measured) one(ctx context.Context, p *pair) error {
	music := int(lab.MusicTones[0])
	held := time.Now()
	if err := p.agent.command(ctx, p.call, "hold"); err != nil {
		return err
	}
	if err := p.hears(ctx, music); err != nil {
		return err
	}
	first, _, _ := p.customer.FirstAndLast(music, held, time.Time{})
	time.Sleep(steady/2 + rand.N(steady)) // at any point of the stream of packets
	resumed := time.Now()
	if err := p.agent.command(ctx, p.call, "resume"); err != nil {
		return err
	}
	if err := p.hears(ctx, p.tone); err != nil {
		return err
	}
	time.Sleep(steady/2 + rand.N(steady))
	_, last, ok := p.customer.FirstAndLast(music, resumed.Add(-100*time.Millisecond), time.Time{})
	voice, _, ok2 := p.customer.FirstAndLast(p.tone, resumed, time.Time{})
	if !ok || !ok2 {
		return fmt.Errorf("call %s: music or agent were not heard around the resume", p.call)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.firstMusic = append(m.firstMusic, first.Sub(held))
	m.lastMusic = append(m.lastMusic, max(0, last.Sub(resumed)))
	m.firstVoice = append(m.firstVoice, voice.Sub(resumed))
	return nil
}

// row is one measure, as written to hold.json.
type row struct {
	What    string  `json:"what"`
	Samples int     `json:"samples"`
	P50     float64 `json:"ms_p50"`
	P95     float64 `json:"ms_p95"`
	P99     float64 `json:"ms_p99"`
	Max     float64 `json:"ms_max"`
}

func summarise(what string, of []time.Duration) row {
	slices.Sort(of)
	at := func(p int) float64 { // nearest rank
		return float64(of[(len(of)*p+99)/100-1].Microseconds()) / 1000
	}
	return row{What: what, Samples: len(of), P50: at(50), P95: at(95), P99: at(99), Max: at(100)}
}

// lastLines is the end of a file, for messages.
func lastLines(path string, n int) string {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
