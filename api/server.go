package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/gorilla/websocket"
	"github.com/labstack/echo/v4"

	"switchroom/account"
	"switchroom/agent"
	"switchroom/api/contract"
	"switchroom/api/feed"
)

// Server serves the API, the feed, the way to the phones' SIP, and the page. Make it with [New]; it is an http.Handler; [Server.Run]
// must run beside.
type Server struct {
	config   Config
	deps     Deps
	echo     *echo.Echo
	doc      *openapi3.T
	routes   routers.Router
	tokens   *tokens
	attempts *attempts
	resets   *throttle
	signIns  *throttle
	commands *throttle
	hashing  chan struct{}
	uploads  chan struct{}
	exports  chan struct{}
	nobody   string // a hash that is checked when the user is unknown, so that the time of the answer does not tell
	hub      *feed.Hub
	upgrader websocket.Upgrader
	sip      *sipProxy
	metrics  *metrics
	board    board
	life     context.Context // of hijacked connections
	die      context.CancelFunc
}

var _ contract.ServerInterface = (*Server)(nil)

// Commands of one person: more than anybody presses, less than a program needs to be a nuisance.
const (
	commandEvery = 100 * time.Millisecond
	commandBurst = 30
)

// New makes a server. It does no I/O.
func New(c Config, d Deps) (*Server, error) {
	if err := c.complete(); err != nil {
		return nil, err
	}
	if d.Desk == nil || d.Live == nil || d.Answers == nil || d.Accounts == nil || d.Settings == nil || d.Outbound == nil || d.Prompts == nil || d.Admin == nil || d.Nodes == nil || d.Audit == nil || d.History == nil || d.Records == nil {
		return nil, errors.New("api: a dependency is missing")
	}
	known, err := loadContract()
	if err != nil {
		return nil, err
	}
	s := &Server{
		config: c, deps: d, doc: known.doc, routes: known.routes, tokens: newTokens(c, d.Accounts), attempts: newAttempts(time.Now),
		resets:   newThrottle(time.Now, resetEvery, resetsOfAddress),
		signIns:  newThrottle(time.Now, signInEvery, signInsOfAddress),
		commands: newThrottle(time.Now, commandEvery, c.CommandBurst), hashing: make(chan struct{}, 2), uploads: make(chan struct{}, uploadsAtOnce), exports: make(chan struct{}, exportsAtOnce),
		nobody: c.Passwords.Nobodys(),
	}
	s.life, s.die = context.WithCancel(context.Background())
	s.hub = feed.New(s.feedConfig())
	s.metrics = newMetrics(c.Metrics, s.hub)
	s.upgrader = websocket.Upgrader{HandshakeTimeout: 5 * time.Second, CheckOrigin: s.originAllowed, Error: s.upgradeFailed}
	if c.SIP != nil {
		s.sip = newSIPProxy(s)
	}
	s.echo = s.assemble()
	return s, nil
}

// Run reads the live store's feed until ctx ends, then closes all WebSockets and returns when they are gone.
func (s *Server) Run(ctx context.Context) {
	s.hub.Run(ctx)
	s.die()
}

// SettingsChanged forgets what it knows of sessions, which an administrator may have ended through another process, and closes the feeds of those that are over.
func (s *Server) SettingsChanged(ctx context.Context) {
	s.tokens.sessions.doubt()
	for _, id := range s.hub.Sessions() {
		if !s.tokens.sessions.live(ctx, id) {
			s.hub.EndSession(id)
		}
	}
}

// ServeHTTP serves one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

func (s *Server) assemble() *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = func(err error, c echo.Context) { s.writeProblem(c, err) }
	e.IPExtractor = s.config.clientIP()
	e.Pre(s.headers, s.measure, s.recovered, s.byContract)
	contract.RegisterHandlers(e, s)
	e.GET("/*", s.page)
	e.HEAD("/*", s.page)
	return e
}

