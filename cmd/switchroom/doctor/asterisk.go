package doctor

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"switchroom/ari"

	"github.com/gorilla/websocket"
)

// maxSkew is the clock difference at which times in call records begin to contradict each other.
const maxSkew = 2 * time.Second

func asterisk(ctx context.Context, s Setup) []Finding {
	c, err := ari.NewClient(ari.Config{URL: s.ARIURL, User: s.ARIUser, Password: s.ARIPassword, App: s.App})
	if err != nil {
		return []Finding{fail("asterisk", "correct SWITCHROOM_ARI_URL, _USER and _PASSWORD", "%v", err)}
	}
	defer c.Close()
	info, err := c.Check(ctx)
	var unsupported *ari.UnsupportedError
	switch {
	case ari.IsUnauthorized(err):
		return []Finding{fail("asterisk", "compare the user and its password in ari.conf with SWITCHROOM_ARI_USER and _PASSWORD; the user must not be read_only", "Asterisk at %s refuses the user %q", s.ARIURL, s.ARIUser)}
	case errors.As(err, &unsupported):
		return []Finding{fail("asterisk", unsupported.Advice, "%v", err)}
	case err != nil:
		return []Finding{fail("asterisk", "is it running? http.conf: enabled=yes and bindaddr; ari.conf: enabled=yes; look with: asterisk -rx 'http show status'", "no ARI at %s: %v", s.ARIURL, err)}
	}
	out := []Finding{ok("asterisk", "version %s, up since %s", info.Version, info.Started.Format(time.DateTime))}
	out = append(out, app(ctx, c, s.App), codecs(ctx, c), phones(ctx, c))
	return append(out, clock(ctx, c))
}

// app says whether a controller is connected now.
func app(ctx context.Context, c *ari.Client, name string) Finding {
	_, err := c.Applications().Get(ctx, name)
	switch {
	case ari.IsNotFound(err):
		return warn("asterisk", "start 'switchroom serve'; until then new callers hear music and are retried by the dialplan", "no controller is connected to the Stasis app %q", name)
	case err != nil:
		return fail("asterisk", "look at Asterisk's log", "look at the Stasis app %q: %v", name, err)
	}
	return ok("asterisk", "a controller is connected to the Stasis app %q", name)
}

// codecs: without Opus a browser's call is worse, without G.711 none works. codec_opus is Digium's, codec_opus_open_source Debian's.
func codecs(ctx context.Context, c *ari.Client) Finding {
	modules, err := c.Asterisk().ListModules(ctx)
	if err != nil {
		return fail("codecs", "look at Asterisk's log", "list the modules: %v", err)
	}
	running := func(names ...string) bool {
		return slices.ContainsFunc(modules, func(m ari.Module) bool { return m.Status == "Running" && slices.Contains(names, m.Name) })
	}
	var missing []string
	for _, want := range [][]string{{"codec_ulaw.so"}, {"codec_alaw.so"}, {"codec_resample.so"}} {
		if !running(want...) {
			missing = append(missing, want[0])
		}
	}
	if len(missing) > 0 {
		return fail("codecs", "add to modules.conf: load = "+strings.Join(missing, ", load = "), "missing: %s", strings.Join(missing, ", "))
	}
	if !running("codec_opus.so", "codec_opus_open_source.so") {
		return warn("codecs", "install an Opus codec module and load it in modules.conf", "no Opus: browsers fall back to G.711")
	}
	return ok("codecs", "G.711, Opus and resampling are there")
}

func phones(ctx context.Context, c *ari.Client) Finding {
	list, err := c.Endpoints().ListByTech(ctx, "PJSIP")
	if err != nil {
		return fail("phones", "load res_pjsip and its friends; see asterisk-conf/etc/modules.conf", "list the PJSIP endpoints: %v", err)
	}
	online := 0
	for _, e := range list {
		if e.State == ari.EndpointStateOnline {
			online++
		}
	}
	return ok("phones", "%d accounts, %d reachable", len(list), online)
}

func clock(ctx context.Context, c *ari.Client) Finding {
	began := time.Now()
	p, err := c.Asterisk().Ping(ctx)
	if err != nil {
		return fail("clock", "look at Asterisk's log", "ask for Asterisk's time: %v", err)
	}
	theirs, err := time.Parse("2006-01-02T15:04:05.999-0700", p.Timestamp)
	if err != nil {
		return warn("clock", "report this", "Asterisk's time %q cannot be read", p.Timestamp)
	}
	middle := began.Add(time.Since(began) / 2)
	return skew("Asterisk", theirs.Sub(middle))
}

func skew(who string, d time.Duration) Finding {
	if d.Abs() > maxSkew {
		return warn("clock", "let NTP set the clocks of both machines (timedatectl)", "%s's clock is %s off this machine's", who, d.Round(time.Millisecond))
	}
	return ok("clock", "%s's clock agrees with this machine's", who)
}

// sipSocket: browsers register over it.
func sipSocket(ctx context.Context, s Setup) []Finding {
	u, err := url.Parse(s.SIPSocket)
	if err != nil || u.Host == "" {
		return []Finding{fail("sip", "set SWITCHROOM_SIP_SOCKET to ws://host:8088/ws", "%q is no address of a WebSocket", s.SIPSocket)}
	}
	u.Scheme = strings.Replace(u.Scheme, "http", "ws", 1)
	d := websocket.Dialer{Subprotocols: []string{"sip"}, HandshakeTimeout: 5 * time.Second, Proxy: http.ProxyFromEnvironment}
	conn, resp, err := d.DialContext(ctx, u.String(), nil)
	if err != nil {
		status := ""
		if resp != nil {
			status = " (" + resp.Status + ")"
		}
		return []Finding{fail("sip", "load res_http_websocket and res_pjsip_transport_websocket, and give pjsip.conf a transport with protocol=ws", "no SIP over WebSocket at %s: %v%s", u, err, status)}
	}
	defer conn.Close()
	if conn.Subprotocol() != "sip" {
		return []Finding{fail("sip", "is this Asterisk's /ws?", "the WebSocket at %s does not speak SIP", u)}
	}
	return []Finding{ok("sip", "SIP over WebSocket answers at %s", u)}
}
