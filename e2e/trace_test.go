package e2e

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"switchroom/call"
)

// collector is what controllers send traces to.
type collector struct {
	*httptest.Server
	mu    sync.Mutex
	spans []*tracepb.Span
}

func collect(t *testing.T) *collector {
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the controller was killed
		}
		var data tracepb.TracesData // the same bytes as an ExportTraceServiceRequest
		if err := proto.Unmarshal(body, &data); err != nil {
			t.Error(err)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, rs := range data.ResourceSpans {
			for _, ss := range rs.ScopeSpans {
				c.spans = append(c.spans, ss.Spans...)
			}
		}
	}))
	t.Cleanup(c.Close)
	return c
}

// of lists the spans that say they are the call's.
func (c *collector) of(callID string) (out []*tracepb.Span) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.spans {
		for _, a := range s.Attributes {
			if a.Key == "switchroom.call" && a.Value.GetStringValue() == callID {
				out = append(out, s)
			}
		}
	}
	return out
}

// missing lists which of the names no span has.
func missing(spans []*tracepb.Span, names ...string) (out []string) {
	there := map[string]bool{}
	for _, s := range spans {
		there[s.Name] = true
	}
	for _, n := range names {
		if !there[n] {
			out = append(out, n)
		}
	}
	return out
}

func TestOneTraceFollowsACallFromItsArrivalToTicketAndWebhookThoughTheControllerIsKilled(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{detector: never})
	carla := h.desk("carla").ready()
	h.tells(h.firstAdministrator())
	c := collect(t)
	h.control.kill()
	h.control.start("OTEL_EXPORTER_OTLP_ENDPOINT=" + c.URL)

	const number = "01012345678"
	customer := h.customer(number).dials("1000")
	leg := carla.answers(carla.rings())
	h.talk(customer, carla, leg)
	id := h.theCall().ID
	h.hasOneTicket(id, "carla")
	before := []string{"step enter", "step claimed", "save", "ari dial", "ari join", "state queued", "state offering", "state connecting", "ticket open", "drain", "webhook call.answered"}
	h.until(patience, "the collector has what was before", func(context.Context) (bool, string) {
		spans := c.of(id)
		left := missing(spans, before...)
		return len(left) == 0 && len(lost(spans)) == 1, fmt.Sprint(left) // the whole call's span comes last
	})
	h.control.kill()
	h.control.start("OTEL_EXPORTER_OTLP_ENDPOINT=" + c.URL)
	h.talk(customer, carla, leg)
	customer.hangsUp()
	h.endedAs(id, call.Completed, "caller_hangup")
	after := []string{"step recovered", "step leg_gone", "state talking", "webhook call.ended", "call"}
	h.until(patience, "the collector has what was after", func(context.Context) (bool, string) {
		left := missing(c.of(id), after...)
		return len(left) == 0, fmt.Sprint(left)
	})

	spans := c.of(id)
	if err := oneTree(spans); err != nil {
		t.Error(err)
	}
	for _, s := range spans {
		if text := s.String(); strings.Contains(text, number) || strings.Contains(strings.ToLower(text), "carla") {
			t.Errorf("somebody is named in a span: %s", text)
		}
	}
	if log := h.control.text(); !strings.Contains(log, "call="+id+" trace="+hex.EncodeToString(spans[0].TraceId)) {
		t.Error("the call's log does not say where its trace is")
	}
}

// lost lists the parents that are not there themselves.
func lost(spans []*tracepb.Span) map[string]bool {
	ids, out := map[string]bool{"": true}, map[string]bool{}
	for _, s := range spans {
		ids[string(s.SpanId)] = true
	}
	for _, s := range spans {
		if parent := string(s.ParentSpanId); !ids[parent] {
			out[parent] = true
		}
	}
	return out
}

// oneTree: all spans are of one trace, and all but the whole call's have a parent among them.
func oneTree(spans []*tracepb.Span) error {
	var errs []error
	roots := 0
	for _, s := range spans {
		if string(s.TraceId) != string(spans[0].TraceId) {
			errs = append(errs, fmt.Errorf("%s is of another trace", s.Name))
		}
		if len(s.ParentSpanId) == 0 {
			roots++
		}
		if s.EndTimeUnixNano < s.StartTimeUnixNano {
			errs = append(errs, fmt.Errorf("%s ended before it began", s.Name))
		}
	}
	if n := len(lost(spans)); roots != 1 || n > 0 {
		errs = append(errs, fmt.Errorf("%d spans are a whole call, and %d that others belong to are missing", roots, n))
	}
	return errors.Join(errs...)
}
