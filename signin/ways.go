package signin

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"golang.org/x/oauth2"

	"switchroom/reach"
)

// The bounds of one request: to its last byte, and of the answer.
const (
	patience  = 4 * time.Second
	maxAnswer = 1 << 20
)

// ways are the ways to providers.
type ways struct {
	guard  reach.Guard
	client *http.Client
}

func newWays(g reach.Guard) ways {
	dialer := &net.Dialer{Timeout: patience, ControlContext: g.Control}
	return ways{g, &http.Client{
		Timeout: patience,
		// A redirect would take the client's secret, or the guard, along.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: bounded{&http.Transport{
			// No proxy: the guard sees the real address.
			DialContext: dialer.DialContext, TLSHandshakeTimeout: patience, ForceAttemptHTTP2: true, MaxConnsPerHost: 16, IdleConnTimeout: 30 * time.Second, MaxResponseHeaderBytes: 64 << 10,
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
		}},
	}}
}

// bounded cuts answers off, and makes an error of what is not OK where only the library would see it: its words would have the answer's body in them.
type bounded struct{ next http.RoundTripper }

// statusError is an answer other than 200.
type statusError struct{ status int }

func (e *statusError) Error() string { return fmt.Sprintf("the answer was %d", e.status) }

var errLong = errors.New("the answer is too long")

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if r.Method == http.MethodGet && resp.StatusCode != http.StatusOK {
		return nil, errors.Join(&statusError{resp.StatusCode}, resp.Body.Close())
	}
	resp.Body = &cut{resp.Body, maxAnswer}
	return resp, nil
}

// cut refuses to read more.
type cut struct {
	io.ReadCloser
	left int
}

func (c *cut) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errLong
	}
	n, err := c.ReadCloser.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}

// keys reads a provider's keys once, to see whether there are any.
func (w ways) keys(ctx context.Context, address string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return unfit("its jwks_uri is no address")
	}
	resp, err := w.client.Do(req)
	if err != nil {
		return discovery(ctx, err)
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end, or given up
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&set); err != nil || len(set.Keys) == 0 {
		return unfit("it has no keys at its jwks_uri")
	}
	return nil
}

// forBrowsers refuses an address that a page must not go to.
func forBrowsers(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil {
		return errors.New("it is no address")
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && ip.IsLoopback()) {
		return nil
	}
	return errors.New("it is not https")
}

func unfit(format string, args ...any) error {
	return &Error{Slug: "provider_unfit", Field: "/issuer", Detail: fmt.Sprintf(format, args...)}
}

// failed is an answer to a login that is not good. What was wrong with it is for the log only.
func failed(err error) error {
	return &Error{Slug: "provider_failed", Detail: "the provider's answer was not good; try again, and tell your administrator if it stays", Err: err}
}

func away(err error) error {
	return &Error{Slug: "provider_away", Field: "/issuer", Detail: "the provider cannot be reached: " + why(err), Err: err}
}

// discovery says what went wrong with a document.
func discovery(ctx context.Context, err error) error {
	if !unreachable(ctx, err) {
		return unfit("there is no discovery document of OpenID Connect at this issuer")
	}
	return away(err)
}

// trouble says what went wrong with a login.
func trouble(ctx context.Context, err error) error {
	var answered *oauth2.RetrieveError
	if errors.As(err, &answered) { // its words have all of the body
		return failed(fmt.Errorf("the token endpoint answered %d %.100q", answered.Response.StatusCode, answered.ErrorCode))
	}
	if unreachable(ctx, err) {
		return away(err)
	}
	return failed(err)
}

func unreachable(ctx context.Context, err error) bool {
	var status *statusError
	var from *url.Error
	return ctx.Err() != nil || errors.As(err, &status) || errors.As(err, &from)
}

// why says for an administrator what is in the way, and nothing of an answer.
func why(err error) string {
	var refused *reach.RefusedError
	var status *statusError
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var record tls.RecordHeaderError
	var timeout net.Error
	switch {
	case errors.As(err, &refused):
		return refused.Detail
	case errors.As(err, &status):
		return status.Error()
	case errors.As(err, &dns):
		return "DNS knows no address of it"
	case errors.As(err, &certificate), errors.As(err, &unknown):
		return "its certificate is not good, or of an authority that this machine does not know"
	case errors.As(err, &record):
		return "it speaks no TLS there"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "it did not answer in time"
	}
	return "nothing answers there"
}
