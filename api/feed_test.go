package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"switchroom/agent"
	"switchroom/api"
	"switchroom/api/contract"
	"switchroom/api/feed"
	"switchroom/engine"
)

// client is one feed.
type client struct {
	t  testing.TB
	ws *websocket.Conn
}

// got is any server message.
type got struct {
	Type    string          `json:"type"`
	Epoch   string          `json:"epoch"`
	Seq     uint64          `json:"seq"`
	Data    json.RawMessage `json:"data"`
	Expires int             `json:"expires_in"`
	Away    []string        `json:"away"`
	raw     []byte
}

func (g got) name(t testing.TB) string {
	t.Helper()
	var v engine.View
	must(t, json.Unmarshal(g.Data, &v))
	return v.Name
}

func (h *house) dial(headers http.Header) (*client, error) {
	d := websocket.Dialer{HandshakeTimeout: 5 * time.Second, ReadBufferSize: 1024}
	ws, res, err := d.DialContext(h.t.Context(), strings.Replace(h.URL, "http", "ws", 1)+"/api/v1/feed", headers)
	if err != nil {
		if res != nil {
			return nil, fmt.Errorf("%d: %w", res.StatusCode, err)
		}
		return nil, err
	}
	c := &client{h.t, ws}
	h.t.Cleanup(func() { _ = ws.Close() })
	return c, nil
}

// feed opens a feed and says hello.
func (h *house) feed(token, epoch string, seq uint64) *client {
	h.t.Helper()
	c, err := h.dial(nil)
	must(h.t, err)
	c.send(contract.FeedHello{Type: contract.FeedHelloTypeHello, Token: token, Epoch: epoch, Seq: seq})
	return c
}

func (c *client) send(v any) {
	c.t.Helper()
	must(c.t, c.ws.WriteJSON(v))
}

// next returns the next message that is no beat.
func (c *client) next() got {
	c.t.Helper()
	for {
		g, err := c.read()
		must(c.t, err)
		if g.Type != "beat" {
			return g
		}
	}
}

func (c *client) read() (got, error) {
	must(c.t, c.ws.SetReadDeadline(time.Now().Add(10*time.Second)))
	_, b, err := c.ws.ReadMessage()
	if err != nil {
		return got{}, err
	}
	g := got{raw: b}
	return g, json.Unmarshal(b, &g)
}

// closed reads to the end and checks the code that the server closes with.
func (c *client) closed(want feed.Code) {
	c.t.Helper()
	for {
		_, err := c.read()
		if err == nil {
			continue
		}
		var e *websocket.CloseError
		if !errors.As(err, &e) || e.Code != int(want) || e.Text != want.String() {
			c.t.Errorf("closed with %v, want %d %s", err, want, want)
		}
		return
	}
}

func anna(name string) agent.Agent {
	return agent.Agent{ID: "anna", Name: name, CTI: "A100", Chosen: agent.Ready, Phone: agent.Phone{Device: agent.WebRTC, Number: "2001", Reachable: true}}
}

func TestAFeedBeginsWithASnapshotAndGoesOnWithoutGaps(t *testing.T) {
	h := open(t, options{})
	doc := document(t)
	c := h.feed(h.login("anna").AccessToken, "", 0)
	first := c.next()
	fitsSchema(t, doc, "FeedServerMessage", first.raw, "snapshot")
	if first.Type != "snapshot" || first.Epoch == "" || first.Seq != 0 || first.name(t) != "Anna Berg" {
		t.Fatalf("%s", first.raw)
	}
	h.live.Put(agent.Agent{ID: "ben", Name: "Ben", Chosen: agent.Ready}) // not for Anna
	for i := range 50 {
		h.live.Put(anna(fmt.Sprint("Anna ", i+1)))
	}
	h.live.Send("anna", engine.MessageAnswer, engine.AnswerRequest{Call: "c", Leg: "c-a1"})
	for i := range 50 {
		if g := c.next(); g.Type != "view" || g.Seq != uint64(i+1) || g.name(t) != fmt.Sprint("Anna ", i+1) {
			t.Fatalf("message %d: %s", i+1, g.raw)
		}
	}
	g := c.next()
	fitsSchema(t, doc, "FeedServerMessage", g.raw, "answer")
	if g.Type != "answer" || g.Seq != 51 || string(g.Data) != `{"call":"c","leg":"c-a1"}` {
		t.Errorf("%s", g.raw)
	}
}

