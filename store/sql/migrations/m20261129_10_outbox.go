package migrations

import (
	"time"

	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"
)

// outbox makes the tables of webhooks, of the events that are kept for them and of who was sent which.
func outbox() *gormigrate.Migration {
	type Service struct {
		ID string `gorm:"size:64;primaryKey"`
	}
	type WebhookEndpoint struct {
		ID           string `gorm:"size:32;primaryKey"`
		Name         string `gorm:"size:512;not null"`
		URL          string `gorm:"size:2048;not null"`
		Types        string `gorm:"size:512;not null"`
		Enabled      bool   `gorm:"not null"`
		Off          string `gorm:"size:16;not null"`
		Secret       string `gorm:"size:512;not null"`
		OldSecret    string `gorm:"size:512;not null"`
		OldUntil     *time.Time
		CreatedAt    time.Time `gorm:"not null"`
		LeaseOwner   string    `gorm:"size:128;not null"`
		LeaseUntilMS int64     `gorm:"not null"`
	}
	type WebhookService struct {
		EndpointID string          `gorm:"size:32;primaryKey"`
		Endpoint   WebhookEndpoint `gorm:"constraint:OnDelete:CASCADE"`
		ServiceID  string          `gorm:"size:64;primaryKey;index:ix_webhook_services_service"`
		Service    Service         `gorm:"constraint:OnDelete:NO ACTION"`
	}
	type WebhookEvent struct {
		Position  int64     `gorm:"primaryKey;autoIncrement"`
		ID        string    `gorm:"size:64;not null;uniqueIndex:ux_webhook_events_id"`
		Type      string    `gorm:"size:32;not null"`
		At        time.Time `gorm:"not null"`
		CallID    string    `gorm:"size:128;not null;index:ix_webhook_events_call"`
		ServiceID string    `gorm:"size:64;not null"`
		Body      string    `gorm:"size:4294967295;not null"`
	}
	// What is due of a webhook, and whether something of the same call goes before it, are asked all the time.
	type WebhookDelivery struct {
		EndpointID string `gorm:"size:32;primaryKey;index:ix_webhook_deliveries_due,priority:1;index:ix_webhook_deliveries_call,priority:1"`
		Position   int64  `gorm:"primaryKey;autoIncrement:false;index:ix_webhook_deliveries_call,priority:4;index:ix_webhook_deliveries_position"`
		CallID     string `gorm:"size:128;not null;index:ix_webhook_deliveries_call,priority:2"`
		State      string `gorm:"size:16;not null;index:ix_webhook_deliveries_due,priority:2;index:ix_webhook_deliveries_call,priority:3;index:ix_webhook_deliveries_state,priority:1"`
		Attempts   int    `gorm:"not null"`
		FirstMS    int64  `gorm:"not null"`
		LastMS     int64  `gorm:"not null;index:ix_webhook_deliveries_state,priority:2"`
		NextMS     int64  `gorm:"not null;index:ix_webhook_deliveries_due,priority:3"`
		Status     int    `gorm:"not null"`
		Problem    string `gorm:"size:32;not null"`
	}
	return &gormigrate.Migration{
		ID: "20261129-10-outbox",
		Migrate: func(tx *gorm.DB) error {
			return create(&WebhookEndpoint{}, &WebhookService{}, &WebhookEvent{}, &WebhookDelivery{})(tx)
		},
	}
}
