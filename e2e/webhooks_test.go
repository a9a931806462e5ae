package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"switchroom/api/contract"
	"switchroom/call"
)

// receiver is a system that is told of events: it checks each signature with the library of the specification's authors, and remembers what came, in order.
type receiver struct {
	*httptest.Server
	h      *house
	mu     sync.Mutex
	secret string
	got    []told
}

type told struct {
	ID   string
	Type string `json:"type"`
	Data struct {
		Call, Agent, Ticket string
		Customer            struct{ Number string }
	} `json:"data"`
}

// tells makes a webhook over the API, as an administrator does.
func (h *house) tells(root *page) *receiver {
	h.Helper()
	r := &receiver{h: h}
	r.Server = httptest.NewServer(r)
	h.Cleanup(r.Close)
	var made contract.CreatedWebhook
	if err := root.do(h.Context(), http.MethodPost, "/api/v1/webhooks", fields{"name": "CRM", "url": r.URL, "services": []string{theService}}, &made); err != nil {
		h.Fatal(err)
	}
	r.mu.Lock()
	r.secret = made.Secret
	r.mu.Unlock()
	return r
}

// ServeHTTP implements http.Handler.
func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // the controller was killed while it sent
	}
	wh, err := standardwebhooks.NewWebhook(r.secret)
	if err == nil {
		err = wh.Verify(body, req.Header)
	}
	m := told{ID: req.Header.Get("webhook-id")}
	if err == nil {
		err = json.Unmarshal(body, &m)
	}
	if err != nil {
		r.h.Errorf("what came is no signed message: %v\n%s", err, body)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	r.got = append(r.got, m)
}

func (r *receiver) all() []told {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

// The controller is killed (-9) after an event was committed with its fact and before it is sent, and after it was sent and before that is written down. The call goes on, and its events are
// all there, each with one ID, in order.
func TestEveryEventArrivesThoughTheControllerIsKilledBetweenCommitAndSend(t *testing.T) {
	for _, c := range []struct {
		point string
		twice bool // the event of that point is sent again
	}{
		{"webhook/before-send#3", false},
		{"webhook/before-settle#3", true},
	} {
		t.Run(c.point, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, options{detector: never})
			carla := h.desk("carla").ready()
			r := h.tells(h.firstAdministrator())
			h.control.kill()
			h.control.start("SWITCHROOM_FAULT=kill=" + c.point)

			customer := h.customer("01012345678").dials("1000")
			leg := carla.answers(carla.rings())
			h.expect(brokenSocket)
			h.until(patience, "the controller is killed", func(context.Context) (bool, string) { return !h.control.runs(), fmt.Sprint(r.all()) })
			h.control.start()
			h.talk(customer, carla, leg)
			id := h.theCall().ID
			number := h.hasOneTicket(id, "carla")
			if err := carla.page.do(t.Context(), http.MethodPost, "/api/v1/tickets/"+number+"/notes", fields{"text": "wants a lens"}, nil); err != nil {
				t.Error(err)
			}
			customer.hangsUp()
			h.endedAs(id, call.Completed, "caller_hangup")

			want := []string{"call.started", "call.offered", "call.answered", "ticket.opened", "ticket.changed", "call.ended"}
			h.until(patience, "all events arrive", func(context.Context) (bool, string) {
				return len(idsOf(r.all())) == len(want), fmt.Sprint(r.all())
			})
			got := r.all()
			if !slices.Equal(typesOf(got), want) {
				t.Errorf("events %v, want %v", typesOf(got), want)
			}
			for _, m := range got {
				if m.Data.Call != id || m.Data.Customer.Number != "01012345678" || m.Type == "ticket.opened" && m.Data.Ticket != number {
					t.Errorf("%+v", m)
				}
			}
			if repeated := len(got) - len(want); c.twice && repeated != 1 || !c.twice && repeated != 0 {
				t.Errorf("%d messages were sent again: %+v", repeated, got)
			}
		})
	}
}

func idsOf(list []told) map[string]bool {
	out := map[string]bool{}
	for _, m := range list {
		out[m.ID] = true
	}
	return out
}

// typesOf lists the types in the order in which they came first.
func typesOf(list []told) (out []string) {
	seen := map[string]bool{}
	for _, m := range list {
		if !seen[m.ID] {
			out = append(out, m.Type)
		}
		seen[m.ID] = true
	}
	return out
}
