package phone

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestG711KnownValues(t *testing.T) {
	for _, test := range []struct {
		codec Codec
		code  byte
		want  int16
	}{
		{ULaw, 0xff, 0}, {ULaw, 0x80, 32124}, {ULaw, 0x00, -32124}, {ULaw, 0xf0, 120},
		{ALaw, 0xd5, 8}, {ALaw, 0x55, -8}, {ALaw, 0xaa, 32256}, {ALaw, 0x2a, -32256},
	} {
		if got := test.codec.tables().decode[test.code]; got != test.want {
			t.Errorf("%s %#x decodes to %d, want %d", test.codec, test.code, got, test.want)
		}
	}
}

func TestG711EncodesWhatItDecoded(t *testing.T) {
	for _, codec := range []Codec{ULaw, ALaw} {
		tab := codec.tables()
		for code := range 256 {
			pcm := []int16{tab.decode[code]}
			var again [1]byte
			tab.encodeTo(again[:], pcm)
			if tab.decode[again[0]] != pcm[0] {
				t.Errorf("%s %#x: %d becomes %d", codec, code, pcm[0], tab.decode[again[0]])
			}
		}
		for s := math.MinInt16; s <= math.MaxInt16; s++ {
			var code [1]byte
			tab.encodeTo(code[:], []int16{int16(s)})
			// Half of the largest step (1024), half of a small one near zero; full scale is clipped.
			if d := math.Abs(float64(tab.decode[code[0]]) - float64(s)); d > 16+math.Abs(float64(s))/24 {
				t.Fatalf("%s: %d becomes %d", codec, s, tab.decode[code[0]])
			}
		}
	}
}

func TestSilenceStaysSilent(t *testing.T) {
	var code [1]byte
	ulawTables.encodeTo(code[:], []int16{0})
	if got := ulawTables.decode[code[0]]; got != 0 {
		t.Errorf("silence becomes %d", got)
	}
}

func TestBankTellsTonesApart(t *testing.T) {
	b, err := newBank([]int{800, 1200})
	if err != nil {
		t.Fatal(err)
	}
	frame := make([]int16, frameSamples)
	for slot, d := range b.detectors {
		player := Tone(d.hz, -15).Open()
		for range 5 { // at several phases
			player.Next(frame[:rand.N(frameSamples)])
			player.Next(frame)
			w := window{}
			w.rms, w.level = b.measure(frame)
			for other := range b.detectors {
				if w.has(other) != (other == slot) {
					t.Errorf("%d Hz measured as %d Hz at %d dBFS", d.hz, b.detectors[other].hz, w.level[other])
				}
			}
			if w.level[slot] != -15 || w.rms != -15 {
				t.Errorf("%d Hz at -15 dBFS measured as %d, all together %d", d.hz, w.level[slot], w.rms)
			}
		}
	}
}

