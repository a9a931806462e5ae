package sql

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"switchroom/dialing"
	"switchroom/settings"
)

// ListTrunks lists all trunks by name.
func (s *Store) ListTrunks(ctx context.Context) ([]settings.Trunk, error) {
	return look(ctx, s, "list trunks", func(tx *gorm.DB) ([]settings.Trunk, error) {
		rows, err := loadTrunks(tx)
		out := make([]settings.Trunk, len(rows))
		for i, t := range rows {
			out[i] = shownTrunk(t)
		}
		return out, err
	})
}

// TrunkSettings is a trunk as administrators see it.
func (s *Store) TrunkSettings(ctx context.Context, name string) (settings.Trunk, error) {
	return look(ctx, s, "load trunk "+name, trunkOf(name))
}

// CreateTrunk makes a trunk. Its endpoint is Asterisk's own configuration.
func (s *Store) CreateTrunk(ctx context.Context, by string, v settings.Trunk) (settings.Trunk, error) {
	if err := v.Check(); err != nil {
		return v, err
	}
	return found(ctx, s, by, "create_trunk", "name", v.Name, trunkOf(v.Name), func(tx *gorm.DB) error { return saveTrunk(tx, v) })
}

// ChangeTrunk changes a trunk that has that version still.
func (s *Store) ChangeTrunk(ctx context.Context, by, version string, v settings.Trunk) (settings.Trunk, error) {
	if err := v.Check(); err != nil {
		return v, err
	}
	return revise(ctx, s, by, "change_trunk", v.Name, version, trunkOf(v.Name), func(tx *gorm.DB, _ settings.Trunk) error { return saveTrunk(tx, v) })
}

// DeleteTrunk removes a trunk that no route uses.
func (s *Store) DeleteTrunk(ctx context.Context, by, name string) error {
	return discard(ctx, s, by, "delete_trunk", name, trunkOf(name), func(tx *gorm.DB) error {
		n, err := count(tx, &outboundRouteTrunk{}, "trunk_name = ?", name)
		if err := unused(n, err, "routes use the trunk"); err != nil {
			return err
		}
		return tx.Where("name = ?", name).Delete(&trunk{}).Error
	})
}

func saveTrunk(tx *gorm.DB, v settings.Trunk) error {
	n, err := count(tx, &agentRow{}, "endpoint = ?", v.Endpoint)
	if err != nil {
		return err
	}
	if n > 0 {
		return &Error{Slug: "taken", Field: "/endpoint", Detail: "the endpoint is an agent's phone; name the carrier's"}
	}
	row := trunk{Name: v.Name, Endpoint: v.Endpoint, Format: string(v.Format), Country: v.Country, MaxChannels: v.MaxChannels, Enabled: v.Enabled}
	_, _, err = upsert(tx, row, "name = ?", v.Name)
	return err
}

func trunkOf(name string) loader[settings.Trunk] {
	return func(tx *gorm.DB) (settings.Trunk, error) {
		var r trunk
		if err := tx.Where("name = ?", name).Take(&r).Error; err != nil {
			return settings.Trunk{}, absent(err, "unknown_trunk", "there is no trunk with this name")
		}
		return shownTrunk(r.domain()), nil
	}
}

func shownTrunk(t dialing.Trunk) settings.Trunk {
	return settings.Seal(settings.Trunk{Name: t.Name, Endpoint: t.Endpoint, Format: t.Format, Country: t.Country, MaxChannels: t.MaxChannels, Enabled: t.Enabled})
}

// ListRoutes lists all outbound routes in order.
func (s *Store) ListRoutes(ctx context.Context) ([]settings.Route, error) {
	return look(ctx, s, "list outbound routes", func(tx *gorm.DB) ([]settings.Route, error) {
		rows, err := loadRoutes(tx)
		out := make([]settings.Route, len(rows))
		for i, r := range rows {
			out[i] = shownRoute(r)
		}
		return out, err
	})
}

// RouteSettings is an outbound route as administrators see it.
func (s *Store) RouteSettings(ctx context.Context, name string) (settings.Route, error) {
	return look(ctx, s, "load route "+name, routeOf(name))
}

