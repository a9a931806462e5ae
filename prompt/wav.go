package prompt

import (
	"encoding/binary"
	"math"
)

// Formats in a WAV file's header.
const (
	formatPCM        = 1
	formatFloat      = 3
	formatALaw       = 6
	formatULaw       = 7
	formatExtensible = 0xFFFE
)

const wavAdvice = "; save the recording as 16-bit PCM WAV, mono or stereo"

// wavFormat is the header of a WAV file.
type wavFormat struct {
	tag, channels, bits int
	rate                int // Hz
}

// decodeWAV reads a RIFF file: chunks of a name, a length and so many bytes.
func decodeWAV(file []byte) ([]float32, int, error) {
	var f wavFormat
	for rest := file[12:]; len(rest) >= 8; {
		name, size := string(rest[:4]), binary.LittleEndian.Uint32(rest[4:])
		rest = rest[8:]
		if name == "data" && size == math.MaxUint32 { // written by a program that could not know
			size = uint32(len(rest))
		}
		if uint64(size) > uint64(len(rest)) {
			return nil, 0, truncated()
		}
		chunk := rest[:size]
		switch name {
		case "fmt ":
			var err error
			if f, err = parseFormat(chunk); err != nil {
				return nil, 0, err
			}
		case "data":
			if f.rate == 0 {
				return nil, 0, notAudio("the WAV file does not say its format before its sound" + wavAdvice)
			}
			samples, err := f.decode(chunk)
			return samples, f.rate, err
		}
		rest = rest[min(len(rest), int(size)+int(size&1)):] // chunks begin at even places
	}
	return nil, 0, truncated() // the sound never comes
}

func parseFormat(b []byte) (wavFormat, error) {
	if len(b) < 16 {
		return wavFormat{}, notAudio("the WAV file's header is too short" + wavAdvice)
	}
	u16 := func(at int) int { return int(binary.LittleEndian.Uint16(b[at:])) }
	f := wavFormat{tag: u16(0), channels: u16(2), rate: int(binary.LittleEndian.Uint32(b[4:])), bits: u16(14)}
	if f.tag == formatExtensible && len(b) >= 26 {
		f.tag = u16(24)
	}
	switch {
	case f.channels < 1 || f.channels > 2:
		return f, notAudio("a WAV file has one or two channels" + wavAdvice)
	case f.rate < 4000 || f.rate > 192000:
		return f, notAudio("a WAV file's sample rate is between 4 and 192 kHz" + wavAdvice)
	case sampleOf(f.tag, f.bits) == nil:
		return f, notAudio("the sound in the WAV file is coded in a way that is not read" + wavAdvice)
	}
	return f, nil
}

// decode makes mono of the samples.
func (f wavFormat) decode(b []byte) ([]float32, error) {
	read, width := sampleOf(f.tag, f.bits), f.bits/8
	frame := width * f.channels
	n := len(b) / frame
	if n > f.rate*int(MaxLength.Seconds()) {
		return nil, tooLong()
	}
	out := make([]float32, n)
	for i := range out {
		sum := 0.0
		for c := range f.channels {
			sum += read(b[i*frame+c*width:])
		}
		v := sum / float64(f.channels)
		if math.Abs(v) > 1000 || math.IsNaN(v) {
			return nil, notAudio("the WAV file's numbers are no sound" + wavAdvice)
		}
		out[i] = float32(v)
	}
	return out, nil
}

// sampleOf is how a sample is read, as a number within ±1; nil: the format is not known.
func sampleOf(tag, bits int) func([]byte) float64 {
	le := binary.LittleEndian
	switch {
	case tag == formatPCM && bits == 8:
		return func(b []byte) float64 { return (float64(b[0]) - 128) / 128 }
	case tag == formatPCM && bits == 16:
		return func(b []byte) float64 { return float64(int16(le.Uint16(b))) / (1 << 15) }
	case tag == formatPCM && bits == 24:
		return func(b []byte) float64 {
			return float64(int32(uint32(b[0])<<8|uint32(b[1])<<16|uint32(b[2])<<24)) / (1 << 31)
		}
	case tag == formatPCM && bits == 32:
		return func(b []byte) float64 { return float64(int32(le.Uint32(b))) / (1 << 31) }
	case tag == formatFloat && bits == 32:
		return func(b []byte) float64 { return float64(math.Float32frombits(le.Uint32(b))) }
	case tag == formatFloat && bits == 64:
		return func(b []byte) float64 { return math.Float64frombits(le.Uint64(b)) }
	case tag == formatALaw && bits == 8:
		return func(b []byte) float64 { return aLaw(b[0]) }
	case tag == formatULaw && bits == 8:
		return func(b []byte) float64 { return uLaw(b[0]) }
	}
	return nil
}

// aLaw and uLaw decode ITU-T G.711.
func aLaw(b byte) float64 {
	b ^= 0x55
	v := int(b&0x0F)<<4 + 8
	if exponent := b >> 4 & 7; exponent > 0 {
		v = (v + 0x100) << (exponent - 1)
	}
	if b&0x80 == 0 {
		v = -v
	}
	return float64(v) / (1 << 15)
}

func uLaw(b byte) float64 {
	b = ^b
	v := (int(b&0x0F)<<3+0x84)<<(b>>4&7) - 0x84
	if b&0x80 != 0 {
		v = -v
	}
	return float64(v) / (1 << 15)
}

// encode makes a mono 16-bit PCM file, the only WAV that Asterisk plays.
func encode(samples []float32, gain float32, rate uint32) []byte {
	le := binary.LittleEndian
	size := uint32(2 * len(samples))
	b := make([]byte, 0, 44+int(size))
	b = le.AppendUint32(append(b, "RIFF"...), 36+size)
	b = le.AppendUint32(append(b, "WAVEfmt "...), 16)
	b = le.AppendUint16(b, formatPCM)
	b = le.AppendUint16(b, 1) // mono
	b = le.AppendUint32(b, rate)
	b = le.AppendUint32(b, 2*rate) // bytes per second
	b = le.AppendUint16(b, 2)      // bytes per sample
	b = le.AppendUint16(b, 16)     // bits
	b = le.AppendUint32(append(b, "data"...), size)
	for _, s := range samples {
		b = le.AppendUint16(b, uint16(int16(math.Round(float64(s*gain)*math.MaxInt16))))
	}
	return b
}
