package node

import (
	"strings"
	"unicode"

	"switchroom/call"
)

// callerID makes ARI's "name" <number> of what the network said about the caller, which may be anything: control characters and
// the characters that would end a part are left out, and lengths are bounded.
func callerID(p call.Party) string { return callerID2(p.Name, p.Number) }

func callerID2(name, number string) string {
	number = keep(number, 40, func(r rune) bool {
		return strings.ContainsRune("+0123456789*#", r) || unicode.IsLetter(r) || strings.ContainsRune("-_.", r)
	})
	if number == "" {
		number = "anonymous"
	}
	name = strings.TrimSpace(keep(name, 60, func(r rune) bool { return unicode.IsPrint(r) && !strings.ContainsRune(`"<>\;`, r) }))
	if name == "" {
		return "<" + number + ">"
	}
	return `"` + name + `" <` + number + `>`
}

func keep(s string, limit int, ok func(rune) bool) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n == limit {
			break
		}
		if ok(r) {
			b.WriteRune(r)
			n++
		}
	}
	return b.String()
}
