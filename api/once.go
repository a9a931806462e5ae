package api

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/getkin/kin-openapi/routers"
	"github.com/labstack/echo/v4"
)

const (
	keyHeader      = "Idempotency-Key"
	replayedHeader = "Idempotency-Replayed"
	answerKept     = 24 * time.Hour
	answerStore    = 2 * time.Second // to remember an answer, after the work
)

// once does a request with an Idempotency-Key one time: who repeats it gets the first answer. Refusals are answers too; only what a
// repetition may cure (5xx) is done anew.
func (s *Server) once(c echo.Context, route *routers.Route, body []byte, next echo.HandlerFunc) error {
	key := c.Request().Header.Get(keyHeader)
	if key == "" || route.Method != http.MethodPost || route.Operation.Parameters.GetByInAndName("header", keyHeader) == nil && route.PathItem.Parameters.GetByInAndName("header", keyHeader) == nil {
		return next(c)
	}
	ctx := c.Request().Context()
	request := bytes.Join([][]byte{[]byte(route.Method), []byte(c.Request().URL.Path), body}, []byte{0})
	answer, work, err := s.deps.Answers.Begin(ctx, callerOf(c).User, key, request, 2*s.config.CommandTimeout)
	switch {
	case errors.Is(err, ErrInProgress):
		return fail(http.StatusConflict, "in_progress", "the same request is still being worked on; ask again in a moment").after(1)
	case errors.Is(err, ErrKeyReused):
		return fail(http.StatusUnprocessableEntity, "key_reused", "this Idempotency-Key came with another request; use a new one")
	case err != nil:
		return liveAway(err)
	case answer != nil:
		return replay(c, *answer)
	}
	seen := &recorder{ResponseWriter: c.Response().Writer}
	c.Response().Writer = seen
	if err := next(c); err != nil {
		s.writeProblem(c, err)
	}
	s.remember(ctx, work, c.Response().Status, seen.body.Bytes())
	return nil
}

func replay(c echo.Context, a Answer) error {
	c.Response().Header().Set(replayedHeader, "true")
	if len(a.Body) == 0 {
		return c.NoContent(a.Status)
	}
	kind := echo.MIMEApplicationJSON
	if a.Status >= http.StatusBadRequest {
		kind = "application/problem+json"
	}
	return c.Blob(a.Status, kind, a.Body)
}

// remember outlives the request: the work is done whether or not the client still listens.
func (s *Server) remember(ctx context.Context, work Work, status int, body []byte) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerStore)
	defer cancel()
	var err error
	if status >= http.StatusInternalServerError {
		err = work.Forget(ctx)
	} else {
		err = work.Complete(ctx, Answer{Status: status, Body: body}, answerKept)
	}
	if err != nil {
		s.config.Log.WarnContext(ctx, "answer to a request is not remembered", "error", err)
	}
}

// recorder keeps a copy of the body.
type recorder struct {
	http.ResponseWriter
	body bytes.Buffer
}

func (r *recorder) Write(b []byte) (int, error) {
	r.body.Write(b)
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
