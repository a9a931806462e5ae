package ari

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
)

var (
	// ErrReplaced: another client registered the same application. The session has stopped for good and refuses
	// requests, because Asterisk would still obey both.
	ErrReplaced = errors.New("ari: another client took over the application")
	// ErrClosed: the session was closed.
	ErrClosed = errors.New("ari: the session is closed")
	// ErrOverflow: the consumer fell so far behind that the connection was reset.
	ErrOverflow = errors.New("ari: the consumer is too slow: too many events are waiting")
	// ErrAppDead: the socket is up, but a ping through the application did not come back.
	ErrAppDead = errors.New("ari: the application does not get its events")
	// ErrConnectionLost: the event socket broke.
	ErrConnectionLost = errors.New("ari: the event socket broke")
	// ErrUnsupported: this Asterisk cannot be used; errors.As with *UnsupportedError says why.
	ErrUnsupported = errors.New("ari: this Asterisk cannot be used")

	errEmptyArgument = errors.New("an id in the path is empty")
	errTooLarge      = fmt.Errorf("the body is larger than the %d bytes that Asterisk takes", maxBody)
)

// Error is Asterisk's refusal of a request.
type Error struct {
	Method, Path string
	Status       int    // HTTP status
	Message      string // Asterisk's own words
}

func (e *Error) Error() string {
	return fmt.Sprintf("ari: %s %s: %d %s", e.Method, e.Path, e.Status, e.Message)
}

// IsNotFound: no such thing (404).
func IsNotFound(err error) bool { return hasStatus(err, http.StatusNotFound) }

// IsGone: what was addressed does not exist any more, or never did (404, 410).
func IsGone(err error) bool { return hasStatus(err, http.StatusNotFound, http.StatusGone) }

// IsConflict: the thing exists already, or is not in the application (409).
func IsConflict(err error) bool { return hasStatus(err, http.StatusConflict) }

// IsInvalidState: the channel is in a state that does not allow this (412).
func IsInvalidState(err error) bool { return hasStatus(err, http.StatusPreconditionFailed) }

// IsUnprocessable: Asterisk understood, but cannot (422), for instance a bridge that is not in the application.
func IsUnprocessable(err error) bool { return hasStatus(err, http.StatusUnprocessableEntity) }

// IsUnauthorized: wrong user or password (401), or a read-only user (403).
func IsUnauthorized(err error) bool {
	return hasStatus(err, http.StatusUnauthorized, http.StatusForbidden)
}

// IsTimeout: no answer in time. Whether Asterisk acted is unknown.
func IsTimeout(err error) bool { return errors.Is(err, context.DeadlineExceeded) }

func hasStatus(err error, statuses ...int) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	for _, s := range statuses {
		if e.Status == s {
			return true
		}
	}
	return false
}

// NotSent reports whether the failed request surely did not reach Asterisk, so that sending it again cannot make it
// happen twice. False means unknown.
func NotSent(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return true
	}
	for _, refused := range []error{ErrReplaced, ErrClosed, errEmptyArgument, errTooLarge} {
		if errors.Is(err, refused) {
			return true
		}
	}
	return false
}

// refusal makes an Error of an answer. Asterisk answers {"message": …}, sometimes {"error": …}, sometimes a page.
func refusal(req *Request, resp *Response) *Error {
	e := &Error{Method: req.Method, Path: req.Path, Status: resp.Status, Message: resp.Reason}
	var body struct{ Message, Error string }
	if json.Unmarshal(resp.Body, &body) == nil {
		if body.Message == "" {
			body.Message = body.Error
		}
		if body.Message != "" {
			e.Message = body.Message
		}
	}
	if e.Message == "" {
		e.Message = strings.ToLower(http.StatusText(e.Status))
	}
	return e
}
