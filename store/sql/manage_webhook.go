package sql

import (
	"context"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"switchroom/event"
	"switchroom/settings"
)

const (
	// maxWebhooks bounds how many copies of an event there are.
	maxWebhooks = 50
	// oldSecretFor is how long a replaced secret signs along.
	oldSecretFor = 24 * time.Hour
)

// ListWebhooks lists webhooks, the newest first.
func (s *Store) ListWebhooks(ctx context.Context) ([]settings.Webhook, error) {
	return look(ctx, s, "list webhooks", func(tx *gorm.DB) ([]settings.Webhook, error) {
		var rows []webhookEndpoint
		if err := tx.Order("id DESC").Find(&rows).Error; err != nil {
			return nil, err
		}
		out := make([]settings.Webhook, len(rows))
		for i, r := range rows {
			var err error
			if out[i], err = shownWebhook(tx, r); err != nil {
				return nil, err
			}
		}
		return out, nil
	})
}

// WebhookSettings loads one. An *Error unknown_webhook.
func (s *Store) WebhookSettings(ctx context.Context, id string) (settings.Webhook, error) {
	return look(ctx, s, "load webhook "+id, webhookOf(id))
}

// CreateWebhook makes one, and returns the secret that it is told once. An *seal.Error no_secret_key: there is nothing to seal the secret with.
func (s *Store) CreateWebhook(ctx context.Context, by string, v settings.Webhook) (out settings.Webhook, secret event.Secret, err error) {
	if err := checkWebhook(v); err != nil {
		return v, nil, err
	}
	v.ID, secret = s.newID(), event.NewSecret()
	sealed, err := s.secrets.Seal(webhookPlace(v.ID), secret)
	if err != nil {
		return v, nil, err
	}
	out, err = found(ctx, s, by, "create_webhook", "id", v.ID, webhookOf(v.ID), func(tx *gorm.DB) error {
		n, err := count(tx, &webhookEndpoint{}, "1 = 1")
		if err == nil && n >= maxWebhooks {
			err = &Error{Slug: "too_many", Detail: "there are as many webhooks as there can be; delete those that nobody needs"}
		}
		if err != nil {
			return err
		}
		row := webhookEndpoint{ID: v.ID, Name: v.Name, URL: v.URL, Types: strings.Join(v.Types, " "), Enabled: v.Enabled, Secret: sealed, CreatedAt: s.now()}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		return webhookServices(tx, v)
	})
	return out, secret, err
}

// ChangeWebhook changes one that has that version still.
func (s *Store) ChangeWebhook(ctx context.Context, by, version string, v settings.Webhook) (settings.Webhook, error) {
	if err := checkWebhook(v); err != nil {
		return v, err
	}
	return revise(ctx, s, by, "change_webhook", v.ID, version, webhookOf(v.ID), func(tx *gorm.DB, before settings.Webhook) error {
		off := before.Off
		if v.Enabled {
			off = ""
		}
		err := tx.Model(&webhookEndpoint{}).Where("id = ?", v.ID).
			Updates(map[string]any{"name": v.Name, "url": v.URL, "types": strings.Join(v.Types, " "), "enabled": v.Enabled, "off": off}).Error
		if err != nil {
			return err
		}
		return webhookServices(tx, v)
	})
}

// DeleteWebhook removes one with all that waits for it.
func (s *Store) DeleteWebhook(ctx context.Context, by, id string) error {
	return discard(ctx, s, by, "delete_webhook", id, webhookOf(id), func(tx *gorm.DB) error {
		for _, rows := range []any{&webhookDelivery{}, &webhookService{}} {
			if err := tx.Where("endpoint_id = ?", id).Delete(rows).Error; err != nil {
				return err
			}
		}
		return tx.Where("id = ?", id).Delete(&webhookEndpoint{}).Error
	})
}

