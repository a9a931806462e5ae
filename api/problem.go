package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"switchroom/agent"
	"switchroom/api/contract"
	"switchroom/call"
	"switchroom/dialing"
	"switchroom/engine"
	"switchroom/prompt"
	"switchroom/settings"
)

// problem is an error that a client sees. Every other error is shown as "internal" with nothing but the request's id.
type problem struct {
	contract.Problem
	cause error // logged, never shown
}

func (p *problem) Error() string {
	if p.cause != nil {
		return fmt.Sprintf("%d %s: %v", p.Status, p.Code, p.cause)
	}
	return fmt.Sprintf("%d %s: %s", p.Status, p.Code, p.Detail)
}

func (p *problem) Unwrap() error { return p.cause }

// fail makes a problem; detail says what to do next.
func fail(status int, code, detail string) *problem {
	return &problem{Problem: contract.Problem{
		Type: "urn:switchroom:problem:" + code, Title: http.StatusText(status), Status: status, Code: code, Detail: detail,
	}}
}

func (p *problem) because(err error) *problem {
	p.cause = err
	return p
}

func (p *problem) at(field string) *problem {
	if field != "" {
		p.Field = &field
	}
	return p
}

func (p *problem) after(seconds int) *problem {
	p.RetryAfter = &seconds
	return p
}

// statuses of the slugs with which the engine, calls and agents refuse. One that is not here is a bug, shown as internal.
var statuses = map[string]int{
	"not_available":       http.StatusConflict,
	"not_logged_in":       http.StatusConflict,
	"no_cti_account":      http.StatusConflict,
	"bad_status":          http.StatusBadRequest,
	"unknown_placeholder": http.StatusBadRequest,
	"not_an_origin":       http.StatusBadRequest,
	"origin_insecure":     http.StatusBadRequest,
	"unknown_reason":      http.StatusBadRequest,
	"reason_inactive":     http.StatusConflict,
	"reason_required":     http.StatusConflict,
	"wrong_state":         http.StatusConflict,
	"phone_holds":         http.StatusConflict,
	"bad_target":          http.StatusBadRequest,
	"unknown_target":      http.StatusNotFound,

	"outbound_off":             http.StatusForbidden,
	"caller_id_not_registered": http.StatusForbidden,
	"destination_denied":       http.StatusForbidden,
	"bad_number":               http.StatusBadRequest,
	"no_caller_id":             http.StatusConflict,
	"no_route":                 http.StatusConflict,

	"bad_label":        http.StatusBadRequest,
	"number_taken":     http.StatusConflict,
	"too_many_numbers": http.StatusConflict,
	"unknown_number":   http.StatusNotFound,

	"inactive":            http.StatusConflict,
	"factor_exists":       http.StatusConflict,
	"unknown_factor":      http.StatusNotFound,
	"unknown_reset":       http.StatusNotFound,
	"password_too_short":  http.StatusBadRequest,
	"password_too_long":   http.StatusBadRequest,
	"password_too_common": http.StatusBadRequest,

	"invalid":            http.StatusBadRequest,
	"listed_twice":       http.StatusBadRequest,
	"taken":              http.StatusConflict,
	"in_use":             http.StatusConflict,
	"too_many":           http.StatusConflict,
	"last_administrator": http.StatusConflict,
	"changed_meanwhile":  http.StatusPreconditionFailed,
	"unknown_service":    http.StatusNotFound,
	"unknown_trunk":      http.StatusNotFound,
	"unknown_key":        http.StatusNotFound,
	"unknown_route":      http.StatusNotFound,
	"unknown_person":     http.StatusNotFound,
	"unknown_act":        http.StatusNotFound,

	"unknown_webhook":  http.StatusNotFound,
	"unknown_delivery": http.StatusNotFound,
	"webhook_off":      http.StatusConflict,

	"unknown_provider":   http.StatusNotFound,
	"unknown_identity":   http.StatusNotFound,
	"provider_unfit":     http.StatusConflict,
	"provider_away":      http.StatusServiceUnavailable,
	"provider_failed":    http.StatusForbidden,
	"claim_missing":      http.StatusForbidden,
	"not_registered":     http.StatusForbidden,
	"identity_taken":     http.StatusForbidden,
	"deactivated":        http.StatusForbidden,
	"no_secret_key":      http.StatusConflict,
	"unknown_secret_key": http.StatusConflict,
	"damaged_secret":     http.StatusConflict,

	"unknown_queue": http.StatusNotFound,
	"not_yours":     http.StatusForbidden,
	"unknown_call":  http.StatusNotFound,
	"unknown_agent": http.StatusNotFound,
	"no_permission": http.StatusForbidden,
	"not_ready":     http.StatusServiceUnavailable,
	"overloaded":    http.StatusServiceUnavailable,
	"store_away":    http.StatusServiceUnavailable,
}

