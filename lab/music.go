package lab

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// MusicTones are the frequencies, in Hz, that the lab's hold music holds at every
// moment, at [MusicLevel] each. Nothing else in the lab makes them: not ringback or busy
// tones (350 to 620 Hz) and not the tones that test phones send. All
// frequencies are multiples of 50 Hz, which a Goertzel filter over 20 ms tells apart.
var MusicTones = []float64{800, 1200}

// MusicMelody are two more, which take turns every half second.
var MusicMelody = []float64{1000, 1600}

// MusicLevel is the level of each tone in dBFS (a full-scale sine is 0). The sum stays
// between -14 and -6 dBFS and never pauses.
const MusicLevel = -15.0

const (
	musicRate    = 8000
	musicSeconds = 20
)

// writeMusic makes the music file in dir.
func writeMusic(dir string) error {
	if err := os.WriteFile(filepath.Join(dir, "lab-music.wav"), music(), 0o644); err != nil {
		return fmt.Errorf("hold music: %w", err)
	}
	return nil
}

// music is the recording. Its tones all start at phase 0 on each half second, so neither the melody's turns nor the loop's seam click.
var music = sync.OnceValue(func() []byte {
	amplitude := math.Pow(10, MusicLevel/20) * math.MaxInt16
	samples := make([]int16, musicRate*musicSeconds)
	for i := range samples {
		melody := MusicMelody[i/(musicRate/2)%len(MusicMelody)]
		s := math.Sin(phase(melody, i))
		for _, hz := range MusicTones {
			s += math.Sin(phase(hz, i))
		}
		samples[i] = int16(math.Round(amplitude * s))
	}
	return wav(samples, musicRate)
})

// ToneWAV is a recording of one tone at [MusicLevel], as Asterisk plays it.
func ToneWAV(hz float64, d time.Duration) []byte {
	amplitude := math.Pow(10, MusicLevel/20) * math.MaxInt16
	samples := make([]int16, int(d.Seconds()*musicRate))
	for i := range samples {
		samples[i] = int16(math.Round(amplitude * math.Sin(phase(hz, i))))
	}
	return wav(samples, musicRate)
}

func phase(hz float64, sample int) float64 {
	return 2 * math.Pi * hz * float64(sample) / musicRate
}

// wav makes a mono 16-bit PCM file, the only WAV that Asterisk plays.
func wav(samples []int16, rate uint32) []byte {
	size := uint32(len(samples) * 2)
	var b bytes.Buffer
	le := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) } // a Buffer never fails
	b.WriteString("RIFF")
	le(36 + size)
	b.WriteString("WAVEfmt ")
	le(uint32(16))
	le(uint16(1)) // PCM
	le(uint16(1)) // mono
	le(rate)
	le(rate * 2) // bytes per second
	le(uint16(2))
	le(uint16(16))
	b.WriteString("data")
	le(size)
	le(samples)
	return b.Bytes()
}
