package ari_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"switchroom/ari"
)

// A call with its chatter is watched on a bare socket, and every event must fit its struct with no field left over.
func TestTheEventsOfACallDecodeIntoTheirStructsCompletely(t *testing.T) {
	a, app := node(t), appName(t)
	c := must(ari.NewClient(config(a, app)))(t)
	defer c.Close()
	u := must(url.Parse(a.ARIURL + "/events?app=" + app))(t)
	u.Scheme = "ws"
	req := &http.Request{Header: http.Header{}}
	req.SetBasicAuth(a.User, a.Password)
	ws, _, err := websocket.DefaultDialer.DialContext(t.Context(), u.String(), req.Header)
	check(t, err)
	defer ws.Close()
	check(t, ws.SetReadDeadline(time.Now().Add(patience)))

	seen := map[ari.EventType]bool{}
	until := func(last ari.EventType) {
		t.Helper()
		for !seen[last] {
			_, raw, err := ws.ReadMessage()
			if err != nil {
				t.Fatalf("waiting for %s: %v; seen %v", last, err, seen)
			}
			var h ari.EventHeader
			check(t, json.Unmarshal(raw, &h))
			seen[h.Type] = true
			e := ari.NewEvent(h.Type)
			if e == nil {
				t.Errorf("unknown event %s", raw)
				continue
			}
			dec := json.NewDecoder(bytes.NewReader(raw))
			dec.DisallowUnknownFields()
			if err := dec.Decode(e); err != nil {
				t.Errorf("%v in %s", err, raw)
			}
		}
	}

	ctx, id, bridge := t.Context(), app+"-leg", app+"-bridge"
	must(c.Channels().Create(ctx, ari.ChannelCreateParams{Endpoint: "Local/echo@ari-test/n", App: app, ChannelID: id}))(t)
	until(ari.EventStasisStart)
	check(t, c.Channels().SetVariable(ctx, id, ari.ChannelSetVariableParams{Variable: "A", Value: "b", ReportEvents: true}))
	until(ari.EventChannelVarset)
	check(t, c.Channels().Dial(ctx, id, ari.DialParams{}))
	until(ari.EventDial)
	until(ari.EventChannelStateChange)
	must(c.Bridges().Create(ctx, ari.BridgeCreateParams{Type: "mixing", BridgeID: bridge}))(t)
	// Without a subscription the bridge's own events end when the channel is taken out of it.
	must(c.Applications().Subscribe(ctx, app, []string{"bridge:" + bridge}))(t)
	check(t, c.Bridges().AddChannel(ctx, bridge, ari.AddChannelParams{Channel: []string{id}}))
	until(ari.EventChannelEnteredBridge)
	must(c.Bridges().Play(ctx, bridge, ari.BridgePlayParams{Media: []string{"sound:no-such-sound"}}))(t)
	until(ari.EventPlaybackFinished)
	must(c.Channels().Snoop(ctx, id, ari.SnoopParams{App: app, Spy: ari.SnoopDirectionBoth, SnoopID: id + "-snoop"}))(t)
	check(t, c.Channels().Hold(ctx, id))
	check(t, c.Events().UserEvent(ctx, "greeting", ari.UserEventParams{Application: app, Source: []string{"channel:" + id}}))
	until(ari.EventChannelUserevent)
	check(t, c.Bridges().RemoveChannel(ctx, bridge, []string{id}))
	until(ari.EventChannelLeftBridge)
	check(t, c.Channels().Hangup(ctx, id, ari.HangupParams{}))
	until(ari.EventStasisEnd)
	until(ari.EventChannelDestroyed)
	check(t, c.Bridges().Destroy(ctx, bridge))
	until(ari.EventBridgeDestroyed)
	var names []string
	for name := range seen {
		names = append(names, string(name))
	}
	t.Log(strings.Join(names, " "))
}
