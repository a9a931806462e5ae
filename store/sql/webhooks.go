package sql

import (
	"context"
	"time"

	"gorm.io/gorm"

	"switchroom/event"
)

// What package webhook wants of the database: it implements webhook.Outbox.

// Targets lists the webhooks that are sent to, with their secrets opened. One whose secret cannot be opened is among them with the error.
func (s *Store) Targets(ctx context.Context) (out []event.Target, err error) {
	return out, s.read(ctx, "list webhooks to send to", func(tx *gorm.DB) error {
		var rows []webhookEndpoint
		if err := tx.Where("enabled = ?", true).Order("id").Find(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			t := event.Target{ID: r.ID, URL: r.URL}
			t.Secrets, t.Trouble = s.secretsOf(r)
			out = append(out, t)
		}
		return nil
	})
}

// secretsOf are those that sign: the newest first.
func (s *Store) secretsOf(r webhookEndpoint) ([]event.Secret, error) {
	sealed := []string{r.Secret}
	if r.OldSecret != "" && r.OldUntil != nil && s.now().Before(*r.OldUntil) {
		sealed = append(sealed, r.OldSecret)
	}
	out := make([]event.Secret, len(sealed))
	for i, text := range sealed {
		b, err := s.secrets.Open(webhookPlace(r.ID), text)
		if err != nil {
			return nil, err
		}
		out[i] = b
	}
	return out, nil
}

func webhookPlace(id string) string { return "webhook_endpoints/" + id + "/secret" }

// LeaseTarget makes owner the only one who sends to a webhook until then, or prolongs that. False: another controller sends.
func (s *Store) LeaseTarget(ctx context.Context, id, owner string, until time.Time) (ours bool, err error) {
	err = s.write(ctx, "lease a webhook", func(tx *gorm.DB) error {
		done := tx.Model(&webhookEndpoint{}).Where("id = ? AND enabled = ? AND (lease_owner = ? OR lease_until_ms < ?)", id, true, owner, s.now().UnixMilli()).
			Updates(map[string]any{"lease_owner": owner, "lease_until_ms": until.UnixMilli()})
		ours = done.RowsAffected > 0
		return done.Error
	})
	return ours, err
}

// ReleaseTargets ends the owner's leases, so that another controller goes on at once.
func (s *Store) ReleaseTargets(ctx context.Context, owner string) error {
	return s.write(ctx, "release webhooks", func(tx *gorm.DB) error {
		return tx.Model(&webhookEndpoint{}).Where("lease_owner = ?", owner).Update("lease_until_ms", 0).Error
	})
}

// Due lists what is to be sent to a webhook now: of each call only what comes first of what waits, so that order is kept. The longest due first.
func (s *Store) Due(ctx context.Context, id string, limit int) (out []event.Delivery, err error) {
	return out, s.read(ctx, "look for events to send", func(tx *gorm.DB) error {
		var rows []sentEvent
		err := tx.Table("webhook_deliveries d").Select("d.*, e.id, e.type, e.body").Joins("JOIN webhook_events e ON e.position = d.position").
			Where("d.endpoint_id = ? AND d.state = ? AND d.next_ms <= ?", id, event.Waiting, s.now().UnixMilli()).
			Where("NOT EXISTS (SELECT 1 FROM webhook_deliveries b WHERE b.endpoint_id = d.endpoint_id AND b.call_id = d.call_id AND b.state = ? AND b.position < d.position)", event.Waiting).
			Order("d.next_ms, d.position").Limit(limit).Find(&rows).Error
		for _, r := range rows {
			out = append(out, event.Delivery{
				Target: id, Position: r.Delivery.Position, Event: r.ID, Type: event.Type(r.Type), Call: r.Delivery.CallID, Body: r.Body, Attempts: r.Delivery.Attempts, First: fromMS(r.Delivery.FirstMS),
			})
		}
		return err
	})
}

