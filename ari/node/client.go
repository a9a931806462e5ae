package node

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"switchroom/agent"
	"switchroom/ari"
	"switchroom/call"
)

// client makes the requests.
type client struct {
	c       *ari.Client
	app     string
	node    string
	prompts string // where the services' recordings lie on the node
}

// Do implements engine.Switch.
func (c *client) Do(ctx context.Context, e call.Effect) (call.Input, error) {
	ch := c.c.Channels()
	switch e := e.(type) {
	case call.AnswerCustomer:
		return nil, settled(ch.Answer(ctx, e.Leg))
	case call.AnswerOwn:
		return nil, settled(ch.Answer(ctx, e.Leg))
	case call.PlayRinging:
		return nil, settled(ch.Ring(ctx, e.Leg))
	case call.PlayMusic:
		return nil, settled(ch.StartMOH(ctx, e.Leg, ari.ChannelStartMOHParams{MOHClass: e.Class}))
	case call.StopMusic:
		return nil, settled(ch.StopMOH(ctx, e.Leg))
	case call.PlayTone:
		return nil, settled(ch.Ring(ctx, e.Leg))
	case call.StopTone:
		return nil, settled(ch.RingStop(ctx, e.Leg))
	case call.SetMute:
		return nil, c.mute(ctx, e)
	case call.SendDigits:
		return nil, settled(ch.SendDTMF(ctx, e.Leg, ari.SendDTMFParams{DTMF: e.Digits}))
	case call.SayMessage:
		return c.say(ctx, e)
	case call.HearMessage:
		return c.hear(ctx, e)
	case call.MakeBridge:
		return nil, c.makeBridge(ctx, e.Bridge)
	case call.Dial:
		return c.dial(ctx, e)
	case call.CallOut:
		return c.callOut(ctx, e)
	case call.Join:
		return c.join(ctx, e)
	case call.Leave:
		return nil, settled(c.c.Bridges().RemoveChannel(ctx, e.Bridge, []string{e.Leg}))
	case call.Drop:
		return nil, settled(ch.Hangup(ctx, e.Leg, ari.HangupParams{ReasonCode: reasonCode(e.Reason)}))
	case call.Dismiss:
		return nil, settled(ch.Hangup(ctx, e.Leg, ari.HangupParams{ReasonCode: "16"}))
	case call.GiveBack:
		return nil, c.giveBack(ctx, e)
	case call.DestroyBridge:
		return nil, settled(c.c.Bridges().Destroy(ctx, e.Bridge))
	case call.StopRescue:
		return nil, settled(ch.SetVariable(ctx, e.Leg, ari.ChannelSetVariableParams{Variable: rescueTimer, Value: "0"}))
	}
	return nil, fmt.Errorf("node %s: no request for the effect %s", c.node, e.Effect())
}

// settled makes no error of a refusal that says "gone", "not here any more" or "done already": what became of the channel is told by an event.
func settled(err error) error {
	var refused *ari.Error
	if errors.As(err, &refused) && refused.Status >= 400 && refused.Status < 500 && !ari.IsUnauthorized(err) {
		return nil
	}
	return err
}

// mute changes what the bridge hears of the leg. Asterisk does not count: one unmute undoes any number.
func (c *client) mute(ctx context.Context, e call.SetMute) error {
	if e.On {
		return settled(c.c.Channels().Mute(ctx, e.Leg, ari.MuteParams{Direction: ari.MuteDirectionIn}))
	}
	return settled(c.c.Channels().Unmute(ctx, e.Leg, ari.UnmuteParams{Direction: ari.MuteDirectionIn}))
}

// reasonCode is the Q.850 cause; Asterisk puts it into the SIP Reason header, so a phone shows no missed call where there was none.
func reasonCode(r call.Reason) string {
	switch r {
	case call.NoAnswer:
		return "19"
	case call.ElsewhereDone:
		return "26"
	case call.Busy:
		return "17"
	case call.Declined:
		return "21"
	case call.BadNumber:
		return "1"
	case call.Congested:
		return "34"
	}
	return "16"
}

func (c *client) makeBridge(ctx context.Context, id string) error {
	_, err := c.c.Bridges().CreateWithID(ctx, id, ari.BridgeCreateWithIDParams{Type: "mixing", Name: "switchroom"})
	return settled(err)
}

// dial rings a phone: an originate into our app. Its channel comes into Stasis when it is answered, and is ours to hang up before.
func (c *client) dial(ctx context.Context, e call.Dial) (call.Input, error) {
	timeout := int(e.Timeout / time.Second)
	_, err := c.c.Channels().OriginateWithID(ctx, e.Leg, ari.OriginateWithIDParams{
		Endpoint: "PJSIP/" + e.Endpoint, App: c.app, AppArgs: "leg", CallerID: callerID(e.Caller), Timeout: &timeout,
		Originator: e.For, Variables: headers(e),
	})
	var refused *ari.Error
	switch {
	case err == nil || ari.IsConflict(err): // conflict: the channel is there already
		return nil, nil
	case errors.As(err, &refused):
		// A caller who hung up a moment ago makes Asterisk refuse the dial too; the phone must not be blocked for it.
		if e.For == "" {
			return call.LegGone{Leg: e.Leg, Cause: causeSubscriberAbsent}, nil
		}
		if _, look := c.c.Channels().Get(ctx, e.For); look != nil {
			return nil, fmt.Errorf("the caller may be gone: %w", err)
		}
		return call.LegGone{Leg: e.Leg, Cause: causeSubscriberAbsent}, nil
	}
	// Not answered, or not even sent: that says nothing about the phone, which must not be blocked for it.
	return nil, err
}

