package sql

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"switchroom/engine"
	"switchroom/hours"
	"switchroom/settings"
)

// Hours are when a service takes calls.
func (s *Store) Hours(ctx context.Context, serviceID string) (settings.Hours, error) {
	return look(ctx, s, "load the hours of "+serviceID, hoursOf(serviceID))
}

// SetHours replaces them. They count at once, for who calls and for who waits.
func (s *Store) SetHours(ctx context.Context, by, serviceID, version string, v settings.Hours) (settings.Hours, error) {
	if err := v.Check(); err != nil {
		return v, err
	}
	return revise(ctx, s, by, "set_hours", serviceID, version, hoursOf(serviceID), func(tx *gorm.DB, _ settings.Hours) error {
		if err := standsIn(tx, serviceID, v.Closed); err != nil {
			return err
		}
		return changeHours(tx, serviceID, func(row *serviceHours) error {
			v := v.Tidy()
			week, err := json.Marshal(v.Week)
			if err != nil {
				return err
			}
			holidays, err := json.Marshal(v.Holidays)
			row.Week, row.Holidays = string(week), string(holidays)
			row.ClosedAction, row.ClosedPrompt, row.ClosedQueue, row.ClosedWaiting = string(v.Closed.Action), ptr(v.Closed.Prompt), ptr(v.Closed.Queue), v.Closed.Waiting
			return err
		})
	})
}

// standsIn refuses what callers of a closed service cannot get.
func standsIn(tx *gorm.DB, serviceID string, c settings.Closed) error {
	if c.Prompt != "" {
		if err := exists(tx.Where("service_id = ?", serviceID), &promptRow{}, "id = ?", c.Prompt, "closed/prompt", "message of this service"); err != nil {
			return err
		}
	}
	if c.Queue == "" {
		return nil
	}
	var q queue
	err := tx.Where("name = ?", c.Queue).Take(&q).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return settings.Invalid("closed/queue", "there is no queue %q; make it first", c.Queue)
	case err == nil && q.ServiceID == serviceID:
		return settings.Invalid("closed/queue", "the queue belongs to this service, which is closed then; name one of another service")
	}
	return err
}

// HoursSwitch is how a service's switch stands.
func (s *Store) HoursSwitch(ctx context.Context, serviceID string) (settings.HoursSwitch, error) {
	return look(ctx, s, "load the switch of "+serviceID, hoursSwitchOf(serviceID))
}

// SetHoursSwitch switches it.
func (s *Store) SetHoursSwitch(ctx context.Context, by, serviceID, version string, v settings.HoursSwitch) (settings.HoursSwitch, error) {
	if err := v.Check(s.now()); err != nil {
		return v, err
	}
	return revise(ctx, s, by, "set_hours_switch", serviceID, version, hoursSwitchOf(serviceID), func(tx *gorm.DB, _ settings.HoursSwitch) error {
		return changeHours(tx, serviceID, func(row *serviceHours) error {
			row.HandPosition, row.HandUntil = string(v.Position), nil
			if v.Until != nil {
				until := v.Until.UTC().Truncate(time.Second)
				row.HandUntil = &until
			}
			return nil
		})
	})
}

// changeHours changes a service's row, which is made with the first change.
func changeHours(tx *gorm.DB, serviceID string, change func(*serviceHours) error) error {
	row, there, err := hoursRow(tx, serviceID)
	if err == nil {
		err = change(&row)
	}
	if err != nil {
		return err
	}
	return put(tx, row, there)
}

// hoursRow is a service's row, or what it begins with.
func hoursRow(tx *gorm.DB, serviceID string) (row serviceHours, there bool, err error) {
	err = tx.Where("service_id = ?", serviceID).Take(&row).Error
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return row, err == nil, err
	}
	v := settings.NewHours()
	week, err := json.Marshal(v.Week)
	return serviceHours{ServiceID: serviceID, Week: string(week), Holidays: "[]", ClosedAction: string(v.Closed.Action), HandPosition: string(hours.ByHours)}, false, err
}

func hoursOf(serviceID string) loader[settings.Hours] {
	return func(tx *gorm.DB) (settings.Hours, error) {
		row, err := hoursRowOf(tx, serviceID)
		if err != nil {
			return settings.Hours{}, err
		}
		v, err := row.settings(tx)
		return settings.Seal(v), err
	}
}

func hoursSwitchOf(serviceID string) loader[settings.HoursSwitch] {
	return func(tx *gorm.DB) (settings.HoursSwitch, error) {
		row, err := hoursRowOf(tx, serviceID)
		return settings.Seal(row.hand()), err
	}
}

func hoursRowOf(tx *gorm.DB, serviceID string) (serviceHours, error) {
	var sv service
	if err := tx.Where("id = ?", serviceID).Take(&sv).Error; err != nil {
		return serviceHours{}, absent(err, "unknown_service", "there is no service with this ID")
	}
	row, _, err := hoursRow(tx, serviceID)
	return row, err
}

func (r serviceHours) settings(tx *gorm.DB) (settings.Hours, error) {
	var clock serviceClock
	if err := tx.Where("id = ?", r.ServiceID).Take(&clock).Error; err != nil {
		return settings.Hours{}, err
	}
	v := settings.Hours{TimeZone: clock.TimeZone, Closed: settings.Closed{
		Action: settings.ClosedAction(r.ClosedAction), Prompt: deref(r.ClosedPrompt), Queue: deref(r.ClosedQueue), Waiting: r.ClosedWaiting,
	}}
	if err := json.Unmarshal([]byte(r.Week), &v.Week); err != nil {
		return v, fmt.Errorf("the hours of service %s: %w", r.ServiceID, err)
	}
	if err := json.Unmarshal([]byte(r.Holidays), &v.Holidays); err != nil {
		return v, fmt.Errorf("the holidays of service %s: %w", r.ServiceID, err)
	}
	return v.Tidy(), nil
}

func (r serviceHours) hand() settings.HoursSwitch {
	v := settings.HoursSwitch{Position: hours.Position(r.HandPosition)}
	if r.HandUntil != nil {
		until := r.HandUntil.UTC()
		v.Until = &until
	}
	return v
}

// engineHours are a service's hours as calls are run by them.
func engineHours(tx *gorm.DB, serviceID string) (engine.Hours, error) {
	row, _, err := hoursRow(tx, serviceID)
	if err != nil {
		return engine.Hours{}, err
	}
	v, err := row.settings(tx)
	if err != nil {
		return engine.Hours{}, err
	}
	out := engine.Hours{
		Plan:   hours.Plan{Calendar: v.Calendar(), Hand: row.hand().Hand()},
		Closed: engine.Closed{Queue: v.Closed.Queue, Waiting: v.Closed.Waiting},
	}
	if v.Closed.Prompt == "" {
		return out, nil
	}
	var p promptRow
	err = tx.Where("id = ?", v.Closed.Prompt).Take(&p).Error
	const room = 5 * time.Second // to begin, and to notice the end
	out.Closed.Message, out.Closed.MessageTime = p.File, time.Duration(p.Seconds)*time.Second+room
	return out, err
}