func fromMS(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func toMS(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// Settle writes down what came of an attempt. One that was dropped, sent again or settled by somebody else meanwhile is left as it is.
func (s *Store) Settle(ctx context.Context, o event.Outcome) error {
	return s.write(ctx, "note what came of an event", func(tx *gorm.DB) error {
		return tx.Model(&webhookDelivery{}).Where("endpoint_id = ? AND position = ? AND state = ? AND attempts = ?", o.Target, o.Position, event.Waiting, o.Attempts).
			Updates(map[string]any{
				"state": string(o.State), "attempts": o.Attempts + 1, "last_ms": toMS(o.At), "next_ms": toMS(o.Next), "status": o.Status, "problem": o.Problem,
				"first_ms": gorm.Expr("CASE WHEN first_ms = 0 THEN ? ELSE first_ms END", toMS(o.At)),
			}).Error
	})
}

// Wake makes all that waits for a webhook due: it answers again.
func (s *Store) Wake(ctx context.Context, id string) error {
	return s.write(ctx, "make events due", func(tx *gorm.DB) error {
		now := s.now().UnixMilli()
		return tx.Model(&webhookDelivery{}).Where("endpoint_id = ? AND state = ? AND next_ms > ?", id, event.Waiting, now).Update("next_ms", now).Error
	})
}

// SwitchOff disables a webhook whose receiver does not want any more. What waits, waits until an administrator switches it on.
func (s *Store) SwitchOff(ctx context.Context, id, why string) error {
	return s.change(ctx, byDelivery, "switch_webhook_off", id, func(tx *gorm.DB) (any, any, error) {
		before, err := webhookOf(id)(tx)
		if err != nil {
			return nil, nil, err
		}
		if err := tx.Model(&webhookEndpoint{}).Where("id = ?", id).Updates(map[string]any{"enabled": false, "off": why}).Error; err != nil {
			return nil, nil, err
		}
		after, err := webhookOf(id)(tx)
		return before, after, err
	})
}

// byDelivery is who switches webhooks off, in the audit trail.
const byDelivery = "switchroom webhook"

// Backlog counts what is on its way to webhooks that are enabled, and what was given up.
func (s *Store) Backlog(ctx context.Context) (b event.Backlog, err error) {
	return b, s.read(ctx, "count events", func(tx *gorm.DB) error {
		if err := tx.Model(&webhookDelivery{}).Where("state = ?", event.Dead).Count(&b.Dead).Error; err != nil {
			return err
		}
		waiting := func() *gorm.DB {
			return tx.Table("webhook_deliveries d").Where("d.state = ? AND d.endpoint_id IN (SELECT id FROM webhook_endpoints WHERE enabled = ?)", event.Waiting, true)
		}
		if err := waiting().Count(&b.Waiting).Error; err != nil || b.Waiting == 0 {
			return err
		}
		var oldest webhookEvent
		err := tx.Where("position = (?)", waiting().Select("MIN(d.position)")).Limit(1).Find(&oldest).Error
		b.Oldest = oldest.At.UTC()
		return err
	})
}

// How long what is over is kept, to be looked at and sent again.
const (
	keptDelivered = 7 * 24 * time.Hour
	keptDead      = 30 * 24 * time.Hour
	tidiedAtOnce  = 1000
)

// Tidy deletes one batch of what was delivered or given up long ago, and tells how many there were: call it again until there are none.
func (s *Store) Tidy(ctx context.Context) (done int, err error) {
	return done, s.write(ctx, "tidy the outbox", func(tx *gorm.DB) error {
		done = 0
		now := s.now()
		var old []webhookDelivery
		err := tx.Where("state = ? AND last_ms < ?", event.Delivered, now.Add(-keptDelivered).UnixMilli()).
			Or("state = ? AND last_ms < ?", event.Dead, now.Add(-keptDead).UnixMilli()).Limit(tidiedAtOnce).Find(&old).Error
		if err != nil {
			return err
		}
		for _, d := range old {
			if err := tx.Where("endpoint_id = ? AND position = ?", d.EndpointID, d.Position).Delete(&webhookDelivery{}).Error; err != nil {
				return err
			}
		}
		done = len(old)
		if err := tx.Where("NOT EXISTS (SELECT 1 FROM webhook_endpoints e WHERE e.id = webhook_deliveries.endpoint_id)").Delete(&webhookDelivery{}).Error; err != nil {
			return err
		}
		return deleteUnsent(tx, now)
	})
}

// deleteUnsent deletes events that nobody is sent, or was sent.
func deleteUnsent(tx *gorm.DB, now time.Time) error {
	return tx.Where("at < ? AND NOT EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.position = webhook_events.position)", now.Add(-time.Hour)).Delete(&webhookEvent{}).Error
}
