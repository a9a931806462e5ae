package prompt

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// sound is a recording of a tone, in one of the ways of writing it.
type sound struct {
	tag, bits, channels, rate int
	hz, amplitude             float64
	length                    time.Duration
	extensible                bool
}

func (s sound) wav() []byte {
	le := binary.LittleEndian
	n := int(s.length.Seconds() * float64(s.rate))
	var data []byte
	for i := range n {
		v := s.amplitude * math.Sin(2*math.Pi*s.hz*float64(i)/float64(s.rate))
		for range s.channels {
			data = append(data, s.sample(v)...)
		}
	}
	format := le.AppendUint16(nil, uint16(s.tag))
	if s.extensible {
		format = le.AppendUint16(nil, formatExtensible)
	}
	frame := s.channels * s.bits / 8
	format = le.AppendUint16(format, uint16(s.channels))
	format = le.AppendUint32(format, uint32(s.rate))
	format = le.AppendUint32(format, uint32(s.rate*frame))
	format = le.AppendUint16(format, uint16(frame))
	format = le.AppendUint16(format, uint16(s.bits))
	if s.extensible {
		format = append(format, 22, 0, byte(s.bits), 0, 0, 0, 0, 0, byte(s.tag), 0)
		format = append(format, make([]byte, 14)...)
	}
	return riff(chunk("fmt ", format), chunk("LIST", []byte("odd")), chunk("data", data))
}

func (s sound) sample(v float64) []byte {
	le := binary.LittleEndian
	switch {
	case s.tag == formatFloat && s.bits == 64:
		return le.AppendUint64(nil, math.Float64bits(v))
	case s.tag == formatFloat:
		return le.AppendUint32(nil, math.Float32bits(float32(v)))
	case s.tag == formatALaw:
		return []byte{nearest(aLaw, v)}
	case s.tag == formatULaw:
		return []byte{nearest(uLaw, v)}
	case s.bits == 8:
		return []byte{byte(math.Round(v*127) + 128)}
	case s.bits == 16:
		return le.AppendUint16(nil, uint16(int16(math.Round(v*math.MaxInt16))))
	}
	whole := le.AppendUint32(nil, uint32(int32(math.Round(v*math.MaxInt32))))
	return whole[4-s.bits/8:]
}

// nearest is the code of a companding law that means about v.
func nearest(law func(byte) float64, v float64) (best byte) {
	for c := range 256 {
		if math.Abs(law(byte(c))-v) < math.Abs(law(best)-v) {
			best = byte(c)
		}
	}
	return best
}

func chunk(name string, b []byte) []byte {
	out := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(b)))
	out = append(out, b...)
	if len(b)%2 == 1 {
		out = append(out, 0)
	}
	return out
}

func riff(chunks ...[]byte) []byte {
	body := []byte("WAVE")
	for _, c := range chunks {
		body = append(body, c...)
	}
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

// amplitude measures a tone in a file that Convert made, away from its ends, by the algorithm of Goertzel.
func amplitude(t *testing.T, file []byte, hz float64) float64 {
	t.Helper()
	samples, rate := read(t, file)
	n := len(samples) * 8 / 10
	coeff := 2 * math.Cos(2*math.Pi*hz/float64(rate))
	var a, b, weight float64
	for i, s := range samples[len(samples)/10:][:n] {
		w := 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(n))
		weight += w
		a, b = w*float64(s)+coeff*a-b, a
	}
	return 2 * math.Sqrt(a*a+b*b-coeff*a*b) / weight
}

func read(t *testing.T, file []byte) ([]float32, int) {
	t.Helper()
	samples, rate, err := decodeWAV(file)
	if err != nil {
		t.Fatal(err)
	}
	return samples, rate
}

func dB(v float64) float64 { return 20 * math.Log10(v) }

