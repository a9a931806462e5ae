// Package ari is a client for the Asterisk REST Interface of Asterisk 22.10 and newer.
//
// Requests, models and events are generated from Asterisk's own description of its interface; see internal/gen. What is
// written by hand is what a description cannot say: how to stay connected, what was missed, and when to stop.
//
//	sess, err := ari.Open(ctx, ari.Config{URL: "http://127.0.0.1:8088", User: "switchroom", Password: secret, App: "switchroom"})
//	if err != nil { … }
//	defer sess.Close()
//	for {
//		item, err := sess.Next(ctx)
//		if err != nil { … }
//		switch e := item.(type) {
//		case ari.Connected:    // list channels and bridges, compare with what you know, only then go on
//		case *ari.StasisStart: // e.Channel, e.Args
//		case ari.Disconnected: // what happens until the next Connected is not reported
//		}
//	}
//
// The promises, each held by a test on a real Asterisk:
//
//   - Items arrive in Asterisk's order and none is dropped. The socket is drained at once, however slow the consumer is.
//   - Connected and Disconnected are items of the same stream, with an epoch: everything between the two is complete.
//   - Every request has a timeout. No request that could take effect twice is ever repeated by itself.
//   - A socket that is up with an application that is dead is found by a ping that travels the whole way.
//   - Whoever loses the application to another client stops for good: Asterisk itself would let both act.
//
// What Asterisk does not say, and was seen on 22.10.1:
//
//   - A bridge must not have the id of a channel: the application would get the events of only one of the two.
//   - A bridge's own events (BridgeDestroyed, recordings, playbacks) come while a channel of the application is in it, or with
//     a subscription to "bridge:<id>". A destroyed channel may be found by a GET for some milliseconds more.
//   - Create and then Dial at once is refused (409): dial after the channel's StasisStart.
//   - A recording needs <spool>/recording to exist; without it record answers 500.
//   - 204 to hold, moh, ring, dial or continue means queued, not done.
package ari

//go:generate go run ./internal/gen
