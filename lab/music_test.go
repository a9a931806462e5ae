package lab

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// power is the level of hz in samples, in dBFS of a full-scale sine.
func power(samples []int16, hz float64) float64 {
	var re, im float64
	for i, s := range samples {
		v := float64(s) / math.MaxInt16
		re += v * math.Cos(phase(hz, i))
		im += v * math.Sin(phase(hz, i))
	}
	return 20 * math.Log10(2*math.Hypot(re, im)/float64(len(samples))+1e-9)
}

// readWAV returns the samples of a mono 16-bit file with a 44-byte header.
func readWAV(t *testing.T, path string) []int16 {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(raw) < 44 || int(binary.LittleEndian.Uint32(raw[4:])) != len(raw)-8 {
		t.Fatalf("%s: RIFF size does not match %d bytes", path, len(raw))
	}
	samples := make([]int16, (len(raw)-44)/2)
	for i := range samples {
		samples[i] = int16(binary.LittleEndian.Uint16(raw[44+2*i:]))
	}
	return samples
}

// What a caller hears over SIP while the controller is away, from one retry to the next. The
// node calls itself and records what it hears.
func TestCallersHearTheMusic(t *testing.T) {
	node := NewAsterisk(t, AsteriskOptions{})
	call := func(method, path string) {
		t.Helper()
		if _, err := node.ari(t.Context(), method, path, nil); err != nil {
			t.Fatal(err)
		}
	}
	head := http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(node.User+":"+node.Password))}}
	conn, _, err := websocket.DefaultDialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(node.ARIURL, "http")+"/events?app=listener", head)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	wait := func(kind string) {
		t.Helper()
		if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		for e := (struct{ Type string }{}); e.Type != kind; {
			if err := conn.ReadJSON(&e); err != nil {
				t.Fatalf("wait for %s: %v", kind, err)
			}
		}
	}
	call(http.MethodPost, "/channels?channelId=ear&app=listener&endpoint="+url.QueryEscape("PJSIP/demo-trunk/sip:1000@"+node.SIPAddr))
	wait("StasisStart")
	call(http.MethodPost, "/channels/ear/record?name=heard&format=wav&maxDurationSeconds=2")
	wait("RecordingFinished")
	samples := readWAV(t, filepath.Join(node.Dir, "spool/recording/heard.wav"))
	if len(samples) < musicRate {
		t.Fatalf("%d samples recorded", len(samples))
	}
	// A second in the middle: the call's first packets may be missing.
	middle := samples[len(samples)/2-musicRate/2:][:musicRate]
	for _, hz := range MusicTones {
		if p := power(middle, hz); math.Abs(p-MusicLevel) > 3 {
			t.Errorf("%v Hz at %.1f dBFS", hz, p)
		}
	}
}

func TestMusicIsAlwaysThereAndIsNothingElse(t *testing.T) {
	dir := t.TempDir()
	if err := writeMusic(dir); err != nil {
		t.Fatal(err)
	}
	samples := readWAV(t, filepath.Join(dir, "lab-music.wav"))
	const window = musicRate / 50 // 20 ms, a packet
	samples = append(samples, samples[:window]...)
	// Windows that straddle the loop's seam and the melody's turns included.
	for at := 0; at+window <= len(samples); at += window / 2 {
		w := samples[at : at+window]
		var sum float64
		for _, s := range w {
			sum += math.Pow(float64(s)/math.MaxInt16, 2)
		}
		if rms := 10 * math.Log10(sum/window); rms < -30 {
			t.Fatalf("sample %d: %.1f dBFS", at, rms)
		}
		for _, hz := range MusicTones {
			if p := power(w, hz); math.Abs(p-MusicLevel) > 3 {
				t.Fatalf("sample %d: %v Hz at %.1f dBFS", at, hz, p)
			}
		}
	}
	for at := 0; at+window <= len(samples); at += window {
		for _, hz := range []float64{350, 500, 600, 700, 900, 1100, 1300, 1700} {
			if p := power(samples[at:at+window], hz); p > -60 {
				t.Fatalf("sample %d: %v Hz at %.1f dBFS", at, hz, p)
			}
		}
	}
}
