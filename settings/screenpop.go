package settings

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// ScreenPop is a page of another system that is opened beside a call, such as the CRM's search for the caller.
type ScreenPop struct {
	// URL is a template: {caller_number} and so on stand for what [ScreenPopFields] lists, as RFC 6570 expands them: all but letters, digits and - . _ ~ is
	// percent-encoded. Empty: no page.
	URL  string  `json:"url"`
	When PopWhen `json:"when"`
	Stamp
}

// PopWhen is when the page is opened.
type PopWhen string

// The moments.
const (
	PopOnRing   PopWhen = "ring"
	PopOnAnswer PopWhen = "answer"
)

// PopCall is what of a call a template can have. All but the IDs comes from outside: hostile text.
type PopCall struct {
	Call, Service, Queue, Agent              string
	CallerNumber, CallerName, Called, Ticket string
	Outbound                                 bool
}

// ScreenPopFields are the names that a template can have.
var ScreenPopFields = []string{"call", "service", "queue", "agent", "caller_number", "caller_name", "called_number", "ticket", "direction"}

func (c PopCall) field(name string) string {
	switch name {
	case "call":
		return c.Call
	case "service":
		return c.Service
	case "queue":
		return c.Queue
	case "agent":
		return c.Agent
	case "caller_number":
		return c.CallerNumber
	case "caller_name":
		return c.CallerName
	case "called_number":
		return c.Called
	case "ticket":
		return c.Ticket
	}
	if c.Outbound {
		return "outbound"
	}
	return "inbound"
}

var expression = regexp.MustCompile(`\{[^{}]*\}`)

// Check says what is wrong with it: an *Error, or nil. An unknown field is unknown_placeholder, and named.
func (v ScreenPop) Check() error {
	const most = 2000
	if err := first(
		must(v.When == PopOnRing || v.When == PopOnAnswer, "when", "the page opens on ring or on answer"),
		must(len(v.URL) <= most, "url", "a template has %d bytes at most", most),
	); err != nil || v.URL == "" {
		return err
	}
	for _, e := range expression.FindAllString(v.URL, -1) {
		if name := strings.Trim(e, "{}"); !slices.Contains(ScreenPopFields, name) {
			return &Error{Slug: "unknown_placeholder", Field: "/url", Detail: fmt.Sprintf("there is no field %s; the fields are %s", e, strings.Join(ScreenPopFields, ", "))}
		}
	}
	bare := expression.ReplaceAllString(v.URL, "x")
	u, err := url.Parse(bare)
	// What stands before the path is the administrator's alone: a caller must not choose where the page leads.
	fixed, _, _ := strings.Cut(strings.TrimPrefix(v.URL, "https://"), "/")
	if i := strings.IndexAny(fixed, "?#"); i >= 0 {
		fixed = fixed[:i]
	}
	switch {
	case err != nil || strings.ContainsAny(bare, "{}\\ \t\r\n"):
		return Invalid("url", "it is no URL; write it as https://crm.example/search?phone={caller_number}")
	case !strings.HasPrefix(v.URL, "https://") || u.Hostname() == "" || u.User != nil:
		return Invalid("url", "only https pages are opened, with a host and without a password")
	case strings.ContainsAny(fixed, "{}"):
		return Invalid("url", "fields stand after the host: in the path, the query or the fragment")
	}
	return nil
}

// For makes the page's URL for a call; empty: there is none.
func (v ScreenPop) For(c PopCall) string {
	return expression.ReplaceAllStringFunc(v.URL, func(e string) string { return encoded(c.field(strings.Trim(e, "{}"))) })
}

// encoded is the text as RFC 6570 expands it simply; but nothing where it is only dots, which a browser would take for a step up in the path.
func encoded(text string) string {
	if strings.Trim(text, ".") == "" {
		return ""
	}
	const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
	var b strings.Builder
	for _, c := range []byte(strings.ToValidUTF8(text, "\uFFFD")) {
		if strings.IndexByte(unreserved, c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
