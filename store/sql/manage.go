package sql

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"switchroom/engine"
	"switchroom/settings"
)

// Settings as administrators see and change them over the API: see package settings. Each change names the version that it was made from, is held against
// what is there in the same transaction, and is audited with all that was before and is after.

// loader reads one resource; an *Error with ErrUnknown under it when it is not there.
type loader[T any] func(tx *gorm.DB) (T, error)

// look reads a resource.
func look[T any](ctx context.Context, s *Store, what string, load loader[T]) (out T, err error) {
	return out, s.read(ctx, what, func(tx *gorm.DB) (err error) {
		out, err = load(tx)
		return err
	})
}

// revise changes a resource that has that version still.
func revise[T any, P settings.Stamped[T]](ctx context.Context, s *Store, by, what, target, version string, load loader[T], apply func(*gorm.DB, T) error) (after T, err error) {
	err = s.change(ctx, by, what, target, func(tx *gorm.DB) (any, any, error) {
		before, err := load(tx)
		if err == nil {
			err = settings.Match[T, P](before, version)
		}
		if err == nil {
			err = apply(tx, before)
		}
		if err != nil {
			return nil, nil, err
		}
		after, err = load(tx)
		return before, after, err
	})
	return after, err
}

// found makes a resource; field holds what it is known by.
func found[T any](ctx context.Context, s *Store, by, what, field, target string, load loader[T], apply func(*gorm.DB) error) (after T, err error) {
	err = s.change(ctx, by, what, target, func(tx *gorm.DB) (any, any, error) {
		_, err := load(tx)
		switch {
		case err == nil:
			return nil, nil, &Error{Slug: "taken", Field: "/" + field, Detail: fmt.Sprintf("%q is there already; choose another", target)}
		case !errors.Is(err, engine.ErrUnknown):
			return nil, nil, err
		}
		if err := apply(tx); err != nil {
			return nil, nil, err
		}
		after, err = load(tx)
		return nil, after, err
	})
	return after, err
}

// discard removes a resource.
func discard[T any](ctx context.Context, s *Store, by, what, target string, load loader[T], apply func(*gorm.DB) error) error {
	return s.change(ctx, by, what, target, func(tx *gorm.DB) (any, any, error) {
		before, err := load(tx)
		if err == nil {
			err = apply(tx)
		}
		return before, nil, err
	})
}

// absent makes a missing row an *Error that says what is missing.
func absent(err error, slug, detail string) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return &Error{Slug: slug, Detail: detail, Err: engine.ErrUnknown}
	}
	return err
}

// count counts rows.
func count(tx *gorm.DB, model any, where string, args ...any) (n int64, err error) {
	return n, tx.Model(model).Where(where, args...).Count(&n).Error
}

// exists refuses a field that refers to nothing.
func exists(tx *gorm.DB, model any, where, id, field, what string) error {
	n, err := count(tx, model, where, id)
	if err == nil && n == 0 {
		err = settings.Invalid(field, "there is no %s %q; make it first", what, id)
	}
	return err
}

// unused refuses to remove what n others refer to.
func unused(n int64, err error, users string) error {
	if err == nil && n > 0 {
		err = &Error{Slug: "in_use", Detail: fmt.Sprintf("%s: %d; change them first", users, n)}
	}
	return err
}

// replace makes the rows of a list be those.
func replace[R any](tx *gorm.DB, rows []R, where string, args ...any) error {
	if err := tx.Where(where, args...).Delete(new(R)).Error; err != nil || len(rows) == 0 {
		return err
	}
	return tx.CreateInBatches(rows, rowsAtOnce).Error
}

// free refuses an extension that somebody has, or that is an emergency number where the service is. Own tells whose it may be.
func free(tx *gorm.DB, number, serviceID, field, ownAgent, ownQueue string) error {
	if number == "" {
		return nil
	}
	agents, err := count(tx, &agentRow{}, "cti_number = ? AND user_id <> ?", number, ownAgent)
	if err != nil {
		return err
	}
	queues, err := count(tx, &queue{}, "number = ? AND name <> ?", number, ownQueue)
	if err != nil {
		return err
	}
	if agents+queues > 0 {
		return &Error{Slug: "taken", Field: "/" + field, Detail: "an agent or a queue has the number " + number + "; choose another"}
	}
	return at(field, notEmergency(tx, number, serviceID))
}

// at says of a refusal which field is meant.
func at(field string, err error) error {
	var e *Error
	if !errors.As(err, &e) || e.Field != "" {
		return err
	}
	copied := *e
	copied.Field = "/" + field
	return &copied
}
