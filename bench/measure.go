package main

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"switchroom/bench/internal/house"
	"switchroom/bench/internal/sipload"
)

// cell is one path at one rate, over all its slots.
type cell struct {
	path    string
	rate    float64
	calls   int
	setups  []time.Duration // of the calls that did not fail
	errors  map[string]int  // why the others did
	used    usage
	took    time.Duration // of the slots, with the calls' ends
	peakRSS int64         // of the controller, bytes
	idleRSS int64         // before the first slot
}

// usage is CPU time.
type usage struct{ asterisk, controller, redis, load, others time.Duration }

const (
	// giveUp: nobody waits longer for an agent who answers at once.
	giveUp = 10 * time.Second
	// settle is a pause after the last channel is gone, for what is still being written.
	settle = 300 * time.Millisecond
)

func measure(ctx context.Context, o options, s *site) ([]*cell, error) {
	var cells []*cell
	for _, r := range o.rates {
		for _, p := range o.paths {
			cells = append(cells, &cell{path: p, rate: r, errors: map[string]int{}})
		}
	}
	for _, p := range o.paths { // warm up: caches fill, pools grow, and nobody is the first
		if err := s.slot(ctx, o, &cell{path: p, rate: 20, errors: map[string]int{}}, 2*time.Second); err != nil {
			return nil, err
		}
	}
	idle, err := rss(s.controller.Process.Pid)
	if err != nil {
		return nil, err
	}
	for i := range o.repeat {
		log.Printf("round %d of %d", i+1, o.repeat)
		for _, j := range rand.Perm(len(cells)) {
			c := cells[j]
			c.idleRSS = idle
			if err := s.slot(ctx, o, c, o.slot); err != nil {
				return nil, fmt.Errorf("%s at %g calls/s: %w", c.path, c.rate, err)
			}
		}
	}
	return cells, nil
}

// slot loads one path for a while and adds what came of it to the cell.
func (s *site) slot(ctx context.Context, o options, c *cell, length time.Duration) error {
	p, number := s.peer, func(int) string { return house.NumberQueue }
	switch c.path {
	case pathDial:
		number = func(i int) string { return house.NumberDial(s.accounts, i) }
	case pathSwitchroom:
		p, number = s.ours, func(int) string { return house.NumberSwitchroom }
	}
	if err := p.quiet(ctx); err != nil {
		return err
	}
	before, err := s.usage(p)
	if err != nil {
		return err
	}
	begun := time.Now()
	stop := s.watchRSS(c)
	profiled := s.profile(o, c, length)
	results := p.callers.Run(ctx, sipload.Load{Rate: c.rate, Calls: max(1, int(c.rate*length.Seconds())), Number: number, Hold: o.hold, GiveUp: giveUp})
	if err := p.quiet(ctx); err != nil {
		return err
	}
	time.Sleep(settle)
	stop()
	profiled()
	after, err := s.usage(p)
	if err != nil {
		return err
	}
	used, took := after.minus(before), time.Since(begun)
	c.add(results, used, took)
	if o.verbose {
		part := cell{path: c.path, rate: c.rate, errors: map[string]int{}}
		part.add(results, used, took)
		log.Print("  ", line(part.summary()), fmt.Sprintf(" others %3.0f%%", 100*used.others.Seconds()/took.Seconds()), part.errors)
	}
	return ctx.Err()
}

func (c *cell) add(results []sipload.Result, used usage, took time.Duration) {
	for _, r := range results {
		c.calls++
		if r.Err != nil {
			c.errors[r.Err.Error()]++
			continue
		}
		c.setups = append(c.setups, r.Setup)
	}
	c.used = c.used.plus(used)
	c.took += took
}

// usage reads the CPU time of the processes that serve the place, of the load and of everybody else.
func (s *site) usage(p *place) (usage, error) {
	var u usage
	for _, x := range []struct {
		to  *time.Duration
		pid int
	}{
		{&u.asterisk, p.asterisk.Pid()}, {&u.controller, s.controller.Process.Pid}, {&u.redis, s.redis.Pid()}, {&u.load, os.Getpid()},
	} {
		var err error
		if *x.to, err = cpuTime(x.pid); err != nil {
			return u, err
		}
	}
	all, err := machineBusy()
	u.others = all - u.asterisk - u.controller - u.redis - u.load
	return u, err
}

func (u usage) minus(v usage) usage {
	return usage{u.asterisk - v.asterisk, u.controller - v.controller, u.redis - v.redis, u.load - v.load, u.others - v.others}
}

func (u usage) plus(v usage) usage {
	return usage{u.asterisk + v.asterisk, u.controller + v.controller, u.redis + v.redis, u.load + v.load, u.others + v.others}
}

// watchRSS follows the controller's memory until the returned function is called.
func (s *site) watchRSS(c *cell) (stop func()) {
	end := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		t := time.NewTicker(100 * time.Millisecond)
		defer t.Stop()
		for {
			select {
			case <-end:
				return
			case <-t.C:
				if v, err := rss(s.controller.Process.Pid); err == nil {
					c.peakRSS = max(c.peakRSS, v)
				}
			}
		}
	})
	return func() { close(end); wg.Wait() }
}
