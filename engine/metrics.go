package engine

import (
	"github.com/prometheus/client_golang/prometheus"

	"switchroom/call"
)

// metrics are the engine's numbers. Endings carry the same class and slug as journal, API and log.
type metrics struct {
	entered    prometheus.Counter
	ended      *prometheus.CounterVec
	connect    prometheus.Histogram
	save       prometheus.Histogram
	violations prometheus.Counter
	effects    *prometheus.CounterVec
	strangers  prometheus.Counter
}

func newMetrics(e *Engine, r prometheus.Registerer) *metrics {
	m := &metrics{
		entered: prometheus.NewCounter(prometheus.CounterOpts{Name: "switchroom_calls_entered_total", Help: "Calls that began: callers who came in, and customers whom agents called."}),
		ended:   prometheus.NewCounterVec(prometheus.CounterOpts{Name: "switchroom_calls_ended_total", Help: "Calls that ended, by class and slug."}, []string{"class", "slug"}),
		connect: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "switchroom_connect_seconds", Help: "From entering to being bridged with an agent.", Buckets: []float64{.01, .1, 1, 5, 10, 20, 30, 60, 120, 300, 600},
		}),
		save: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "switchroom_save_seconds", Help: "One step's save in the live store.", Buckets: []float64{.0001, .0002, .0005, .001, .002, .005, .01, .05, .25, 1, 5},
		}),
		violations: prometheus.NewCounter(prometheus.CounterOpts{Name: "switchroom_invariant_violations_total", Help: "Steps that broke an invariant: each is a bug; the log has the call."}),
		effects:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "switchroom_effect_failures_total", Help: "Requests to the switch whose outcome is unknown or refused."}, []string{"effect"}),
		strangers:  prometheus.NewCounter(prometheus.CounterOpts{Name: "switchroom_ownerless_channels_total", Help: "Channels hung up because no live call owned them."}),
	}
	live := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "switchroom_calls_live", Help: "Calls that are not closed."}, func() float64 { return float64(len(e.live())) })
	ready := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "switchroom_ready", Help: "1: connected to Asterisk and reconciled."}, func() float64 {
		if e.Ready() == nil {
			return 1
		}
		return 0
	})
	if r != nil {
		r.MustRegister(m.entered, m.ended, m.connect, m.save, m.violations, m.effects, m.strangers, live, ready)
	}
	return m
}

// step counts what a saved step changed.
func (m *metrics) step(was, next call.Call) {
	switch {
	case was.State == call.New:
		m.entered.Inc()
	case was.ConnectedAt.IsZero() && !next.ConnectedAt.IsZero():
		m.connect.Observe(next.ConnectedAt.Sub(next.EnteredAt).Seconds())
	}
	if was.End == nil && next.End != nil {
		m.ended.WithLabelValues(string(next.End.Class), next.End.Slug).Inc()
	}
}
