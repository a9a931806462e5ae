package sql

import (
	"context"
	"errors"
	"slices"
	"strings"

	"gorm.io/gorm"

	"switchroom/dialing"
)

// Route is an outbound route with its place among the others: of equal prefixes the lower place wins, then the name.
type Route struct {
	dialing.Route
	Position int
}

// PutTrunk makes or changes a trunk. The PJSIP endpoint that it names is Asterisk's own configuration.
func (s *Store) PutTrunk(ctx context.Context, by string, t dialing.Trunk) error {
	if err := t.Check(); err != nil {
		return refused(err)
	}
	row := trunk{Name: t.Name, Endpoint: t.Endpoint, Format: string(t.Format), Country: t.Country, MaxChannels: t.MaxChannels, Enabled: t.Enabled}
	return s.change(ctx, by, "put_trunk", t.Name, func(tx *gorm.DB) (any, any, error) {
		return upsert(tx, row, "name = ?", t.Name)
	})
}

// RemoveTrunk removes a trunk that no route uses.
func (s *Store) RemoveTrunk(ctx context.Context, by, name string) error {
	return s.change(ctx, by, "remove_trunk", name, func(tx *gorm.DB) (any, any, error) {
		before, err := remove[trunk](tx, "name = ?", name)
		return before, nil, err
	})
}

// Trunks lists all trunks by name.
func (s *Store) Trunks(ctx context.Context) (out []dialing.Trunk, err error) {
	return out, s.read(ctx, "list trunks", func(tx *gorm.DB) (err error) {
		out, err = loadTrunks(tx)
		return err
	})
}

// maxSteps bounds a route's prefixes and trunks.
const maxSteps = 100

// PutRoute makes or changes an outbound route.
func (s *Store) PutRoute(ctx context.Context, by string, r Route) error {
	if err := r.Check(); err != nil {
		return refused(err)
	}
	if len(r.Prefixes) > maxSteps || len(r.Trunks) > maxSteps {
		return invalid("a route has 100 prefixes and 100 trunks at most; make another route")
	}
	return s.change(ctx, by, "put_route", r.Name, func(tx *gorm.DB) (any, any, error) {
		before, err := routeNamed(tx, r.Name)
		if err != nil {
			return nil, nil, err
		}
		row := outboundRoute{Name: r.Name, Position: r.Position, Prefixes: strings.Join(r.Prefixes, " ")}
		if _, _, err := upsert(tx, row, "name = ?", r.Name); err != nil {
			return nil, nil, err
		}
		if err := tx.Where("route_name = ?", r.Name).Delete(&outboundRouteTrunk{}).Error; err != nil {
			return nil, nil, err
		}
		steps := make([]outboundRouteTrunk, len(r.Trunks))
		for i, t := range r.Trunks {
			steps[i] = outboundRouteTrunk{RouteName: r.Name, Position: i + 1, TrunkName: t}
		}
		return before, r, tx.Create(&steps).Error
	})
}

// RemoveRoute removes an outbound route; its trunks stay.
func (s *Store) RemoveRoute(ctx context.Context, by, name string) error {
	return s.change(ctx, by, "remove_route", name, func(tx *gorm.DB) (any, any, error) {
		before, err := routeNamed(tx, name)
		if err != nil {
			return nil, nil, err
		}
		_, err = remove[outboundRoute](tx, "name = ?", name)
		return before, nil, err
	})
}

// Routes lists all outbound routes in order.
func (s *Store) Routes(ctx context.Context) (out []Route, err error) {
	return out, s.read(ctx, "list outbound routes", func(tx *gorm.DB) (err error) {
		out, err = loadRoutes(tx)
		return err
	})
}

// routeNamed is nil when there is no such route.
func routeNamed(tx *gorm.DB, name string) (*Route, error) {
	all, err := loadRoutes(tx)
	if i := slices.IndexFunc(all, func(r Route) bool { return r.Name == name }); i >= 0 {
		return &all[i], err
	}
	return nil, err
}

// PutEmergencyNumbers replaces the organisation's emergency numbers: those that each service's country has of its own need not be among
// them. Nobody's extension may be one.
func (s *Store) PutEmergencyNumbers(ctx context.Context, by string, numbers []string) error {
	numbers = slices.Compact(slices.Sorted(slices.Values(numbers)))
	rows := make([]emergencyNumber, len(numbers))
	for i, n := range numbers {
		if !dialing.Number(n).Short() || strings.ContainsAny(n, "*#") {
			return &Error{Slug: "bad_number", Detail: "an emergency number is two to eight digits, as it is dialled"}
		}
		rows[i] = emergencyNumber{Number: n}
	}
	return s.change(ctx, by, "put_emergency_numbers", "organisation", func(tx *gorm.DB) (any, any, error) {
		before, err := loadEmergency(tx)
		if err != nil {
			return nil, nil, err
		}
		for _, n := range numbers {
			taken, err := extension(tx, n)
			if err != nil {
				return nil, nil, err
			}
			if taken {
				return nil, nil, &Error{Slug: "taken", Detail: "an agent or a queue has the number " + n + "; give them another first"}
			}
		}
		if err := tx.Where("1 = 1").Delete(&emergencyNumber{}).Error; err != nil || len(rows) == 0 {
			return before, numbers, err
		}
		return before, numbers, tx.CreateInBatches(rows, rowsAtOnce).Error
	})
}

// extension tells whether an agent or a queue has the number.
func extension(tx *gorm.DB, number string) (bool, error) {
	var agents, queues int64
	if err := tx.Model(&agentRow{}).Where("cti_number = ?", number).Count(&agents).Error; err != nil {
		return false, err
	}
	err := tx.Model(&queue{}).Where("number = ?", number).Count(&queues).Error
	return agents+queues > 0, err
}

// notEmergency refuses an extension that nobody could call, because it is an emergency number where the service is.
func notEmergency(tx *gorm.DB, number, serviceID string) error {
	var row serviceOutbound
	if err := tx.Where("id = ?", serviceID).Limit(1).Find(&row).Error; err != nil {
		return err
	}
	list, err := loadEmergency(tx)
	if err != nil {
		return err
	}
	if _, is := dialing.Emergency(number, row.Country, list); is {
		return &Error{Slug: "taken", Detail: number + " is an emergency number; choose another"}
	}
	return nil
}

// remove deletes the one row and returns it, for the audit trail.
func remove[T any](tx *gorm.DB, where, id string) (any, error) {
	var old T
	err := tx.Where(where, id).Take(&old).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, &Error{Slug: "unknown", Detail: "there is nothing with this name; it may have been removed already"}
	}
	if err != nil {
		return nil, err
	}
	return old, tx.Where(where, id).Delete(new(T)).Error
}