func TestAClientThatWasCutOffGoesOnWhereItWas(t *testing.T) {
	h := open(t, options{})
	token := h.login("anna").AccessToken
	h.live.Put(anna("1"))
	c := h.feed(token, "", 0)
	first := c.next()
	must(t, c.ws.NetConn().Close()) // cut, not closed
	for i := range 5 {
		h.live.Put(anna(fmt.Sprint(i + 2)))
	}
	eventually(t, "the hub has read the messages", func() bool {
		c := h.feed(token, first.Epoch, first.Seq)
		g := c.next()
		_ = c.ws.Close()
		return g.Type == "resumed" && g.Seq == 6
	})
	c = h.feed(token, first.Epoch, first.Seq)
	if g := c.next(); g.Type != "resumed" || g.Seq != 6 {
		t.Fatalf("%s", g.raw)
	}
	h.live.Put(anna("7"))
	for i := range 6 {
		if g := c.next(); g.Seq != uint64(i+2) || g.name(t) != fmt.Sprint(i+2) {
			t.Fatalf("%s", g.raw)
		}
	}
	for name, at := range map[string]struct {
		epoch string
		seq   uint64
	}{"another epoch": {"other", 3}, "a place that was never": {first.Epoch, 1000}} {
		if g := h.feed(token, at.epoch, at.seq).next(); g.Type != "snapshot" || g.Seq != 7 {
			t.Errorf("%s: %s", name, g.raw)
		}
	}
}

func TestAClientWhoseMessagesAreGoneGetsASnapshot(t *testing.T) {
	h := open(t, options{config: func(c *api.Config) { c.Feed = feed.Limits{Kept: 8} }})
	token := h.login("anna").AccessToken
	h.live.Put(anna("1"))
	first := h.feed(token, "", 0).next()
	for i := range 20 {
		h.live.Put(anna(fmt.Sprint(i + 2)))
	}
	c := h.feed(token, first.Epoch, first.Seq)
	g := c.next()
	if g.Type != "snapshot" || g.Seq != 21 || g.name(t) != "21" {
		t.Errorf("%s", g.raw)
	}
}

func TestANewProcessResumesFromTheStream(t *testing.T) {
	h := open(t, options{})
	for i := range 5 {
		h.live.Put(anna(fmt.Sprint(i + 1)))
	}
	second := open(t, options{deps: func(d *api.Deps) { d.Live, d.Accounts = h.live, h.sql }})
	token := h.login("anna").AccessToken
	epoch := h.feed(token, "", 0).next().Epoch
	eventually(t, "the new process resumes", func() bool {
		c := second.feed(token, epoch, 2)
		defer c.ws.Close() //nolint:errcheck // the test goes on without it
		g := c.next()
		return g.Type == "resumed" && g.Seq == 5 && c.next().Seq == 3
	})
}

func TestASlowClientIsCutWithItsCodeAndLosesNothing(t *testing.T) {
	h := open(t, options{buffer: 64 << 10, config: func(c *api.Config) { c.Feed = feed.Limits{Kept: 64, Write: 30 * time.Second} }})
	token := h.login("anna").AccessToken
	slow, err := h.dial(nil)
	must(t, err)
	slow.send(contract.FeedHello{Type: contract.FeedHelloTypeHello, Token: token})
	first := slow.next()
	brisk := h.feed(token, "", 0)
	brisk.next()
	large := strings.Repeat("x", 64<<10)
	const many = 150
	for i := range many { // far more than the buffers of both sides hold
		h.live.Put(anna(fmt.Sprint(i+1, " ", large)))
		if g := brisk.next(); g.Seq != uint64(i+1) { // a slow client holds nobody up
			t.Fatalf("%d: %.100s", i+1, g.raw)
		}
	}
	last := first.Seq
	for {
		g, err := slow.read()
		if err != nil {
			var e *websocket.CloseError
			if !errors.As(err, &e) || e.Code != int(feed.Slow) {
				t.Fatalf("after %d: %v", last, err)
			}
			break
		}
		if g.Type == "view" {
			if g.Seq != last+1 {
				t.Fatalf("a gap: %d after %d", g.Seq, last)
			}
			last = g.Seq
		}
	}
	if last >= many {
		t.Fatal("the client was not slow")
	}
	again := h.feed(token, first.Epoch, last)
	if g := again.next(); g.Type == "snapshot" && g.Seq != many || g.Type == "resumed" && again.next().Seq != last+1 {
		t.Errorf("%.100s", g.raw)
	}
}

