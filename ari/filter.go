package ari

import "slices"

// needed events pass every filter: the session itself lives on them.
var needed = []EventType{EventChannelUserevent, EventApplicationReplaced, EventMissingParams}

// eventSet is a Filter made fast.
type eventSet struct {
	allowed, disallowed map[EventType]bool
}

func newEventSet(f Filter) eventSet {
	s := eventSet{disallowed: map[EventType]bool{}}
	for _, t := range f.Disallowed {
		s.disallowed[t] = !slices.Contains(needed, t)
	}
	if len(f.Allowed) > 0 {
		s.allowed = map[EventType]bool{}
		for _, t := range append(slices.Clone(f.Allowed), needed...) {
			s.allowed[t] = true
		}
	}
	return s
}

// wants reports whether an event of this type goes into the stream.
func (s eventSet) wants(t EventType) bool {
	return !s.disallowed[t] && (s.allowed == nil || s.allowed[t])
}

// request is the filter in Asterisk's form. Both lists are sent, so that nothing of an earlier filter stays.
func (s eventSet) request() EventFilter {
	f := EventFilter{Allowed: []EventRef{}, Disallowed: []EventRef{}}
	for t, on := range s.allowed {
		if on {
			f.Allowed = append(f.Allowed, EventRef{t})
		}
	}
	for t, on := range s.disallowed {
		if on {
			f.Disallowed = append(f.Disallowed, EventRef{t})
		}
	}
	return f
}
