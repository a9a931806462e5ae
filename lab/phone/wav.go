package phone

import (
	"encoding/binary"
	"fmt"
	"os"
)

// maxWAV bounds a sound file: ten minutes of 8 kHz, 16 bit.
const maxWAV = 10 << 20

// LoadWAV reads a sound file: RIFF WAVE, PCM 16 bit, mono, 8 kHz, at most 10 MB.
// Asterisk's own recordings have this form (in the lab's bundle
// sounds/en_US_f_Allison/hello-world.wav and demo-congrats.wav say whole sentences), so speech
// needs no synthesiser. Any other form is an error that names what was found.
func LoadWAV(path string) (*Clip, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("load sound: %w", err)
	}
	if info.Size() > maxWAV {
		return nil, fmt.Errorf("load sound %s: %d bytes is more than the limit of %d", path, info.Size(), maxWAV)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("load sound: %w", err)
	}
	samples, err := parseWAV(raw)
	if err != nil {
		return nil, fmt.Errorf("load sound %s: %w", path, err)
	}
	return NewClip(samples), nil
}

// parseWAV walks the file's chunks: "fmt " says the form, "data" holds the samples, others are skipped.
func parseWAV(raw []byte) ([]int16, error) {
	if len(raw) < 12 || string(raw[:4]) != "RIFF" || string(raw[8:12]) != "WAVE" {
		return nil, fmt.Errorf("not a RIFF WAVE file")
	}
	formSeen := false
	for rest := raw[12:]; len(rest) >= 8; {
		id, size := string(rest[:4]), int(binary.LittleEndian.Uint32(rest[4:8]))
		body := rest[8:]
		if size > len(body) {
			// A recorder that was killed leaves a size that is too big: take what is there.
			size = len(body)
		}
		switch id {
		case "fmt ":
			if err := checkWAVForm(body[:size]); err != nil {
				return nil, err
			}
			formSeen = true
		case "data":
			if !formSeen {
				return nil, fmt.Errorf("data before the format")
			}
			return littleEndian16(body[:size]), nil
		}
		rest = body[min(len(body), size+size&1):]
	}
	return nil, fmt.Errorf("no data chunk")
}

func checkWAVForm(form []byte) error {
	if len(form) < 16 {
		return fmt.Errorf("format chunk of %d bytes is too short", len(form))
	}
	le := binary.LittleEndian
	encoding, channels, rate, bits := le.Uint16(form), le.Uint16(form[2:]), le.Uint32(form[4:]), le.Uint16(form[14:])
	if encoding != 1 || channels != 1 || rate != sampleRate || bits != 16 {
		return fmt.Errorf("want PCM (1), 1 channel, %d Hz, 16 bit; have encoding %d, %d channels, %d Hz, %d bit",
			sampleRate, encoding, channels, rate, bits)
	}
	return nil
}

func littleEndian16(raw []byte) []int16 {
	samples := make([]int16, len(raw)/2)
	for i := range samples {
		samples[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
	}
	return samples
}
