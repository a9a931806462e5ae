package sipload

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// message is a received SIP message.
type message struct {
	method  string // of a request, or of the request that a response answers
	uri     string // of a request
	status  int    // 0: a request
	headers []header
}

type header struct{ name, value string } // name as it was sent

func parse(b []byte) (*message, error) {
	head, _, _ := strings.Cut(string(b), "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	first := strings.SplitN(lines[0], " ", 3)
	if len(first) < 2 {
		return nil, fmt.Errorf("no SIP message: %q", lines[0])
	}
	m := &message{}
	for _, l := range lines[1:] {
		name, value, ok := strings.Cut(l, ":")
		if ok {
			m.headers = append(m.headers, header{strings.TrimSpace(name), strings.TrimSpace(value)})
		}
	}
	if first[0] != "SIP/2.0" {
		m.method, m.uri = first[0], first[1]
		return m, nil
	}
	var err error
	if m.status, err = strconv.Atoi(first[1]); err != nil {
		return nil, fmt.Errorf("no SIP status: %q", lines[0])
	}
	_, m.method, _ = strings.Cut(m.get("CSeq"), " ")
	if m.method == "" {
		return nil, errors.New("a response without CSeq")
	}
	return m, nil
}

func (m *message) get(name string) string {
	for _, h := range m.headers {
		if strings.EqualFold(h.name, name) {
			return h.value
		}
	}
	return ""
}

// response answers m. extra are further header lines, each ended by CRLF; body is SDP or empty.
func (m *message) response(status int, reason, tag, extra, body string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "SIP/2.0 %d %s\r\n", status, reason)
	for _, h := range m.headers {
		switch {
		case strings.EqualFold(h.name, "To"):
			b.WriteString("To: " + h.value)
			if tag != "" && !strings.Contains(h.value, "tag=") {
				b.WriteString(";tag=" + tag)
			}
			b.WriteString("\r\n")
		case strings.EqualFold(h.name, "Via"), strings.EqualFold(h.name, "From"), strings.EqualFold(h.name, "Call-ID"),
			strings.EqualFold(h.name, "CSeq"), strings.EqualFold(h.name, "Record-Route"):
			b.WriteString(h.name + ": " + h.value + "\r\n")
		}
	}
	finish(&b, extra, body)
	return []byte(b.String())
}

// finish ends a message's head and adds the body.
func finish(b *strings.Builder, extra, body string) {
	b.WriteString(extra)
	if body != "" {
		b.WriteString("Content-Type: application/sdp\r\n")
	}
	fmt.Fprintf(b, "Content-Length: %d\r\n\r\n%s", len(body), body)
}

// sdp offers or accepts µ-law at a port that nobody listens on: no media is sent.
const sdp = "v=0\r\no=load 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n" +
	"m=audio 9 RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\na=sendrecv\r\n"

const allow = "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE\r\n"

// between returns the part of s between two marks, or "".
func between(s, before, after string) string {
	_, s, ok := strings.Cut(s, before)
	if !ok {
		return ""
	}
	s, _, _ = strings.Cut(s, after)
	return s
}
