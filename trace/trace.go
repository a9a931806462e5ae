// Package trace tells a collector of OpenTelemetry what calls do and how long it takes. One trace is one call, from its arrival to its ticket, the drain and the webhooks: the trace's ID is made of
// the call's, so that it goes on in a controller that was started again, and in another one. It says what was done, never with whom: no numbers, no names.
//
// A nil Tracer is off, and costs nothing.
package trace

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strconv"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	api "go.opentelemetry.io/otel/trace"
)

// Config of a tracer. Everything else is OpenTelemetry's environment (OTEL_EXPORTER_OTLP_HEADERS, OTEL_TRACES_SAMPLER, …).
type Config struct {
	// Version is the program's, Node and Owner are the controller's.
	Version, Node, Owner string
	Log                  *slog.Logger // gets what goes wrong with the collector
}

// batchEvery is how long spans wait before they are sent: what a controller loses that is killed.
const batchEvery = time.Second

// Tracer makes spans. Its methods are safe for concurrent use, and do nothing on nil.
type Tracer struct {
	provider *sdk.TracerProvider
	tracer   api.Tracer
}

// New makes a tracer that sends to the collector at OTEL_EXPORTER_OTLP_ENDPOINT, or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT; nil, which is off, where neither is set or OTEL_SDK_DISABLED is true. A
// collector that is away is no error: spans are dropped.
func New(ctx context.Context, c Config) (*Tracer, error) {
	disabled, _ := strconv.ParseBool(os.Getenv("OTEL_SDK_DISABLED"))
	if disabled || os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" && os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") == "" {
		return nil, nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("trace: %w", err)
	}
	about, err := resource.New(ctx, resource.WithTelemetrySDK(), resource.WithAttributes(
		attribute.String("service.name", "switchroom"), attribute.String("service.version", c.Version), attribute.String("service.instance.id", c.Owner), attribute.String("switchroom.node", c.Node),
	), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("trace: %w", err)
	}
	if c.Log != nil {
		otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { c.Log.Warn("traces cannot be sent", "err", err) }))
	}
	p := sdk.NewTracerProvider(sdk.WithBatcher(exporter, sdk.WithBatchTimeout(batchEvery)), sdk.WithResource(about), sdk.WithIDGenerator(ids{}))
	return &Tracer{provider: p, tracer: p.Tracer("switchroom")}, nil
}

// Close sends what is left.
func (t *Tracer) Close(ctx context.Context) error {
	if t == nil {
		return nil
	}
	return t.provider.Shutdown(ctx)
}

// ID is the trace of a call, in hexadecimal digits; empty where the tracer is off.
func (t *Tracer) ID(call string) string {
	if t == nil {
		return ""
	}
	return idsOf(call).TraceID().String()
}

// idsOf are the trace of a call and the span that is the whole call.
func idsOf(call string) api.SpanContext {
	sum := sha256.Sum256([]byte("switchroom trace\x00" + call))
	return api.NewSpanContext(api.SpanContextConfig{TraceID: api.TraceID(sum[:16]), SpanID: api.SpanID(sum[16:24]), TraceFlags: api.FlagsSampled, Remote: true})
}

// Span is something that takes time. The zero value is none.
type Span struct{ span api.Span }

// Start begins a span of a call, beneath the one in ctx, if there is one. The name is kind and what, which take few values.
func (t *Tracer) Start(ctx context.Context, call, kind, what string) (context.Context, Span) {
	if t == nil {
		return ctx, Span{}
	}
	return t.start(ctx, call, kind, what, time.Now())
}

func (t *Tracer) start(ctx context.Context, call, kind, what string, at time.Time) (context.Context, Span) {
	whole := idsOf(call)
	if api.SpanContextFromContext(ctx).TraceID() != whole.TraceID() {
		ctx = api.ContextWithSpanContext(ctx, whole)
	}
	name := kind
	if what != "" {
		name += " " + what
	}
	ctx, span := t.tracer.Start(ctx, name, api.WithTimestamp(at), api.WithAttributes(attribute.String("switchroom.call", call)))
	return ctx, Span{span}
}

// Set adds what is known of it. Nothing personal.
func (s Span) Set(key, value string) {
	if s.span != nil && value != "" {
		s.span.SetAttributes(attribute.String("switchroom."+key, value))
	}
}

// End ends it. What went wrong is said without its text, which may name somebody.
func (s Span) End(failed bool) {
	if s.span == nil {
		return
	}
	if failed {
		s.span.SetStatus(codes.Error, "")
	}
	s.span.End()
}

// Past is a span that was, from times that are known: in whichever controller it began.
func (t *Tracer) Past(call, kind, what string, from, to time.Time) {
	if t == nil {
		return
	}
	_, span := t.start(context.Background(), call, kind, what, from)
	span.span.End(api.WithTimestamp(to))
}

// Facts are what is said of a whole call.
type Facts struct{ Direction, Service, Queue, Class, Slug string }

// Whole is the span that is the whole call, of which all others are part.
func (t *Tracer) Whole(call string, from, to time.Time, f Facts) {
	if t == nil {
		return
	}
	ctx := context.WithValue(context.Background(), forced{}, idsOf(call))
	_, span := t.tracer.Start(ctx, "call", api.WithNewRoot(), api.WithTimestamp(from), api.WithAttributes(attribute.String("switchroom.call", call)))
	s := Span{span}
	s.Set("direction", f.Direction)
	s.Set("service", f.Service)
	s.Set("queue", f.Queue)
	s.Set("class", f.Class)
	s.Set("slug", f.Slug)
	span.End(api.WithTimestamp(to))
}

// ids draws span IDs at random, and takes those of a whole call from the context.
type ids struct{}

type forced struct{}

// NewIDs implements sdk.IDGenerator.
func (ids) NewIDs(ctx context.Context) (api.TraceID, api.SpanID) {
	if sc, ok := ctx.Value(forced{}).(api.SpanContext); ok {
		return sc.TraceID(), sc.SpanID()
	}
	var t api.TraceID
	binary.NativeEndian.PutUint64(t[:8], rand.Uint64())
	binary.NativeEndian.PutUint64(t[8:], rand.Uint64()|1)
	return t, randomSpan()
}

// NewSpanID implements sdk.IDGenerator.
func (ids) NewSpanID(context.Context, api.TraceID) api.SpanID { return randomSpan() }

func randomSpan() (s api.SpanID) {
	binary.NativeEndian.PutUint64(s[:], rand.Uint64()|1) // not zero
	return s
}
