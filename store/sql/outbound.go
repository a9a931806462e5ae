package sql

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"switchroom/dialing"
	"switchroom/engine"
)

// Service is what the engine dials out, transfers and disconnects by. It is kept in memory; see cache.
func (s *Store) Service(ctx context.Context, id string) (engine.Service, error) {
	v, err := s.cache.services.get(ctx, s, id, s.loadService)
	return cloneService(v), err
}

// Frequent lists an agent's own frequently used numbers and those of the services that they have phone permission for (S27). It is kept in
// memory; see cache.
func (s *Store) Frequent(ctx context.Context, agentID string) ([]engine.FrequentNumber, error) {
	list, err := s.cache.frequent.get(ctx, s, agentID, s.loadFrequent)
	return slices.Clone(list), err
}

func (s *Store) loadService(ctx context.Context, id string) (engine.Service, error) {
	var out engine.Service
	err := s.read(ctx, "load service "+id, func(tx *gorm.DB) error {
		var sv service
		var o serviceOutbound
		if err := tx.Where("id = ?", id).Take(&sv).Error; err != nil {
			return err
		}
		if err := tx.Where("id = ?", id).Take(&o).Error; err != nil {
			return err
		}
		out = engine.Service{
			ID: id, Name: sv.Name, Inbound: sv.Inbound, Outbound: sv.Outbound, Country: o.Country, BusinessByNumber: o.BusinessByNumber,
			FallbackQueue: deref(o.FallbackQueue), HoldMusic: o.HoldMusic, HoldWarn: ms(o.HoldWarnMS), TransferRing: ms(o.TransferRingMS),
			ForwardCap: ms(o.ForwardCapMS), FarewellCap: ms(o.FarewellCapMS),
		}
		if o.FarewellPrompt != nil {
			if err := tx.Model(&promptRow{}).Where("id = ?", *o.FarewellPrompt).Select("file").Scan(&out.Farewell).Error; err != nil {
				return err
			}
		}
		return loadWaysOut(tx, &out)
	})
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return engine.Service{}, fmt.Errorf("service %q: %w", id, engine.ErrUnknown)
	}
	return out, err
}

// loadWaysOut fills in the lists: numbers, policy, routes and trunks.
func loadWaysOut(tx *gorm.DB, out *engine.Service) error {
	var numbers []callingNumber
	if err := tx.Where("service_id = ?", out.ID).Order("is_default IS NULL, number").Find(&numbers).Error; err != nil {
		return err
	}
	for _, n := range numbers {
		out.CallerIDs = append(out.CallerIDs, n.domain())
	}
	var err error
	if out.Policy, err = loadPolicy(tx, out.ID, out.Country); err != nil {
		return err
	}
	out.Emergency = out.Policy.Emergency
	if out.Trunks, err = loadTrunks(tx); err != nil {
		return err
	}
	routes, err := loadRoutes(tx)
	for _, r := range routes {
		out.Routes = append(out.Routes, r.Route)
	}
	return err
}

func loadPolicy(tx *gorm.DB, serviceID, country string) (dialing.Policy, error) {
	p := dialing.Policy{Country: country}
	var err error
	if p.Emergency, err = loadEmergency(tx); err != nil {
		return p, err
	}
	p.Rules, err = loadRules(tx, serviceID)
	return p, err
}

func loadEmergency(tx *gorm.DB) (out []string, err error) {
	return out, tx.Model(&emergencyNumber{}).Order("number").Pluck("number", &out).Error
}

func loadRules(tx *gorm.DB, serviceID string) ([]dialing.Rule, error) {
	var rows []destinationRule
	if err := tx.Where("service_id = ?", serviceID).Order("position").Find(&rows).Error; err != nil {
		return nil, err
	}
	var out []dialing.Rule
	for _, r := range rows {
		out = append(out, dialing.Rule{Action: dialing.Action(r.Action), Prefix: r.Prefix})
	}
	return out, nil
}

func loadTrunks(tx *gorm.DB) ([]dialing.Trunk, error) {
	var rows []trunk
	if err := tx.Order("name").Find(&rows).Error; err != nil {
		return nil, err
	}
	var out []dialing.Trunk
	for _, r := range rows {
		out = append(out, r.domain())
	}
	return out, nil
}

func loadRoutes(tx *gorm.DB) ([]Route, error) {
	var rows []outboundRoute
	if err := tx.Order("position, name").Find(&rows).Error; err != nil {
		return nil, err
	}
	var steps []outboundRouteTrunk
	if err := tx.Order("route_name, position").Find(&steps).Error; err != nil {
		return nil, err
	}
	var out []Route
	for _, r := range rows {
		v := Route{Position: r.Position, Route: dialing.Route{Name: r.Name, Prefixes: strings.Fields(r.Prefixes)}}
		for _, step := range steps {
			if step.RouteName == r.Name {
				v.Trunks = append(v.Trunks, step.TrunkName)
			}
		}
		out = append(out, v)
	}
	return out, nil
}

func (s *Store) loadFrequent(ctx context.Context, agentID string) ([]engine.FrequentNumber, error) {
	var rows []frequentNumber
	err := s.read(ctx, "load the frequently used numbers of "+agentID, func(tx *gorm.DB) error {
		if err := tx.Where("user_id = ?", agentID).Take(&agentRow{}).Error; err != nil {
			return err
		}
		permitted := tx.Model(&phonePermission{}).Where("user_id = ?", agentID).Select("service_id")
		return tx.Where("agent_id = ? OR service_id IN (?)", agentID, permitted).Order("agent_id IS NULL, service_id, label, id").Find(&rows).Error
	})
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, fmt.Errorf("agent %q: %w", agentID, engine.ErrUnknown)
	}
	out := make([]engine.FrequentNumber, len(rows))
	for i, r := range rows {
		out[i] = engine.FrequentNumber{ID: r.ID, Label: r.Label, Number: r.Number, Service: deref(r.ServiceID)}
	}
	return out, err
}

// cloneService keeps what is in memory apart from what callers may change.
func cloneService(v engine.Service) engine.Service {
	v.CallerIDs, v.Trunks, v.Emergency = slices.Clone(v.CallerIDs), slices.Clone(v.Trunks), slices.Clone(v.Emergency)
	v.Policy.Emergency, v.Policy.Rules = slices.Clone(v.Policy.Emergency), slices.Clone(v.Policy.Rules)
	v.Routes = slices.Clone(v.Routes)
	for i, r := range v.Routes {
		v.Routes[i].Prefixes, v.Routes[i].Trunks = slices.Clone(r.Prefixes), slices.Clone(r.Trunks)
	}
	return v
}

func (r callingNumber) domain() engine.CallerID {
	return engine.CallerID{Number: r.Number, Label: r.Label, Default: r.IsDefault != nil && *r.IsDefault}
}

func (r trunk) domain() dialing.Trunk {
	return dialing.Trunk{
		Name: r.Name, Endpoint: r.Endpoint, Format: dialing.Format(r.Format), Country: r.Country, MaxChannels: r.MaxChannels, Enabled: r.Enabled,
	}
}
