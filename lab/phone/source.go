package phone

import "math"

// A Source is something a phone can say: a tone, silence, a recording. It is
// immutable and may be shared by any number of calls; each call opens it for itself.
type Source interface {
	// Open starts the sound from its beginning.
	Open() Player
}

// A Player yields the samples of one opened Source. One goroutine, the media
// clock, uses it; it must not block.
type Player interface {
	// Next fills frame (20 ms at 8 kHz, signed 16 bit) with what comes next.
	Next(frame []int16)
}

// sourceFunc lets a plain function be a Source.
type sourceFunc func() Player

func (f sourceFunc) Open() Player { return f() }

// playerFunc lets a plain function be a Player.
type playerFunc func(frame []int16)

func (f playerFunc) Next(frame []int16) { f(frame) }

// Silence is a phone whose user says nothing: packets are sent, all of them zero.
// It differs from [Call.StopRTP], which sends no packets at all.
func Silence() Source {
	return sourceFunc(func() Player {
		return playerFunc(func(frame []int16) { clear(frame) })
	})
}

// Tone is a steady sine of the given frequency in Hz and level in dBFS (0 is a
// sine at full scale; tests use about -15, so that three of them mixed in a conference do not clip).
// Use the frequencies of [Tones]: others are not listened for unless Config.Listen names them.
func Tone(hz int, dbfs float64) Source {
	amplitude := math.Pow(10, dbfs/20) * math.MaxInt16
	step := 2 * math.Pi * float64(hz) / sampleRate
	return sourceFunc(func() Player {
		phase := 0.0
		return playerFunc(func(frame []int16) {
			for i := range frame {
				frame[i] = int16(math.Round(amplitude * math.Sin(phase)))
				phase += step
			}
			phase = math.Mod(phase, 2*math.Pi)
		})
	})
}

// Mix says several sources at once; the sum is limited to full scale.
func Mix(sources ...Source) Source {
	return sourceFunc(func() Player {
		players := make([]Player, len(sources))
		for i, s := range sources {
			players[i] = s.Open()
		}
		part, sum := make([]int16, frameSamples), make([]int32, frameSamples)
		return playerFunc(func(frame []int16) {
			clear(sum)
			for _, p := range players {
				p.Next(part[:len(frame)])
				for i, s := range part[:len(frame)] {
					sum[i] += int32(s)
				}
			}
			for i := range frame {
				frame[i] = int16(max(math.MinInt16, min(math.MaxInt16, sum[i])))
			}
		})
	})
}

// A Clip is recorded sound held in memory: 8 kHz, mono, signed 16 bit. See [LoadWAV].
type Clip struct {
	samples []int16
}

// NewClip makes a clip of samples at 8 kHz. The slice must not be changed afterwards.
func NewClip(samples []int16) *Clip { return &Clip{samples: samples} }

// Samples is the clip's length in samples, 8000 to a second.
func (c *Clip) Samples() int { return len(c.samples) }

// Once says the clip one time and is silent afterwards.
func (c *Clip) Once() Source {
	return sourceFunc(func() Player {
		rest := c.samples
		return playerFunc(func(frame []int16) {
			n := copy(frame, rest)
			rest = rest[n:]
			clear(frame[n:])
		})
	})
}

// Loop says the clip again and again, with a pause of silence (in milliseconds) between two rounds.
func (c *Clip) Loop(pauseMS int) Source {
	round := make([]int16, len(c.samples)+pauseMS*sampleRate/1000)
	copy(round, c.samples)
	return sourceFunc(func() Player {
		at := 0
		return playerFunc(func(frame []int16) {
			if len(round) == 0 {
				clear(frame)
				return
			}
			for n := 0; n < len(frame); {
				copied := copy(frame[n:], round[at:])
				n += copied
				at = (at + copied) % len(round)
			}
		})
	})
}