// RotateWebhookSecret makes a new secret, and returns it this once. The old one signs along for a day; one that was replaced before ends now.
func (s *Store) RotateWebhookSecret(ctx context.Context, by, id string) (secret event.Secret, err error) {
	secret = event.NewSecret()
	sealed, err := s.secrets.Seal(webhookPlace(id), secret)
	if err != nil {
		return nil, err
	}
	until := s.now().Add(oldSecretFor)
	return secret, s.change(ctx, by, "rotate_webhook_secret", id, func(tx *gorm.DB) (any, any, error) {
		if _, err := webhookOf(id)(tx); err != nil {
			return nil, nil, err
		}
		var row webhookEndpoint
		if err := tx.Where("id = ?", id).Take(&row).Error; err != nil {
			return nil, nil, err
		}
		return nil, map[string]time.Time{"old_until": until}, tx.Model(&webhookEndpoint{}).Where("id = ?", id).
			Updates(map[string]any{"secret": sealed, "old_secret": row.Secret, "old_until": until}).Error
	})
}

// TestWebhook sends a test event, and returns its delivery's ID. An *Error webhook_off: it is not enabled.
func (s *Store) TestWebhook(ctx context.Context, by, id string) (delivery string, err error) {
	return delivery, s.write(ctx, "test webhook "+id, func(tx *gorm.DB) error {
		w, err := webhookOf(id)(tx)
		if err == nil && !w.Enabled {
			err = &Error{Slug: "webhook_off", Detail: "the webhook is switched off; switch it on first"}
		}
		if err != nil {
			return err
		}
		e := event.Event{ID: event.IDOf(event.Test, s.newID(), 0), Type: event.Test, At: s.now(), Data: event.Trial{Webhook: id, By: by}}
		e.Call = e.ID // tests wait for nothing
		if err := s.enqueue(tx, e, []string{id}); err != nil {
			return err
		}
		var row webhookEvent
		if err := tx.Where("id = ?", e.ID).Take(&row).Error; err != nil {
			return err
		}
		delivery = deliveryID(row.Position)
		return s.note(tx, by, "test_webhook", id, nil, map[string]string{"event": e.ID})
	})
}

// WebhookDeliveries lists what was or will be sent to a webhook, the newest first.
func (s *Store) WebhookDeliveries(ctx context.Context, id string, q settings.WebhookQuery) (out settings.WebhookPage, err error) {
	out.Deliveries = []settings.WebhookDelivery{}
	return out, s.read(ctx, "list deliveries of webhook "+id, func(tx *gorm.DB) error {
		if _, err := webhookOf(id)(tx); err != nil {
			return err
		}
		list := tx.Table("webhook_deliveries d").Select("d.*, e.id, e.type, e.at").Joins("JOIN webhook_events e ON e.position = d.position").Where("d.endpoint_id = ?", id)
		if q.State != "" {
			list = list.Where("d.state = ?", q.State)
		}
		if q.After != "" {
			before, err := positionOf(q.After)
			if err != nil {
				return err
			}
			list = list.Where("d.position < ?", before)
		}
		var rows []sentEvent
		if err := list.Order("d.position DESC").Limit(q.Limit + 1).Find(&rows).Error; err != nil {
			return err
		}
		if len(rows) > q.Limit {
			rows = rows[:q.Limit]
			out.Next = deliveryID(rows[q.Limit-1].Delivery.Position)
		}
		for _, r := range rows {
			out.Deliveries = append(out.Deliveries, r.shown())
		}
		return nil
	})
}

func (r sentEvent) shown() settings.WebhookDelivery {
	d := r.Delivery
	out := settings.WebhookDelivery{
		ID: deliveryID(d.Position), Event: r.ID, Type: r.Type, Call: d.CallID, State: d.State, At: r.At.UTC(), Attempts: d.Attempts, Last: shownTime(d.LastMS), Status: d.Status, Problem: d.Problem,
	}
	if d.State == string(event.Waiting) {
		out.Next = shownTime(d.NextMS)
	}
	if r.Type == string(event.Test) { // its call is only for the order
		out.Call = ""
	}
	return out
}

// ResendDelivery sends one again, whatever came of it: also if later ones of the same call were sent meanwhile. An *Error unknown_delivery.
func (s *Store) ResendDelivery(ctx context.Context, by, id, delivery string) error {
	return s.touchDelivery(ctx, by, "resend_delivery", id, delivery, func(tx *gorm.DB) *gorm.DB { return s.afresh(tx) })
}

