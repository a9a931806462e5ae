package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"switchroom/event"
	"switchroom/reach"
)

// answer is what came of one request. Problem is empty where the receiver took it, else one of the codes below.
type answer struct {
	status     int // 0: there was none
	problem    string
	retryAfter time.Duration
}

// The codes of what goes wrong.
const (
	problemTimeout = "timeout"         // no answer in time
	problemAddress = "address_refused" // it leads where we do not send, see reach.Guard
	problemName    = "unknown_host"    // DNS knows no address
	problemTLS     = "bad_certificate" // or no TLS at all
	problemConnect = "not_reachable"   // nothing answers there
	problemGone    = "gone"            // 410: switched off
	problemStatus  = "status"          // another status than 2xx; redirects are not followed
)

// maxAnswer is how much of an answer is read, so that the connection can be used again. Nothing of it is kept or logged.
const maxAnswer = 64 << 10

func newClient(g reach.Guard) *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second, ControlContext: g.Control}
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			// No proxy: where messages go is decided here, and the guard sees the real address.
			DialContext: dialer.DialContext, TLSHandshakeTimeout: 10 * time.Second, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: widest, MaxConnsPerHost: 2 * widest,
			IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 64 << 10, DisableCompression: true, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
		},
	}
}

// post sends one message and waits for its answer.
func (s *Sender) post(ctx context.Context, t event.Target, d event.Delivery) answer {
	ctx, span := s.config.Trace.Start(ctx, d.Call, "webhook", string(d.Type))
	a := s.request(ctx, t, d)
	span.Set("webhook", t.ID)
	span.Set("problem", a.problem)
	span.End(a.problem != "")
	return a
}

func (s *Sender) request(ctx context.Context, t event.Target, d event.Delivery) answer {
	if err := s.config.Guard.CheckURL(t.URL); err != nil {
		return answer{problem: problemAddress}
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	body := []byte(d.Body)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.URL, bytes.NewReader(body))
	if err != nil {
		return answer{problem: problemAddress}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Switchroom-Webhook/1")
	event.Sign(req.Header, t.Secrets, d.Event, s.config.Now(), body)
	resp, err := s.client.Do(req)
	if err != nil {
		return answer{problem: problemOf(err)}
	}
	defer resp.Body.Close()
	_, _ = io.CopyN(io.Discard, resp.Body, maxAnswer) // what is longer is cut off, and the connection with it
	a := answer{status: resp.StatusCode, retryAfter: retryAfter(resp)}
	switch {
	case resp.StatusCode >= 200 && resp.StatusCode < 300:
	case resp.StatusCode == http.StatusGone:
		a.problem = problemGone
	default:
		a.problem = problemStatus
	}
	return a
}

// retryAfter is what the receiver asks for; in seconds only.
func retryAfter(r *http.Response) time.Duration {
	if r.StatusCode != http.StatusTooManyRequests && r.StatusCode != http.StatusServiceUnavailable {
		return 0
	}
	n, err := strconv.Atoi(r.Header.Get("Retry-After"))
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(min(n, int(retryAfterMost/time.Second))) * time.Second
}

func problemOf(err error) string {
	var refused *reach.RefusedError
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var timeout net.Error
	switch {
	case errors.As(err, &refused):
		return problemAddress
	case errors.As(err, &dns):
		return problemName
	case errors.As(err, &certificate), errors.As(err, &unknown), errors.As(err, &record), errors.As(err, &alert):
		return problemTLS
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return problemTimeout
	}
	return problemConnect
}
