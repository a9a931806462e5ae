// Package refusal is the error of who says no and what to do instead. Parts whose refusals are told from these by type (engine, dialing, prompt, agent, call) have their own.
package refusal

// Error is a refusal; nothing was changed.
type Error struct {
	Slug   string // the stable code
	Detail string // says what to do
	Field  string // what of the request is wrong, as a path: /name. Empty: it is not one field's fault
	Err    error  // what lies under it, or nil
}

func (e *Error) Error() string {
	text := e.Slug + ": "
	if e.Field != "" {
		text += e.Field + ": "
	}
	text += e.Detail
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap makes errors.Is work with what lies under it.
func (e *Error) Unwrap() error { return e.Err }
