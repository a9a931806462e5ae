package sql

import (
	"context"
	"fmt"
	"slices"

	"github.com/oklog/ulid/v2"
	"gorm.io/gorm"

	"switchroom/agent"
	"switchroom/dialing"
	"switchroom/settings"
)

// ListServices lists all services by name. Only, when not nil, limits it to those.
func (s *Store) ListServices(ctx context.Context, only []string) ([]settings.Service, error) {
	return look(ctx, s, "list services", func(tx *gorm.DB) ([]settings.Service, error) {
		if only != nil {
			tx = tx.Where("id IN ?", only)
		}
		var ids []string
		if err := tx.Model(&service{}).Order("name, id").Pluck("id", &ids).Error; err != nil {
			return nil, err
		}
		return each(tx.Session(&gorm.Session{NewDB: true}), ids, serviceOf)
	})
}

// each loads many.
func each[T any](tx *gorm.DB, ids []string, load func(string) loader[T]) ([]T, error) {
	out := make([]T, 0, len(ids))
	for _, id := range ids {
		v, err := load(id)(tx)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// ServiceSettings is a service as administrators see it.
func (s *Store) ServiceSettings(ctx context.Context, id string) (settings.Service, error) {
	return look(ctx, s, "load service "+id, serviceOf(id))
}

// CreateService makes a service.
func (s *Store) CreateService(ctx context.Context, by string, v settings.Service) (settings.Service, error) {
	if err := v.Check(); err != nil {
		return v, err
	}
	return found(ctx, s, by, "create_service", "id", v.ID, serviceOf(v.ID), func(tx *gorm.DB) error {
		if err := named(tx, v); err != nil {
			return err
		}
		row := service{ID: v.ID, Name: v.Name, DefaultStatus: string(v.DefaultStatus)}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		return saveService(tx, v)
	})
}

// ChangeService changes a service that has that version still. Calls that are live keep what they began with.
func (s *Store) ChangeService(ctx context.Context, by, version string, v settings.Service) (settings.Service, error) {
	if err := v.Check(); err != nil {
		return v, err
	}
	return revise(ctx, s, by, "change_service", v.ID, version, serviceOf(v.ID), func(tx *gorm.DB, _ settings.Service) error {
		if err := named(tx, v); err != nil {
			return err
		}
		return saveService(tx, v)
	})
}

func named(tx *gorm.DB, v settings.Service) error {
	n, err := count(tx, &service{}, "name = ? AND id <> ?", v.Name, v.ID)
	if err == nil && n > 0 {
		err = &Error{Slug: "taken", Field: "/name", Detail: "another service has this name; choose another"}
	}
	return err
}

func saveService(tx *gorm.DB, v settings.Service) error {
	if v.FallbackQueue != "" {
		if err := exists(tx, &queue{}, "name = ?", v.FallbackQueue, "fallback_queue", "queue"); err != nil {
			return err
		}
	}
	row := service{Name: v.Name, Inbound: v.Inbound, Outbound: v.Outbound, DefaultStatus: string(v.DefaultStatus), DefaultReason: v.DefaultReason}
	err := tx.Model(&service{}).Where("id = ?", v.ID).Select("Name", "Inbound", "Outbound", "DefaultStatus", "DefaultReason").Updates(&row).Error
	if err != nil {
		return err
	}
	const thousand = 1000
	out := serviceOutbound{
		ID: v.ID, Country: v.Country, FallbackQueue: ptr(v.FallbackQueue), BusinessByNumber: v.BusinessByNumber, HoldMusic: v.HoldMusic, HoldWarnMS: thousand * int64(v.HoldWarn),
		TransferRingMS: thousand * int64(v.TransferRing), ForwardCapMS: thousand * int64(v.ForwardCap), FarewellCapMS: thousand * int64(v.FarewellCap),
	}
	if err := tx.Select("*").Omit("farewell_prompt").Updates(&out).Error; err != nil {
		return err
	}
	if err := tx.Select("TimeZone").Updates(&serviceClock{ID: v.ID, TimeZone: v.TimeZone}).Error; err != nil {
		return err
	}
	return extensionsCallable(tx, v.ID)
}

// extensionsCallable refuses a country where an extension that the service has is an emergency number.
func extensionsCallable(tx *gorm.DB, serviceID string) error {
	var numbers, more []string
	if err := tx.Model(&queue{}).Where("service_id = ? AND number IS NOT NULL", serviceID).Pluck("number", &numbers).Error; err != nil {
		return err
	}
	if err := tx.Model(&agentRow{}).Where("home_service_id = ? AND cti_number IS NOT NULL", serviceID).Pluck("cti_number", &more).Error; err != nil {
		return err
	}
	for _, n := range append(numbers, more...) {
		if err := notEmergency(tx, n, serviceID); err != nil {
			return at("country", err)
		}
	}
	return nil
}

// DeleteService removes a service that nobody and nothing belongs to. Its numbers and rules go with it; tickets and history stay.
func (s *Store) DeleteService(ctx context.Context, by, id string) error {
	return discard(ctx, s, by, "delete_service", id, serviceOf(id), func(tx *gorm.DB) error {
		for _, u := range []struct {
			model any
			where string
			what  string
		}{
			{&queue{}, "service_id = ?", "queues belong to the service"},
			{&serviceMember{}, "service_id = ?", "people belong to the service"},
			{&agentRow{}, "home_service_id = ?", "people, perhaps deactivated ones, have it as their home service"},
			{&promptRow{}, "service_id = ?", "messages belong to the service"},
			{&apiKeyService{}, "service_id = ?", "keys are for the service"},
			{&webhookService{}, "service_id = ?", "webhooks are for the service"},
		} {
			n, err := count(tx, u.model, u.where, id)
			if err := unused(n, err, u.what); err != nil {
				return err
			}
		}
		return tx.Where("id = ?", id).Delete(&service{}).Error
	})
}

func serviceOf(id string) loader[settings.Service] {
	return func(tx *gorm.DB) (settings.Service, error) {
		var v service
		if err := tx.Where("id = ?", id).Take(&v).Error; err != nil {
			return settings.Service{}, absent(err, "unknown_service", "there is no service with this ID")
		}
		o, err := outboundOf(tx, id)
		if err != nil {
			return settings.Service{}, err
		}
		var clock serviceClock
		if err := tx.Where("id = ?", id).Take(&clock).Error; err != nil {
			return settings.Service{}, err
		}
		return settings.Seal(settings.Service{
			ID: id, Name: v.Name, Inbound: v.Inbound, Outbound: v.Outbound, DefaultStatus: agent.Choice(v.DefaultStatus), DefaultReason: v.DefaultReason,
			Country: o.Country, TimeZone: clock.TimeZone, FallbackQueue: deref(o.FallbackQueue), BusinessByNumber: o.BusinessByNumber, HoldMusic: o.HoldMusic,
			HoldWarn: wholeSeconds(o.HoldWarnMS), TransferRing: wholeSeconds(o.TransferRingMS), ForwardCap: wholeSeconds(o.ForwardCapMS), FarewellCap: wholeSeconds(o.FarewellCapMS),
		}), nil
	}
}

// wholeSeconds rounds up: what is there must not become none.
func wholeSeconds(ms int64) int { return int((ms + 999) / 1000) }

// CallingNumbers are the numbers that a service may show.
func (s *Store) CallingNumbers(ctx context.Context, serviceID string) (settings.CallingNumbers, error) {
	return look(ctx, s, "load the calling numbers of "+serviceID, callingNumbersOf(serviceID))
}

// SetCallingNumbers replaces them.
func (s *Store) SetCallingNumbers(ctx context.Context, by, serviceID, version string, v settings.CallingNumbers) (settings.CallingNumbers, error) {
	if err := v.Check(); err != nil {
		return v, err
	}
	return revise(ctx, s, by, "set_calling_numbers", serviceID, version, callingNumbersOf(serviceID), func(tx *gorm.DB, _ settings.CallingNumbers) error {
		rows := make([]callingNumber, len(v.Numbers))
		for i, n := range v.Numbers {
			field := fmt.Sprintf("numbers/%d/number", i)
			number, err := subscriber(tx, serviceID, n.Number)
			if err != nil {
				return at(field, err)
			}
			if slices.ContainsFunc(rows[:i], func(r callingNumber) bool { return r.Number == number }) {
				return settings.Invalid(field, "%s is there twice; name each once", number)
			}
			rows[i] = callingNumber{ServiceID: serviceID, Number: number, Label: n.Label}
			if n.Default {
				rows[i].IsDefault = &n.Default
			}
		}
		return replace(tx, rows, "service_id = ?", serviceID)
	})
}

func callingNumbersOf(serviceID string) loader[settings.CallingNumbers] {
	return func(tx *gorm.DB) (settings.CallingNumbers, error) {
		out := settings.CallingNumbers{Numbers: []settings.CallingNumber{}}
		if _, err := serviceOf(serviceID)(tx); err != nil {
			return out, err
		}
		var rows []callingNumber
		if err := tx.Where("service_id = ?", serviceID).Order("is_default IS NULL, number").Find(&rows).Error; err != nil {
			return out, err
		}
		for _, r := range rows {
			out.Numbers = append(out.Numbers, settings.CallingNumber(r.domain()))
		}
		return settings.Seal(out), nil
	}
}

// DestinationRules are what a service may call.
func (s *Store) DestinationRules(ctx context.Context, serviceID string) (settings.DestinationRules, error) {
	return look(ctx, s, "load the rules of "+serviceID, rulesOf(serviceID))
}

// SetDestinationRules replaces them.
func (s *Store) SetDestinationRules(ctx context.Context, by, serviceID, version string, v settings.DestinationRules) (settings.DestinationRules, error) {
	if err := v.Check(); err != nil {
		return v, err
	}
	return revise(ctx, s, by, "set_destination_rules", serviceID, version, rulesOf(serviceID), func(tx *gorm.DB, _ settings.DestinationRules) error {
		rows := make([]destinationRule, len(v.Rules))
		for i, r := range v.Rules {
			rows[i] = destinationRule{ServiceID: serviceID, Position: i + 1, Action: string(r.Action), Prefix: r.Prefix}
		}
		return replace(tx, rows, "service_id = ?", serviceID)
	})
}

func rulesOf(serviceID string) loader[settings.DestinationRules] {
	return func(tx *gorm.DB) (settings.DestinationRules, error) {
		if _, err := serviceOf(serviceID)(tx); err != nil {
			return settings.DestinationRules{}, err
		}
		rules, err := loadRules(tx, serviceID)
		if rules == nil {
			rules = []dialing.Rule{}
		}
		return settings.Seal(settings.DestinationRules{Rules: rules}), err
	}
}

// ServiceNumbers are a service's frequently used numbers (S27).
func (s *Store) ServiceNumbers(ctx context.Context, serviceID string) (settings.FrequentNumbers, error) {
	return look(ctx, s, "load the frequently used numbers of "+serviceID, serviceNumbersOf(serviceID))
}

// SetServiceNumbers replaces them. A number that stays keeps its ID.
func (s *Store) SetServiceNumbers(ctx context.Context, by, serviceID, version string, v settings.FrequentNumbers) (settings.FrequentNumbers, error) {
	if err := v.Check(); err != nil {
		return v, err
	}
	return revise(ctx, s, by, "set_service_numbers", serviceID, version, serviceNumbersOf(serviceID), func(tx *gorm.DB, _ settings.FrequentNumbers) error {
		var old []frequentNumber
		if err := tx.Where("service_id = ?", serviceID).Find(&old).Error; err != nil {
			return err
		}
		rows := make([]frequentNumber, len(v.Numbers))
		for i, n := range v.Numbers {
			field := fmt.Sprintf("numbers/%d/number", i)
			number, err := target(tx, Owner{Service: serviceID}, n.Number)
			if err != nil {
				return at(field, err)
			}
			if slices.ContainsFunc(rows[:i], func(r frequentNumber) bool { return r.Number == number }) {
				return settings.Invalid(field, "%s is there twice; name each once", number)
			}
			rows[i] = frequentNumber{ID: ulid.Make().String(), ServiceID: &serviceID, Number: number, Label: n.Label}
			if k := slices.IndexFunc(old, func(r frequentNumber) bool { return r.Number == number }); k >= 0 {
				rows[i].ID = old[k].ID
			}
		}
		return replace(tx, rows, "service_id = ?", serviceID)
	})
}

func serviceNumbersOf(serviceID string) loader[settings.FrequentNumbers] {
	return func(tx *gorm.DB) (settings.FrequentNumbers, error) {
		out := settings.FrequentNumbers{Numbers: []settings.FrequentNumber{}}
		if _, err := serviceOf(serviceID)(tx); err != nil {
			return out, err
		}
		var rows []frequentNumber
		if err := tx.Where("service_id = ?", serviceID).Order("label, id").Find(&rows).Error; err != nil {
			return out, err
		}
		for _, r := range rows {
			out.Numbers = append(out.Numbers, settings.FrequentNumber{Label: r.Label, Number: r.Number})
		}
		return settings.Seal(out), nil
	}
}
