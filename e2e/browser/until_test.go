package browser

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// overError ends an until before its time.
type overError struct{ error }

func (e overError) Unwrap() error { return e.error }

func over(err error) error { return overError{err} }

// until repeats f until it returns nil. It gives up with f's last error when the time is up, and at once when that is an over error.
func until(ctx context.Context, within time.Duration, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	for {
		err := f(ctx)
		var end overError
		switch {
		case err == nil:
			return nil
		case errors.As(err, &end):
			return end.error
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("not within %v: %w", within, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
