// Package doctor looks a set-up over and says what is wrong with it and what to do: the command "switchroom doctor". It changes nothing.
package doctor

import (
	"context"
	"fmt"
	"io"
	"time"
)

// Level is how bad a finding is.
type Level string

// The levels.
const (
	OK   Level = "ok"
	Warn Level = "warn" // works, but will hurt
	Fail Level = "FAIL" // does not work
)

// Finding is the result of one look.
type Finding struct {
	Level Level  `json:"level"`
	About string `json:"about"` // asterisk, dns, redis, …
	What  string `json:"what"`
	Do    string `json:"do,omitempty"` // what to do next; empty when ok
}

// Setup is what to look at. It is what "switchroom serve" is given.
type Setup struct {
	ARIURL, ARIUser, ARIPassword string
	App                          string // empty: switchroom
	SIPSocket                    string // ws:// or http:// address of Asterisk's SIP over WebSocket
	Media                        string // media address; empty: Asterisk's choice
	Redis                        string
	Database                     string
	Prompts                      string // folder of the services' messages; empty: none
	SecretKey                    string // keys that seal secrets in the database; empty: none
}

// examineWithin bounds each look.
const examineWithin = 10 * time.Second

type look func(context.Context, Setup) []Finding

// Examine takes every look, in the order in which faults should be mended.
func Examine(ctx context.Context, s Setup) []Finding {
	if s.App == "" {
		s.App = "switchroom"
	}
	var out []Finding
	for _, l := range []look{asterisk, sipSocket, names, liveStore, database, secrets, prompts} {
		ctx, cancel := context.WithTimeout(ctx, examineWithin)
		out = append(out, l(ctx, s)...)
		cancel()
	}
	return out
}

// Print writes findings a line each, with what to do below.
func Print(w io.Writer, findings []Finding) {
	for _, f := range findings {
		fmt.Fprintf(w, "%-4s  %-9s  %s\n", f.Level, f.About, f.What)
		if f.Do != "" {
			fmt.Fprintf(w, "%17s  -> %s\n", "", f.Do)
		}
	}
}

// Failed tells whether something does not work.
func Failed(findings []Finding) bool {
	for _, f := range findings {
		if f.Level == Fail {
			return true
		}
	}
	return false
}

func ok(about, format string, args ...any) Finding {
	return Finding{Level: OK, About: about, What: fmt.Sprintf(format, args...)}
}

func warn(about, do, format string, args ...any) Finding {
	return Finding{Level: Warn, About: about, What: fmt.Sprintf(format, args...), Do: do}
}

func fail(about, do, format string, args ...any) Finding {
	return Finding{Level: Fail, About: about, What: fmt.Sprintf(format, args...), Do: do}
}
