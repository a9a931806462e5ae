package phone

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// direction is who sends audio, from the point of view of the description's author.
type direction string

const (
	sendRecv direction = "sendrecv"
	sendOnly direction = "sendonly" // a hold: the author does not want to hear
	recvOnly direction = "recvonly"
	inactive direction = "inactive"
)

func (d direction) sends() bool    { return d == sendRecv || d == sendOnly }
func (d direction) receives() bool { return d == sendRecv || d == recvOnly }

// answerTo is the direction to answer an offer with, given the one we want.
func (d direction) answerTo(offer direction) direction {
	sends, receives := d.sends() && offer.receives(), d.receives() && offer.sends()
	switch {
	case sends && receives:
		return sendRecv
	case sends:
		return sendOnly
	case receives:
		return recvOnly
	}
	return inactive
}

// eventsPayload is the RTP payload type that we give to telephone events.
const eventsPayload = 101

// localMedia is what a description of ours says.
type localMedia struct {
	ip      netip.Addr
	port    int
	codec   Codec
	dir     direction
	session uint64 // o= line: the session's id
	version uint64 // and its version, greater at each change
	events  uint8  // payload type of telephone events
}

// sdp writes the description: one audio stream, one codec, telephone events.
func (m localMedia) sdp() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "v=0\r\no=- %d %d IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n", m.session, m.version, m.ip, m.ip)
	fmt.Fprintf(&b, "m=audio %d RTP/AVP %d %d\r\n", m.port, m.codec.payloadType(), m.events)
	fmt.Fprintf(&b, "a=rtpmap:%d %s/8000\r\n", m.codec.payloadType(), m.codec.rtpName())
	fmt.Fprintf(&b, "a=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-15\r\n", m.events, m.events)
	fmt.Fprintf(&b, "a=ptime:20\r\na=%s\r\n", m.dir)
	return []byte(b.String())
}

// remoteMedia is what we need to know of the far end's description.
type remoteMedia struct {
	addr   netip.AddrPort
	codec  Codec
	dir    direction
	events uint8 // payload type of telephone events; 0 if it takes none
}

// parseSDP reads a description with one audio stream over plain RTP; want is the
// codec to choose when several are offered.
func parseSDP(body []byte, want Codec) (remoteMedia, error) {
	m := remoteMedia{dir: sendRecv}
	var session, media netip.Addr
	var payloads []string
	port, inAudio, inMedia := 0, false, false
	for line := range strings.Lines(string(body)) {
		kind, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok {
			continue
		}
		switch {
		case kind == "m":
			inMedia = true
			fields := strings.Fields(value)
			inAudio = payloads == nil && len(fields) > 3 && fields[0] == "audio"
			if inAudio {
				port, _ = strconv.Atoi(fields[1]) // 0, a refused stream, if it is no number
				payloads = fields[3:]
			}
		case kind == "c" && !inMedia:
			session = connectionAddr(value)
		case kind == "c" && inAudio:
			media = connectionAddr(value)
		case kind == "a" && (inAudio || !inMedia):
			m.attribute(value)
		}
	}
	if media.IsValid() {
		session = media
	}
	if !session.IsValid() || port <= 0 || port > 65535 {
		return m, fmt.Errorf("session description has no usable audio stream: %q", body)
	}
	m.addr = netip.AddrPortFrom(session, uint16(port))
	return m, m.choose(payloads, want)
}

// connectionAddr reads the address of a c= line; the zero Addr if there is none.
func connectionAddr(value string) netip.Addr {
	fields := strings.Fields(value)
	if len(fields) < 3 {
		return netip.Addr{}
	}
	addr, err := netip.ParseAddr(fields[2])
	if err != nil {
		return netip.Addr{}
	}
	return addr
}

func (m *remoteMedia) attribute(value string) {
	switch d := direction(value); d {
	case sendRecv, sendOnly, recvOnly, inactive:
		m.dir = d
		return
	}
	rest, ok := strings.CutPrefix(value, "rtpmap:")
	if !ok {
		return
	}
	payload, name, _ := strings.Cut(rest, " ")
	if strings.EqualFold(name, "telephone-event/8000") {
		n, err := strconv.ParseUint(payload, 10, 7)
		if err == nil {
			m.events = uint8(n)
		}
	}
}

// choose picks the codec: ours if the far end has it, else the other G.711 one.
func (m *remoteMedia) choose(payloads []string, want Codec) error {
	for _, p := range payloads {
		for _, c := range []Codec{ULaw, ALaw} {
			if p == strconv.Itoa(int(c.payloadType())) && (m.codec == "" || c == want) {
				m.codec = c
			}
		}
	}
	if m.codec == "" {
		return fmt.Errorf("no codec in common: the far end has payload types %v, this phone has 0 and 8", payloads)
	}
	return nil
}
