package lab

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// thinDocumentation takes the descriptions of functions, applications and actions out of Asterisk's documentation. Asterisk reads it all when it starts and
// searches the whole for each option of its configuration, which is half of its start; what it searches for, the options' own part, stays.
func thinDocumentation(root string) error {
	path := filepath.Join(root, "usr/share/asterisk/documentation/core-en_US.xml")
	whole, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the documentation of Asterisk: %w", err)
	}
	thin, err := thinned(whole)
	if err != nil {
		return fmt.Errorf("thin the documentation of Asterisk, %s: %w", path, err)
	}
	return os.WriteFile(path, thin, 0o644)
}

// thinned leaves of each child of the root but configInfo its tag, with an empty synopsis: Asterisk warns of each that has nothing in it.
func thinned(whole []byte) ([]byte, error) {
	var out bytes.Buffer
	from := int64(0) // of what is to be copied next
	in := xml.NewDecoder(bytes.NewReader(whole))
	for depth := 0; ; {
		begin := in.InputOffset()
		token, err := in.RawToken()
		if errors.Is(err, io.EOF) {
			out.Write(whole[from:])
			return out.Bytes(), nil
		}
		if err != nil {
			return nil, err
		}
		switch e := token.(type) {
		case xml.StartElement:
			depth++
			if depth == 2 && e.Name.Local != "configInfo" {
				out.Write(whole[from:in.InputOffset()])
				out.WriteString("<synopsis/>")
				from = -1
			}
		case xml.EndElement:
			if depth == 2 && from < 0 {
				from = begin
			}
			depth--
		}
	}
}
