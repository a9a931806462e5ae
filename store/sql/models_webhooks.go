package sql

import "time"

// The live models of webhooks and their outbox; see models.go.

type webhookEndpoint struct {
	ID           string     `gorm:"column:id;primaryKey"`
	Name         string     `gorm:"column:name"`
	URL          string     `gorm:"column:url"`
	Types        string     `gorm:"column:types"` // with spaces between them; empty: all
	Enabled      bool       `gorm:"column:enabled"`
	Off          string     `gorm:"column:off"`    // why it is not enabled, where no administrator did it
	Secret       string     `gorm:"column:secret"` // sealed, as OldSecret
	OldSecret    string     `gorm:"column:old_secret"`
	OldUntil     *time.Time `gorm:"column:old_until"` // up to when the old one signs along
	CreatedAt    time.Time  `gorm:"column:created_at"`
	LeaseOwner   string     `gorm:"column:lease_owner"` // the controller that sends
	LeaseUntilMS int64      `gorm:"column:lease_until_ms"`
}

type webhookService struct {
	EndpointID string `gorm:"column:endpoint_id;primaryKey"`
	ServiceID  string `gorm:"column:service_id;primaryKey"`
}

type webhookEvent struct {
	Position  int64     `gorm:"column:position;primaryKey;autoIncrement"`
	ID        string    `gorm:"column:id"`
	Type      string    `gorm:"column:type"`
	At        time.Time `gorm:"column:at"`
	CallID    string    `gorm:"column:call_id"`
	ServiceID string    `gorm:"column:service_id"`
	Body      string    `gorm:"column:body"`
}

// webhookDelivery is an event on its way to an endpoint. Times are in milliseconds; 0: none.
type webhookDelivery struct {
	EndpointID string `gorm:"column:endpoint_id;primaryKey"`
	Position   int64  `gorm:"column:position;primaryKey;autoIncrement:false"`
	CallID     string `gorm:"column:call_id"`
	State      string `gorm:"column:state"`
	Attempts   int    `gorm:"column:attempts"`
	FirstMS    int64  `gorm:"column:first_ms"`
	LastMS     int64  `gorm:"column:last_ms"`
	NextMS     int64  `gorm:"column:next_ms"`
	Status     int    `gorm:"column:status"` // HTTP
	Problem    string `gorm:"column:problem"`
}

// sentEvent is a delivery with its event.
type sentEvent struct {
	Delivery webhookDelivery `gorm:"embedded"`
	ID       string          `gorm:"column:id"`
	Type     string          `gorm:"column:type"`
	At       time.Time       `gorm:"column:at"`
	Body     string          `gorm:"column:body"`
}

func (webhookEndpoint) TableName() string { return "webhook_endpoints" }
func (webhookService) TableName() string  { return "webhook_services" }
func (webhookEvent) TableName() string    { return "webhook_events" }
func (webhookDelivery) TableName() string { return "webhook_deliveries" }
