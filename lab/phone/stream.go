package phone

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"

	"github.com/pion/rtp"

	"switchroom/lab/kerneltime"
)

// stream is one call's audio: a socket, what we say (sent by the media clock)
// and what we hear (a goroutine that reads, decodes and measures).
type stream struct {
	conn  *net.UDPConn
	heard *history
	mute  *atomic.Bool // the phone has vanished: send nothing, hear nothing

	mu      sync.Mutex
	codec   Codec
	remote  netip.AddrPort
	sending bool // both sides' descriptions allow us to send
	stopped bool // StopRTP
	source  Source
	player  Player
	header  rtp.Header
	digits  dtmfSender
	started bool

	received receiver
	done     chan struct{} // closed when the reading goroutine has ended
}

// newStream binds a socket on the given address and begins to listen; it sends
// nothing before begin.
func newStream(ip netip.Addr, codec Codec, b *bank, say Source, mute *atomic.Bool) (*stream, error) {
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, 0)))
	if err != nil {
		return nil, fmt.Errorf("bind an audio port on %s: %w", ip, err)
	}
	if err := kerneltime.Ask(conn); err != nil {
		_ = conn.Close()
		return nil, err
	}
	s := &stream{
		conn: conn, heard: newHistory(b), mute: mute, codec: codec,
		source: say, player: say.Open(), done: make(chan struct{}),
		header: rtp.Header{
			Version: 2, SSRC: rand.Uint32(), SequenceNumber: uint16(rand.Uint32()), Timestamp: rand.Uint32(),
		},
	}
	s.received.codec = codec
	go s.read()
	return s, nil
}

// port is where we want to be sent audio.
func (s *stream) port() int { return s.conn.LocalAddr().(*net.UDPAddr).Port }

// apply takes over what the two descriptions agreed on; the first time it
// starts sending. It may be called at every new offer and answer.
func (s *stream) apply(remote remoteMedia, maySend bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remote, s.codec, s.sending = remote.addr, remote.codec, maySend
	s.digits.payloadType = remote.events
	s.received.set(remote)
	if !s.started {
		s.started = true
		s.header.Marker = true
		theClock.add(s)
	}
}

// say changes what is sent, from the next packet on.
func (s *stream) say(src Source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.source, s.player = src, src.Open()
}

func (s *stream) setStopped(stopped bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = stopped
}

func (s *stream) close() {
	theClock.remove(s)
	_ = s.conn.Close() // the only error is that it was closed before
	<-s.done
}

// tick sends one packet: called by the media clock every 20 ms.
func (s *stream) tick() {
	var buf [12 + frameSamples]byte
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.sending || s.stopped || s.mute.Load() {
		s.header.Timestamp += frameSamples
		s.header.Marker = true // the first packet after a pause says so
		return
	}
	n := s.next(buf[:])
	if _, err := s.conn.WriteToUDPAddrPort(buf[:n], s.remote); err == nil {
		s.received.sent.Add(1)
	}
}

// next writes the packet that is due and advances the counters. A digit that is
// being sent takes the place of the audio.
func (s *stream) next(buf []byte) int {
	if n, ok := s.digits.next(&s.header, buf); ok {
		return n
	}
	var pcm [frameSamples]int16
	s.player.Next(pcm[:])
	s.header.PayloadType = s.codec.payloadType()
	n, err := s.header.MarshalTo(buf)
	if err != nil {
		panic("phone: an RTP header of 12 bytes does not fit 172: " + err.Error())
	}
	s.codec.tables().encodeTo(buf[n:], pcm[:])
	s.header.Marker = false
	s.header.SequenceNumber++
	s.header.Timestamp += frameSamples
	return n + frameSamples
}

// read hears what arrives until the socket is closed.
func (s *stream) read() {
	defer close(s.done)
	buf, oob := make([]byte, 1500), make([]byte, kerneltime.Space)
	pcm := make([]int16, 0, 4*frameSamples)
	for {
		n, o, _, from, err := s.conn.ReadMsgUDPAddrPort(buf, oob)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil || s.mute.Load() {
			continue // an ICMP "port unreachable" of the far end: it may come back
		}
		at := kerneltime.Of(oob[:o])
		if pcm = s.received.take(buf[:n], from, at, pcm[:0]); len(pcm) > 0 {
			s.heard.add(at, pcm)
		}
	}
}
