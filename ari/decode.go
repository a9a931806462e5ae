package ari

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// decodeEvent turns a message into a typed event. It cannot fail: what it does not understand becomes *UnknownEvent.
func decodeEvent(t EventType, raw []byte) Event {
	if e := newEvent(t); e != nil {
		err := json.Unmarshal(raw, e)
		if err == nil {
			return e
		}
		return unknown(t, raw, fmt.Errorf("decoding %s: %w", t, err))
	}
	return unknown(t, raw, nil)
}

func unknown(t EventType, raw []byte, cause error) *UnknownEvent {
	u := &UnknownEvent{Raw: raw, Err: cause}
	if err := json.Unmarshal(raw, &u.EventHeader); err != nil && cause == nil {
		u.Err = fmt.Errorf("decoding an event's header: %w", err)
	}
	u.Type = t
	return u
}

var errNotObject = errors.New("not a JSON object")

// topLevel returns the string value of a key of the outermost object, without decoding the rest: for a message of
// which only the type is of interest this is some twenty times cheaper. It returns "" if there is no such string, and
// escapes are not resolved: the keys and values asked for have none.
func topLevel(raw []byte, key string) (string, error) {
	i := skipSpace(raw, 0)
	if i >= len(raw) || raw[i] != '{' {
		return "", errNotObject
	}
	i++
	for {
		i = skipSpace(raw, i)
		if i >= len(raw) || raw[i] != '"' {
			return "", endOfObject(raw, i)
		}
		end := skipString(raw, i)
		if end < 0 {
			return "", errNotObject
		}
		name := raw[i+1 : end-1]
		i = skipSpace(raw, end)
		if i >= len(raw) || raw[i] != ':' {
			return "", errNotObject
		}
		i = skipSpace(raw, i+1)
		if end = skipValue(raw, i); end < 0 {
			return "", errNotObject
		}
		if string(name) == key && raw[i] == '"' {
			return string(raw[i+1 : end-1]), nil
		}
		i = skipSpace(raw, end)
		if i >= len(raw) || raw[i] != ',' {
			return "", endOfObject(raw, i)
		}
		i++
	}
}

func endOfObject(raw []byte, i int) error {
	if i < len(raw) && raw[i] == '}' {
		return nil
	}
	return errNotObject
}

func skipSpace(raw []byte, i int) int {
	for i < len(raw) && (raw[i] == ' ' || raw[i] == '\n' || raw[i] == '\t' || raw[i] == '\r') {
		i++
	}
	return i
}

// skipString returns the index after the string that begins at i, or -1.
func skipString(raw []byte, i int) int {
	for i++; ; i++ {
		n := bytes.IndexByte(raw[i:], '"')
		if n < 0 {
			return -1
		}
		i += n
		escapes := 0
		for raw[i-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return i + 1
		}
	}
}

// skipValue returns the index after the value that begins at i, or -1. It trusts brackets to match.
func skipValue(raw []byte, i int) int {
	depth := 0
	for i < len(raw) {
		switch raw[i] {
		case '"':
			if i = skipString(raw, i); i < 0 {
				return -1
			}
			if depth == 0 {
				return i
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
			if depth < 0 {
				return i // the end of the object around a number or a word
			}
			if depth == 0 {
				return i + 1
			}
		case ',':
			if depth == 0 {
				return i
			}
		}
		i++
	}
	return -1
}