// ResendDead sends all again that was given up, and tells how many there are.
func (s *Store) ResendDead(ctx context.Context, by, id string) (n int64, err error) {
	return n, s.write(ctx, "send again what was given up", func(tx *gorm.DB) error {
		if _, err := webhookOf(id)(tx); err != nil {
			return err
		}
		done := s.afresh(tx.Model(&webhookDelivery{}).Where("endpoint_id = ? AND state = ?", id, event.Dead))
		if n = done.RowsAffected; done.Error != nil {
			return done.Error
		}
		return s.note(tx, by, "resend_dead", id, nil, map[string]int64{"deliveries": n})
	})
}

// afresh makes deliveries wait as if none had been tried.
func (s *Store) afresh(tx *gorm.DB) *gorm.DB {
	s.outgoing.Store(true)
	return tx.Updates(map[string]any{"state": string(event.Waiting), "attempts": 0, "first_ms": 0, "next_ms": s.now().UnixMilli(), "status": 0, "problem": ""})
}

// DropDelivery forgets one: it is not sent, or not again. An *Error unknown_delivery.
func (s *Store) DropDelivery(ctx context.Context, by, id, delivery string) error {
	return s.touchDelivery(ctx, by, "drop_delivery", id, delivery, func(tx *gorm.DB) *gorm.DB { return tx.Delete(&webhookDelivery{}) })
}

func (s *Store) touchDelivery(ctx context.Context, by, what, id, delivery string, f func(*gorm.DB) *gorm.DB) error {
	position, err := positionOf(delivery)
	if err != nil {
		return err
	}
	return s.write(ctx, strings.ReplaceAll(what, "_", " "), func(tx *gorm.DB) error {
		if _, err := webhookOf(id)(tx); err != nil {
			return err
		}
		done := f(tx.Model(&webhookDelivery{}).Where("endpoint_id = ? AND position = ?", id, position))
		if done.Error == nil && done.RowsAffected == 0 {
			return unknownDelivery()
		}
		if done.Error != nil {
			return done.Error
		}
		return s.note(tx, by, what, id, nil, map[string]string{"delivery": delivery})
	})
}

func unknownDelivery() error {
	return &Error{Slug: "unknown_delivery", Detail: "this webhook has no delivery with this ID; what was delivered is kept for a week"}
}

func deliveryID(position int64) string { return strconv.FormatInt(position, 10) }

func positionOf(id string) (int64, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n <= 0 {
		return 0, unknownDelivery()
	}
	return n, nil
}

func shownTime(ms int64) *time.Time {
	if ms == 0 {
		return nil
	}
	t := fromMS(ms)
	return &t
}

func webhookOf(id string) loader[settings.Webhook] {
	return func(tx *gorm.DB) (settings.Webhook, error) {
		var row webhookEndpoint
		if err := tx.Where("id = ?", id).Take(&row).Error; err != nil {
			return settings.Webhook{}, absent(err, "unknown_webhook", "there is no webhook with this ID")
		}
		return shownWebhook(tx, row)
	}
}

func shownWebhook(tx *gorm.DB, r webhookEndpoint) (settings.Webhook, error) {
	services := []string{}
	err := tx.Session(&gorm.Session{NewDB: true}).Model(&webhookService{}).Where("endpoint_id = ?", r.ID).Order("service_id").Pluck("service_id", &services).Error
	types := strings.Fields(r.Types)
	if types == nil {
		types = []string{}
	}
	return settings.Seal(settings.Webhook{ID: r.ID, Name: r.Name, URL: r.URL, Types: types, Services: services, Enabled: r.Enabled, Off: r.Off}), err
}

func checkWebhook(v settings.Webhook) error {
	types := make([]string, len(event.Types()))
	for i, t := range event.Types() {
		types[i] = string(t)
	}
	return v.Check(types)
}

func webhookServices(tx *gorm.DB, v settings.Webhook) error {
	rows := make([]webhookService, len(v.Services))
	for i, id := range v.Services {
		if err := exists(tx, &service{}, "id = ?", id, "services", "service"); err != nil {
			return err
		}
		rows[i] = webhookService{EndpointID: v.ID, ServiceID: id}
	}
	return replace(tx, rows, "endpoint_id = ?", v.ID)
}