func TestASocketClosesWhenItsTokenRunsOutUnlessItIsRenewed(t *testing.T) {
	const ttl = 4 * time.Second
	h := open(t, options{config: func(c *api.Config) { c.AccessTTL = ttl }})
	s := h.login("anna")
	start := time.Now()
	left, kept := h.feed(s.AccessToken, "", 0), h.feed(s.AccessToken, "", 0)
	left.next()
	kept.next()
	time.Sleep(ttl/2 - time.Since(start)) // the client's own time: a token is renewed in its second half
	h.do(request{method: "POST", path: "/api/v1/sessions/refresh", body: refreshBody(s.RefreshToken)}).into(t, &s)
	kept.send(contract.FeedToken{Type: contract.FeedTokenTypeToken, Token: s.AccessToken})
	g := kept.next()
	fitsSchema(t, document(t), "FeedServerMessage", g.raw, "renewed")
	if g.Type != "renewed" || g.Expires < 1 || g.Expires > 4 {
		t.Errorf("%s", g.raw)
	}
	left.closed(feed.TokenExpired)
	h.live.Put(anna("still there"))
	if g := kept.next(); g.Seq != 1 {
		t.Errorf("%s", g.raw)
	}
	kept.closed(feed.TokenExpired)
}

func TestTokensOnAnOpenSocketMustBeThePersonsOwn(t *testing.T) {
	h := open(t, options{})
	token := h.login("anna").AccessToken
	for name, c := range map[string]struct {
		token string
		code  feed.Code
	}{"ben's": {h.login("ben").AccessToken, feed.BadToken}, "garbage": {"x", feed.BadToken}} {
		t.Run(name, func(t *testing.T) {
			f := h.feed(token, "", 0)
			f.next()
			f.send(contract.FeedToken{Type: contract.FeedTokenTypeToken, Token: c.token})
			f.closed(c.code)
		})
	}
}

func TestLogoutClosesTheSessionsFeedsAndNoOthers(t *testing.T) {
	h := open(t, options{})
	a, b := h.login("anna"), h.login("anna")
	mine, other := h.feed(a.AccessToken, "", 0), h.feed(b.AccessToken, "", 0)
	mine.next()
	other.next()
	h.do(request{method: "DELETE", path: "/api/v1/sessions", token: a.AccessToken})
	mine.closed(feed.SessionEnded)
	h.feed(a.AccessToken, "", 0).closed(feed.SessionEnded)
	h.live.Put(anna("1"))
	if g := other.next(); g.Seq != 1 {
		t.Errorf("%s", g.raw)
	}
}

