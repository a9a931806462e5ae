package engine

import "time"

// NodeReport is what a controller says of its Asterisk node (S5).
type NodeReport struct {
	Name       string    `json:"name"`
	Controller string    `json:"controller"`
	Connected  bool      `json:"connected"` // and calls are served
	Since      time.Time `json:"since"`     // since when it has been so
	Version    string    `json:"version"`   // Asterisk's; empty before the first connect
	// As the controller is configured, without secrets.
	ARIURL       string   `json:"ari_url"`
	MediaAddress string   `json:"media_address"`
	SIPSocket    string   `json:"sip_socket"`
	ICEServers   []string `json:"ice_servers"`
	// ControllerAway: the report is old; see At.
	ControllerAway bool      `json:"controller_away"`
	SeenAt         time.Time `json:"seen_at"`
}

// nodeAway is how old a controller's report may be: a controller reports every two seconds.
const nodeAway = 10 * time.Second

// At is the report as it is to be read at that time: of a node whose controller says nothing, nothing is known.
func (r NodeReport) At(t time.Time) NodeReport {
	if t.Sub(r.SeenAt) > nodeAway {
		r.ControllerAway, r.Connected = true, false
	}
	return r
}

// Link tells whether the node is connected and calls are served, and since when it has been so.
func (e *Engine) Link() (connected bool, since time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.ready.Load(), e.linkSince
}

// link notes a change. e.mu is held.
func (e *Engine) link(connected bool) {
	if e.ready.Swap(connected) != connected {
		e.linkSince = now()
	}
}