// recovered makes a panic an internal error; the stack goes to the log.
func (s *Server) recovered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler { //nolint:errorlint // net/http's own sentinel, compared as net/http does
				panic(v)
			}
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}()
		return next(c)
	}
}

func (s *Server) feedConfig() feed.Config {
	return feed.Config{
		Source: s.deps.Live, Authenticate: s.feedLogin, Refused: feedCode, Blank: s.blankAgent, Absent: s.deps.Desk.Absent,
		AbsentAfter: s.config.AbsentAfter, Nodes: s.deps.Nodes.Nodes, Now: s.config.Now, Log: s.config.Log, Limits: s.config.Feed,
		Closed: func(c feed.Code) { s.metrics.closed.WithLabelValues(c.String()).Inc() },
	}
}

func (s *Server) feedLogin(ctx context.Context, token string) (feed.Who, error) {
	who, err := s.tokens.check(ctx, token)
	if err != nil {
		return feed.Who{}, err
	}
	out := feed.Who{Session: who.Session, Expires: who.Expires}
	if who.has(account.Agent) {
		out.Agent = who.User
	}
	return out, nil
}

func feedCode(err error) feed.Code {
	switch toProblem(err).Code {
	case "token_expired":
		return feed.TokenExpired
	case "session_revoked":
		return feed.SessionEnded
	case "bad_token":
		return feed.BadToken
	}
	return feed.Internal
}

// blankAgent is what is shown of an agent who has never logged in to CTI. Whoever has no phone settings sees at least their name.
func (s *Server) blankAgent(ctx context.Context, id string) (agent.Agent, error) {
	a := agent.Agent{ID: id, Chosen: agent.LoggedOut}
	if p, err := s.deps.Settings.Person(ctx, id); err == nil {
		a.Name, a.CTI, a.Queues = p.Profile.Name, p.Profile.CTI, p.Profile.Queues
		a.Phone.Device, a.Phone.Number = p.Profile.Phone.Device, p.Profile.Phone.Number
		return a, nil
	}
	u, err := s.deps.Accounts.User(ctx, id)
	if err != nil {
		return a, fmt.Errorf("the settings of agent %s: %w", id, err)
	}
	a.Name = u.Name
	return a, nil
}

// OpenFeed makes the request a WebSocket and serves it until it ends.
func (s *Server) OpenFeed(c echo.Context) error {
	ws, err := s.upgrader.Upgrade(c.Response(), c.Request(), nil)
	if err != nil {
		return nil //nolint:nilerr // upgradeFailed has answered
	}
	c.Response().Status = http.StatusSwitchingProtocols
	s.hub.Serve(ws)
	return nil
}

func (s *Server) upgradeFailed(w http.ResponseWriter, r *http.Request, status int, reason error) {
	c := s.echo.NewContext(r, w)
	switch status {
	case http.StatusForbidden:
		s.writeProblem(c, errBadOrigin())
	default:
		s.writeProblem(c, fail(http.StatusUpgradeRequired, "websocket_required", "open a WebSocket here (RFC 6455, version 13)").because(reason))
	}
}

func errBadOrigin() *problem {
	return fail(http.StatusForbidden, "bad_origin", "WebSockets are opened by this server's own page; where a proxy changes the host, set SWITCHROOM_PUBLIC_URL to the address that people open")
}

// originAllowed keeps other sites' pages out. Programs that are no browsers send no origin.
func (s *Server) originAllowed(r *http.Request) bool {
	origin := r.Header.Get(echo.HeaderOrigin)
	if origin == "" {
		return true
	}
	if public := s.config.PublicURL; public != nil && origin == public.String() {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && u.Host == r.Host
}

// Routes lists what is served, as "METHOD path".
func (s *Server) Routes() []string {
	var out []string
	for _, r := range s.echo.Routes() {
		out = append(out, r.Method+" "+r.Path)
	}
	return out
}
