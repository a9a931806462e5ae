package trace_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"switchroom/trace"
)

// collect starts a collector and returns what it was sent, once the tracer is closed.
func collect(t *testing.T) (spans func() []*tracepb.Span) {
	var mu sync.Mutex
	var got []*tracepb.Span
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var data tracepb.TracesData // the same bytes as an ExportTraceServiceRequest
		if err = errors.Join(err, proto.Unmarshal(body, &data)); err != nil || r.URL.Path != "/v1/traces" {
			t.Errorf("%s: %v", r.URL.Path, err)
		}
		mu.Lock()
		defer mu.Unlock()
		for _, rs := range data.ResourceSpans {
			for _, ss := range rs.ScopeSpans {
				got = append(got, ss.Spans...)
			}
		}
	}))
	t.Cleanup(server.Close)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.URL)
	return func() []*tracepb.Span { mu.Lock(); defer mu.Unlock(); return got }
}

func start(t *testing.T) *trace.Tracer {
	t.Helper()
	tr, err := trace.New(t.Context(), trace.Config{Version: "test", Node: "lab", Owner: "one"})
	if err != nil || tr == nil {
		t.Fatalf("%v, %v", tr, err)
	}
	return tr
}

func TestACallsTraceGoesOnInAnotherController(t *testing.T) {
	spans := collect(t)
	began := time.Now().Add(-time.Minute).UTC()
	one := start(t)
	ctx, step := one.Start(t.Context(), "call-1", "step", "enter")
	_, inner := one.Start(ctx, "call-1", "ari", "dial")
	inner.End(true)
	step.End(false)
	if err := one.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	two := start(t)
	two.Past("call-1", "state", "talking", began, began.Add(30*time.Second))
	two.Whole("call-1", began, began.Add(time.Minute), trace.Facts{Direction: "inbound", Class: "completed"})
	_, other := two.Start(ctx, "call-2", "step", "enter") // whatever ctx says, it is another call's
	other.End(false)
	if err := two.Close(t.Context()); err != nil {
		t.Fatal(err)
	}

	byName := map[string]*tracepb.Span{}
	for _, s := range spans() {
		if string(s.TraceId) == string(byName["step enter"].GetTraceId()) || byName[s.Name] == nil {
			byName[s.Name] = s
		} else if s.Name == "step enter" && len(s.ParentSpanId) == 0 {
			t.Error("a step that belongs to no call")
		}
	}
	whole := byName["call"]
	if whole == nil || len(whole.ParentSpanId) != 0 || whole.StartTimeUnixNano != uint64(began.UnixNano()) || whole.EndTimeUnixNano != uint64(began.Add(time.Minute).UnixNano()) {
		t.Fatalf("%+v of %d spans", whole, len(spans()))
	}
	for _, name := range []string{"step enter", "ari dial", "state talking"} {
		s := byName[name]
		parent := whole
		if name == "ari dial" {
			parent = byName["step enter"]
		}
		if s == nil || string(s.TraceId) != string(whole.TraceId) || string(s.ParentSpanId) != string(parent.GetSpanId()) {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if s := byName["ari dial"]; s.GetStatus().GetCode() != tracepb.Status_STATUS_CODE_ERROR {
		t.Errorf("what failed: %+v", s)
	}
	if len(spans()) != 5 {
		t.Errorf("%d spans", len(spans()))
	}
	if two.ID("call-1") == two.ID("call-2") || len(two.ID("call-1")) != 32 {
		t.Error(two.ID("call-1"), two.ID("call-2"))
	}
}

func TestWithoutACollectorThereIsNoTracer(t *testing.T) {
	for name, env := range map[string]map[string]string{
		"nothing set": {"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, "disabled": {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"},
	} {
		t.Run(name, func(t *testing.T) {
			for k, v := range env {
				t.Setenv(k, v)
			}
			tr, err := trace.New(t.Context(), trace.Config{})
			if tr != nil || err != nil {
				t.Fatalf("%v, %v", tr, err)
			}
			ctx, s := tr.Start(t.Context(), "c", "step", "enter")
			s.Set("k", "v")
			s.End(true)
			tr.Past("c", "state", "talking", time.Now(), time.Now())
			tr.Whole("c", time.Now(), time.Now(), trace.Facts{})
			if ctx != t.Context() || tr.ID("c") != "" || tr.Close(t.Context()) != nil {
				t.Error("a tracer that is off does something")
			}
			if n := testing.AllocsPerRun(100, func() { step(context.Background(), tr) }); n != 0 {
				t.Errorf("a tracer that is off allocates %v times in a step", n)
			}
		})
	}
}

// step is what a step of a call asks of a tracer.
func step(ctx context.Context, tr *trace.Tracer) {
	ctx, s := tr.Start(ctx, "call-1", "step", "enter")
	_, save := tr.Start(ctx, "call-1", "save", "")
	save.End(false)
	_, effect := tr.Start(ctx, "call-1", "ari", "dial")
	effect.End(false)
	s.End(false)
}

func BenchmarkStepOff(b *testing.B) {
	for b.Loop() {
		step(b.Context(), nil)
	}
}

func BenchmarkStepOn(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	b.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.URL)
	tr, err := trace.New(b.Context(), trace.Config{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		step(b.Context(), tr)
	}
	if err := tr.Close(context.Background()); err != nil {
		b.Fatal(err)
	}
}
