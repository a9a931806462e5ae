package node

import (
	"context"
	"path/filepath"
	"strings"

	"switchroom/ari"
	"switchroom/call"
	"switchroom/engine"
)

// builtInMessage is what a customer hears who is disconnected by force, where the service has no message of its own, or the node no folder for it: one of Asterisk's own sounds.
const builtInMessage = "vm-goodbye"

// playback is the id of the customer's forced message. A second request with the id of one that plays would queue it again.
func playback(channel string) string { return channel + messageSuffix }

const messageSuffix = "-message"

// say plays the forced message to the customer, unless it is being played. Events tell of its beginning and end.
func (c *client) say(ctx context.Context, e call.SayMessage) (call.Input, error) {
	_, err := c.c.Playbacks().Get(ctx, playback(e.Leg))
	if err == nil {
		return nil, nil
	}
	if !ari.IsNotFound(err) {
		return nil, err
	}
	sound := builtInMessage
	if e.Message != "" && c.prompts != "" { // Asterisk chooses the file's form by itself, and wants no suffix
		sound = filepath.Join(c.prompts, strings.TrimSuffix(e.Message, filepath.Ext(e.Message)))
	}
	if strings.ContainsAny(sound, ",:") { // a list, or another kind of media: Asterisk would never say that it is over
		return call.MessageOver{Failed: true}, nil
	}
	_, err = c.c.Channels().PlayWithID(ctx, e.Leg, playback(e.Leg), ari.ChannelPlayWithIDParams{Media: []string{"sound:" + sound}})
	switch {
	case ari.IsGone(err):
		return nil, nil
	case settled(err) == nil && err != nil:
		return call.MessageOver{Failed: true}, nil
	}
	return nil, err
}

// hear asks whether the message is still being played.
func (c *client) hear(ctx context.Context, e call.HearMessage) (call.Input, error) {
	_, err := c.c.Playbacks().Get(ctx, playback(e.Leg))
	if ari.IsNotFound(err) {
		return call.MessageOver{}, nil
	}
	return nil, err
}

// messageFact tells the call of its forced message; other playbacks are not ours.
func messageFact(p ari.Playback, fact call.Input, facts engine.Facts) {
	channel, ours := strings.CutSuffix(p.ID, messageSuffix)
	if ours && p.TargetURI == "channel:"+channel {
		facts.Leg(channel, fact)
	}
}
