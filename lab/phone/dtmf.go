package phone

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/pion/rtp"
)

// keys are the keypad's keys in the order of their RFC 4733 event numbers.
const keys = "0123456789*#ABCD"

const (
	digitTicks = 5 // a key is held for 100 ms
	endRepeats = 3 // the end of an event is sent three times, as it may be lost
	pauseTicks = 3 // 60 ms of audio between two keys
	digitLevel = 10
)

// dtmfSender turns keys into telephone events. It is owned by its stream and
// used under the stream's lock.
type dtmfSender struct {
	payloadType uint8 // 0: the far end does not take events
	queue       []byte
	tick        int    // how many packets of the current key were sent
	begin       uint32 // RTP timestamp of the current key's beginning
	pause       int    // packets of audio still due before the next key
	idle        chan struct{}
}

// push adds keys and returns a channel that is closed when all queued ones are sent.
func (d *dtmfSender) push(text string) (<-chan struct{}, error) {
	if d.payloadType == 0 {
		return nil, fmt.Errorf("the far end takes no telephone events")
	}
	for _, key := range text {
		event := strings.IndexRune(keys, key)
		if event < 0 {
			return nil, fmt.Errorf("%q is not a key; the keys are %s", key, keys)
		}
	}
	for _, key := range text {
		d.queue = append(d.queue, byte(strings.IndexRune(keys, key)))
	}
	if d.idle == nil {
		d.idle = make(chan struct{})
	}
	return d.idle, nil
}

// next writes the packet of the key that is being sent, if any. All packets of one key carry
// the timestamp of its beginning; its duration grows (RFC 4733, 2.5.1.2).
func (d *dtmfSender) next(h *rtp.Header, buf []byte) (n int, ok bool) {
	if len(d.queue) == 0 {
		return 0, false
	}
	if d.pause > 0 {
		d.pause--
		return 0, false
	}
	if d.tick == 0 {
		d.begin = h.Timestamp
	}
	d.tick++
	header := *h
	header.PayloadType = d.payloadType
	header.Timestamp = d.begin
	header.Marker = d.tick == 1
	n, err := header.MarshalTo(buf)
	if err != nil {
		panic("phone: an RTP header of 12 bytes does not fit 172: " + err.Error())
	}
	buf[n], buf[n+1] = d.queue[0], digitLevel
	if d.tick > digitTicks {
		buf[n+1] |= 0x80
	}
	binary.BigEndian.PutUint16(buf[n+2:], uint16(min(d.tick, digitTicks)*frameSamples))
	h.SequenceNumber++
	h.Timestamp += frameSamples
	if d.tick == digitTicks+endRepeats {
		d.finish()
	}
	return n + 4, true
}

func (d *dtmfSender) finish() {
	d.tick, d.pause, d.queue = 0, pauseTicks, d.queue[1:]
	if len(d.queue) == 0 {
		close(d.idle)
		d.idle = nil
	}
}

// dtmfReceiver collects the keys that the far end pressed.
type dtmfReceiver struct {
	seen   bool
	begin  uint32
	digits []byte
}

// take notes a telephone event. Its packets share the timestamp, so that each key counts once.
func (d *dtmfReceiver) take(timestamp uint32, body []byte) {
	if len(body) < 4 || int(body[0]) >= len(keys) || (d.seen && timestamp == d.begin) {
		return
	}
	d.seen, d.begin = true, timestamp
	d.digits = append(d.digits, keys[body[0]])
}
