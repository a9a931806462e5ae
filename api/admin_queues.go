package api

import (
	"context"

	"github.com/labstack/echo/v4"

	"switchroom/api/contract"
	"switchroom/settings"
)

// ListQueues lists queues.
func (s *Server) ListQueues(c echo.Context) error {
	only, err := s.scope(c)
	if err != nil {
		return err
	}
	list, err := s.deps.Admin.ListQueues(c.Request().Context(), only)
	return shown(c, contract.QueuesList{Queues: list}, err)
}

// CreateQueue makes a queue.
func (s *Server) CreateQueue(c echo.Context, _ contract.CreateQueueParams) error {
	return create(c, settings.NewQueue(), func(ctx context.Context, v settings.Queue) (settings.Queue, error) {
		return s.deps.Admin.CreateQueue(ctx, by(c), v)
	})
}

// GetQueue shows a queue.
func (s *Server) GetQueue(c echo.Context, name contract.QueueName) error {
	return get(c, func(ctx context.Context) (settings.Queue, error) { return s.ownQueue(c, name) })
}

// ownQueue is a queue that the caller may see.
func (s *Server) ownQueue(c echo.Context, name string) (settings.Queue, error) {
	q, err := s.deps.Admin.QueueSettings(c.Request().Context(), name)
	if err == nil {
		err = s.within(c, q.Service)
	}
	return q, err
}

// ChangeQueue changes a queue.
func (s *Server) ChangeQueue(c echo.Context, name contract.QueueName, p contract.ChangeQueueParams) error {
	return change(c, p.IfMatch,
		func(ctx context.Context) (settings.Queue, error) { return s.deps.Admin.QueueSettings(ctx, name) },
		func(ctx context.Context, version string, v settings.Queue) (settings.Queue, error) {
			return s.deps.Admin.ChangeQueue(ctx, by(c), version, v)
		})
}

// DeleteQueue removes a queue.
func (s *Server) DeleteQueue(c echo.Context, name contract.QueueName) error {
	return remove(c, func(ctx context.Context) error { return s.deps.Admin.DeleteQueue(ctx, by(c), name) })
}

// GetMembers shows the agents of a queue.
func (s *Server) GetMembers(c echo.Context, name contract.QueueName) error {
	return get(c, func(ctx context.Context) (settings.Members, error) {
		if _, err := s.ownQueue(c, name); err != nil {
			return settings.Members{}, err
		}
		return s.deps.Admin.Members(ctx, name)
	})
}

// SetMembers replaces the agents of a queue.
func (s *Server) SetMembers(c echo.Context, name contract.QueueName, p contract.SetMembersParams) error {
	return replace(c, p.IfMatch, func(ctx context.Context, version string, v settings.Members) (settings.Members, error) {
		return s.deps.Admin.SetMembers(ctx, by(c), name, version, v)
	})
}

// ListTrunks lists trunks.
func (s *Server) ListTrunks(c echo.Context) error {
	list, err := s.deps.Admin.ListTrunks(c.Request().Context())
	return shown(c, contract.TrunksList{Trunks: list}, err)
}

// CreateTrunk makes a trunk.
func (s *Server) CreateTrunk(c echo.Context, _ contract.CreateTrunkParams) error {
	return create(c, settings.NewTrunk(), func(ctx context.Context, v settings.Trunk) (settings.Trunk, error) {
		return s.deps.Admin.CreateTrunk(ctx, by(c), v)
	})
}

// GetTrunk shows a trunk.
func (s *Server) GetTrunk(c echo.Context, name contract.TrunkName) error {
	return get(c, func(ctx context.Context) (settings.Trunk, error) { return s.deps.Admin.TrunkSettings(ctx, name) })
}

// ChangeTrunk changes a trunk.
func (s *Server) ChangeTrunk(c echo.Context, name contract.TrunkName, p contract.ChangeTrunkParams) error {
	return change(c, p.IfMatch,
		func(ctx context.Context) (settings.Trunk, error) { return s.deps.Admin.TrunkSettings(ctx, name) },
		func(ctx context.Context, version string, v settings.Trunk) (settings.Trunk, error) {
			return s.deps.Admin.ChangeTrunk(ctx, by(c), version, v)
		})
}

// DeleteTrunk removes a trunk.
func (s *Server) DeleteTrunk(c echo.Context, name contract.TrunkName) error {
	return remove(c, func(ctx context.Context) error { return s.deps.Admin.DeleteTrunk(ctx, by(c), name) })
}

// ListRoutes lists outbound routes.
func (s *Server) ListRoutes(c echo.Context) error {
	list, err := s.deps.Admin.ListRoutes(c.Request().Context())
	return shown(c, contract.RoutesList{Routes: list}, err)
}

// CreateRoute makes an outbound route.
func (s *Server) CreateRoute(c echo.Context, _ contract.CreateRouteParams) error {
	return create(c, settings.Route{}, func(ctx context.Context, v settings.Route) (settings.Route, error) {
		return s.deps.Admin.CreateRoute(ctx, by(c), v)
	})
}

// GetRoute shows an outbound route.
func (s *Server) GetRoute(c echo.Context, name contract.RouteName) error {
	return get(c, func(ctx context.Context) (settings.Route, error) { return s.deps.Admin.RouteSettings(ctx, name) })
}

// ChangeRoute changes an outbound route.
func (s *Server) ChangeRoute(c echo.Context, name contract.RouteName, p contract.ChangeRouteParams) error {
	return change(c, p.IfMatch,
		func(ctx context.Context) (settings.Route, error) { return s.deps.Admin.RouteSettings(ctx, name) },
		func(ctx context.Context, version string, v settings.Route) (settings.Route, error) {
			return s.deps.Admin.ChangeRoute(ctx, by(c), version, v)
		})
}

// DeleteRoute removes an outbound route.
func (s *Server) DeleteRoute(c echo.Context, name contract.RouteName) error {
	return remove(c, func(ctx context.Context) error { return s.deps.Admin.DeleteRoute(ctx, by(c), name) })
}

// GetEmergencyNumbers shows the organisation's emergency numbers.
func (s *Server) GetEmergencyNumbers(c echo.Context) error {
	return get(c, s.deps.Admin.EmergencyNumbers)
}

// SetEmergencyNumbers replaces them.
func (s *Server) SetEmergencyNumbers(c echo.Context, p contract.SetEmergencyNumbersParams) error {
	return replace(c, p.IfMatch, func(ctx context.Context, version string, v settings.EmergencyNumbers) (settings.EmergencyNumbers, error) {
		return s.deps.Admin.SetEmergencyNumbers(ctx, by(c), version, v)
	})
}
