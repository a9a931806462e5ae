// Package phone is SIP phones scripted in Go, for tests, demonstrations and load: they register at a real Asterisk, place
// and take calls, hold, transfer, press keys, fail in the ways phones fail, and
// measure what they hear.
//
// # A first scenario
//
//	func TestCallerHearsTheAgent(t *testing.T) {
//		caller := phone.Ephemeral(t, phone.Config{User: "caller", Password: pw, Server: node.SIPAddr, Sound: phone.Tone(500, -15)})
//		agent := phone.Ephemeral(t, phone.Config{User: "agent", Password: pw, Server: node.SIPAddr, Sound: phone.Tone(700, -15)})
//		agent.OnInvite(phone.AnswerAfterRinging(300 * time.Millisecond))
//
//		call, err := caller.Invite(ctx, "1000", phone.InviteOpts{FromName: "Ann Example"})
//		...
//		taken, err := agent.WaitIncoming(ctx) // the agent's end of it
//		...
//		err = call.WaitTone(ctx, 700)  // the caller hears the agent
//		err = taken.WaitTone(ctx, 500) // and the agent the caller
//		if silence := call.LongestSilence(call.Since(phone.StateUp), time.Time{}, -45); silence > time.Second { ... }
//		err = call.Hangup(ctx)
//		end, err := taken.WaitEnded(ctx) // end.By == phone.Remote, end.Q850 == 16
//	}
//
// Every wait takes a context and ends with it: bound it by what the requirement
// allows, and never sleep. Waits for something that can no longer come fail at once with [ErrEnded].
//
// # Who is who
//
// Give each party a [Tone] of its own out of [Tones]. A tone at the other end proves that the audio path stands,
// and [Call.HeardBetween] that nobody else is on it: a colleague in a
// consultation must not be heard by the customer. The lab's music on hold avoids the tones; name its frequencies in
// Config.Listen to wait for the music itself.
//
// # Incoming calls
//
// [Phone.OnInvite] sets a [Behaviour]: [AutoAnswer], [AnswerAfterRinging], [RingForever] (what a phone does unless told
// otherwise), [Busy], [Decline], [DoNotDisturb], [Refuse], [NoReplyAtAll]. A behaviour is only a function, so a test
// writes its own:
//
//	agent.OnInvite(func(c *phone.Call) {
//		c.Ring()
//		if c.FromName() == "Ann Example" {
//			c.Answer(c.Context())
//		}
//	})
//
// The INVITE's headers are in [Call.Invitation]; whether CANCEL came and why in [Call.Cancelled] and
// [Call.AnsweredElsewhere]. Config.HonourAutoAnswer and Config.AcceptTalkNotify make a
// phone obey auto-answer headers and NOTIFY with Event talk, as the better desk phones do.
//
// # Ways to fail
//
// [Phone.Vanish] is a phone that loses power: it answers nothing any more. [NoReplyAtAll] is silent to INVITE only.
// [Call.StopRTP] loses the audio and keeps the signalling. [Call.Send] with [Silence] is a
// user who says nothing, with packets. A phone's [Phone.Close] hangs up but does
// not unregister; [Ephemeral] does both at a test's end.
//
// # What is measured, and how well
//
// Each packet of 20 ms is measured as it comes: its level, and with Goertzel's algorithm that of each
// frequency. Levels are in dBFS, where a sine at full scale is 0. A tone counts as heard after three packets
// in a row (60 ms), so shorter bursts are not seen. Times are those of arrival in this process, good to
// about 20 ms on an idle machine; [ReadClock] says whether the machine kept up. The history of a call stays after its end and reaches
// back 30 minutes.
//
// # What a phone costs
//
// A phone is one socket and one goroutine. A call is a second socket, a goroutine
// that reads, and about 2 kB of history a second. All calls of the process are sent by one clock. Fifty calls between a hundred
// phones take about a tenth of one core (TestFiftyCallsAtOnce prints it).
//
// # What it does not do
//
// No TLS, SRTP, ICE or WebSocket (browsers are tested as browsers), no video, no codec but G.711, no
// 100rel, no RTCP. Every message goes to Config.Server, which is taken for the phone's outbound proxy.
package phone
