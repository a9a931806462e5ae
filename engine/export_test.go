package engine

import (
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"

	"switchroom/call"
)

// Note writes one step to log and metrics, as an owner does after it was saved.
func Note(log *slog.Logger, r prometheus.Registerer, was, next call.Call, in call.Input) {
	e := New(Options{Log: log, Metrics: r})
	o := &owner{e: e, log: log}
	o.note(was, next, in)
}
