package lab_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	asteriskconf "switchroom/asterisk-conf"
	"switchroom/lab"
)

// These tests run the dialplan contract of asterisk-conf/etc/extensions.conf on a real
// Asterisk, with a controller reduced to a WebSocket.

var quickDialplan = asteriskconf.Dialplan{
	Numbers:       []asteriskconf.Number{{Exten: "1000", Queue: "sales"}},
	RescueSeconds: 5,
	Retries:       2,
	RetrySeconds:  1,
}

type event struct {
	Type    string
	Args    []string
	Channel struct {
		ID       string
		State    string
		Dialplan struct {
			Context string
			AppName string `json:"app_name"`
		}
	}
}

// controller is the app "switchroom" with nobody inside.
type controller struct {
	t    *testing.T
	conn *websocket.Conn
}

func connect(t *testing.T, node *lab.Asterisk) *controller {
	t.Helper()
	u, err := url.Parse(node.ARIURL)
	if err != nil {
		t.Fatal(err)
	}
	u.Scheme, u.Path, u.RawQuery = "ws", u.Path+"/events", "app=switchroom"
	head := http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(node.User+":"+node.Password))}}
	conn, _, err := websocket.DefaultDialer.DialContext(t.Context(), u.String(), head)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &controller{t: t, conn: conn}
}

// start waits for the next StasisStart.
func (c *controller) start(within time.Duration) event {
	c.t.Helper()
	if err := c.conn.SetReadDeadline(time.Now().Add(within)); err != nil {
		c.t.Fatal(err)
	}
	for {
		var e event
		if err := c.conn.ReadJSON(&e); err != nil {
			c.t.Fatalf("wait for StasisStart: %v", err)
		}
		if e.Type == "StasisStart" {
			return e
		}
	}
}

// enter sends a customer into the context of trunks. The customer's channel is a Local
// channel's second half; it hears whatever the dialplan plays.
func enter(t *testing.T, node *lab.Asterisk, context, number string) {
	t.Helper()
	ariCall(t, node, http.MethodPost, "/channels", fmt.Sprintf(
		`{"endpoint":"Local/%s@%s","context":"lab","extension":"answer","priority":1}`, number, context), nil)
}

// where returns the context and application of the channels that are not in context lab.
func where(t *testing.T, node *lab.Asterisk) []string {
	t.Helper()
	var channels []struct {
		Dialplan struct {
			Context string
			AppName string `json:"app_name"`
			AppData string `json:"app_data"`
		}
	}
	ariCall(t, node, http.MethodGet, "/channels", "", &channels)
	var found []string
	for _, c := range channels {
		if c.Dialplan.Context != "lab" {
			found = append(found, c.Dialplan.Context+" "+c.Dialplan.AppName+" "+c.Dialplan.AppData)
		}
	}
	return found
}

func waitFor(t *testing.T, node *lab.Asterisk, want string) {
	t.Helper()
	eventually(t, func() error {
		got := where(t, node)
		if !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, want) }) {
			return fmt.Errorf("no channel in %q: %q", want, got)
		}
		return nil
	})
}

func TestControllerAwayGivesMusicThenRetriesThenTheExit(t *testing.T) {
	node := lab.NewAsterisk(t, lab.AsteriskOptions{Dialplan: &quickDialplan})
	enter(t, node, "switchroom-in", "1000")
	waitFor(t, node, "switchroom-serve MusicOnHold")
	waitFor(t, node, "switchroom-exit Playback")
}

func TestControllerThatComesBackGetsTheWaitingCaller(t *testing.T) {
	patient := quickDialplan
	patient.Retries = 30
	node := lab.NewAsterisk(t, lab.AsteriskOptions{Dialplan: &patient})
	enter(t, node, "switchroom-in", "1000")
	waitFor(t, node, "switchroom-serve MusicOnHold")
	e := connect(t, node).start(5 * time.Second)
	if !slices.Equal(e.Args, []string{"inbound", "sales", "1000"}) {
		t.Errorf("arguments: %q", e.Args)
	}
}

func TestTheResultChoosesWhereTheCallGoesOn(t *testing.T) {
	node := lab.NewAsterisk(t, lab.AsteriskOptions{Dialplan: &quickDialplan})
	c := connect(t, node)
	for result, want := range map[string]string{
		"overflow": "switchroom-overflow Playback",
		"":         "switchroom-serve MusicOnHold",
	} {
		enter(t, node, "switchroom-in", "1000")
		id := c.start(5 * time.Second).Channel.ID
		setVariable(t, node, id, "SWITCHROOM_RESULT", result)
		ariCall(t, node, http.MethodPost, "/channels/"+id+"/continue", "", nil)
		waitFor(t, node, want)
		hangUpAll(t, node)
	}
	for _, result := range []string{"answered", "abandoned", "refused"} {
		enter(t, node, "switchroom-in", "1000")
		id := c.start(5 * time.Second).Channel.ID
		setVariable(t, node, id, "SWITCHROOM_RESULT", result)
		ariCall(t, node, http.MethodPost, "/channels/"+id+"/continue", "", nil)
		eventually(t, func() error {
			if got := where(t, node); len(got) > 0 {
				return fmt.Errorf("%s: still there: %q", result, got)
			}
			return nil
		})
		hangUpAll(t, node)
	}
}

