package feed

import (
	"bytes"
	"encoding/json"
	"io"
	"unicode/utf8"
)

// decode reads exactly one JSON object of exactly the known fields, or returns BadMessage.
func decode(data []byte, into any) Code {
	if !utf8.Valid(data) {
		return BadMessage
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if d.Decode(into) != nil {
		return BadMessage
	}
	if _, err := d.Token(); err != io.EOF {
		return BadMessage
	}
	return 0
}