const causeSubscriberAbsent = 20 // Q.850

// transferHandling lets a phone's REFER come to us as ChannelTransfer. Every leg of an agent's phone must have it: without, Asterisk moves the
// call by itself. (The account cannot carry it: Asterisk does not keep a set_var with a function over a change of the account.)
const (
	transferHandling = "PJSIP_TRANSFER_HANDLING()"
	askUs            = "ari-only"
)

// headers are the SIP headers of the call to the agent's phone.
func headers(e call.Dial) map[string]string {
	v := map[string]string{"PJSIP_HEADER(add,X-Switchroom-Leg)": e.Leg, transferHandling: askUs}
	if !e.Auto {
		return v
	}
	// The ways in which desk phones understand auto-answer (Snom and Yealink, Polycom and Grandstream, Cisco and others).
	if e.Device == agent.Desk {
		v["PJSIP_HEADER(add,Alert-Info)"] = "<http://127.0.0.1>;info=alert-autoanswer;delay=0"
		v["PJSIP_HEADER(add,Call-Info)"] = "<sip:127.0.0.1>;answer-after=0"
		v["PJSIP_HEADER(add,Answer-Mode)"] = "Auto"
		v["PJSIP_HEADER(add,P-Auto-Answer)"] = "normal"
	} else {
		v["PJSIP_HEADER(add,X-Switchroom-Auto)"] = "1"
	}
	return v
}

// join bridges the legs that are named. When it is refused, a phone's leg that is gone is a failure; a customer who is gone, or left us, is not: their
// end is under way. Anything else, such as a bridge that is just being removed, is an error.
func (c *client) join(ctx context.Context, e call.Join) (call.Input, error) {
	legs := ari.AddChannelParams{InhibitConnectedLineUpdates: true}
	for _, id := range []string{e.Customer, e.Leg} {
		if id != "" {
			legs.Channel = append(legs.Channel, id)
		}
	}
	err := c.c.Bridges().AddChannel(ctx, e.Bridge, legs)
	if ari.IsNotFound(err) {
		if err := c.makeBridge(ctx, e.Bridge); err != nil {
			return nil, err
		}
		err = c.c.Bridges().AddChannel(ctx, e.Bridge, legs)
	}
	var refused *ari.Error
	switch {
	case err == nil && e.Leg == "":
		return nil, nil
	case err == nil:
		return call.Joined{Leg: e.Leg}, nil
	case !errors.As(err, &refused):
		return nil, err
	}
	if failed, look := c.legFailed(ctx, e.Leg); failed != nil || look != nil {
		return failed, look
	}
	if refused.Status == http.StatusBadRequest || refused.Status == http.StatusUnprocessableEntity { // a channel is not found, or not in Stasis
		return nil, nil
	}
	return nil, err
}

// legFailed tells whether a phone's leg is the reason why it could not be joined.
func (c *client) legFailed(ctx context.Context, leg string) (call.Input, error) {
	if leg == "" {
		return nil, nil
	}
	ch, err := c.c.Channels().Get(ctx, leg)
	switch {
	case ari.IsGone(err):
		return call.JoinFailed{Leg: leg, Why: "the phone's leg is gone"}, nil
	case err != nil:
		return nil, err
	}
	if _, ours := c.stasisArgs(*ch); !ours && ch.Dialplan.AppName != "AppDial2" && ch.Dialplan.AppName != "" {
		return call.JoinFailed{Leg: leg, Why: "the phone's leg left the controller"}, nil
	}
	return nil, nil
}

// giveBack sets the result variables and sends the caller on in the dialplan.
func (c *client) giveBack(ctx context.Context, e call.GiveBack) error {
	err := c.c.Channels().SetVariables(ctx, e.Leg, map[string]string{
		"SWITCHROOM_RESULT": e.Result, "SWITCHROOM_REASON": e.Slug, "SWITCHROOM_CALL": e.Call,
	})
	if err == nil {
		err = c.c.Channels().Continue(ctx, e.Leg, ari.ContinueParams{})
	}
	return settled(err)
}

const rescueTimer = "TIMEOUT(absolute)"

// GuardRescue implements engine.Switch.
func (c *client) GuardRescue(ctx context.Context, channel string, after time.Duration) error {
	return settled(c.c.Channels().SetVariables(ctx, channel, map[string]string{
		rescueTimer: strconv.Itoa(int(after / time.Second)), "SWITCHROOM_TRIES": "0",
	}))
}

// AnswerReferral implements engine.Switch.
//
// Asterisk (22.10.1, res_pjsip_refer) tells of a REFER before it is ready for the answer: one that comes sooner writes through a null pointer, and
// Asterisk dies with all its calls. What reads CHANNEL(pjsip,…) waits until the phone's dialog has done with the REFER.
func (c *client) AnswerReferral(ctx context.Context, channel string, accepted bool) error {
	if _, err := c.c.Channels().GetVariable(ctx, channel, "CHANNEL(pjsip,call-id)"); err != nil {
		return settled(err)
	}
	state := "channel_declined"
	if accepted {
		state = "channel_answered"
	}
	return settled(c.c.Channels().TransferProgress(ctx, channel, state))
}

// Drop implements engine.Switch.
func (c *client) Drop(ctx context.Context, channel string) error {
	return settled(c.c.Channels().Hangup(ctx, channel, ari.HangupParams{ReasonCode: "16"}))
}

// DropBridge implements engine.Switch.
func (c *client) DropBridge(ctx context.Context, bridge string) error {
	return settled(c.c.Bridges().Destroy(ctx, bridge))
}