// The controller holds the caller in a bridge and then renews nothing: it is as good as dead.
func TestACallerWhomNobodyRenewsIsRescuedAndKeepsThePlace(t *testing.T) {
	node := lab.NewAsterisk(t, lab.AsteriskOptions{Dialplan: &quickDialplan})
	c := connect(t, node)
	enter(t, node, "switchroom-in", "1000")
	e := c.start(5 * time.Second)
	since := variable(t, node, e.Channel.ID, "SWITCHROOM_SINCE")
	ariCall(t, node, http.MethodPost, "/bridges/b1?type=mixing", "", nil)
	ariCall(t, node, http.MethodPost, "/bridges/b1/addChannel?channel="+e.Channel.ID, "", nil)

	again := c.start(10 * time.Second)
	if again.Channel.ID != e.Channel.ID || !slices.Equal(again.Args, []string{"inbound", "sales", "1000", since}) {
		t.Errorf("came back as %s with %q", again.Channel.ID, again.Args)
	}
	if got := variable(t, node, e.Channel.ID, "SWITCHROOM_SINCE"); got != since || since == "" {
		t.Errorf("waits since %q, before the rescue %q", got, since)
	}

	// A controller that renews keeps the caller; 0 is for good.
	setVariable(t, node, e.Channel.ID, "TIMEOUT(absolute)", "0")
	if err := c.conn.SetReadDeadline(time.Now().Add(7 * time.Second)); err != nil {
		t.Fatal(err)
	}
	for {
		var e event
		if err := c.conn.ReadJSON(&e); err != nil {
			break // nothing more happened within 7 s
		}
		if e.Type == "StasisStart" || e.Type == "StasisEnd" {
			t.Errorf("%s with TIMEOUT(absolute) at 0", e.Type)
		}
	}
}

func TestNumbersFromOutsideCannotAddArguments(t *testing.T) {
	node := lab.NewAsterisk(t, lab.AsteriskOptions{Dialplan: &quickDialplan})
	c := connect(t, node)
	for _, tc := range []struct{ context, number, want string }{
		{"switchroom-in", "1000,evil", "inbound sales 1000"},
		{"switchroom-in", "1000)}${SHELL(id)}", "inbound sales 1000"},
		{"switchroom-agent", "0123,rescued", "outbound 0123"},
		{"switchroom-agent", "*72#", "outbound *72#"},
		{"switchroom-agent", "+4930123", "outbound +4930123"},
	} {
		// From a channel in the dialplan, as a SIP request would bring it.
		ariCall(t, node, http.MethodPost, "/channels", fmt.Sprintf(
			`{"endpoint":"Local/answer@lab","context":%q,"extension":%q,"priority":1}`, tc.context, tc.number), nil)
		e := c.start(5 * time.Second)
		if got := strings.Join(e.Args, " "); got != tc.want {
			t.Errorf("%s in %s: arguments %q, want %q", tc.number, tc.context, got, tc.want)
		}
		hangUpAll(t, node)
	}
}

func TestUnknownNumbersAreRejected(t *testing.T) {
	node := lab.NewAsterisk(t, lab.AsteriskOptions{Dialplan: &quickDialplan})
	enter(t, node, "switchroom-in", "9999")
	eventually(t, func() error {
		if got := where(t, node); len(got) > 0 {
			return fmt.Errorf("still there: %q", got)
		}
		return nil
	})
}

func TestAnAgentsCallHearsCongestionWhenTheControllerIsAway(t *testing.T) {
	node := lab.NewAsterisk(t, lab.AsteriskOptions{Dialplan: &quickDialplan})
	enter(t, node, "switchroom-agent", "0123456")
	waitFor(t, node, "switchroom-agent Playback")
	// Congestion ends the attempt.
	eventually(t, func() error {
		if got := where(t, node); len(got) > 0 {
			return fmt.Errorf("still there: %q", got)
		}
		return nil
	})
}

func variable(t *testing.T, node *lab.Asterisk, channel, name string) string {
	t.Helper()
	var v struct{ Value string }
	ariCall(t, node, http.MethodGet, "/channels/"+channel+"/variable?variable="+url.QueryEscape(name), "", &v)
	return v.Value
}

func setVariable(t *testing.T, node *lab.Asterisk, channel, name, value string) {
	t.Helper()
	ariCall(t, node, http.MethodPost, "/channels/"+channel+"/variable?variable="+url.QueryEscape(name)+"&value="+url.QueryEscape(value), "", nil)
}

// hangUpAll returns when no channel is left.
func hangUpAll(t *testing.T, node *lab.Asterisk) {
	t.Helper()
	if _, err := node.CLI(t.Context(), "channel request hangup all"); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() error {
		var channels []struct{ ID string }
		ariCall(t, node, http.MethodGet, "/channels", "", &channels)
		if len(channels) > 0 {
			return fmt.Errorf("%d channels left", len(channels))
		}
		return nil
	})
}
