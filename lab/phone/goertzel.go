package phone

import (
	"fmt"
	"math"
)

// Tones are the frequencies, in Hz, that every phone listens for: give each party
// of a scenario its own. They are 200 Hz apart and whole multiples of 50 Hz, the
// resolution of a 20 ms window at 8 kHz: a window holds whole periods of each, and none leaks into another.
// They keep clear of what an exchange itself plays: dial, ringback and busy tones (350, 425, 440,
// 480 and 620 Hz). Keypad tones sent in band would disturb them (697 Hz is one); phones here send
// digits as RFC 4733 events, which are not audio.
var Tones = [...]int{500, 700, 900, 1100, 1300, 1500, 1700, 1900}

// maxListen bounds how many frequencies a phone listens for (Tones and Config.Listen together).
const maxListen = 16

// What counts as hearing a tone in one window of 20 ms.
const (
	toneFloor = -40 // dBFS: quieter is not heard
	toneShare = 10  // dB below the window's whole level that a tone may lie: lower is part of something else
)

// silenceDB is the level given to digital silence, where the logarithm has no value.
const silenceDB = -127

// detector measures one frequency with Goertzel's algorithm: one bin of a
// Fourier transform at two multiplications a sample.
type detector struct {
	hz    int
	coeff float64
}

// bank measures a set of frequencies in frames of 160 samples, under a Hann window:
// music and speech, whose frequencies fit no bin, then leak far less into the tones.
type bank struct {
	detectors []detector
}

// hann is the window's weights; they sum to half the frame's length.
var hann = func() (w [frameSamples]float64) {
	for i := range w {
		w[i] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/frameSamples)
	}
	return w
}()

// newBank makes a bank for the standard tones and the extra frequencies. It
// refuses a frequency within 100 Hz of another one, which this window cannot tell apart.
func newBank(extra []int) (*bank, error) {
	b := &bank{}
	for _, hz := range Tones {
		b.add(hz)
	}
	for _, hz := range extra {
		if hz < 100 || hz > sampleRate/2-100 {
			return nil, fmt.Errorf("listen for %d Hz: outside 100 to %d Hz", hz, sampleRate/2-100)
		}
		for _, d := range b.detectors {
			if gap := hz - d.hz; gap > -100 && gap < 100 {
				return nil, fmt.Errorf("listen for %d Hz: too near to %d Hz, 20 ms cannot tell them apart", hz, d.hz)
			}
		}
		if len(b.detectors) == maxListen {
			return nil, fmt.Errorf("listen for %d Hz: more than %d frequencies", hz, maxListen)
		}
		b.add(hz)
	}
	return b, nil
}

func (b *bank) add(hz int) {
	b.detectors = append(b.detectors, detector{hz: hz, coeff: 2 * math.Cos(2*math.Pi*float64(hz)/sampleRate)})
}

// slot is the position of a frequency in the bank, or -1.
func (b *bank) slot(hz int) int {
	for i, d := range b.detectors {
		if d.hz == hz {
			return i
		}
	}
	return -1
}

// measure returns the frame's level and that of each frequency, in dBFS, where 0
// is a sine at full scale for both, so that a lone tone has the same level in both.
func (b *bank) measure(frame []int16) (rms int8, level [maxListen]int8) {
	var windowed [frameSamples]float64
	power := 0.0
	for i, s := range frame {
		v := float64(s) / math.MaxInt16
		power += v * v
		windowed[i] = v * hann[i]
	}
	rms = decibels(2 * power / frameSamples)
	if rms == silenceDB {
		for i := range level {
			level[i] = silenceDB
		}
		return rms, level
	}
	for i, d := range b.detectors {
		var s1, s2 float64
		for _, v := range windowed {
			s1, s2 = v+d.coeff*s1-s2, s1
		}
		squared := s1*s1 + s2*s2 - d.coeff*s1*s2
		// A sine of amplitude A gives |X| = A × (sum of the weights) / 2 = A × frameSamples / 4.
		level[i] = decibels(squared * (4.0 / frameSamples) * (4.0 / frameSamples))
	}
	return rms, level
}

// decibels turns a power relative to a full-scale sine into whole dB.
func decibels(power float64) int8 {
	if power <= 1e-12 {
		return silenceDB
	}
	return int8(max(silenceDB, min(20, math.Round(10*math.Log10(power)))))
}
