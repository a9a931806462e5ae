package enginetest

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
)

// House is the settings and the tickets in memory. Safe for concurrent use.
type House struct {
	mu      sync.Mutex
	queues  map[string]engine.Queue
	people  map[string]engine.Person
	tickets map[string]string
	service map[string]engine.Service
	refused []engine.Refusal
	away    error
}

var (
	_ engine.Settings = (*House)(nil)
	_ engine.Ledger   = (*House)(nil)
	_ engine.Outbound = (*House)(nil)
)

// NewHouse makes an empty one.
func NewHouse() *House {
	return &House{queues: map[string]engine.Queue{}, people: map[string]engine.Person{}, tickets: map[string]string{}, service: map[string]engine.Service{}}
}

// Away makes every method fail with err until it is called with nil.
func (h *House) Away(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.away = err
}

// SetQueue adds a queue, or changes it.
func (h *House) SetQueue(q engine.Queue) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.queues[q.Name] = q
}

// DeleteQueue removes a queue.
func (h *House) DeleteQueue(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.queues, name)
}

// Hire adds an agent with a phone whose endpoint is "p-" and the agent's id, who serves the queues; or changes them.
func (h *House) Hire(id string, device agent.Device, queues ...string) {
	h.SetPerson(engine.Person{ID: id, Service: "demo", Permitted: true, DefaultStatus: agent.Business, Reasons: lunch, Profile: agent.Profile{
		Name: id, CTI: "cti-" + id, Queues: queues, Phone: agent.Phone{Device: device, Endpoint: "p-" + id, Number: "1" + id},
	}})
}

// lunch is a reason for Rest.
var lunch = agent.Reasons{Reasons: []agent.Reason{{Code: "lunch", Name: "Lunch", Statuses: []agent.Choice{agent.Rest}, Active: true}}}

// SetPerson adds an agent, or changes them.
func (h *House) SetPerson(p engine.Person) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.people[p.ID] = p
}

// SetService adds a service, or changes it.
func (h *House) SetService(v engine.Service) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.service[v.ID] = v
}

// Service implements engine.Outbound.
func (h *House) Service(_ context.Context, id string) (engine.Service, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	v, ok := h.service[id]
	return v, h.found(ok)
}

// Frequent implements engine.Outbound: nobody has any.
func (h *House) Frequent(context.Context, string) ([]engine.FrequentNumber, error) { return nil, nil }

// Ticket is the number of the call's ticket; "" when there is none.
func (h *House) Ticket(callID string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.tickets[callID]
}

// Queue implements engine.Settings.
func (h *House) Queue(_ context.Context, name string) (engine.Queue, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	q, ok := h.queues[name]
	return q, h.found(ok)
}

// Person implements engine.Settings.
func (h *House) Person(_ context.Context, id string) (engine.Person, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	p, ok := h.people[id]
	return p, h.found(ok)
}

// Extension implements engine.Settings.
func (h *House) Extension(_ context.Context, number string) (string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for id, p := range h.people {
		if p.Profile.Phone.Number == number {
			return id, h.away
		}
	}
	return "", h.found(false)
}

func (h *House) found(ok bool) error {
	if h.away == nil && !ok {
		return engine.ErrUnknown
	}
	return h.away
}

// Accounts implements engine.Settings.
func (h *House) Accounts(context.Context) ([]engine.Account, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []engine.Account
	for id, p := range h.people {
		if p.Profile.Phone.Endpoint != "" {
			out = append(out, engine.Account{Agent: id, Endpoint: p.Profile.Phone.Endpoint, Secret: "s", Device: p.Profile.Phone.Device, Number: p.Profile.Phone.Number, Name: p.Profile.Name})
		}
	}
	return out, h.away
}

// Refused implements engine.Ledger.
func (h *House) Refused(_ context.Context, r engine.Refusal) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refused = append(h.refused, r)
	return h.away
}

// Refusals lists what was noted.
func (h *House) Refusals() []engine.Refusal {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.refused)
}

// OpenTicket implements engine.Ledger.
func (h *House) OpenTicket(_ context.Context, c call.Call, _ string) (string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.away != nil {
		return "", h.away
	}
	if h.tickets[c.ID] == "" {
		h.tickets[c.ID] = fmt.Sprintf("T%d", len(h.tickets)+1)
	}
	return h.tickets[c.ID], nil
}
