package settings

import (
	"fmt"
	"strings"
)

// Records is what a service sets about its tickets and calls.
type Records struct {
	Dispositions []string `json:"dispositions"` // what may come of a ticket, in order; none: any text
	// RetentionDays after which numbers, names, notes and journals of the service's calls and tickets are deleted; 0: never.
	RetentionDays int `json:"retention_days"`
	Stamp
}

// Check says what is wrong with it: an *Error, or nil.
func (v Records) Check() error {
	const century = 36_500
	seen := map[string]bool{}
	for i, d := range v.Dispositions {
		field := fmt.Sprintf("dispositions/%d", i)
		folded := strings.ToLower(strings.TrimSpace(d))
		if err := first(label(field, d, 100), once(!seen[folded], field, "%q is there twice; name each once", d)); err != nil {
			return err
		}
		seen[folded] = true
	}
	return first(
		must(len(v.Dispositions) <= 100, "dispositions", "a service has 100 dispositions at most"),
		must(v.RetentionDays >= 0 && v.RetentionDays <= century, "retention_days", "it is 0 (never) to %d days", century),
	)
}