func TestBankHearsThreePartiesAtOnceButNotNoise(t *testing.T) {
	b, err := newBank(nil)
	if err != nil {
		t.Fatal(err)
	}
	frame := make([]int16, frameSamples)
	Mix(Tone(500, -18), Tone(900, -15), Tone(1300, -20)).Open().Next(frame)
	w := window{}
	w.rms, w.level = b.measure(frame)
	for slot, d := range b.detectors {
		if want := slices.Contains([]int{500, 900, 1300}, d.hz); w.has(slot) != want {
			t.Errorf("%d Hz heard: %v, want %v", d.hz, w.has(slot), want)
		}
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	heard := newHistory(b)
	for range 1000 {
		for i := range frame {
			frame[i] = int16(rnd.NormFloat64() * 3000)
		}
		heard.add(time.Now(), frame)
	}
	for slot, d := range b.detectors {
		heard.runs(slot, heard.base, time.Now().Add(time.Second), minTone, func(_, _ time.Time) bool {
			t.Errorf("noise was heard as %d Hz", d.hz)
			return false
		})
	}
}

func TestBankRefusesWhatItCannotTellApart(t *testing.T) {
	for _, hz := range []int{50, 3950, 520, 799} {
		if _, err := newBank([]int{hz}); err == nil {
			t.Errorf("%d Hz was accepted", hz)
		}
	}
}

// spoken is a history whose windows are 20 ms apart, from the letters of a text: a tone (T) or silence (.),
// or no packet (space).
func spoken(t *testing.T, text string) (*history, func(ms int) time.Time) {
	t.Helper()
	b, err := newBank(nil)
	if err != nil {
		t.Fatal(err)
	}
	h := newHistory(b)
	tone, silence := Tone(500, -15).Open(), Silence().Open()
	frame := make([]int16, frameSamples)
	for i, r := range text {
		player := silence
		if r == 'T' {
			player = tone
		}
		player.Next(frame)
		if r != ' ' {
			h.add(h.base.Add(time.Duration(i+1)*packetTime), frame)
		}
	}
	return h, func(ms int) time.Time { return h.base.Add(time.Duration(ms) * time.Millisecond) }
}

func TestHistoryMeasuresSilenceAndGaps(t *testing.T) {
	h, at := spoken(t, "TTTTT.....TTT     TTTTTT")
	loud := func(w *window) bool { return w.rms > -45 }
	for _, test := range []struct {
		from, to int
		want     time.Duration
		good     func(*window) bool
	}{
		{0, 480, 100 * time.Millisecond, loud}, // five silent packets, or five missing
		{0, 480, 100 * time.Millisecond, func(*window) bool { return true }},
		{0, 100, 0, loud},
		{0, 160, 60 * time.Millisecond, loud},    // the part of the silence that lies inside
		{120, 180, 60 * time.Millisecond, loud},  // all of it
		{400, 900, 420 * time.Millisecond, loud}, // nothing came after 480
		{200, 100, 0, loud},
	} {
		if got := h.longestWithout(at(test.from), at(test.to), test.good); got != test.want {
			t.Errorf("from %d to %d ms: %v, want %v", test.from, test.to, got, test.want)
		}
	}
}

func TestHistoryFindsRuns(t *testing.T) {
	h, at := spoken(t, "TT.TTTT..TTT")
	var got []int
	h.runs(0, at(0), at(1000), minTone, func(begin, end time.Time) bool {
		got = append(got, int(begin.Sub(h.base).Milliseconds()), int(end.Sub(h.base).Milliseconds()))
		return true
	})
	if want := []int{60, 140, 180, 240}; !slices.Equal(got, want) {
		t.Errorf("runs at %v, want %v", got, want)
	}
}

func TestParseSDP(t *testing.T) {
	body := func(lines ...string) []byte { return []byte(strings.Join(lines, "\r\n") + "\r\n") }
	m, err := parseSDP(body("v=0", "o=- 1 1 IN IP4 10.0.0.1", "s=x", "c=IN IP4 10.0.0.1", "t=0 0",
		"m=audio 4000 RTP/AVP 8 0 96", "c=IN IP4 10.0.0.2", "a=rtpmap:96 telephone-event/8000", "a=sendonly",
		"m=video 5000 RTP/AVP 99", "c=IN IP4 10.0.0.3", "a=inactive"), ULaw)
	if err != nil {
		t.Fatal(err)
	}
	want := remoteMedia{addr: netip.MustParseAddrPort("10.0.0.2:4000"), codec: ULaw, dir: sendOnly, events: 96}
	if m != want {
		t.Errorf("got %+v, want %+v", m, want)
	}
	for name, bad := range map[string][]byte{
		"empty":      nil,
		"refused":    body("c=IN IP4 10.0.0.1", "m=audio 0 RTP/AVP 0"),
		"no codec":   body("c=IN IP4 10.0.0.1", "m=audio 4000 RTP/AVP 9"),
		"no address": body("m=audio 4000 RTP/AVP 0"),
	} {
		if _, err := parseSDP(bad, ULaw); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzParseSDP(f *testing.F) {
	f.Add(localMedia{ip: netip.MustParseAddr("127.0.0.1"), port: 4000, codec: ULaw, dir: sendRecv, events: 101}.sdp())
	f.Fuzz(func(t *testing.T, body []byte) {
		if m, err := parseSDP(body, ULaw); err == nil && (!m.addr.IsValid() || m.codec == "") {
			t.Errorf("%q: accepted without an address or a codec: %+v", body, m)
		}
	})
}

func TestDirectionAnswers(t *testing.T) {
	for _, test := range []struct{ want, offer, answer direction }{
		{sendRecv, sendRecv, sendRecv}, {sendRecv, sendOnly, recvOnly}, {sendRecv, inactive, inactive},
		{sendOnly, sendRecv, sendOnly}, {sendOnly, sendOnly, inactive}, {sendRecv, recvOnly, sendOnly},
	} {
		if got := test.want.answerTo(test.offer); got != test.answer {
			t.Errorf("wanting %s, %s is answered %s, want %s", test.want, test.offer, got, test.answer)
		}
	}
}

func TestReasonHeaders(t *testing.T) {
	h := Headers{"reason": {`SIP;cause=200;text="Call completed elsewhere"`, `Q.850;cause=26;text="x"`}}
	if q850, text := reasonOf(h); q850 != 26 || !strings.Contains(text, "elsewhere") {
		t.Errorf("got %d, %q", q850, text)
	}
}

func TestLoadWAV(t *testing.T) {
	write := func(rate uint32, samples ...int16) string {
		var b bytes.Buffer
		b.WriteString("RIFF\x00\x00\x00\x00WAVEjunk\x03\x00\x00\x00abc\x00fmt \x10\x00\x00\x00")
		for _, v := range []any{uint16(1), uint16(1), rate, rate * 2, uint16(2), uint16(16)} {
			_ = binary.Write(&b, binary.LittleEndian, v)
		}
		b.WriteString("data")
		_ = binary.Write(&b, binary.LittleEndian, uint32(2*len(samples)))
		_ = binary.Write(&b, binary.LittleEndian, samples)
		path := filepath.Join(t.TempDir(), "a.wav")
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	clip, err := LoadWAV(write(8000, 1, -2, 3))
	if err != nil || !slices.Equal(clip.samples, []int16{1, -2, 3}) {
		t.Errorf("got %v, %v", clip, err)
	}
	if _, err := LoadWAV(write(16000, 1)); err == nil || !strings.Contains(err.Error(), "16000 Hz") {
		t.Errorf("a file at 16 kHz: %v", err)
	}
	if _, err := LoadWAV(filepath.Join(t.TempDir(), "none.wav")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	frame := make([]int16, 4)
	once, loop := clip.Once().Open(), clip.Loop(0).Open()
	once.Next(frame)
	if !slices.Equal(frame, []int16{1, -2, 3, 0}) {
		t.Errorf("once: %v", frame)
	}
	loop.Next(frame)
	if !slices.Equal(frame, []int16{1, -2, 3, 1}) {
		t.Errorf("loop: %v", frame)
	}
}

func BenchmarkMeasure(b *testing.B) {
	bank, err := newBank([]int{800, 1200})
	if err != nil {
		b.Fatal(err)
	}
	frame := make([]int16, frameSamples)
	Tone(500, -15).Open().Next(frame)
	for b.Loop() {
		bank.measure(frame)
	}
}
