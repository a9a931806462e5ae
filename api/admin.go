package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"switchroom/account"
	"switchroom/api/contract"
	"switchroom/settings"
)

// The administrators' settings. Who may use which route, the contract says and roles.go enforces. The bodies are the types of package settings; what the
// contract does not know never gets here.

// answer shows a setting with its version.
func answer[T any](c echo.Context, status int, v T, version string) error {
	c.Response().Header().Set("ETag", `"`+version+`"`)
	noStore(c)
	return c.JSON(status, v)
}

// get shows one.
func get[T any, P settings.Stamped[T]](c echo.Context, load func(context.Context) (T, error)) error {
	v, err := load(c.Request().Context())
	if err != nil {
		return adminProblem(err)
	}
	return answer(c, http.StatusOK, v, settings.VersionOf[T, P](v))
}

// create makes one of its defaults and the body.
func create[T any, P settings.Stamped[T]](c echo.Context, v T, save func(context.Context, T) (T, error)) error {
	if err := decode(c, &v); err != nil {
		return err
	}
	v, err := save(c.Request().Context(), v)
	if err != nil {
		return adminProblem(err)
	}
	return answer(c, http.StatusCreated, v, settings.VersionOf[T, P](v))
}

// change lays the body over what is there, which has to be the version that the caller saw.
func change[T any, P settings.Stamped[T]](c echo.Context, match *string, load func(context.Context) (T, error), save func(context.Context, string, T) (T, error)) error {
	version, err := wanted(match)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	v, err := load(ctx)
	if err == nil {
		err = settings.Match[T, P](v, version)
	}
	if err != nil {
		return adminProblem(err)
	}
	if err := decode(c, &v); err != nil {
		return err
	}
	if v, err = save(ctx, version, v); err != nil {
		return adminProblem(err)
	}
	return answer(c, http.StatusOK, v, settings.VersionOf[T, P](v))
}

// replace puts the body in the place of a list, which has to be the version that the caller saw.
func replace[T any, P settings.Stamped[T]](c echo.Context, match *string, save func(context.Context, string, T) (T, error)) error {
	version, err := wanted(match)
	if err != nil {
		return err
	}
	var v T
	if err := decode(c, &v); err != nil {
		return err
	}
	if v, err = save(c.Request().Context(), version, v); err != nil {
		return adminProblem(err)
	}
	return answer(c, http.StatusOK, v, settings.VersionOf[T, P](v))
}

func remove(c echo.Context, f func(context.Context) error) error {
	if err := f(c.Request().Context()); err != nil {
		return adminProblem(err)
	}
	return c.NoContent(http.StatusNoContent)
}

// wanted is the version in If-Match.
func wanted(match *string) (string, error) {
	version := strings.Trim(strings.TrimPrefix(value(match), "W/"), `"`)
	if version == "" {
		return "", fail(http.StatusPreconditionRequired, "version_required", "read it first, and send its version as If-Match: nobody's change is lost").at("If-Match")
	}
	return version, nil
}

// decode lays the body, which fits the contract, over v.
func decode(c echo.Context, v any) error {
	if err := json.NewDecoder(c.Request().Body).Decode(v); err != nil {
		return fail(http.StatusBadRequest, "bad_request", "the body does not fit the contract").because(err)
	}
	return nil
}

// shown answers with what was read, if it could be.
func shown(c echo.Context, v any, err error) error {
	if err != nil {
		return adminProblem(err)
	}
	noStore(c)
	return c.JSON(http.StatusOK, v)
}

// adminProblem: what is no refusal is the database.
func adminProblem(err error) error {
	p := toProblem(err)
	if p.Status == http.StatusInternalServerError {
		return databaseAway(err)
	}
	return p
}

// by is who does it, for the audit trail.
func by(c echo.Context) string { return callerOf(c).User }

// scope lists the services that a supervisor may see; nil: all of them.
func (s *Server) scope(c echo.Context) ([]string, error) {
	who := callerOf(c)
	if who.has(account.Administrator) {
		return nil, nil
	}
	if who.Key != nil {
		return who.Key.Services, nil
	}
	p, err := s.deps.Admin.PersonSettings(c.Request().Context(), who.User)
	if err != nil {
		return nil, adminProblem(err)
	}
	out := []string{}
	for _, m := range p.Services {
		out = append(out, m.Service)
	}
	return out, nil
}

// within refuses a supervisor of other services, and notes the attempt.
func (s *Server) within(c echo.Context, services ...string) error {
	mine, err := s.scope(c)
	if err != nil || mine == nil || slices.ContainsFunc(services, func(id string) bool { return slices.Contains(mine, id) }) {
		return err
	}
	return s.refuseRole(c, "other_service", "this belongs to a service of which you are no supervisor; ask an administrator")
}

// ListServices lists services.
func (s *Server) ListServices(c echo.Context) error {
	only, err := s.scope(c)
	if err != nil {
		return err
	}
	list, err := s.deps.Admin.ListServices(c.Request().Context(), only)
	return shown(c, contract.ServicesList{Services: list}, err)
}

