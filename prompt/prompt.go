// Package prompt makes of a recording that somebody uploads what Asterisk plays. What a file is, its bytes say: never its name or what the client calls it.
package prompt

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math"
	"time"
)

// Limits of a recording.
const (
	MaxBytes  = 10 << 20
	MaxLength = 2 * time.Minute
	minLength = 100 * time.Millisecond
)

// The sample rates, in Hz, in which each recording is kept: for telephone lines and for browsers.
const (
	narrowRate = 8000
	wideRate   = 16000
)

// Suffixes of a recording's two files, by which Asterisk knows their rates. It takes the one that fits the listener's codec.
const (
	NarrowSuffix = ".wav"
	WideSuffix   = ".wav16"
)

// Prompt is a recording of a service.
type Prompt struct {
	ID, Service string
	Kind        string // Farewell
	Label       string // for people; hostile like all names
	File        string // a name in the node's folder, no path
	SHA256      string // of the wide file, in lower-case hex
	Seconds     int    // how long it plays, rounded up
	Uploaded    time.Time
}

// Farewell is the kind of prompt that forced disconnect plays (S33).
const Farewell = "farewell"

// File is one of the files of a recording that was uploaded.
type File struct {
	Name   string // with its suffix
	Audio  string // SHA-256 of the recording's wide file
	SHA256 string // of this file
}

// Errors of who keeps recordings.
var (
	ErrTooMany = errors.New("the service keeps too many prompts")
	ErrInUse   = errors.New("the prompt is in use")
)

// Audio is a recording as Asterisk plays it: two WAV files of the same, mono and 16 bits, at 8 and 16 kHz.
type Audio struct {
	Narrow, Wide []byte
	Length       time.Duration
}

// Name of the files without a suffix. It changes with the content, so that a call goes on playing what it began with.
func (a Audio) Name() string { return Sum(a.Wide) }

// Sum is the SHA-256 of b in lower-case hex.
func Sum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Error is a recording that is refused.
type Error struct {
	Code   string // prompt_too_large, prompt_too_long, prompt_empty, prompt_silent, prompt_not_audio, prompt_truncated
	Detail string // says what to do
}

func (e *Error) Error() string { return e.Code + ": " + e.Detail }

func notAudio(detail string) error { return &Error{Code: "prompt_not_audio", Detail: detail} }

func truncated() error {
	return &Error{Code: "prompt_truncated", Detail: "the file ends before its own header says; save it anew and upload it again"}
}

func tooLong() error {
	return &Error{Code: "prompt_too_long", Detail: "a message plays for two minutes at most; shorten it"}
}

// TooLarge refuses a file of more than MaxBytes.
func TooLarge() error {
	return &Error{Code: "prompt_too_large", Detail: "a message has 10 MB at most; upload it as MP3, or as mono WAV"}
}

// Convert decodes a WAV or MP3 file and makes it what Asterisk plays. An *Error: it is refused. Its cost is bounded whatever the file says: a
// second or two of one core, and 100 MB.
func Convert(ctx context.Context, file []byte) (Audio, error) {
	if len(file) > MaxBytes {
		return Audio{}, TooLarge()
	}
	samples, rate, err := decode(file)
	if err != nil {
		return Audio{}, err
	}
	length := time.Duration(len(samples)) * time.Second / time.Duration(rate)
	switch {
	case length < minLength:
		return Audio{}, &Error{Code: "prompt_empty", Detail: "there is no sound in the file, or less than a tenth of a second; record the message again"}
	case length > MaxLength:
		return Audio{}, tooLong()
	}
	wide, err := resample(ctx, samples, rate, wideRate)
	if err != nil {
		return Audio{}, err
	}
	narrow, err := resample(ctx, wide, wideRate, narrowRate)
	if err != nil {
		return Audio{}, err
	}
	loudest := max(peak(wide), peak(narrow))
	if loudest < quietest {
		return Audio{}, &Error{Code: "prompt_silent", Detail: "nobody would hear this message: the recording is silent; look at the microphone and record it again"}
	}
	gain := min(1, ceiling/loudest)
	return Audio{Narrow: encode(narrow, gain, narrowRate), Wide: encode(wide, gain, wideRate), Length: length}, nil
}

const (
	// ceiling, below full scale: codecs overshoot a little.
	ceiling = 0.94
	// quietest is -60 dBFS.
	quietest = 0.001
)

func decode(file []byte) (mono []float32, rate int, err error) {
	switch {
	case len(file) == 0:
		return nil, 0, &Error{Code: "prompt_empty", Detail: "the file is empty; choose another"}
	case len(file) >= 12 && string(file[:4]) == "RIFF" && string(file[8:12]) == "WAVE":
		return decodeWAV(file)
	case bytes.HasPrefix(file, []byte("ID3")) || len(file) >= 2 && file[0] == 0xFF && file[1]&0xE0 == 0xE0:
		return decodeMP3(file)
	}
	return nil, 0, notAudio("this is neither a WAV nor an MP3 file, whatever its name says; save the recording as one of them")
}

func peak(samples []float32) float32 {
	top := float32(0)
	for _, s := range samples {
		top = max(top, float32(math.Abs(float64(s))))
	}
	return top
}
