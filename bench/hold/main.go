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
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"time"

	"switchroom/bench/internal/delivered"
	"switchroom/bench/internal/rig"
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
	if o.calls < 1 || o.calls > 200 || o.rounds < 1 || o.hands < 1 {
		log.Fatal("bench: calls must be 1 to 200, rounds and hands at least 1")
	}
	rig.Main(func(ctx context.Context) error { return run(ctx, o) })
}

func run(ctx context.Context, o options) error {
	s, err := build(ctx, o)
	if err != nil {
		return err
	}
	defer s.Close()
	log.Printf("%d calls are up; each is held and resumed %d times", o.calls, o.rounds)
	phone.ReadClock()
	m := &measured{}
	if err := m.all(ctx, o, s.pairs); err != nil {
		return err
	}
	rows := []delivered.Row{
		delivered.Summarise("hold: first packet of music", m.firstMusic),
		delivered.Summarise("resume: last packet of music", m.lastMusic),
		delivered.Summarise("resume: first packet of the agent", m.firstVoice),
	}
	delivered.Print(rows)
	fmt.Printf("\n%d live calls; the load's own packets were up to %v late\n", o.calls, phone.ReadClock().WorstLag.Round(time.Millisecond))
	return delivered.Write(filepath.Join(o.out, "hold.json"), rows)
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
	if err := p.agent.Command(ctx, p.call, "hold"); err != nil {
		return err
	}
	if err := p.hears(ctx, music); err != nil {
		return err
	}
	first, _, _ := p.customer.FirstAndLast(music, held, time.Time{})
	time.Sleep(steady/2 + rand.N(steady)) // at any point of the stream of packets
	resumed := time.Now()
	if err := p.agent.Command(ctx, p.call, "resume"); err != nil {
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
