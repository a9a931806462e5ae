package phone

// Codec names the audio codec a phone offers. Both are G.711: 8 kHz, one byte a
// sample, which Asterisk passes through or converts by table look-up, so that a
// tone arrives as it was sent.
type Codec string

// The codecs a phone can speak.
const (
	ULaw Codec = "ulaw" // PCMU, RTP payload type 0; the default
	ALaw Codec = "alaw" // PCMA, RTP payload type 8
)

const (
	sampleRate   = 8000 // samples per second, of every codec here
	frameSamples = 160  // samples in one packet: 20 ms
)

// payloadType is the static RTP payload type (RFC 3551) of the codec.
func (c Codec) payloadType() uint8 {
	if c == ALaw {
		return 8
	}
	return 0
}

// rtpName is the codec's name in an SDP rtpmap line.
func (c Codec) rtpName() string {
	if c == ALaw {
		return "PCMA"
	}
	return "PCMU"
}

// tables holds one codec's conversions, computed once at start-up.
type tables struct {
	decode [256]int16
	encode [1 << 14]byte // indexed by the sample's upper 14 bits
}

var (
	ulawTables = newTables(decodeULaw, encodeULaw)
	alawTables = newTables(decodeALaw, encodeALaw)
)

func newTables(decode func(byte) int16, encode func(int16) byte) *tables {
	t := &tables{}
	for i := range t.decode {
		t.decode[i] = decode(byte(i))
	}
	for i := range t.encode {
		// Four samples share an entry. Their second stands for all: it keeps zero
		// at zero and lies on the right side of every decision level.
		t.encode[i] = encode(int16(uint16(i<<2) + 1))
	}
	return t
}

func (c Codec) tables() *tables {
	if c == ALaw {
		return alawTables
	}
	return ulawTables
}

// encodeTo writes one byte for each sample of pcm into dst, which must be at least as long.
func (t *tables) encodeTo(dst []byte, pcm []int16) {
	for i, s := range pcm {
		dst[i] = t.encode[uint16(s)>>2]
	}
}

// decodeTo appends the samples of the encoded bytes to pcm.
func (t *tables) decodeTo(pcm []int16, src []byte) []int16 {
	for _, b := range src {
		pcm = append(pcm, t.decode[b])
	}
	return pcm
}

// decodeULaw and its three sisters follow ITU-T G.711: a sign bit, a segment of
// three bits (an exponent) and a step of four bits (a mantissa).
func decodeULaw(b byte) int16 {
	b = ^b
	segment, step := int(b>>4)&7, int(b&15)
	v := ((step<<3)+0x84)<<segment - 0x84
	if b&0x80 != 0 {
		return int16(-v)
	}
	return int16(v)
}

func encodeULaw(s int16) byte {
	v, sign := int(s), byte(0)
	if v < 0 {
		v, sign = -v, 0x80
	}
	v = min(v, 32635) + 0x84
	segment := segmentOf(v, 0x100)
	return ^(sign | byte(segment<<4) | byte(v>>(segment+3))&15)
}

func decodeALaw(b byte) int16 {
	b ^= 0x55
	segment, step := int(b>>4)&7, int(b&15)
	v := step<<4 + 8
	if segment > 0 {
		v = (v + 0x100) << (segment - 1)
	}
	if b&0x80 == 0 {
		return int16(-v)
	}
	return int16(v)
}

func encodeALaw(s int16) byte {
	v, sign := int(s), byte(0x80)
	if v < 0 {
		v, sign = -v-1, 0
	}
	v = min(v, 32767)
	segment := segmentOf(v, 0x100)
	shift := segment + 3
	if segment == 0 {
		shift = 4
	}
	return (sign | byte(segment<<4) | byte(v>>shift)&15) ^ 0x55
}

// segmentOf finds the segment whose upper bound lies above v: first for the
// lowest one, doubling from there.
func segmentOf(v, first int) int {
	segment := 0
	for bound := first; segment < 7 && v >= bound; bound <<= 1 {
		segment++
	}
	return segment
}
