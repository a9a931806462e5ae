package phone

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"
)

// Packets counts a call's audio packets.
type Packets struct {
	Sent     uint64
	Received uint64
	Lost     uint64    // gaps in the sequence numbers
	Late     uint64    // came after their successor, or twice; not measured
	Strays   uint64    // from an address that is not the far end's, or of an unknown kind; not measured
	Starts   int       // how many times the far end's stream began: 1, and 1 for each new SSRC and each jump
	LastAt   time.Time // when the last one came; zero if none did
}

// receiver sorts what comes in on a call's audio port.
type receiver struct {
	sent atomic.Uint64

	mu     sync.Mutex
	codec  Codec
	remote remoteMedia
	known  bool
	ssrc   uint32
	seq    uint16
	count  Packets
	digits dtmfReceiver
}

func (r *receiver) set(remote remoteMedia) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.remote, r.codec, r.known = remote, remote.codec, true
}

func (r *receiver) packets() Packets {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.count
	c.Sent = r.sent.Load()
	return c
}

// take appends the samples of a packet to pcm; a packet that holds none, or does
// not belong to the call, appends nothing.
func (r *receiver) take(raw []byte, from netip.AddrPort, at time.Time, pcm []int16) []int16 {
	r.mu.Lock()
	defer r.mu.Unlock()
	var h rtp.Header
	n, err := h.Unmarshal(raw)
	if err != nil || h.Version != 2 || !r.belongs(from) {
		r.count.Strays++
		return pcm
	}
	body := raw[n:]
	if h.Padding && len(body) > 0 {
		body = body[:len(body)-min(len(body), int(body[len(body)-1]))]
	}
	isEvent := r.remote.events != 0 && h.PayloadType == r.remote.events
	if !isEvent && h.PayloadType != ULaw.payloadType() && h.PayloadType != ALaw.payloadType() {
		r.count.Strays++ // RTCP on the wrong port, comfort noise
		return pcm
	}
	if !r.inOrder(h) {
		r.count.Late++
		return pcm
	}
	r.count.Received++
	r.count.LastAt = at
	if isEvent {
		r.digits.take(h.Timestamp, body)
		return pcm
	}
	codec := ULaw
	if h.PayloadType == ALaw.payloadType() {
		codec = ALaw
	}
	return codec.tables().decodeTo(pcm, body)
}

// belongs says whether a packet is the far end's. Before its address is known
// (it may send before its answer has been read) everybody's is taken.
func (r *receiver) belongs(from netip.AddrPort) bool {
	return !r.known || netip.AddrPortFrom(from.Addr().Unmap(), from.Port()) == r.remote.addr
}

// maxStep is how far a sequence number may be from the one before and still belong to the same count.
const maxStep = 100

// inOrder follows the sequence numbers. They begin anew with a new SSRC, and with
// a jump too: when Asterisk changes between relaying a peer's packets and making
// its own it keeps the SSRC but not the count (compare RFC 3550, A.1).
func (r *receiver) inOrder(h rtp.Header) bool {
	step := int(int16(h.SequenceNumber - r.seq))
	switch {
	case r.count.Starts == 0 || h.SSRC != r.ssrc || step > maxStep || step < -maxStep:
		r.ssrc = h.SSRC
		r.count.Starts++
	case step <= 0:
		return false
	default:
		r.count.Lost += uint64(step - 1)
	}
	r.seq = h.SequenceNumber
	return true
}
