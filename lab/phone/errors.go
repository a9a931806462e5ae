package phone

import (
	"errors"
	"fmt"
)

var (
	// ErrClosed is returned by what is asked of a phone that was closed.
	ErrClosed = errors.New("phone is closed")
	// ErrVanished is returned by what is asked of a phone that has vanished.
	ErrVanished = errors.New("phone has vanished")
	// ErrEnded is returned by what is asked of a call that is over, and by a wait
	// for a state that the call can no longer reach. Call.Ended says how it ended.
	ErrEnded = errors.New("call has ended")
	// ErrState is returned by what the call's state does not allow, such as
	// answering a call that is up.
	ErrState = errors.New("not possible in the call's state")
)

// A StatusError is a final SIP answer that is not a success.
type StatusError struct {
	Method string // of the request, such as REGISTER
	Code   int    // such as 401
	Reason string // the answer's phrase, such as Unauthorized
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("%s was answered %d %s", e.Method, e.Code, e.Reason)
}

// IsStatus says whether err is, or wraps, a SIP answer with the given code.
func IsStatus(err error, code int) bool {
	var status *StatusError
	return errors.As(err, &status) && status.Code == code
}
