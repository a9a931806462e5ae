package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"switchroom/account"
)

// csp lets the page do what it does and nothing else; who may embed it comes behind. 'self' in connect-src includes WebSockets of the same origin (CSP 3).
const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
	"media-src 'self' blob: mediastream:; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors "

// headers go with every answer. A request id that the client brings is not taken: strangers must not write into our logs.
func (s *Server) headers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set(echo.HeaderXRequestID, account.NewID())
		h.Set("Content-Security-Policy", csp+"'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY") // for browsers without frame-ancestors
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Permissions-Policy", "microphone=(self), camera=(), geolocation=(), payment=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if strings.HasPrefix(s.webSocketURL(c), "wss:") {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		return next(c)
	}
}

// measure counts answers by route, and writes errors: whoever is outside of it sees an answer.
func (s *Server) measure(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		if err := next(c); err != nil {
			s.writeProblem(c, err)
		}
		route := c.Path() // as registered: ids do not multiply the series
		if route == "" {
			route = "none"
		}
		s.metrics.requests.WithLabelValues(method(c.Request().Method), route, strconv.Itoa(counted(c))).Inc()
		if c.Response().Status != http.StatusSwitchingProtocols {
			s.metrics.seconds.WithLabelValues(route).Observe(time.Since(start).Seconds())
		}
		return nil
	}
}

// clientLeft is what proxies in this field, nginx first, count in place of a status when the client went before its answer.
const clientLeft = 499

// counted is the status to be counted. What was begun for who has gone ends with an error, which is nobody's fault.
func counted(c echo.Context) int {
	if status := c.Response().Status; status < http.StatusInternalServerError || !left(c) {
		return status
	}
	return clientLeft
}

// left reports whether the client has gone before its answer.
func left(c echo.Context) bool { return errors.Is(c.Request().Context().Err(), context.Canceled) }

// method bounds the label: clients can invent methods.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions, http.MethodPatch:
		return m
	}
	return "other"
}
