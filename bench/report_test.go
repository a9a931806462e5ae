package main

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestPercentilesAreNearestRank(t *testing.T) {
	var hundred []time.Duration
	for i := 1; i <= 100; i++ {
		hundred = append(hundred, time.Duration(i)*time.Millisecond)
	}
	for _, tt := range []struct {
		of   []time.Duration
		p    int
		want float64
	}{
		{hundred, 50, 50}, {hundred, 95, 95}, {hundred, 99, 99},
		{hundred[:1], 99, 1}, {hundred[:3], 50, 2}, {nil, 99, 0},
	} {
		if got := percentile(tt.of, tt.p); got != tt.want {
			t.Errorf("p%d of %d values is %v, want %v", tt.p, len(tt.of), got, tt.want)
		}
	}
}

var sample = []row{
	{Path: pathDial, Rate: 60, Calls: 600, P50: 4, P95: 8, P99: 9, AsteriskCPU: 6},
	{Path: pathQueue, Rate: 60, Calls: 600, Failed: 3, P50: 6, P95: 2012, P99: 2016, AsteriskCPU: 9},
	{Path: pathSwitchroom, Rate: 60, Calls: 600, P50: 8, P95: 16, P99: 18, AsteriskCPU: 9, ControllerCPU: 5, ControllerRSS: 52},
}

func TestTheResultsHaveExactlyTheAgreedFields(t *testing.T) {
	raw, err := json.Marshal(sample)
	if err != nil {
		t.Fatal(err)
	}
	var back []map[string]any
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	want := []string{"asterisk_cpu_ms_per_call", "calls", "calls_failed", "calls_per_second", "controller_cpu_ms_per_call", "controller_rss_mb",
		"path", "setup_ms_p50", "setup_ms_p95", "setup_ms_p99"}
	for _, r := range back {
		if got := slices.Sorted(maps.Keys(r)); !slices.Equal(got, want) {
			t.Errorf("fields %v", got)
		}
	}
}

func TestRatiosCompareTheSameRate(t *testing.T) {
	got := ratios(append(slices.Clone(sample), row{Path: pathDial, Rate: 20, P50: 1}))
	for _, want := range []string{"switchroom / dial : p50  2.00  p95  2.00  p99  2.00  Asterisk's CPU 1.50", "switchroom / queue"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	if n := strings.Count(got, "\n"); n != 2 {
		t.Errorf("%d lines:\n%s", n, got)
	}
}

func TestTheChartIsWellFormedXML(t *testing.T) {
	d := xml.NewDecoder(strings.NewReader(chart(sample)))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
