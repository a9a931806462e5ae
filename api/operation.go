package api

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"switchroom/api/contract"
	"switchroom/api/feed"
	"switchroom/engine"
)

// GetHealth says that the process lives.
func (s *Server) GetHealth(c echo.Context) error {
	return c.JSON(http.StatusOK, contract.Health{Status: contract.HealthStatusOk})
}

// checkLimit bounds one check of readiness.
const checkLimit = 2 * time.Second

// GetReady says whether calls can be served, and what is wrong if not.
func (s *Server) GetReady(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), checkLimit)
	defer cancel()
	out := contract.Readiness{Ready: true}
	add := func(name contract.CheckName, err error, problem string) {
		check := contract.Check{Name: name, Ok: err == nil}
		if err != nil {
			check.Problem, out.Ready = &problem, false
			s.config.Log.DebugContext(ctx, "not ready", "check", name, "error", err)
		}
		out.Checks = append(out.Checks, check)
	}
	err := s.deps.Desk.Ready()
	words := "the engine is not ready"
	var coded *engine.Error
	if errors.As(err, &coded) {
		words = coded.Detail
	}
	add(contract.CheckNameEngine, err, words)
	add(contract.CheckNameLiveStore, s.deps.Live.Ping(ctx), "Redis does not answer")
	add(contract.CheckNameDatabase, s.deps.Accounts.Ping(ctx), "the database does not answer")
	noStore(c)
	if !out.Ready {
		return c.JSON(http.StatusServiceUnavailable, out)
	}
	return c.JSON(http.StatusOK, out)
}

// GetMetrics shows the metrics to whoever may see them. To others there is nothing here.
func (s *Server) GetMetrics(c echo.Context) error {
	r := c.Request()
	if token := s.config.MetricsToken; token != "" {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get(echo.HeaderAuthorization)), []byte("Bearer "+token)) != 1 {
			return errNotFound()
		}
	} else if !s.local(c) {
		return errNotFound()
	}
	promhttp.HandlerFor(s.config.Metrics, promhttp.HandlerOpts{}).ServeHTTP(c.Response(), r)
	return nil
}

// metrics of the server. Labels are bounded: nothing that a client chooses.
type metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	logins   *prometheus.CounterVec
	closed   *prometheus.CounterVec
}

func newMetrics(r *prometheus.Registry, hub *feed.Hub) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "switchroom_http_requests_total", Help: "Answers by route and status; 499: the client left before it failed."}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "switchroom_http_request_seconds", Help: "Time to answer.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}}, []string{"route"}),
		logins: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "switchroom_logins_total", Help: "Logins: ok, refused, throttled."}, []string{"result"}),
		closed: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "switchroom_feed_closed_total", Help: "Feeds closed, by reason."}, []string{"reason"}),
	}
	sockets := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "switchroom_feed_sockets", Help: "Feeds that are open."}, func() float64 { return float64(hub.Sockets()) })
	r.MustRegister(m.requests, m.seconds, m.logins, m.closed, sockets)
	return m
}
