package dialing

// Error is a refusal of this package.
type Error struct {
	Slug   string // bad_number, bad_rule, bad_trunk, bad_route, destination_denied
	Detail string // what to do next; it never repeats what was dialled
}

func (e *Error) Error() string { return e.Slug + ": " + e.Detail }

func badNumber(detail string) error { return &Error{"bad_number", detail} }
