package api

import (
	"context"

	"github.com/labstack/echo/v4"

	"switchroom/api/contract"
	"switchroom/engine"
	"switchroom/settings"
)

// GetScreenPop shows the page that is opened beside a service's calls.
func (s *Server) GetScreenPop(c echo.Context, id contract.ServiceID) error {
	return get(c, func(ctx context.Context) (settings.ScreenPop, error) { return s.deps.Admin.ScreenPop(ctx, id) })
}

// SetScreenPop replaces it.
func (s *Server) SetScreenPop(c echo.Context, id contract.ServiceID, p contract.SetScreenPopParams) error {
	return replace(c, p.IfMatch, func(ctx context.Context, version string, v settings.ScreenPop) (settings.ScreenPop, error) {
		return s.deps.Admin.SetScreenPop(ctx, by(c), id, version, v)
	})
}

// screenPop is the page to open beside the agent's call; nil: none. A call without it goes on.
func (s *Server) screenPop(c echo.Context, v engine.CallView) *contract.CallerScreenPop {
	ctx := c.Request().Context()
	pop, err := s.deps.Admin.ScreenPop(ctx, v.Service)
	if err != nil {
		s.config.Log.WarnContext(ctx, "read the screen pop", "service", v.Service, "error", err)
		return nil
	}
	url := pop.For(settings.PopCall{
		Call: v.ID, Service: v.Service, Queue: v.Queue, Agent: by(c), CallerNumber: v.Caller.Number, CallerName: v.Caller.Name, Called: v.Called, Ticket: v.Ticket, Outbound: v.Outbound,
	})
	if url == "" {
		return nil
	}
	return &contract.CallerScreenPop{Url: url, When: contract.CallerScreenPopWhen(pop.When)}
}
