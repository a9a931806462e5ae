package api

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/labstack/echo/v4"

	"switchroom/settings"
)

// maxBody is the largest request body, in bytes.
const maxBody = 64 << 10

// leanContract is openapi.yaml without what is there for people; see contract/lean. That it is valid is for the tests to say, not for each start.
//
//go:embed openapi_gen.json
var leanContract []byte

// loadContract reads the contract, once for all servers of the process: nobody changes it.
var loadContract = sync.OnceValues(func() (contractRoutes, error) {
	doc, err := openapi3.NewLoader().LoadFromData(leanContract)
	if err != nil {
		return contractRoutes{}, fmt.Errorf("api: read the contract: %w", err)
	}
	if err := checkRoles(doc); err != nil {
		return contractRoutes{}, err
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		return contractRoutes{}, fmt.Errorf("api: routes of the contract: %w", err)
	}
	return contractRoutes{doc, router}, nil
})

// contractRoutes is the contract with what finds its routes.
type contractRoutes struct {
	doc    *openapi3.T
	routes routers.Router
}

// ours tells the contract's paths from the page's.
func ours(path string) bool {
	return path == "/api" || strings.HasPrefix(path, "/api/") || path == "/sip" || path == "/health" || path == "/ready" || path == "/metrics"
}

// byContract lets through what the contract allows: known route, known caller, fitting request. It is the only way to the handlers.
func (s *Server) byContract(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if !ours(r.URL.Path) {
			return next(c)
		}
		route, params, err := s.routes.FindRoute(r)
		switch {
		case errors.Is(err, routers.ErrMethodNotAllowed):
			return fail(http.StatusMethodNotAllowed, "method_not_allowed", "use a method that the contract names for this path")
		case err != nil:
			return errNotFound()
		}
		c.SetPath(route.Path)
		ctx := r.Context()
		limit := s.config.CommandTimeout
		if upload(route) {
			limit = uploadTime
		}
		if streams(route) {
			limit = exportTime
		}
		if !socket(route) {
			bound, cancel := context.WithTimeout(ctx, limit)
			defer cancel()
			ctx = bound
		}
		c.SetRequest(r.WithContext(ctx))
		defer c.SetRequest(r) // whose context ends with its client and not with the answer
		if err := s.authenticate(c, route, params); err != nil {
			return err
		}
		var body []byte
		if !upload(route) { // its handler reads it, once it knows that the caller may
			if body, err = readBody(c); err != nil {
				return err
			}
		}
		if err := fits(c, route, params, body); err != nil {
			return err
		}
		return s.once(c, route, body, next)
	}
}

// socket tells the routes that become WebSockets: they have no end in time.
func socket(route *routers.Route) bool { return route.Operation.Responses.Value("101") != nil }

// upload tells the routes whose body is a file.
func upload(route *routers.Route) bool {
	body := route.Operation.RequestBody
	return body != nil && body.Value.Content[echo.MIMEApplicationJSON] == nil
}

// streams tells the routes whose answer is as long as it is.
func streams(route *routers.Route) bool {
	ok := route.Operation.Responses.Value("200")
	return ok != nil && ok.Value.Content["text/csv"] != nil
}

const callerKey = "caller"

// callerOf is who sends the request; only where the contract wants a token.
func callerOf(c echo.Context) caller {
	who, _ := c.Get(callerKey).(caller)
	return who
}

// authenticate checks the token where the contract wants one, and whether its owner may, before anything is said about the request.
func (s *Server) authenticate(c echo.Context, route *routers.Route, params map[string]string) error {
	if len(security(s.doc, route.Operation)) == 0 {
		return nil
	}
	scheme, token, _ := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return fail(http.StatusUnauthorized, "no_token", "log in and send the access token as Authorization: Bearer")
	}
	var who caller
	var err error
	if strings.HasPrefix(token, settings.KeyPrefix) {
		who, err = s.byKey(c.Request().Context(), token)
	} else {
		who, err = s.tokens.check(c.Request().Context(), token)
	}
	if err != nil {
		return err
	}
	if wait := s.commands.take(who.User); wait > 0 {
		return fail(http.StatusTooManyRequests, "too_many_requests", "too many requests; wait before the next one").after(seconds(wait))
	}
	c.Set(callerKey, who)
	return s.authorize(c, route, params)
}

// readBody reads at most maxBody and puts the body back.
func readBody(c echo.Context) ([]byte, error) {
	r := c.Request()
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, errTooLarge()
	case err != nil:
		return nil, fail(http.StatusBadRequest, "bad_request", "the body could not be read; send it again").because(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body, nil
}

// fits checks parameters and body against the contract.
func fits(c echo.Context, route *routers.Route, params map[string]string, body []byte) error {
	r := c.Request()
	switch wanted := route.Operation.RequestBody; {
	case wanted == nil && len(body) > 0:
		return fail(http.StatusBadRequest, "bad_request", "this request has no body")
	case upload(route):
		kind, _, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
		if err != nil || wanted.Value.Content[kind] == nil {
			kinds := slices.Sorted(maps.Keys(wanted.Value.Content))
			return fail(http.StatusUnsupportedMediaType, "bad_content_type", "send the file itself, as Content-Type: "+strings.Join(kinds, " or "))
		}
	case wanted != nil:
		kind, _, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
		if err != nil || kind != echo.MIMEApplicationJSON {
			return fail(http.StatusUnsupportedMediaType, "bad_content_type", "send Content-Type: application/json")
		}
		if !json.Valid(body) {
			return fail(http.StatusBadRequest, "bad_json", "the body is not one JSON value")
		}
	}
	err := openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route, Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, ExcludeRequestBody: upload(route)},
	})
	if err != nil {
		return misfit(err)
	}
	return nil
}

// narrowed is the first of several faults, by where they are: they come grouped, at what they have in common.
func narrowed(e *openapi3.SchemaError) *openapi3.SchemaError {
	var group openapi3.MultiError
	if e.Origin == nil || !errors.As(e.Origin, &group) {
		return e
	}
	var least *openapi3.SchemaError
	for _, one := range group {
		var s *openapi3.SchemaError
		if errors.As(one, &s) && (least == nil || slices.Compare(s.JSONPointer(), least.JSONPointer()) < 0) {
			least = s
		}
	}
	if least == nil {
		return e
	}
	return narrowed(least)
}

// misfit says which part of the request is wrong; not its value, which may be a password.
func misfit(err error) *problem {
	var schema *openapi3.SchemaError
	var request *openapi3filter.RequestError
	if errors.As(err, &request) && request.Parameter != nil {
		p := request.Parameter
		return fail(http.StatusBadRequest, "bad_request", fmt.Sprintf("the %s parameter %s does not fit the contract", p.In, p.Name)).because(err).at(p.Name)
	}
	if errors.As(err, &schema) {
		schema = narrowed(schema)
		at := "/" + strings.Join(schema.JSONPointer(), "/")
		if strings.Contains(err.Error(), "additional propert") {
			return fail(http.StatusBadRequest, "unknown_field", "the body has a field that the contract does not know").because(schema).at(at)
		}
		return fail(http.StatusBadRequest, "bad_request", "the body does not fit the contract at "+at).because(errors.New(schema.SchemaField)).at(at)
	}
	return fail(http.StatusBadRequest, "bad_request", "the request does not fit the contract").because(err)
}
