package api

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"switchroom/account"
	"switchroom/agent"
	"switchroom/api/contract"
	"switchroom/engine"
)

// GetMe says who the caller is.
func (s *Server) GetMe(c echo.Context) error {
	ctx := c.Request().Context()
	who := callerOf(c)
	u, err := s.deps.Accounts.User(ctx, who.User)
	if errors.Is(err, account.ErrUnknown) {
		return errRevoked()
	}
	if err != nil {
		return databaseAway(err)
	}
	me := contract.Me{Id: u.ID, Name: u.Name, User: u.Login, Roles: roles(u.Roles)}
	p, err := s.deps.Settings.Person(ctx, who.User)
	if err != nil && !errors.Is(err, engine.ErrUnknown) {
		return databaseAway(err)
	}
	if ph := p.Profile.Phone; err == nil && ph.Endpoint != "" {
		queues := p.Profile.Queues
		if queues == nil {
			queues = []string{}
		}
		me.Cti = &contract.CTIAccount{Id: p.Profile.CTI, Number: ph.Number, Device: ph.Device, Queues: queues}
	}
	return c.JSON(http.StatusOK, me)
}

// CtiLogin logs the agent in to CTI (S8, S9).
func (s *Server) CtiLogin(c echo.Context, _ contract.CtiLoginParams) error {
	return s.asAgent(c, func(id string) error { return s.deps.Desk.Login(c.Request().Context(), id) })
}

// CtiLogout logs the agent out of CTI.
func (s *Server) CtiLogout(c echo.Context, _ contract.CtiLogoutParams) error {
	return s.asAgent(c, func(id string) error { return s.deps.Desk.Logout(c.Request().Context(), id) })
}

// SetStatus changes the agent's status (S9–S12).
func (s *Server) SetStatus(c echo.Context) error {
	var in contract.StatusChoice
	if err := c.Bind(&in); err != nil {
		return err
	}
	reason := ""
	if in.Reason != nil {
		reason = *in.Reason
	}
	return s.asAgent(c, func(id string) error {
		return s.deps.Desk.Choose(c.Request().Context(), id, agent.Choice(in.Status), reason)
	})
}

// GetOwnReasons lists the reasons for Business and Rest that the caller chooses from.
func (s *Server) GetOwnReasons(c echo.Context) error {
	p, err := s.deps.Settings.Person(c.Request().Context(), callerOf(c).User)
	if err != nil {
		return settingsProblem(err, fail(http.StatusNotFound, "unknown_agent", "you are in no service; an administrator must assign you to one"))
	}
	own := p.OwnReasons()
	if own.Reasons == nil {
		own.Reasons = []agent.Reason{}
	}
	noStore(c)
	return c.JSON(http.StatusOK, own)
}

// asAgent does f for the caller, who is an agent by the contract, and answers 204.
func (s *Server) asAgent(c echo.Context, f func(id string) error) error {
	if err := f(callerOf(c).User); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// GetSnapshot gives the view and the feed position that it belongs to.
func (s *Server) GetSnapshot(c echo.Context) error {
	who := callerOf(c)
	snap, err := s.hub.Look(c.Request().Context(), who.User)
	if err != nil {
		return liveAway(err)
	}
	noStore(c)
	return c.JSON(http.StatusOK, contract.Snapshot{Epoch: snap.Epoch, Seq: snap.Seq, View: snap.View})
}

// GetPhone gives the account of the caller's own phone, and nobody else's.
func (s *Server) GetPhone(c echo.Context) error {
	who := callerOf(c)
	a, err := s.deps.Settings.Account(c.Request().Context(), who.User)
	if err != nil {
		return settingsProblem(err, fail(http.StatusNotFound, "no_phone", "no CTI ID and number are assigned to you; an administrator must do it"))
	}
	out := contract.PhoneAccount{
		Device: a.Device, SipUri: "sip:" + a.Endpoint + "@switchroom", Username: a.Endpoint, Password: a.Secret, Number: a.Number,
		IceServers: []contract.ICEServer{},
	}
	if a.Device == agent.WebRTC {
		url := s.webSocketURL(c)
		out.WebsocketUrl = &url
		for _, ice := range s.config.ICE {
			out.IceServers = append(out.IceServers, contract.ICEServer{Urls: ice.URLs, Username: optional(ice.Username), Credential: optional(ice.Credential)})
		}
	}
	noStore(c)
	return c.JSON(http.StatusOK, out)
}

// webSocketURL is this server's /sip as the client reaches it.
func (s *Server) webSocketURL(c echo.Context) string {
	return strings.Replace(s.origin(c), "http", "ws", 1) + "/sip"
}

// public is where people open the page.
func (s *Server) public(c echo.Context) string {
	if s.config.PublicURL != nil {
		return s.config.PublicURL.String()
	}
	return s.origin(c)
}

// origin is this server as the client reaches it.
func (s *Server) origin(c echo.Context) string {
	r := c.Request()
	if public := s.config.PublicURL; public != nil && public.Host == r.Host {
		return public.Scheme + "://" + r.Host
	}
	scheme := "http"
	if r.TLS != nil || s.config.byProxy(r) && strings.EqualFold(r.Header.Get(echo.HeaderXForwardedProto), "https") {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

func optional(v string) *string {
	if v == "" {
		return nil
	}
	return &v
}