func TestBadFeedInputIsClosedWithItsCodeAndChangesNothing(t *testing.T) {
	h := open(t, options{config: func(c *api.Config) { c.Feed.Hello = 300 * time.Millisecond }})
	good := h.login("anna").AccessToken
	witness := h.feed(good, "", 0)
	witness.next()
	hello := fmt.Sprintf(`{"type":"hello","token":%q,"epoch":"","seq":0}`, good)
	for name, c := range map[string]struct {
		frames []string
		kind   int
		code   feed.Code
	}{
		"no JSON":          {[]string{"garbage"}, websocket.TextMessage, feed.BadMessage},
		"nothing in it":    {[]string{""}, websocket.TextMessage, feed.BadMessage},
		"binary":           {[]string{hello}, websocket.BinaryMessage, feed.BadMessage},
		"another type":     {[]string{`{"type":"view","seq":1}`}, websocket.TextMessage, feed.BadMessage},
		"a token first":    {[]string{fmt.Sprintf(`{"type":"token","token":%q}`, good)}, websocket.TextMessage, feed.BadMessage},
		"unknown field":    {[]string{strings.Replace(hello, `"seq"`, `"admin":true,"seq"`, 1)}, websocket.TextMessage, feed.BadMessage},
		"negative seq":     {[]string{strings.Replace(hello, `"seq":0`, `"seq":-1`, 1)}, websocket.TextMessage, feed.BadMessage},
		"two values":       {[]string{hello + hello}, websocket.TextMessage, feed.BadMessage},
		"not UTF-8":        {[]string{"{\"type\":\"hello\",\"token\":\"\xff\"}"}, websocket.TextMessage, feed.BadMessage},
		"deep nesting":     {[]string{strings.Repeat("[", 15_000)}, websocket.TextMessage, feed.BadMessage},
		"too big":          {[]string{strings.Repeat("a", 17<<10)}, websocket.TextMessage, feed.TooBig},
		"10 MB":            {[]string{strings.Repeat("a", 1<<20)}, websocket.TextMessage, feed.TooBig},
		"bad token":        {[]string{`{"type":"hello","token":"x","epoch":"","seq":0}`}, websocket.TextMessage, feed.BadToken},
		"no agent":         {[]string{fmt.Sprintf(`{"type":"hello","token":%q,"epoch":"","seq":0}`, h.login("root").AccessToken)}, websocket.TextMessage, feed.NotAnAgent},
		"hello twice":      {[]string{hello, hello}, websocket.TextMessage, feed.BadMessage},
		"garbage later":    {[]string{hello, "{"}, websocket.TextMessage, feed.BadMessage},
		"too big later":    {[]string{hello, strings.Repeat("a", 17<<10)}, websocket.TextMessage, feed.TooBig},
		"a flood of words": {append([]string{hello}, slices.Repeat([]string{fmt.Sprintf(`{"type":"token","token":%q}`, good)}, 30)...), websocket.TextMessage, feed.BadMessage},
		"silence":          {nil, websocket.TextMessage, feed.HelloTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := h.dial(nil)
			must(t, err)
			f.t = t
			for _, frame := range c.frames {
				if err := f.ws.WriteMessage(c.kind, []byte(frame)); err != nil {
					break // closed already; the code is still to be read
				}
			}
			f.closed(c.code)
		})
	}
	h.live.Put(anna("after"))
	if g := witness.next(); g.Seq != 1 || g.name(t) != "after" || h.desk.take() != nil {
		t.Errorf("%s", g.raw)
	}
}

func TestRawGarbageOnASocketHurtsNobody(t *testing.T) {
	h := open(t, options{})
	f, err := h.dial(nil)
	must(t, err)
	_, err = f.ws.NetConn().Write([]byte("\xff\xff\xff\xff\x00garbage that is no frame\r\n\r\n"))
	must(t, err)
	for err == nil {
		_, err = f.read()
	}
	if g := h.feed(h.login("anna").AccessToken, "", 0).next(); g.Type != "snapshot" {
		t.Errorf("%s", g.raw)
	}
}

func TestOnlyTheOwnPageOpensAFeed(t *testing.T) {
	h := open(t, options{config: func(c *api.Config) { c.PublicURL = &url.URL{Scheme: "https", Host: "desk.example"} }})
	host := strings.TrimPrefix(h.URL, "http://")
	for origin, allowed := range map[string]bool{
		"": true, "http://" + host: true, "https://" + host: true, "https://desk.example": true,
		"http://desk.example": false, "https://evil.example": false, "null": false, "https://" + host + ".evil.example": false, "::": false,
	} {
		header := http.Header{}
		if origin != "" {
			header.Set("Origin", origin)
		}
		_, err := h.dial(header)
		if allowed != (err == nil) || !allowed && !strings.HasPrefix(err.Error(), "403") {
			t.Errorf("origin %q: %v", origin, err)
		}
	}
}

