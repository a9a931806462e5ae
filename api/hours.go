package api

import (
	"context"

	"github.com/labstack/echo/v4"

	"switchroom/api/contract"
	"switchroom/settings"
)

// GetStatusReasons shows a service's reasons for Business and Rest.
func (s *Server) GetStatusReasons(c echo.Context, id contract.ServiceID) error {
	if err := s.within(c, id); err != nil {
		return err
	}
	return get(c, func(ctx context.Context) (settings.Reasons, error) { return s.deps.Admin.StatusReasons(ctx, id) })
}

// SetStatusReasons replaces them.
func (s *Server) SetStatusReasons(c echo.Context, id contract.ServiceID, p contract.SetStatusReasonsParams) error {
	return replace(c, p.IfMatch, func(ctx context.Context, version string, v settings.Reasons) (settings.Reasons, error) {
		return s.deps.Admin.SetStatusReasons(ctx, by(c), id, version, v)
	})
}

// GetHours shows when a service takes calls, and whether it is open now.
func (s *Server) GetHours(c echo.Context, id contract.ServiceID) error {
	if err := s.within(c, id); err != nil {
		return err
	}
	return get(c, func(ctx context.Context) (settings.Hours, error) {
		v, err := s.deps.Admin.Hours(ctx, id)
		return s.standing(ctx, id, v, err)
	})
}

// SetHours replaces them.
func (s *Server) SetHours(c echo.Context, id contract.ServiceID, p contract.SetHoursParams) error {
	return replace(c, p.IfMatch, func(ctx context.Context, version string, v settings.Hours) (settings.Hours, error) {
		v, err := s.deps.Admin.SetHours(ctx, by(c), id, version, v)
		return s.standing(ctx, id, v, err)
	})
}

// standing adds how things stand now.
func (s *Server) standing(ctx context.Context, id string, v settings.Hours, err error) (settings.Hours, error) {
	if err != nil {
		return v, err
	}
	hand, err := s.deps.Admin.HoursSwitch(ctx, id)
	if err != nil {
		return v, err
	}
	now := v.Standing(hand, s.config.Now())
	v.Now = &now
	return v, nil
}

// GetHoursSwitch shows the switch that goes before the hours.
func (s *Server) GetHoursSwitch(c echo.Context, id contract.ServiceID) error {
	if err := s.within(c, id); err != nil {
		return err
	}
	return get(c, func(ctx context.Context) (settings.HoursSwitch, error) { return s.deps.Admin.HoursSwitch(ctx, id) })
}

// SetHoursSwitch switches it.
func (s *Server) SetHoursSwitch(c echo.Context, id contract.ServiceID, p contract.SetHoursSwitchParams) error {
	if err := s.within(c, id); err != nil {
		return err
	}
	return replace(c, p.IfMatch, func(ctx context.Context, version string, v settings.HoursSwitch) (settings.HoursSwitch, error) {
		return s.deps.Admin.SetHoursSwitch(ctx, by(c), id, version, v)
	})
}
