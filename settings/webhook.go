package settings

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Webhook is another system that is told of events. The secret that signs its messages is shown when it is made, and never again.
type Webhook struct {
	Stamp
	ID   string `json:"id"`
	Name string `json:"name"` // what it is for
	URL  string `json:"url"`
	// Types of events that it wants. Empty: all, those of later versions too.
	Types []string `json:"types"`
	// Services whose events it gets. Empty: all.
	Services []string `json:"services"`
	// Enabled: without it nothing is sent, and what happens meanwhile is not kept for it. What waited before waits on.
	Enabled bool `json:"enabled"`
	// Off says why it was switched off without an administrator: gone, the receiver answered 410. Changed by nobody.
	Off string `json:"off,omitempty"`
}

// NewWebhook is what a new one begins with.
func NewWebhook() Webhook {
	return Webhook{Types: []string{}, Services: []string{}, Enabled: true}
}

// WebhookDelivery is one message on its way to a webhook, or there.
type WebhookDelivery struct {
	ID       string     `json:"id"`
	Event    string     `json:"event"` // as in webhook-id
	Type     string     `json:"type"`
	Call     string     `json:"call,omitempty"`
	State    string     `json:"state"` // waiting, delivered, dead
	At       time.Time  `json:"at"`    // when it happened
	Attempts int        `json:"attempts"`
	Last     *time.Time `json:"last,omitempty"` // attempt
	Next     *time.Time `json:"next,omitempty"` // attempt
	Status   int        `json:"status,omitempty"`
	Problem  string     `json:"problem,omitempty"`
}

// WebhookPage is a page of deliveries, the newest first.
type WebhookPage struct {
	Deliveries []WebhookDelivery `json:"deliveries"`
	Next       string            `json:"next,omitempty"` // cursor of the next page; empty: this was the last
}

// WebhookQuery asks for deliveries.
type WebhookQuery struct {
	State string // empty: all
	After string
	Limit int
}

// maxURL is the longest address, in bytes.
const maxURL = 2000

// Check checks a webhook by itself; types are those that there are. Whether the address may be called, the sender decides each time.
func (w Webhook) Check(types []string) error {
	return first(
		label("name", w.Name, 64),
		checkURL(w.URL),
		must(len(w.Types) <= len(types), "types", "each type once; leave them out for all"),
		each("types", w.Types, func(t string) bool { return slices.Contains(types, t) }, "each is one of "+strings.Join(types, ", ")),
		must(len(w.Services) <= maxList, "services", "at most %d; leave them out for all", maxList),
		each("services", w.Services, func(string) bool { return true }, ""),
	)
}

// each refuses a list that has something twice, or that is not good.
func each(field string, list []string, good func(string) bool, detail string) error {
	for i, v := range list {
		if err := first(once(!slices.Contains(list[:i], v), field, "%q is there twice; name each once", v), must(good(v), field, "%s", detail)); err != nil {
			return err
		}
	}
	return nil
}

// checkURL allows https anywhere, and http to this machine.
func checkURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || len(text) > maxURL || u.Host == "" || u.Hostname() == "" || u.Opaque != "":
		return Invalid("url", "it is an address such as https://crm.example.com/events, of at most %d characters", maxURL)
	case u.User != nil:
		return Invalid("url", "it has no user and password in it: the signature tells who sends")
	case u.Fragment != "":
		return Invalid("url", "it has no # in it")
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return nil
	}
	return Invalid("url", "it begins with https://; http:// is for this machine itself")
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}
