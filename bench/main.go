// Command bench puts the same SIP load through Dial(), Queue() and Switchroom on this machine, and compares them.
//
//	go run ./bench                 table on standard output, bench/out/latest.json and bench/out/latest.svg
//	go run ./bench -rates 60 -repeat 2 -profile
//
// In all three the caller is answered only when the agent answers, agents answer at once, and the phones are the same: accounts that the
// product created at run time. The peers run in an Asterisk of their own, of the same configuration, so that no controller listens to
// them. Slots of a few seconds of each path and rate alternate and repeat, so that a noisy machine does not decide; compare ratios, not
// milliseconds.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"strconv"
	"strings"
	"time"

	"switchroom/bench/internal/rig"
)

// The paths that are compared.
const (
	pathDial       = "dial"
	pathQueue      = "queue"
	pathSwitchroom = "switchroom"
)

type options struct {
	rates   []float64
	paths   []string
	slot    time.Duration // how long calls are placed before the next path's turn
	repeat  int
	agents  int
	hold    time.Duration
	out     string
	profile string // file name's beginning for the controller's profiles; empty: none
	verbose bool
}

func main() {
	log.SetFlags(0)
	o, err := parseFlags()
	if err != nil {
		log.Fatal("bench: ", err)
	}
	rig.Main(func(ctx context.Context) error { return run(ctx, o) })
}

func parseFlags() (options, error) {
	var o options
	rates := flag.String("rates", "20,60,100", "calls per second, separated by commas")
	paths := flag.String("paths", strings.Join([]string{pathDial, pathQueue, pathSwitchroom}, ","), "what to compare")
	flag.DurationVar(&o.slot, "slot", 5*time.Second, "how long one path is loaded before the next one's turn")
	flag.IntVar(&o.repeat, "repeat", 4, "how often every path and rate has its turn")
	flag.IntVar(&o.agents, "agents", 400, "agents, each with a registered phone")
	flag.DurationVar(&o.hold, "hold", time.Second, "how long a call lasts once it is answered")
	flag.StringVar(&o.out, "out", "bench/out", "folder for the results and the controller's log")
	flag.StringVar(&o.profile, "profile", "", "also write CPU profiles of the controller to files whose names begin so")
	flag.BoolVar(&o.verbose, "v", false, "a line for each slot")
	flag.Parse()
	o.paths = strings.Split(*paths, ",")
	for _, s := range strings.Split(*rates, ",") {
		r, err := strconv.ParseFloat(s, 64)
		if err != nil || r <= 0 {
			return o, fmt.Errorf("rate %q: want calls per second", s)
		}
		o.rates = append(o.rates, r)
	}
	for _, p := range o.paths {
		if p != pathDial && p != pathQueue && p != pathSwitchroom {
			return o, fmt.Errorf("path %q: want dial, queue or switchroom", p)
		}
	}
	if o.repeat < 1 || o.agents < 1 || o.slot <= 0 {
		return o, fmt.Errorf("repeat, agents and slot must be positive")
	}
	return o, nil
}

func run(ctx context.Context, o options) error {
	site, err := build(ctx, o)
	if err != nil {
		return err
	}
	defer site.Close()
	cells, err := measure(ctx, o, site)
	if err != nil {
		return err
	}
	rows := summarise(cells)
	fmt.Println(table(rows))
	return write(o.out, rows)
}