func TestOneAgentHasABoundedNumberOfFeeds(t *testing.T) {
	h := open(t, options{config: func(c *api.Config) { c.Feed.Sockets = 2 }})
	token := h.login("anna").AccessToken
	a := h.feed(token, "", 0)
	a.next()
	h.feed(token, "", 0).next()
	h.feed(token, "", 0).closed(feed.TooMany)
	h.feed(h.login("ben").AccessToken, "", 0).next()
	_ = a.ws.Close()
	eventually(t, "there is room again", func() bool {
		g, err := h.feed(token, "", 0).read()
		return err == nil && g.Type == "snapshot"
	})
}

func TestABeatNamesTheLastNumber(t *testing.T) {
	h := open(t, options{config: func(c *api.Config) { c.Feed.Beat = 20 * time.Millisecond }})
	h.live.Put(anna("1"))
	c := h.feed(h.login("anna").AccessToken, "", 0)
	c.next()
	g, err := c.read()
	must(t, err)
	fitsSchema(t, document(t), "FeedServerMessage", g.raw, "beat")
	if g.Type != "beat" || g.Seq != 1 {
		t.Errorf("%s", g.raw)
	}
}

func TestAClientThatAnswersNoPingIsClosed(t *testing.T) {
	h := open(t, options{config: func(c *api.Config) { c.Feed.Ping = 50 * time.Millisecond }})
	token := h.login("anna").AccessToken
	dead := h.feed(token, "", 0)
	dead.next()
	dead.ws.SetPingHandler(func(string) error { return nil })
	dead.closed(feed.Unresponsive)
	alive := h.feed(token, "", 0)
	alive.next()
	done := make(chan struct{})
	go func() { // reading answers pings
		defer close(done)
		for g, err := alive.read(); err == nil; g, err = alive.read() {
			if g.Seq == 1 {
				return
			}
		}
		t.Error("a client that answers pings was closed")
	}()
	time.Sleep(400 * time.Millisecond) // eight pings
	h.live.Put(anna("1"))
	<-done
}

func TestClientsAreToldAtOnceWhichNodesAreAwayAndWhenTheyAreBack(t *testing.T) {
	h := open(t, options{})
	token := h.login("anna").AccessToken
	h.live.Put(anna("1"))
	now, minute := time.Now(), time.Minute
	up := engine.NodeReport{Name: "up", Connected: true, Since: now.Add(-minute), SeenAt: now.Add(minute)}
	down := engine.NodeReport{Name: "down", Since: now.Add(-minute), SeenAt: now.Add(minute)}
	blip := engine.NodeReport{Name: "blip", Since: now.Add(minute), SeenAt: now.Add(minute)}
	silent := engine.NodeReport{Name: "silent", Connected: true, Since: now.Add(-minute), SeenAt: now.Add(-minute)}

	told := func(c *client, want ...string) {
		t.Helper()
		for {
			g, err := c.read()
			must(t, err)
			if g.Type == "beat" && slices.Equal(g.Away, want) {
				return
			}
		}
	}
	h.nodes.report(up)
	c := h.feed(token, "", 0)
	c.next()
	h.nodes.report(blip, down, silent, up) // a connection that broke this moment is being made again
	told(c, "down", "silent")
	told(h.feed(token, "", 0), "down", "silent")
	h.nodes.report(blip, up)
	told(c)
}

func TestClientsAreToldWhenTheLiveStoreIsAwayAndSeeTheTruthWhenItIsBack(t *testing.T) {
	h := open(t, options{config: func(c *api.Config) { c.Feed.Lost = 50 * time.Millisecond }})
	token := h.login("anna").AccessToken
	h.live.Put(anna("1"))
	c := h.feed(token, "", 0)
	first := c.next()
	h.live.Fail()
	c.closed(feed.FeedLost)
	h.feed(token, first.Epoch, first.Seq).closed(feed.FeedLost)
	h.live.Mend()
	eventually(t, "the feed is back", func() bool {
		g, err := h.feed(token, "", 0).read()
		return err == nil && g.Type == "snapshot" && g.name(t) == "1"
	})
}

