package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/labstack/echo/v4"

	"switchroom/account"
)

// rolesOf is who may use a route, by x-roles of the contract.
func rolesOf(o *openapi3.Operation) (roles []account.Role, err error) {
	list, _ := o.Extensions["x-roles"].([]any)
	for _, v := range list {
		name, _ := v.(string)
		r := account.Role(name)
		if !r.Valid() {
			return nil, fmt.Errorf("%s: %v is not a role", o.OperationID, v)
		}
		roles = append(roles, r)
	}
	if len(roles) == 0 {
		return nil, fmt.Errorf("%s: x-roles must say who may use the route", o.OperationID)
	}
	return roles, nil
}

// checkRoles makes sure that every route that wants a login says who may use it: a route without a rule must not come into being.
func checkRoles(doc *openapi3.T) error {
	for path, item := range doc.Paths.Map() {
		for method, o := range item.Operations() {
			if len(security(doc, o)) == 0 {
				continue
			}
			if _, err := rolesOf(o); err != nil {
				return fmt.Errorf("api: the contract, %s %s: %w", method, path, err)
			}
		}
	}
	return nil
}

func security(doc *openapi3.T, o *openapi3.Operation) openapi3.SecurityRequirements {
	if o.Security != nil {
		return *o.Security
	}
	return doc.Security
}

// authorize refuses callers without one of the route's roles.
func (s *Server) authorize(c echo.Context, route *routers.Route, params map[string]string) error {
	roles, err := rolesOf(route.Operation)
	if err != nil {
		return err
	}
	c.Set(actKey, act{what: snake(route.Operation.OperationID), target: target(route.Path, params)})
	if err := s.scoped(c, route.Operation.Tags); err != nil {
		return err
	}
	if slices.ContainsFunc(roles, callerOf(c).has) {
		return nil
	}
	if callerOf(c).Unproven && slices.Contains(roles, account.Administrator) {
		if slices.Contains(route.Operation.Tags, "me") || slices.Contains(route.Operation.Tags, "sessions") {
			return nil
		}
		return s.refuseRole(c, "second_factor_required", "administrators need a second factor here; set one up under /me/second-factor, then log in again")
	}
	switch {
	case slices.Contains(roles, account.Agent):
		return errNotAnAgent()
	case slices.Contains(roles, account.Supervisor):
		return s.refuseRole(c, "not_a_supervisor", "only supervisors and administrators may do this; ask one")
	}
	return s.refuseRole(c, "not_an_administrator", "only administrators may do this; ask one")
}

func errNotAnAgent() *problem {
	return fail(http.StatusForbidden, "not_an_agent", "this user is no agent; log in as one, or ask an administrator for the role")
}

// act is what a request does, for the audit trail.
type act struct{ what, target string }

const actKey = "act"

// refuseRole refuses for who it is, and notes that they tried.
func (s *Server) refuseRole(c echo.Context, code, detail string) error {
	a, _ := c.Get(actKey).(act)
	s.audit(c, a.what, a.target, code)
	return fail(http.StatusForbidden, code, detail)
}

// target is what the last parameter of the path names; without any, the path's last word.
func target(path string, params map[string]string) string {
	last := path[strings.LastIndexByte(path, '/')+1:]
	if i := strings.LastIndexByte(path, '{'); i >= 0 {
		name, _, _ := strings.Cut(path[i+1:], "}")
		last = params[name]
	}
	return last
}

// snake writes listPrompts as list_prompts.
func snake(name string) string {
	var b strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}
