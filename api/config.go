package api

import (
	"errors"
	"log/slog"
	"net/netip"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"switchroom/account"
	"switchroom/api/feed"
)

// Config of the server. A zero value means what each field's comment says.
type Config struct {
	// TokenKey signs access tokens (HS256); at least 32 random bytes. The same for all processes behind one address; another one logs
	// nobody out, but makes every client refresh. Required.
	TokenKey []byte
	// AccessTTL is the life of an access token. Zero: 10 minutes.
	AccessTTL time.Duration
	// RefreshTTL is how long a session lives without being used. Zero: 30 days.
	RefreshTTL time.Duration
	// TrustedProxies are the networks of proxies that set X-Forwarded-For and X-Forwarded-Proto themselves: what those say is believed. Nil: nobody's.
	TrustedProxies []netip.Prefix
	// PublicURL is where people open the page, as scheme://host[:port]. Nil: wherever the request came to.
	PublicURL *url.URL
	// SIP is Asterisk's WebSocket, such as ws://127.0.0.1:8088/ws. Nil: /sip is not there, WebRTC phones cannot register.
	SIP *url.URL
	// ICE are the STUN and TURN servers that WebRTC phones use. Nil: none.
	ICE []ICEServer
	// AbsentAfter is how long an agent's last feed may be gone before they are absent. Zero: 30 s.
	AbsentAfter time.Duration
	// MetricsToken opens /metrics to whoever brings it as a bearer token. Empty: only to the machine itself.
	MetricsToken string
	// Metrics collects the server's metrics and is what /metrics shows. Nil: one of its own.
	Metrics *prometheus.Registry
	// CommandTimeout bounds the work on one request. Zero: 10 s.
	CommandTimeout time.Duration
	// CommandBurst is how many requests one person or key may send at once; ten a second come back. Zero: 30.
	CommandBurst int
	// AdministratorFactor demands a second factor of administrators: without one they can do nothing but set it up, beside what their other roles may.
	AdministratorFactor bool
	// Passwords hashes them. Zero: at the cost of a real system.
	Passwords account.Hasher
	// Feed bounds what the feed's clients can cost; zero fields have defaults.
	Feed feed.Limits
	// Log gets what goes wrong. Nil: slog.Default().
	Log *slog.Logger
	// Now is the clock of tokens. Nil: time.Now.
	Now func() time.Time
}

// ICEServer is a STUN or TURN server.
type ICEServer struct {
	URLs                 []string
	Username, Credential string // TURN only
}

// Issuer and audience of access tokens.
const tokenIssuer = "switchroom"

func (c *Config) complete() error {
	if len(c.TokenKey) < 32 {
		return errors.New("api: the token key is shorter than 32 bytes")
	}
	if u := c.PublicURL; u != nil && (u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Path != "" || u.RawQuery != "") {
		return errors.New("api: the public URL is scheme://host[:port], not " + u.String())
	}
	if c.SIP != nil && c.SIP.Scheme != "ws" && c.SIP.Scheme != "wss" {
		return errors.New("api: Asterisk's WebSocket is ws://… or wss://…, not " + c.SIP.String())
	}
	or := func(d *time.Duration, otherwise time.Duration) {
		if *d <= 0 {
			*d = otherwise
		}
	}
	or(&c.AccessTTL, 10*time.Minute)
	or(&c.RefreshTTL, 30*24*time.Hour)
	or(&c.AbsentAfter, 30*time.Second)
	or(&c.CommandTimeout, 10*time.Second)
	if c.CommandBurst <= 0 {
		c.CommandBurst = commandBurst
	}
	if c.Metrics == nil {
		c.Metrics = prometheus.NewRegistry()
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return nil
}
