package phone

import (
	"math"
	"slices"
	"sync"
	"time"
)

// maxHistory bounds what a call remembers of what it heard: 30 minutes, about 2 MB.
const maxHistory = 30 * 60 * 1000 / 20

// window is what was heard in one frame of 20 ms. It is kept small: there are fifty a second.
type window struct {
	at    int64 // when its last sample arrived, nanoseconds since the history began
	rms   int8  // dBFS
	level [maxListen]int8
}

// has says whether the tone in the given slot was heard in this window.
func (w *window) has(slot int) bool {
	l := w.level[slot]
	return l >= toneFloor && int(l) >= int(w.rms)-toneShare
}

// history is what a call heard, window by window, in the order of arrival.
// The receiver adds; any goroutine may ask.
type history struct {
	bank *bank
	base time.Time

	mu      sync.Mutex
	windows []window
	rest    []int16 // samples that do not fill a frame yet
}

func newHistory(b *bank) *history {
	return &history{bank: b, base: time.Now(), rest: make([]int16, 0, 2*frameSamples)}
}

// add measures samples that arrived at the given time.
func (h *history) add(at time.Time, pcm []int16) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.rest = append(h.rest, pcm...)
	used := 0
	for ; len(h.rest)-used >= frameSamples; used += frameSamples {
		w := window{at: int64(at.Sub(h.base))}
		w.rms, w.level = h.bank.measure(h.rest[used : used+frameSamples])
		if len(h.windows) == maxHistory {
			h.windows = slices.Delete(h.windows, 0, maxHistory/4)
		}
		h.windows = append(h.windows, w)
	}
	h.rest = h.rest[:copy(h.rest, h.rest[used:])]
}

// between returns the windows that arrived in [from, to). The slice is valid
// under h.mu only.
func (h *history) between(from, to time.Time) []window {
	first := h.find(from)
	return h.windows[first:max(first, h.find(to))]
}

// find is the index of the first window that arrived at t or later.
func (h *history) find(t time.Time) int {
	at := int64(t.Sub(h.base))
	i, _ := slices.BinarySearchFunc(h.windows, at, func(w window, at int64) int {
		switch {
		case w.at < at:
			return -1
		case w.at > at:
			return 1
		}
		return 0
	})
	// BinarySearch lands on any of several equal ones: go to their first.
	for i > 0 && h.windows[i-1].at >= at {
		i--
	}
	return i
}

// longestWithout is the longest time in [from, to) in which no window was good:
// windows that are not good and packets that did not come count alike.
func (h *history) longestWithout(from, to time.Time, good func(*window) bool) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !to.After(from) {
		return 0
	}
	// Each window stands for the 20 ms before its arrival.
	last, longest := from, time.Duration(0)
	windows := h.between(from, to.Add(packetTime))
	for i := range windows {
		if !good(&windows[i]) {
			continue
		}
		at := h.base.Add(time.Duration(windows[i].at))
		longest = max(longest, at.Add(-packetTime).Sub(last))
		last = at
	}
	return max(longest, to.Sub(last))
}

// runs calls found for each stretch of at least minRun consecutive windows in
// [from, to) with the tone of the slot, with the times of its beginning and end.
func (h *history) runs(slot int, from, to time.Time, minRun int, found func(begin, end time.Time) (more bool)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	windows := h.between(from, to)
	for i := 0; i < len(windows); i++ {
		n := 0
		for i+n < len(windows) && windows[i+n].has(slot) {
			n++
		}
		if n >= minRun {
			begin := h.base.Add(time.Duration(windows[i].at)).Add(-packetTime)
			if !found(begin, h.base.Add(time.Duration(windows[i+n-1].at))) {
				return
			}
		}
		i += n
	}
}

// level is the mean power, in dBFS, of the windows in [from, to).
func (h *history) level(from, to time.Time) float64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	windows := h.between(from, to)
	sum := 0.0
	for i := range windows {
		sum += math.Pow(10, float64(windows[i].rms)/10)
	}
	if len(windows) == 0 {
		return silenceDB
	}
	return max(silenceDB, 10*math.Log10(sum/float64(len(windows))))
}

// last is a slot's level in the latest window.
func (h *history) last(slot int) float64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.windows) == 0 {
		return silenceDB
	}
	return float64(h.windows[len(h.windows)-1].level[slot])
}