// CreateRoute makes an outbound route.
func (s *Store) CreateRoute(ctx context.Context, by string, v settings.Route) (settings.Route, error) {
	if err := v.Check(); err != nil {
		return v, err
	}
	return found(ctx, s, by, "create_route", "name", v.Name, routeOf(v.Name), func(tx *gorm.DB) error { return saveRoute(tx, v) })
}

// ChangeRoute changes an outbound route that has that version still.
func (s *Store) ChangeRoute(ctx context.Context, by, version string, v settings.Route) (settings.Route, error) {
	if err := v.Check(); err != nil {
		return v, err
	}
	return revise(ctx, s, by, "change_route", v.Name, version, routeOf(v.Name), func(tx *gorm.DB, _ settings.Route) error { return saveRoute(tx, v) })
}

// DeleteRoute removes an outbound route; its trunks stay.
func (s *Store) DeleteRoute(ctx context.Context, by, name string) error {
	return discard(ctx, s, by, "delete_route", name, routeOf(name), func(tx *gorm.DB) error {
		return tx.Where("name = ?", name).Delete(&outboundRoute{}).Error
	})
}

func saveRoute(tx *gorm.DB, v settings.Route) error {
	row := outboundRoute{Name: v.Name, Position: v.Position, Prefixes: strings.Join(v.Prefixes, " ")}
	if _, _, err := upsert(tx, row, "name = ?", v.Name); err != nil {
		return err
	}
	steps := make([]outboundRouteTrunk, len(v.Trunks))
	for i, t := range v.Trunks {
		if err := exists(tx, &trunk{}, "name = ?", t, fmt.Sprintf("trunks/%d", i), "trunk"); err != nil {
			return err
		}
		steps[i] = outboundRouteTrunk{RouteName: v.Name, Position: i + 1, TrunkName: t}
	}
	return replace(tx, steps, "route_name = ?", v.Name)
}

func routeOf(name string) loader[settings.Route] {
	return func(tx *gorm.DB) (settings.Route, error) {
		r, err := routeNamed(tx, name)
		if err != nil || r == nil {
			if err == nil {
				err = absent(gorm.ErrRecordNotFound, "unknown_route", "there is no route with this name")
			}
			return settings.Route{}, err
		}
		return shownRoute(*r), nil
	}
}

func shownRoute(r Route) settings.Route {
	return settings.Seal(settings.Route{Name: r.Name, Position: r.Position, Prefixes: r.Prefixes, Trunks: r.Trunks})
}

// EmergencyNumbers are the organisation's.
func (s *Store) EmergencyNumbers(ctx context.Context) (settings.EmergencyNumbers, error) {
	return look(ctx, s, "load the emergency numbers", emergencyNumbers)
}

// SetEmergencyNumbers replaces them. Nobody's extension may be one.
func (s *Store) SetEmergencyNumbers(ctx context.Context, by, version string, v settings.EmergencyNumbers) (settings.EmergencyNumbers, error) {
	if err := v.Check(); err != nil {
		return v, err
	}
	return revise(ctx, s, by, "set_emergency_numbers", "organisation", version, emergencyNumbers, func(tx *gorm.DB, _ settings.EmergencyNumbers) error {
		rows := make([]emergencyNumber, len(v.Numbers))
		for i, n := range v.Numbers {
			taken, err := extension(tx, n)
			if err != nil {
				return err
			}
			if taken {
				return &Error{Slug: "taken", Field: fmt.Sprintf("/numbers/%d", i), Detail: "an agent or a queue has the number " + n + "; give them another first"}
			}
			rows[i] = emergencyNumber{Number: n}
		}
		return replace(tx, rows, "1 = 1")
	})
}

func emergencyNumbers(tx *gorm.DB) (settings.EmergencyNumbers, error) {
	list, err := loadEmergency(tx)
	if list == nil {
		list = []string{}
	}
	slices.Sort(list)
	return settings.Seal(settings.EmergencyNumbers{Numbers: list}), err
}
