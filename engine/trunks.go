package engine

import (
	"maps"
	"sync"

	"switchroom/call"
	"switchroom/dialing"
)

// trunks counts the calls on each trunk, so that no carrier is sent more than it takes. The calls themselves are the memory: each leg knows its way.
type trunks struct {
	mu     sync.Mutex
	limits map[string]int    // by PJSIP endpoint, as last read from the settings
	legs   map[string]string // on a trunk now, or a moment ago → its endpoint
}

func newTrunks() *trunks { return &trunks{limits: map[string]int{}, legs: map[string]string{}} }

// learn notes what the settings say.
func (t *trunks) learn(list []dialing.Trunk) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, trunk := range list {
		t.limits[trunk.Endpoint] = trunk.MaxChannels
	}
}

// resume counts the legs of a call that was there before us.
func (t *trunks) resume(c call.Call) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for leg, way := range c.WaysTaken() {
		_, t.legs[leg] = dialing.Way(way)
	}
}

// take counts a leg that is about to be called, or says that its trunk is full. A short code is called in any case. there tells whether a leg that was
// counted is still on its trunk.
func (t *trunks) take(leg, way string, there func(leg string) bool) (full bool) {
	user, endpoint := dialing.Way(way)
	t.mu.Lock()
	defer t.mu.Unlock()
	maps.DeleteFunc(t.legs, func(leg, over string) bool { return over == endpoint && !there(leg) })
	n := 0
	for _, over := range t.legs {
		if over == endpoint {
			n++
		}
	}
	if limit := t.limits[endpoint]; limit > 0 && n >= limit && !user.Short() {
		return true
	}
	t.legs[leg] = endpoint
	return false
}

// onTrunk tells whether a leg to the outside is not gone.
func (e *Engine) onTrunk(leg string) bool {
	o := e.owner(CallOf(leg))
	if o == nil {
		return false
	}
	c := o.snapshot()
	return c.WaysTaken()[leg] != ""
}
