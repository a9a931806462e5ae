package settings

import (
	"fmt"
	"slices"

	"switchroom/agent"
)

// Reasons are what the agents whose home the service is choose from for Business and Rest, in order.
type Reasons struct {
	agent.Reasons
	Stamp
}

// Check says what is wrong with them: an *Error, or nil.
func (v Reasons) Check() error {
	const most = 100
	seen := map[string]bool{}
	for i, r := range v.Reasons.Reasons {
		field := fmt.Sprintf("reasons/%d", i)
		err := first(
			must(r.Code != "" && slugForm.MatchString(r.Code), field+"/code", "a code is a slug of small letters, digits and underscores"),
			must(!slices.Contains(agent.SystemReasons, r.Code), field+"/code", "the system gives this reason itself; choose another code"),
			once(!seen[r.Code], field+"/code", "%q is there twice; name each once", r.Code),
			label(field+"/name", r.Name, 100),
			must(len(r.Statuses) > 0, field+"/statuses", "a reason is for business, rest, or both"),
		)
		if err != nil {
			return err
		}
		seen[r.Code] = true
		for n, s := range r.Statuses {
			if s != agent.Business && s != agent.Rest || slices.Contains(r.Statuses[:n], s) {
				return Invalid(fmt.Sprintf("%s/statuses/%d", field, n), "a reason is for business or rest, each once")
			}
		}
	}
	return must(len(v.Reasons.Reasons) <= most, "reasons", "a service has %d reasons at most", most)
}
