package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// The chart's measures, in pixels.
const (
	chartWidth, chartHeight = 720, 400
	chartLeft, chartTop     = 64, 64
	plotHeight              = 260
	barWidth                = 40
)

var colours = map[string]string{pathDial: "#6b7280", pathQueue: "#c2410c", pathSwitchroom: "#1d4ed8"}

// chart draws the set-up times as SVG: a bar for each path and rate, on a logarithmic scale, darkest up to p50, then up to p95 and p99.
func chart(rows []row) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13" role="img" aria-label="Time from INVITE to 200">`+"\n",
		chartWidth, chartHeight)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", chartWidth, chartHeight)
	text(&b, chartLeft, 24, "start", "From INVITE to 200, ms (log): p50 dark, p95, p99 light; × failed calls")
	s := newScale(rows)
	for _, v := range s.marks() {
		y := s.y(v)
		fmt.Fprintf(&b, `<line x1="%d" y1="%.1f" x2="%d" y2="%.1f" stroke="#e5e7eb"/>`+"\n", chartLeft, y, chartWidth-16, y)
		text(&b, chartLeft-8, y+4, "end", fmt.Sprintf("%g", v))
	}
	rates := rates(rows)
	group := float64(chartWidth-16-chartLeft) / float64(max(1, len(rates)))
	for i, rate := range rates {
		left := chartLeft + group*float64(i)
		text(&b, left+group/2, chartTop+plotHeight+22, "middle", fmt.Sprintf("%g calls/s", rate))
		at := slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r.Rate != rate })
		for j, r := range at {
			bar(&b, s, left+group/2+(float64(j)-float64(len(at))/2)*(barWidth+8)+4, r)
		}
	}
	x := chartLeft
	for _, p := range []string{pathDial, pathQueue, pathSwitchroom} {
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="14" height="14" fill="%s"/>`+"\n", x, chartHeight-32, colours[p])
		text(&b, float64(x+20), chartHeight-20, "start", p)
		x += 120
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// bar draws one row; what is longer lies behind.
func bar(b *strings.Builder, s scale, x float64, r row) {
	for _, part := range []struct {
		v       float64
		opacity float64
	}{{r.P99, .3}, {r.P95, .55}, {r.P50, 1}} {
		if part.v <= 0 {
			continue
		}
		y := s.y(part.v)
		fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%d" height="%.1f" fill="%s" fill-opacity="%g"/>`+"\n", x, y, barWidth, chartTop+plotHeight-y, colours[r.Path], part.opacity)
	}
	text(b, x+barWidth/2, s.y(max(r.P99, s.low))-6, "middle", fmt.Sprintf("%.0f", r.P99))
	if r.Failed > 0 {
		text(b, x+barWidth/2, s.y(max(r.P99, s.low))-20, "middle", fmt.Sprintf("×%d", r.Failed))
	}
}

func text(b *strings.Builder, x, y float64, anchor, s string) {
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="%s" fill="#111827">%s</text>`+"\n", x, y, anchor, s)
}

// scale is logarithmic, over whole powers of ten.
type scale struct{ low, high float64 }

func newScale(rows []row) scale {
	s := scale{1, 10}
	for _, r := range rows {
		for s.high < r.P99 {
			s.high *= 10
		}
	}
	return s
}

func (s scale) y(v float64) float64 {
	share := math.Log(max(v, s.low)/s.low) / math.Log(s.high/s.low)
	return chartTop + plotHeight*(1-share)
}

func (s scale) marks() []float64 {
	var out []float64
	for v := s.low; v <= s.high; v *= 10 {
		out = append(out, v)
	}
	return out
}

func rates(rows []row) []float64 {
	var out []float64
	for _, r := range rows {
		if !slices.Contains(out, r.Rate) {
			out = append(out, r.Rate)
		}
	}
	return out
}