// CreateService makes a service (S3).
func (s *Server) CreateService(c echo.Context, _ contract.CreateServiceParams) error {
	return create(c, settings.NewService(), func(ctx context.Context, v settings.Service) (settings.Service, error) {
		return s.deps.Admin.CreateService(ctx, by(c), v)
	})
}

// GetService shows a service.
func (s *Server) GetService(c echo.Context, id contract.ServiceID) error {
	if err := s.within(c, id); err != nil {
		return err
	}
	return get(c, func(ctx context.Context) (settings.Service, error) { return s.deps.Admin.ServiceSettings(ctx, id) })
}

// ChangeService changes a service.
func (s *Server) ChangeService(c echo.Context, id contract.ServiceID, p contract.ChangeServiceParams) error {
	return change(c, p.IfMatch,
		func(ctx context.Context) (settings.Service, error) { return s.deps.Admin.ServiceSettings(ctx, id) },
		func(ctx context.Context, version string, v settings.Service) (settings.Service, error) {
			return s.deps.Admin.ChangeService(ctx, by(c), version, v)
		})
}

// DeleteService removes a service.
func (s *Server) DeleteService(c echo.Context, id contract.ServiceID) error {
	return remove(c, func(ctx context.Context) error { return s.deps.Admin.DeleteService(ctx, by(c), id) })
}

// GetCallingNumbers shows the numbers that a service may show (S19).
func (s *Server) GetCallingNumbers(c echo.Context, id contract.ServiceID) error {
	return get(c, func(ctx context.Context) (settings.CallingNumbers, error) {
		return s.deps.Admin.CallingNumbers(ctx, id)
	})
}

// SetCallingNumbers replaces them.
func (s *Server) SetCallingNumbers(c echo.Context, id contract.ServiceID, p contract.SetCallingNumbersParams) error {
	return replace(c, p.IfMatch, func(ctx context.Context, version string, v settings.CallingNumbers) (settings.CallingNumbers, error) {
		return s.deps.Admin.SetCallingNumbers(ctx, by(c), id, version, v)
	})
}

// GetDestinationRules shows what a service may call.
func (s *Server) GetDestinationRules(c echo.Context, id contract.ServiceID) error {
	return get(c, func(ctx context.Context) (settings.DestinationRules, error) {
		return s.deps.Admin.DestinationRules(ctx, id)
	})
}

// SetDestinationRules replaces it.
func (s *Server) SetDestinationRules(c echo.Context, id contract.ServiceID, p contract.SetDestinationRulesParams) error {
	return replace(c, p.IfMatch, func(ctx context.Context, version string, v settings.DestinationRules) (settings.DestinationRules, error) {
		return s.deps.Admin.SetDestinationRules(ctx, by(c), id, version, v)
	})
}

// GetRecordSettings shows what a service sets about its tickets and calls.
func (s *Server) GetRecordSettings(c echo.Context, id contract.ServiceID) error {
	return get(c, func(ctx context.Context) (settings.Records, error) { return s.deps.Admin.RecordSettings(ctx, id) })
}

// SetRecordSettings replaces it.
func (s *Server) SetRecordSettings(c echo.Context, id contract.ServiceID, p contract.SetRecordSettingsParams) error {
	return replace(c, p.IfMatch, func(ctx context.Context, version string, v settings.Records) (settings.Records, error) {
		return s.deps.Admin.SetRecordSettings(ctx, by(c), id, version, v)
	})
}

// GetServiceNumbers shows a service's frequently used numbers (S27).
func (s *Server) GetServiceNumbers(c echo.Context, id contract.ServiceID) error {
	return get(c, func(ctx context.Context) (settings.FrequentNumbers, error) {
		return s.deps.Admin.ServiceNumbers(ctx, id)
	})
}

// SetServiceNumbers replaces them.
func (s *Server) SetServiceNumbers(c echo.Context, id contract.ServiceID, p contract.SetServiceNumbersParams) error {
	return replace(c, p.IfMatch, func(ctx context.Context, version string, v settings.FrequentNumbers) (settings.FrequentNumbers, error) {
		return s.deps.Admin.SetServiceNumbers(ctx, by(c), id, version, v)
	})
}

// ListNodes shows the Asterisk nodes (S5).
func (s *Server) ListNodes(c echo.Context) error {
	list, err := s.deps.Nodes.Nodes(c.Request().Context())
	if err != nil {
		return liveAway(err)
	}
	for i := range list {
		list[i] = list[i].At(s.config.Now())
	}
	noStore(c)
	return c.JSON(http.StatusOK, contract.Nodes{Nodes: list})
}

// ListAudit shows who did what.
func (s *Server) ListAudit(c echo.Context, p contract.ListAuditParams) error {
	acts, err := s.deps.Admin.AuditTrail(c.Request().Context(), settings.ActQuery{Who: value(p.Who), Target: value(p.Target), Before: value(p.Before), Limit: page(p.Limit)})
	if err != nil {
		return adminProblem(err)
	}
	noStore(c)
	var ids []string
	for _, a := range acts {
		ids = append(ids, a.Who, a.Target)
	}
	return c.JSON(http.StatusOK, contract.AuditTrail{Acts: acts, Names: s.names(c, ids)})
}

// page is how many to list.
func page(limit *contract.Limit) int {
	if limit == nil {
		return 50
	}
	return *limit
}