func convert(t *testing.T, file []byte) Audio {
	t.Helper()
	a, err := Convert(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// tone checks that both files hold the tone at that level and nothing louder than 50 dB below where no tone is.
func (a Audio) tone(t *testing.T, hz, level float64) {
	t.Helper()
	for name, file := range map[string][]byte{"narrow": a.Narrow, "wide": a.Wide} {
		if got := dB(amplitude(t, file, hz)); math.Abs(got-level) > 0.5 {
			t.Errorf("%s: %g Hz at %.2f dB, want %.2f", name, hz, got, level)
		}
		for _, other := range []float64{hz / 2, hz * 1.5, 3210} {
			if got := dB(amplitude(t, file, other)); got > level-45 {
				t.Errorf("%s: %g Hz at %.2f dB beside %g Hz", name, other, got, hz)
			}
		}
	}
}

func TestEveryUsualWAVFileBecomesTheSameToneAtTheSameLevel(t *testing.T) {
	for _, c := range []sound{
		{tag: formatPCM, bits: 8}, {tag: formatPCM, bits: 16}, {tag: formatPCM, bits: 24}, {tag: formatPCM, bits: 32},
		{tag: formatFloat, bits: 32}, {tag: formatFloat, bits: 64}, {tag: formatALaw, bits: 8}, {tag: formatULaw, bits: 8},
		{tag: formatPCM, bits: 24, extensible: true},
	} {
		for _, c.channels = range []int{1, 2} {
			for _, c.rate = range []int{8000, 22050, 44100, 48000} {
				t.Run(fmt.Sprint(c.tag, c.bits, c.channels, c.rate), func(t *testing.T) {
					c.hz, c.amplitude, c.length = 1000, 0.5, time.Second/2
					a := convert(t, c.wav())
					a.tone(t, 1000, dB(0.5))
					if d := (a.Length - c.length).Abs(); d > time.Millisecond {
						t.Errorf("plays for %v", a.Length)
					}
				})
			}
		}
	}
	for _, rate := range []int{11025, 96000, 192000, 44099} {
		s := sound{tag: formatPCM, bits: 16, channels: 1, rate: rate, hz: 1000, amplitude: 0.5, length: time.Second}
		convert(t, s.wav()).tone(t, 1000, dB(0.5))
	}
}

func TestEveryUsualMP3FileBecomesItsTone(t *testing.T) {
	files, err := filepath.Glob("testdata/tone-1300-*.mp3")
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tagged := append([]byte("ID3\x04\x00\x00\x00\x00\x01\x00"), make([]byte, 128)...)
		tagged = append(append(tagged, b...), append([]byte("TAG"), make([]byte, 125)...)...)
		for name, b := range map[string][]byte{"plain": b, "with tags": tagged} {
			t.Run(filepath.Base(file)+" "+name, func(t *testing.T) {
				a := convert(t, b)
				got := dB(amplitude(t, a.Narrow, 1300))
				if math.Abs(got-dB(0.18)) > 1.5 {
					t.Errorf("1300 Hz at %.2f dB", got)
				}
				if other := dB(amplitude(t, a.Wide, 2100)); other > got-40 {
					t.Errorf("2100 Hz at %.2f dB", other)
				}
				if a.Length < 1900*time.Millisecond || a.Length > 3200*time.Millisecond {
					t.Errorf("plays for %v", a.Length)
				}
			})
		}
	}
}

func TestWhatALineCannotCarryIsFilteredOutAndDoesNotFoldBack(t *testing.T) {
	for _, rate := range []int{16000, 22050, 44100, 48000} {
		for hz := 700.0; hz < 0.49*float64(rate); hz += 1100 {
			s := sound{tag: formatPCM, bits: 16, channels: 1, rate: rate, hz: hz, amplitude: 0.5, length: 300 * time.Millisecond}
			samples, _ := read(t, s.wav())
			for _, to := range []int{narrowRate, wideRate} {
				out, err := resample(t.Context(), samples, rate, to)
				if err != nil {
					t.Fatal(err)
				}
				file := encode(out, 1, uint32(to))
				switch {
				case hz <= 0.42*float64(to):
					if got := dB(amplitude(t, file, hz)); math.Abs(got-dB(0.5)) > 0.1 {
						t.Errorf("%d to %d: %g Hz at %.2f dB", rate, to, hz, got)
					}
				case hz >= 0.51*float64(to) && rate > to:
					if got := dB(float64(peak(out[len(out)/4 : 3*len(out)/4]))); got > -72 {
						t.Errorf("%d to %d: %g Hz leaves %.2f dB", rate, to, hz, got)
					}
				}
			}
		}
	}
}

func TestWhatIsTooLoudIsMadeSofterAndNeverClips(t *testing.T) {
	for _, c := range []sound{
		{tag: formatFloat, bits: 32, amplitude: 3}, {tag: formatFloat, bits: 32, amplitude: 900}, {tag: formatPCM, bits: 16, amplitude: 1}, {tag: formatPCM, bits: 8, amplitude: 1},
	} {
		c.channels, c.rate, c.hz, c.length = 1, 44100, 1000, time.Second
		a := convert(t, c.wav())
		for _, file := range [][]byte{a.Narrow, a.Wide} {
			samples, _ := read(t, file)
			if top := peak(samples); top > 0.95 || top < 0.9 {
				t.Errorf("%+v: peak %g", c, top)
			}
		}
		a.tone(t, 1000, dB(ceiling))
	}
	square := sound{tag: formatPCM, bits: 16, channels: 1, rate: 44100, hz: 400, amplitude: 1, length: time.Second}.wav()
	for i := len(square) - 2*44100; i < len(square); i += 2 { // overshoots when it is filtered
		v := int16(math.MaxInt16)
		if int16(binary.LittleEndian.Uint16(square[i:])) < 0 {
			v = math.MinInt16
		}
		binary.LittleEndian.PutUint16(square[i:], uint16(v))
	}
	samples, _ := read(t, convert(t, square).Wide)
	if top := peak(samples); top > 0.95 {
		t.Errorf("a square wave has a peak of %g", top)
	}
}

func TestFilesThatAreNoMessageAreRefusedWithACodeAndAdvice(t *testing.T) {
	pcm := sound{tag: formatPCM, bits: 16, channels: 1, rate: 8000, hz: 1000, amplitude: 0.5, length: time.Second}
	good := pcm.wav()
	with := func(change func(*sound)) []byte {
		s := pcm
		change(&s)
		return s.wav()
	}
	patch := func(b []byte, at int, with ...byte) []byte {
		b = append([]byte(nil), b...)
		copy(b[at:], with)
		return b
	}
	vbr, err := os.ReadFile("testdata/tone-1300-44100-stereo-vbr.mp3")
	if err != nil {
		t.Fatal(err)
	}
	frame := append([]byte{0xFF, 0xFB, 0x14, 0xC4}, make([]byte, 92)...) // 32 kbit/s, 48 kHz
	bomb := make([]byte, 0, MaxBytes)
	for len(bomb)+len(frame) <= MaxBytes { // most of an hour
		bomb = append(bomb, frame...)
	}
	for name, c := range map[string]struct {
		file []byte
		code string
	}{
		"nothing":                           {nil, "prompt_empty"},
		"text":                              {[]byte("this is text, called message.wav"), "prompt_not_audio"},
		"a picture":                         {[]byte("\x89PNG\r\n\x1a\n0000000000000000"), "prompt_not_audio"},
		"a programme":                       {append([]byte("MZ"), make([]byte, 4096)...), "prompt_not_audio"},
		"a page":                            {[]byte("<html><script>alert(1)</script>"), "prompt_not_audio"},
		"an MP3's first bytes and text":     {append([]byte{0xFF, 0xFB, 0x90, 0}, make([]byte, 4096)...), "prompt_not_audio"},
		"an ID3 tag alone":                  {append([]byte("ID3\x04\x00\x00\x00\x00\x00\x7F"), make([]byte, 127)...), "prompt_not_audio"},
		"an ID3 tag that never ends":        {[]byte("ID3\x04\x00\x00\x7F\x7F\x7F\x7F...."), "prompt_truncated"},
		"an ID3 tag cut":                    {[]byte("ID3"), "prompt_truncated"},
		"an MP3 cut in a frame":             {vbr[:len(vbr)-100], "prompt_truncated"},
		"half an MP3":                       {halfFrames(t, vbr), "prompt_truncated"},
		"MP3 frames, then something else":   {append(append([]byte(nil), vbr...), "something else"...), "prompt_not_audio"},
		"an MP3 of 22 kHz":                  {append([]byte{0xFF, 0xF3, 0x10, 0xC4}, make([]byte, 4096)...), "prompt_not_audio"},
		"an MP3 of 8 kHz":                   {append([]byte{0xFF, 0xE3, 0x18, 0xC4}, make([]byte, 4096)...), "prompt_not_audio"},
		"a small MP3 that plays for long":   {bomb, "prompt_too_long"},
		"RIFF without anything":             {good[:12], "prompt_truncated"},
		"a WAV without its sound":           {good[:44], "prompt_truncated"},
		"a WAV cut":                         {good[:len(good)-1000], "prompt_truncated"},
		"a WAV with sound before its form":  {riff(chunk("data", make([]byte, 100))), "prompt_not_audio"},
		"a WAV with a short form":           {riff(chunk("fmt ", make([]byte, 8))), "prompt_not_audio"},
		"a WAV of no samples":               {with(func(s *sound) { s.length = 0 }), "prompt_empty"},
		"a click":                           {with(func(s *sound) { s.length = 50 * time.Millisecond }), "prompt_empty"},
		"silence":                           {with(func(s *sound) { s.amplitude = 0 }), "prompt_silent"},
		"near silence":                      {with(func(s *sound) { s.amplitude = 0.0005 }), "prompt_silent"},
		"two minutes and a second":          {with(func(s *sound) { s.length = MaxLength + time.Second }), "prompt_too_long"},
		"six channels":                      {patch(good, 22, 6, 0), "prompt_not_audio"},
		"no channel":                        {patch(good, 22, 0, 0), "prompt_not_audio"},
		"no rate":                           {patch(good, 24, 0, 0, 0, 0), "prompt_not_audio"},
		"a rate of 4 GHz":                   {patch(good, 24, 0xFF, 0xFF, 0xFF, 0xFF), "prompt_not_audio"},
		"ADPCM":                             {patch(good, 20, 2, 0), "prompt_not_audio"},
		"12 bits":                           {patch(good, 34, 12, 0), "prompt_not_audio"},
		"not a number":                      {with(func(s *sound) { s.tag, s.bits, s.amplitude = formatFloat, 32, math.NaN() }), "prompt_not_audio"},
		"without end":                       {with(func(s *sound) { s.tag, s.bits, s.amplitude = formatFloat, 32, math.Inf(1) }), "prompt_not_audio"},
		"more than 10 MB":                   {make([]byte, MaxBytes+1), "prompt_too_large"},
		"10 MB of zeros":                    {make([]byte, MaxBytes), "prompt_not_audio"},
		"10 MB of hours at 4 kHz, in A-law": {riff(chunk("fmt ", []byte{6, 0, 1, 0, 0xA0, 0x0F, 0, 0, 0xA0, 0x0F, 0, 0, 1, 0, 8, 0}), chunk("data", make([]byte, 9<<20))), "prompt_too_long"},
	} {
		began := time.Now()
		_, err := Convert(t.Context(), c.file)
		var e *Error
		if !errors.As(err, &e) || e.Code != c.code || e.Detail == "" {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("%s: refused after %v", name, took)
		}
	}
}

// halfFrames is the first half of the frames of an MP3 file that says how many it has.
func halfFrames(t *testing.T, file []byte) []byte {
	t.Helper()
	at := 0
	for at < len(file)/2 {
		f, ok := parseFrame(file[at:])
		if !ok {
			t.Fatal("no frame")
		}
		at += f.size
	}
	return file[:at]
}

func TestALengthThatItsWriterCouldNotKnowMeansTheRest(t *testing.T) {
	s := sound{tag: formatPCM, bits: 16, channels: 1, rate: 8000, hz: 1000, amplitude: 0.5, length: time.Second}.wav()
	copy(s[len(s)-16000-4:], "\xFF\xFF\xFF\xFF")
	if a := convert(t, s); a.Length != time.Second {
		t.Errorf("plays for %v", a.Length)
	}
}

func TestTheLongestMessageIsConvertedInTimeAndCanBeBrokenOff(t *testing.T) {
	s := sound{tag: formatULaw, bits: 8, channels: 1, rate: 48000, hz: 1000, amplitude: 0.5, length: time.Second}
	second := s.wav()
	second = second[len(second)-48000:]
	var data []byte
	for range 120 {
		data = append(data, second...)
	}
	file := riff(chunk("fmt ", []byte{7, 0, 1, 0, 0x80, 0xBB, 0, 0, 0x80, 0xBB, 0, 0, 1, 0, 8, 0}), chunk("data", data))
	began := time.Now()
	if a := convert(t, file); a.Length != MaxLength || len(a.Wide) != 44+120*32000 {
		t.Errorf("plays for %v in %d bytes", a.Length, len(a.Wide))
	}
	t.Logf("two minutes took %v", time.Since(began))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Convert(gone, file); !errors.Is(err, context.Canceled) {
		t.Errorf("went on: %v", err)
	}
}

func TestTheNameChangesWithTheContentAlone(t *testing.T) {
	one := sound{tag: formatPCM, bits: 16, channels: 1, rate: 8000, hz: 1000, amplitude: 0.5, length: time.Second}
	other := one
	other.hz = 1100
	a, again, b := convert(t, one.wav()), convert(t, one.wav()), convert(t, other.wav())
	if a.Name() != again.Name() || a.Name() == b.Name() || len(a.Name()) != 64 {
		t.Error(a.Name(), again.Name(), b.Name())
	}
}

// Whatever comes in, Convert ends soon, refuses with a code or makes sound that Asterisk can play.
func FuzzConvert(f *testing.F) {
	files, err := filepath.Glob("testdata/*.mp3")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b[:min(len(b), 4000)])
	}
	f.Add(append([]byte("ID3\x04\x00\x00\x00\x00\x00\x01"), 0, 0xFF, 0xFB, 0x90, 0))
	for _, c := range []sound{{tag: formatPCM, bits: 16}, {tag: formatFloat, bits: 32, extensible: true}, {tag: formatALaw, bits: 8}} {
		c.channels, c.rate, c.hz, c.amplitude, c.length = 2, 8000, 1000, 0.5, 120*time.Millisecond
		f.Add(c.wav())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<16 {
			return
		}
		a, err := Convert(t.Context(), b)
		var e *Error
		switch {
		case errors.As(err, &e):
			if e.Code == "" || e.Detail == "" {
				t.Errorf("%v", err)
			}
		case err != nil:
			t.Error(err)
		default:
			for _, file := range [][]byte{a.Narrow, a.Wide} {
				if samples, _ := read(t, file); peak(samples) > 0.95 {
					t.Error("clips")
				}
			}
		}
	})
}
