package sql

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/settings"
)

// Queue is what the engine runs a queue's calls by. It is kept in memory; see cache.
func (s *Store) Queue(ctx context.Context, name string) (engine.Queue, error) {
	return s.cache.queues.get(ctx, s, name, s.loadQueue)
}

// Person is what the engine knows of an agent. It is kept in memory; see cache.
func (s *Store) Person(ctx context.Context, id string) (engine.Person, error) {
	p, err := s.cache.people.get(ctx, s, id, s.loadPerson)
	p.Profile.Queues = slices.Clone(p.Profile.Queues)
	return p, err
}

func (s *Store) loadQueue(ctx context.Context, name string) (engine.Queue, error) {
	var q queue
	var open engine.Hours
	err := s.read(ctx, "load queue "+name, func(tx *gorm.DB) error {
		err := tx.Where("name = ?", name).Take(&q).Error
		if err == nil {
			open, err = engineHours(tx, q.ServiceID)
		}
		return err
	})
	var sv engine.Service
	if err == nil {
		sv, err = s.Service(ctx, q.ServiceID)
	}
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return engine.Queue{}, fmt.Errorf("queue %q: %w", name, engine.ErrUnknown)
	}
	if err != nil {
		return engine.Queue{}, err
	}
	return engine.Queue{
		Name: q.Name, Service: q.ServiceID, Inbound: sv.Inbound, BusinessByNumber: sv.BusinessByNumber, Hours: open,
		Scenario: call.Scenario{
			Pickup: ms(q.PickupMS), MaxWait: ms(q.MaxWaitMS), Music: q.Music, AnswerNow: q.AnswerNow, MissLimit: q.MissLimit,
			WrapUp: ms(q.WrapUpMS), OverflowEmpty: q.OverflowEmpty, Priority: q.Priority,
			HoldWarn: sv.HoldWarn, TargetRing: sv.TransferRing, Farewell: sv.Farewell, FarewellTime: sv.FarewellCap, ForwardTime: sv.ForwardCap,
		},
	}, nil
}

// loadPerson gives an agent only the queues of services that they have phone permission for (S4).
func (s *Store) loadPerson(ctx context.Context, id string) (engine.Person, error) {
	var u user
	var a agentRow
	var sv service
	var permits int64
	var queues []string
	var reasons settings.Reasons
	err := s.read(ctx, "load agent "+id, func(tx *gorm.DB) error {
		if err := tx.Where("user_id = ?", id).Take(&a).Error; err != nil {
			return err
		}
		if err := tx.Where("id = ?", id).Take(&u).Error; err != nil {
			return err
		}
		if err := tx.Where("id = ?", a.HomeServiceID).Take(&sv).Error; err != nil {
			return err
		}
		var err error
		if reasons, err = reasonsOf(a.HomeServiceID)(tx); err != nil {
			return err
		}
		permitted := tx.Model(&phonePermission{}).Where("user_id = ?", id)
		if err := permitted.Session(&gorm.Session{}).Where("service_id = ?", a.HomeServiceID).Count(&permits).Error; err != nil {
			return err
		}
		return tx.Model(&queueMember{}).
			Joins("JOIN queues ON queues.name = queue_members.queue_name").
			Joins("JOIN phone_permissions ON phone_permissions.service_id = queues.service_id AND phone_permissions.user_id = queue_members.user_id").
			Where("queue_members.user_id = ?", id).Order("queue_members.queue_name").Pluck("queue_members.queue_name", &queues).Error
	})
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return engine.Person{}, fmt.Errorf("agent %q: %w", id, engine.ErrUnknown)
	}
	if err != nil {
		return engine.Person{}, err
	}
	return engine.Person{
		ID: id, Service: a.HomeServiceID,
		Profile: agent.Profile{
			Name: u.Name, CTI: deref(a.CTIID), Queues: queues,
			Phone: agent.Phone{Device: agent.Device(a.Device), Endpoint: endpoint(a), Number: deref(a.CTINumber)},
		},
		Permitted:     permits > 0 && !u.Disabled,
		DefaultStatus: agent.Choice(sv.DefaultStatus), DefaultReason: sv.DefaultReason,
		Reasons: reasons.Reasons,
	}, nil
}

// Extension tells whose CTI number it is (S6); engine.ErrUnknown: nobody's, or theirs is disabled.
func (s *Store) Extension(ctx context.Context, number string) (agentID string, err error) {
	err = s.read(ctx, "look up an extension", func(tx *gorm.DB) error {
		return tx.Model(&agentRow{}).Joins("JOIN users ON users.id = agents.user_id").
			Where("agents.cti_number = ? AND users.disabled = ?", number, false).Limit(1).Pluck("agents.user_id", &agentID).Error
	})
	if err == nil && agentID == "" {
		err = fmt.Errorf("extension %q: %w", number, engine.ErrUnknown)
	}
	return agentID, err
}

// endpoint is empty until CTI ID and number are both assigned: login is refused without them (S6).
func endpoint(a agentRow) string {
	if a.CTIID == nil || a.CTINumber == nil {
		return ""
	}
	return a.Endpoint
}

// Accounts lists all phones by endpoint. Those of who has no CTI ID and number, or is deactivated, are retired.
func (s *Store) Accounts(ctx context.Context) ([]engine.Account, error) {
	return s.accounts(ctx, "list phone accounts", "")
}

// Account is the phone of one agent, or engine.ErrUnknown: none is assigned.
func (s *Store) Account(ctx context.Context, agentID string) (engine.Account, error) {
	list, err := s.accounts(ctx, "load the phone account of "+agentID, agentID)
	if err != nil {
		return engine.Account{}, err
	}
	if len(list) == 0 || list[0].Retired {
		return engine.Account{}, fmt.Errorf("phone account of %q: %w", agentID, engine.ErrUnknown)
	}
	return list[0], nil
}

func (s *Store) accounts(ctx context.Context, what, only string) ([]engine.Account, error) {
	var rows []struct {
		Row      agentRow `gorm:"embedded"` // gorm does not see an unexported embedded struct
		Name     string
		Disabled bool
	}
	err := s.read(ctx, what, func(tx *gorm.DB) error {
		q := tx.Model(&agentRow{}).Select("agents.*, users.name AS name, users.disabled AS disabled").Joins("JOIN users ON users.id = agents.user_id")
		if only != "" {
			q = q.Where("agents.user_id = ?", only)
		}
		return q.Order("agents.endpoint").Scan(&rows).Error
	})
	out := make([]engine.Account, len(rows))
	for i, r := range rows {
		out[i] = engine.Account{
			Agent: r.Row.UserID, Endpoint: r.Row.Endpoint, Secret: r.Row.Secret, Device: agent.Device(r.Row.Device), Number: deref(r.Row.CTINumber), Name: r.Name,
			Retired: r.Disabled || endpoint(r.Row) == "",
		}
	}
	return out, err
}

func ms(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

func deref(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

// ptr stores "" as NULL, so that a unique column may be unset many times.
func ptr(v string) *string {
	if v == "" {
		return nil
	}
	return &v
}
