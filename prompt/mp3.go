package prompt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"

	"github.com/hajimehoshi/go-mp3"
)

const mp3Advice = "; save the recording as MP3 at 44.1 or 48 kHz, or as WAV"

// decodeMP3 walks the file's frames before it decodes them: so their number bounds the work, and the decoder sees nothing but whole frames.
func decodeMP3(file []byte) ([]float32, int, error) {
	frames, rate, err := mp3Frames(file)
	if err != nil {
		return nil, 0, err
	}
	samples, err := playMP3(frames)
	return samples, rate, err
}

// playMP3 decodes frames. The library is known to panic on data that no encoder makes.
func playMP3(frames []byte) (mono []float32, err error) {
	defer func() {
		if v := recover(); v != nil {
			mono, err = nil, notAudio("the MP3 file is damaged"+mp3Advice)
		}
	}()
	d, err := mp3.NewDecoder(struct{ io.Reader }{bytes.NewReader(frames)}) // no Seeker: it would read all of it twice
	if err != nil {
		return nil, notAudio("the MP3 file cannot be decoded" + mp3Advice)
	}
	const frame = 4 // always two channels of 16 bits
	buf := make([]byte, 1<<14)
	for {
		n, err := io.ReadFull(d, buf)
		for b := buf[:n-n%frame]; len(b) > 0; b = b[frame:] {
			left, right := int16(binary.LittleEndian.Uint16(b)), int16(binary.LittleEndian.Uint16(b[2:]))
			mono = append(mono, float32(int(left)+int(right))/(1<<16))
		}
		switch {
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			return mono, nil
		case err != nil:
			return nil, notAudio("the MP3 file is damaged" + mp3Advice)
		}
	}
}

// mp3Frame is what a frame's header says.
type mp3Frame struct {
	rate int // Hz
	size int // bytes, with the header
	info int // where encoders put the number of frames, in the first one
}

// frameSamples is how many samples of each channel are in a frame.
const frameSamples = 1152

// mp3Frames finds the frames between the tags, and their sample rate.
func mp3Frames(file []byte) (frames []byte, rate int, err error) {
	rest := file
	for bytes.HasPrefix(rest, []byte("ID3")) {
		if rest, err = skipID3(rest); err != nil {
			return nil, 0, err
		}
	}
	frames = rest
	count, samples, told := 0, 0, 0
	for {
		f, ok := parseFrame(rest)
		switch {
		case count == 0 && isMPEG2(rest):
			return nil, 0, notAudio("an MP3 file of less than 32 kHz is not read" + mp3Advice)
		case !ok && (count < 2 || !isTrailer(rest)):
			return nil, 0, notAudio("this is no MP3 file, or a damaged one" + mp3Advice)
		case !ok:
			if count < told {
				return nil, 0, truncated()
			}
			return frames[:len(frames)-len(rest)], rate, nil
		case f.size > len(rest):
			return nil, 0, truncated()
		case count == 0:
			rate, told = f.rate, f.told(rest)
		case f.rate != rate:
			return nil, 0, notAudio("the MP3 file changes its sample rate" + mp3Advice)
		}
		count++
		if samples += frameSamples; samples > rate*int(MaxLength.Seconds())+2*frameSamples { // encoders add a frame or two
			return nil, 0, tooLong()
		}
		rest = rest[f.size:]
	}
}

// skipID3 passes over a tag at the beginning: its length is four times seven bits.
func skipID3(b []byte) ([]byte, error) {
	if len(b) < 10 {
		return nil, truncated()
	}
	size := 10 + (int(b[6]&0x7F)<<21 | int(b[7]&0x7F)<<14 | int(b[8]&0x7F)<<7 | int(b[9]&0x7F))
	if b[5]&0x10 != 0 {
		size += 10 // a footer
	}
	if size > len(b) {
		return nil, truncated()
	}
	return b[size:], nil
}

// isTrailer tells what may follow the last frame: nothing, zeros, a tag.
func isTrailer(b []byte) bool {
	for _, tag := range []string{"TAG", "APETAGEX", "LYRICSBEGIN", "ID3"} {
		if bytes.HasPrefix(b, []byte(tag)) {
			return true
		}
	}
	return len(bytes.Trim(b, "\x00")) == 0
}

// kbit/s and Hz by the header's indexes. A bit rate of 0 is free format, which nobody writes.
var (
	bitrates = [16]int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0}
	rates    = [4]int{44100, 48000, 32000, 0}
)

// parseFrame reads the header of a frame of MPEG 1, layer III.
func parseFrame(b []byte) (mp3Frame, bool) {
	if len(b) < 4 || b[0] != 0xFF || b[1]&0xFE != 0xFA {
		return mp3Frame{}, false
	}
	f, kbit := mp3Frame{rate: rates[b[2]>>2&3], info: 4 + 32}, bitrates[b[2]>>4]
	if kbit == 0 || f.rate == 0 {
		return mp3Frame{}, false
	}
	if b[3]>>6 == 3 { // mono
		f.info = 4 + 17
	}
	f.size = frameSamples/8*kbit*1000/f.rate + int(b[2]>>1&1)
	return f, true
}

// isMPEG2 tells layer III at half the rates or a quarter. The decoder distorts some of the former, and does not know the latter.
func isMPEG2(b []byte) bool {
	return len(b) >= 2 && b[0] == 0xFF && b[1]&0xE6 == 0xE2 && b[1]&0x18 != 0x18 && b[1]&0x18 != 0x08
}

// told is how many frames the encoder wrote into the first one that there are; 0: it does not say.
func (f mp3Frame) told(b []byte) int {
	if len(b) < f.info+12 {
		return 0
	}
	b = b[f.info:]
	if tag := string(b[:4]); tag != "Xing" && tag != "Info" || b[7]&1 == 0 {
		return 0
	}
	return int(binary.BigEndian.Uint32(b[8:]))
}
