package webhook

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"switchroom/event"
)

// metrics are the sender's. What waits is the database's: each controller says the same of it.
type metrics struct {
	attempts              *prometheus.CounterVec
	waiting, dead, oldest prometheus.Gauge
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "switchroom_webhook_attempts_total", Help: "Attempts to send an event, by what came of them."}, []string{"outcome"}),
		waiting:  prometheus.NewGauge(prometheus.GaugeOpts{Name: "switchroom_webhook_events_waiting", Help: "Events that wait to be sent to webhooks that are switched on."}),
		dead:     prometheus.NewGauge(prometheus.GaugeOpts{Name: "switchroom_webhook_events_dead", Help: "Events that were given up."}),
		oldest:   prometheus.NewGauge(prometheus.GaugeOpts{Name: "switchroom_webhook_oldest_seconds", Help: "Age of the oldest event that waits."}),
	}
	for _, outcome := range []string{"delivered", problemStatus, problemGone, problemTimeout, problemAddress, problemName, problemTLS, problemConnect} {
		m.attempts.WithLabelValues(outcome)
	}
	if r != nil {
		r.MustRegister(m.attempts, m.waiting, m.dead, m.oldest)
	}
	return m
}

func (m *metrics) attempt(a answer) {
	outcome := a.problem
	if outcome == "" {
		outcome = "delivered"
	}
	m.attempts.WithLabelValues(outcome).Inc()
}

func (m *metrics) backlog(b event.Backlog, now time.Time) {
	m.waiting.Set(float64(b.Waiting))
	m.dead.Set(float64(b.Dead))
	age := 0.0
	if !b.Oldest.IsZero() {
		age = now.Sub(b.Oldest).Seconds()
	}
	m.oldest.Set(age)
}
