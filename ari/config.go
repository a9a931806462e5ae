package ari

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"
)

// Config says which Asterisk to use, as which application, and how patient to be. URL, User, Password and App are
// required (NewClient does without App). Zero means the default everywhere else.
type Config struct {
	URL      string // of Asterisk's HTTP server, without /ari: http://127.0.0.1:8088; https works too
	User     string // section name in ari.conf
	Password string
	App      string // name of the Stasis application; letters, digits, - and _

	// SubscribeAll asks for the events of everything on the node, not only of what the application touched.
	SubscribeAll bool

	// Transport carries the requests: TransportHTTP (default) or TransportWebSocket; see docs/adr/0002.
	Transport TransportKind

	// Filter says which events are wanted. The zero value means DefaultFilter; use an empty non-nil Disallowed for all.
	Filter Filter

	// RequireModules are the Asterisk modules that must be running. Nil means DefaultModules; empty means none.
	RequireModules []string

	// SkipVersionCheck accepts every Asterisk, for development builds whose version cannot be compared.
	SkipVersionCheck bool

	RequestTimeout time.Duration // for each request; default 5 s
	ConnectTimeout time.Duration // for a whole attempt to connect, checks included; default 10 s

	// PingInterval is the time between two end-to-end pings; default 5 s. PingTimeout is how long the socket may stay
	// silent after a ping before the connection is given up; default 5 s.
	PingInterval, PingTimeout time.Duration

	MinBackoff time.Duration // first wait between attempts to connect; default 100 ms, doubles each time
	MaxBackoff time.Duration // longest wait; default 5 s

	// IdleTimeout closes pooled HTTP connections that were not used for so long. It must be shorter than Asterisk's
	// session_keep_alive (http.conf, 15 s), else requests meet connections that Asterisk just closed. Default 10 s.
	IdleTimeout time.Duration

	// MaxConns bounds the HTTP connections to Asterisk, which are threads there; further requests wait their turn.
	// Default 64. Asterisk's sessionlimit (http.conf) must leave room for them.
	MaxConns int

	// MaxQueuedBytes is the most that may wait for the consumer. Above it the connection is reset, visibly (ErrOverflow),
	// and made again once the consumer has caught up to half of it. Default 256 MiB.
	MaxQueuedBytes int64

	TLS    *tls.Config  // for https; nil means the system's roots
	Logger *slog.Logger // nil means silent
}

// Filter says which events are wanted. It is applied by Asterisk (eventFilter) and once more on this side, so that
// events that were under way when it was set are skipped too.
type Filter struct {
	Allowed    []EventType // empty means all
	Disallowed []EventType
}

// DefaultFilter leaves out the events that a call sends by the dozen and that no call logic needs.
func DefaultFilter() Filter {
	return Filter{Disallowed: []EventType{EventChannelVarset, EventChannelDialplan, EventChannelConnectedLine, EventChannelCallerId}}
}

const (
	defaultRequestTimeout = 5 * time.Second
	defaultConnectTimeout = 10 * time.Second
	defaultPing           = 5 * time.Second
	defaultMinBackoff     = 100 * time.Millisecond
	defaultMaxBackoff     = 5 * time.Second
	defaultIdleTimeout    = 10 * time.Second
	defaultMaxConns       = 64
	defaultMaxQueued      = 256 << 20
)

// complete checks the configuration and fills in the defaults.
func (cfg Config) complete() (Config, *url.URL, error) {
	base, err := url.Parse(cfg.URL)
	switch {
	case err != nil:
		return cfg, nil, fmt.Errorf("ari: the URL of Asterisk: %w", err)
	case base.Scheme != "http" && base.Scheme != "https" || base.Host == "":
		return cfg, nil, fmt.Errorf("ari: the URL of Asterisk must look like http://host:8088, not %q", cfg.URL)
	case cfg.User == "" || cfg.Password == "":
		return cfg, nil, errors.New("ari: user and password are required (ari.conf)")
	}
	base.Path = strings.TrimSuffix(strings.TrimSuffix(base.Path, "/"), "/ari")
	base.User, base.RawQuery, base.Fragment = nil, "", ""
	if cfg.Filter.Allowed == nil && cfg.Filter.Disallowed == nil {
		cfg.Filter = DefaultFilter()
	}
	if cfg.RequireModules == nil {
		cfg.RequireModules = DefaultModules()
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	setDefault(&cfg.RequestTimeout, defaultRequestTimeout)
	setDefault(&cfg.ConnectTimeout, defaultConnectTimeout)
	setDefault(&cfg.PingInterval, defaultPing)
	setDefault(&cfg.PingTimeout, defaultPing)
	setDefault(&cfg.MinBackoff, defaultMinBackoff)
	setDefault(&cfg.MaxBackoff, max(defaultMaxBackoff, cfg.MinBackoff))
	setDefault(&cfg.IdleTimeout, defaultIdleTimeout)
	setDefault(&cfg.MaxConns, defaultMaxConns)
	setDefault(&cfg.MaxQueuedBytes, defaultMaxQueued)
	return cfg, base, nil
}

func setDefault[T int | int64 | time.Duration](v *T, d T) {
	if *v <= 0 {
		*v = d
	}
}

// checkApp refuses names that Asterisk would take apart or that would need escaping.
func checkApp(app string) error {
	if app == "" {
		return errors.New("ari: the name of the application is required")
	}
	for _, r := range app {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.') {
			return fmt.Errorf("ari: the application's name %q may have letters, digits, '-', '_' and '.' only", app)
		}
	}
	return nil
}
