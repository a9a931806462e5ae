package call

// Unreached says why a call that an agent placed came to nothing, as the slug of its end. ok is false when it did not, and when they thought
// better of it themselves.
func (c Call) Unreached() (why string, ok bool) {
	if c.End == nil || c.End.Class != Unanswered || c.End.Slug == whyCancelled {
		return "", false
	}
	return c.End.Slug, true
}
