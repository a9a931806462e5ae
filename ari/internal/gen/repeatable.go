package main

// repeatablePosts are the POST requests that say what should be, not what should happen once more: sent twice they end
// in the same state, and the second answer is the one the first would have been.
//
// Not among them, on purpose: originate, create, dial, play, record, snoop, DTMF and user events (they happen twice);
// set a variable (the "variable" may be a function with an effect, such as PJSIP_HEADER(add)); create a bridge or
// channel with an id (the second answer is 409, and the id of a channel that is already gone is accepted again, so a
// customer could be rung twice); add or remove a channel (the second answer differs); continue, move and redirect
// (by then the channel may be somewhere else).
var repeatablePosts = map[string]bool{
	"/channels/{channelId}/answer":                 true,
	"/channels/{channelId}/ring":                   true,
	"/channels/{channelId}/mute":                   true,
	"/channels/{channelId}/hold":                   true,
	"/channels/{channelId}/moh":                    true,
	"/channels/{channelId}/silence":                true,
	"/bridges/{bridgeId}/moh":                      true,
	"/applications/{applicationName}/subscription": true,
}

// onceOnly are requests whose method would allow a repetition but whose effect does not.
var onceOnly = map[string]bool{
	"PUT /endpoints/sendMessage":                    true,
	"PUT /endpoints/{tech}/{resource}/sendMessage":  true,
	"PUT /asterisk/logging/{logChannelName}/rotate": true,
}

// repeatable reports whether a request may be sent a second time when it is unknown whether the first one arrived.
// A repeated DELETE may get 404 although the first one did the work: for the caller the thing is gone either way.
func repeatable(method, path string) bool {
	if method == "POST" {
		return repeatablePosts[path]
	}
	return !onceOnly[method+" "+path]
}