// toProblem is the one place where errors become what clients see.
func toProblem(err error) *problem {
	var p *problem
	var fromEngine *engine.Error
	var fromCall *call.Error
	var fromAgent *agent.Error
	var fromDialing *dialing.Error
	var fromPrompt *prompt.Error
	var fromSettings *settings.Error
	var fromEcho *echo.HTTPError
	switch {
	case errors.As(err, &p):
		copied := *p // problems may be shared; the request's id is not
		return &copied
	case errors.As(err, &fromCall):
		return callProblem(fromCall).because(err)
	case errors.As(err, &fromEngine):
		return refusal(fromEngine.Slug, fromEngine.Detail).because(err)
	case errors.As(err, &fromAgent):
		return refusal(fromAgent.Slug, fromAgent.Detail).because(err)
	case errors.As(err, &fromDialing):
		return refusal(fromDialing.Slug, fromDialing.Detail).because(err)
	case errors.As(err, &fromPrompt):
		return promptProblem(fromPrompt).because(err)
	case errors.As(err, &fromSettings):
		return refusal(fromSettings.Slug, fromSettings.Detail).at(fromSettings.Field).because(err)
	case errors.As(err, &fromEcho):
		return echoProblem(fromEcho).because(err)
	case errors.Is(err, context.DeadlineExceeded):
		return fail(http.StatusGatewayTimeout, "timeout", "it took too long and may or may not have been done; look at the feed before you repeat it").because(err)
	}
	return internal(err)
}

func internal(err error) *problem {
	return fail(http.StatusInternalServerError, "internal", "internal error; try again, and tell your administrator the request id if it stays").because(err)
}

func refusal(slug, detail string) *problem {
	status, known := statuses[slug]
	if !known {
		return internal(errors.New("a refusal with an unknown slug: " + slug))
	}
	p := fail(status, slug, detail)
	if status == http.StatusServiceUnavailable {
		p.after(2)
	}
	return p
}

func callProblem(e *call.Error) *problem {
	if e.Slug == "not_yours" {
		return refusal(e.Slug, "the call is not, or not any more, offered to you or yours; wait for the feed's next view")
	}
	detail := fmt.Sprintf("%s is not possible now; the field possible lists what is", e.Input)
	switch e.Slug {
	case "phone_holds":
		detail = "your phone holds the call by its own key; release it there"
	case "bad_target":
		detail = "choose another agent than yourself, or a queue"
	}
	p := refusal(e.Slug, detail)
	state := string(e.State)
	possible := make([]string, len(e.Possible))
	for i, k := range e.Possible {
		possible[i] = string(k)
	}
	p.State, p.Possible = &state, &possible
	return p
}

func echoProblem(e *echo.HTTPError) *problem {
	switch e.Code {
	case http.StatusNotFound:
		return errNotFound()
	case http.StatusMethodNotAllowed:
		return fail(e.Code, "method_not_allowed", "use a method that the contract names for this path")
	case http.StatusRequestEntityTooLarge:
		return errTooLarge()
	case http.StatusBadRequest:
		return fail(e.Code, "bad_request", "the request does not fit the contract")
	}
	return internal(e)
}

func errNotFound() *problem {
	return fail(http.StatusNotFound, "not_found", "there is nothing at this path; see the contract")
}

func errTooLarge() *problem {
	return fail(http.StatusRequestEntityTooLarge, "too_large", fmt.Sprintf("send at most %d kB", maxBody/1024))
}

// writeProblem answers with an error and logs what the client is not told.
func (s *Server) writeProblem(c echo.Context, err error) {
	p := toProblem(err)
	p.RequestId = c.Response().Header().Get(echo.HeaderXRequestID)
	level := slog.LevelDebug
	if p.Status >= http.StatusInternalServerError && p.Status != http.StatusServiceUnavailable && !left(c) {
		level = slog.LevelError
	}
	s.config.Log.LogAttrs(c.Request().Context(), level, "request refused", slog.String("request", p.RequestId), slog.String("method", c.Request().Method),
		slog.String("path", c.Request().URL.Path), slog.Int("status", p.Status), slog.String("code", p.Code), slog.Any("cause", p.cause))
	if c.Response().Committed {
		return
	}
	h := c.Response().Header()
	if p.RetryAfter != nil {
		h.Set(echo.HeaderRetryAfter, strconv.Itoa(*p.RetryAfter))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set(echo.HeaderWWWAuthenticate, `Bearer realm="switchroom"`)
	}
	h.Set(echo.HeaderContentType, "application/problem+json")
	c.Response().WriteHeader(p.Status)
	if c.Request().Method == http.MethodHead {
		return
	}
	if err := json.NewEncoder(c.Response()).Encode(p.Problem); err != nil {
		s.config.Log.Debug("client went before its answer", "error", err)
	}
}
