package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// row is one path at one rate, as written to latest.json. Times are of the calls that did not fail.
type row struct {
	Path          string  `json:"path"`
	Rate          float64 `json:"calls_per_second"`
	Calls         int     `json:"calls"`
	Failed        int     `json:"calls_failed"`
	P50           float64 `json:"setup_ms_p50"`
	P95           float64 `json:"setup_ms_p95"`
	P99           float64 `json:"setup_ms_p99"`
	AsteriskCPU   float64 `json:"asterisk_cpu_ms_per_call"`
	ControllerCPU float64 `json:"controller_cpu_ms_per_call"` // with Redis; zero for the peers
	ControllerRSS float64 `json:"controller_rss_mb"`          // the highest seen

	redisCPU float64 // the part of ControllerCPU
	loadCPU  float64
	kbPerCall,
	others float64 // share of one CPU that strangers used meanwhile
	errors map[string]int
}

func summarise(cells []*cell) []row {
	rows := make([]row, len(cells))
	for i, c := range cells {
		rows[i] = c.summary()
	}
	return rows
}

func (c *cell) summary() row {
	r := row{Path: c.path, Rate: c.rate, Calls: c.calls, Failed: c.calls - len(c.setups), errors: c.errors}
	slices.Sort(c.setups)
	r.P50, r.P95, r.P99 = percentile(c.setups, 50), percentile(c.setups, 95), percentile(c.setups, 99)
	per := func(d time.Duration) float64 { return round(ms(d) / float64(max(1, c.calls))) }
	r.AsteriskCPU, r.loadCPU = per(c.used.asterisk), per(c.used.load)
	r.others = c.used.others.Seconds() / max(c.took.Seconds(), 1e-3)
	if c.path == pathSwitchroom {
		r.ControllerCPU, r.redisCPU = per(c.used.controller+c.used.redis), per(c.used.redis)
		r.ControllerRSS = round(float64(c.peakRSS) / (1 << 20))
		r.kbPerCall = float64(c.peakRSS-c.idleRSS) / 1024 / max(c.rate, 1) // a call lasts about a second
	}
	return r
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func round(v float64) float64 { return float64(int64(v*100+0.5)) / 100 }

// percentile is the smallest value that at least p percent do not exceed, in milliseconds.
func percentile(sorted []time.Duration, p int) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return round(ms(sorted[(len(sorted)*p+99)/100-1]))
}

func table(rows []row) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-10s %7s %6s %6s | %8s %8s %8s | %8s %10s %6s %6s | %6s %9s | %s\n", "path", "calls/s", "calls", "failed",
		"p50 ms", "p95 ms", "p99 ms", "asterisk", "controller", "redis", "load", "MB", "kB/call", "others")
	for _, r := range rows {
		b.WriteString(line(r) + "\n")
	}
	b.WriteString("\nCPU is in ms per call; controller includes redis; others is the share of one CPU that strangers used meanwhile.\n")
	for _, r := range rows {
		for _, e := range slices.Sorted(maps.Keys(r.errors)) {
			fmt.Fprintf(&b, "failed: %s at %g: %d × %s\n", r.Path, r.Rate, r.errors[e], e)
		}
	}
	b.WriteString("\n" + ratios(rows))
	return b.String()
}

func line(r row) string {
	return fmt.Sprintf("%-10s %7g %6d %6d | %8.2f %8.2f %8.2f | %8.2f %10.2f %6.2f %6.2f | %6.1f %9.1f | %3.0f%%", r.Path, r.Rate, r.Calls, r.Failed,
		r.P50, r.P95, r.P99, r.AsteriskCPU, r.ControllerCPU, r.redisCPU, r.loadCPU, r.ControllerRSS, r.kbPerCall, 100*r.others)
}

// ratios compares Switchroom with its peers at the same rate.
func ratios(rows []row) string {
	var b strings.Builder
	for _, r := range rows {
		if r.Path != pathSwitchroom {
			continue
		}
		for _, peer := range rows {
			if peer.Path == pathSwitchroom || peer.Rate != r.Rate {
				continue
			}
			fmt.Fprintf(&b, "at %3g calls/s, switchroom / %-5s: p50 %5.2f  p95 %5.2f  p99 %5.2f  Asterisk's CPU %4.2f\n", r.Rate, peer.Path,
				over(r.P50, peer.P50), over(r.P95, peer.P95), over(r.P99, peer.P99), over(r.AsteriskCPU, peer.AsteriskCPU))
		}
	}
	return b.String()
}

func over(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// write writes the rows and their chart.
func write(dir string, rows []row) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	raw, err := json.MarshalIndent(rows, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "latest.json"), append(raw, '\n'), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "latest.svg"), []byte(chart(rows)), 0o644)
}