func TestAShortOutageOrLostDataGivesOpenClientsAFreshSnapshot(t *testing.T) {
	h := open(t, options{config: func(c *api.Config) { c.Feed.Lost = time.Minute }})
	token := h.login("anna").AccessToken
	for i := range 5 {
		h.live.Put(anna(fmt.Sprint(i + 1)))
	}
	c := h.feed(token, "", 0)
	first := c.next()
	if first.Seq != 5 {
		t.Fatalf("%s", first.raw)
	}
	h.live.Forget()
	h.live.Put(anna("after the loss"))
	g := c.next()
	if g.Type != "snapshot" || g.Epoch == first.Epoch || g.Seq != 1 || g.name(t) != "after the loss" {
		t.Errorf("%s", g.raw)
	}
	if g := h.feed(token, first.Epoch, 5).next(); g.Type != "snapshot" || g.Seq != 1 {
		t.Errorf("resuming in an old epoch: %s", g.raw)
	}
	for i := range 3 {
		h.live.Put(anna(fmt.Sprint("view ", i)))
		c.next()
	}
	h.live.Rewind("anna", 2)
	h.live.Put(anna("rewound"))
	if g := c.next(); g.Type != "snapshot" || g.Seq != 3 || g.name(t) != "rewound" {
		t.Errorf("after lost moments: %s", g.raw)
	}
}

func TestAnAgentWhoseLastFeedIsGoneIsAbsentAfterTheGracePeriod(t *testing.T) {
	h := open(t, options{config: func(c *api.Config) { c.AbsentAfter = 300 * time.Millisecond }})
	token := h.login("anna").AccessToken
	a, b := h.feed(token, "", 0), h.feed(token, "", 0)
	a.next()
	b.next()
	_ = a.ws.Close()
	eventually(t, "one feed is left", func() bool {
		return strings.Contains(string(h.do(request{method: "GET", path: "/metrics"}).body), "switchroom_feed_sockets 1")
	})
	must(t, b.ws.NetConn().Close())
	b = h.feed(token, "", 0) // back within the period
	b.next()
	never := time.Now().Add(450 * time.Millisecond)
	for time.Now().Before(never) {
		if heard := h.desk.take(); heard != nil {
			t.Fatalf("absent although a feed is open: %v", heard)
		}
		time.Sleep(10 * time.Millisecond)
	}
	gone := time.Now()
	must(t, b.ws.NetConn().Close())
	h.desk.refuse(errEngine)
	var heard []string
	eventually(t, "absent is said", func() bool { heard = append(heard, h.desk.take()...); return len(heard) > 0 })
	if d := time.Since(gone); d < 300*time.Millisecond || heard[0] != "absent anna" {
		t.Errorf("%v after %v", heard, d)
	}
	h.desk.refuse(nil)
	eventually(t, "absent is said again after a failure", func() bool { return h.desk.take() != nil })
}

func TestAnAgentLeftReadyByAnEarlierProcessIsAbsentToo(t *testing.T) {
	h := open(t, options{deps: func(d *api.Deps) { d.Live.(interface{ Put(agent.Agent) uint64 }).Put(anna("Anna")) },
		config: func(c *api.Config) { c.AbsentAfter = 100 * time.Millisecond }})
	var heard []string
	eventually(t, "absent is said", func() bool { heard = append(heard, h.desk.take()...); return len(heard) > 0 })
	if !slices.Equal(heard, []string{"absent anna"}) {
		t.Errorf("%v", heard)
	}
}

func TestFourHundredFeedsHearOfEachChange(t *testing.T) {
	h := open(t, options{config: func(c *api.Config) { c.Feed.Sockets = 1000 }})
	token := h.login("anna").AccessToken
	const feeds, changes = 400, 20
	all := make([]*client, feeds)
	for i := range all {
		all[i] = h.feed(token, "", 0)
	}
	for _, c := range all {
		c.next()
	}
	for i := range changes {
		h.live.Put(anna(fmt.Sprint(i)))
	}
	var wg sync.WaitGroup
	for _, c := range all {
		wg.Go(func() {
			for i := range changes {
				if g, err := c.read(); err != nil || g.Seq != uint64(i+1) {
					t.Errorf("message %d: %v %s", i+1, err, g.raw)
					return
				}
			}
		})
	}
	wg.Wait()
}
