package sql

import "time"

// The live models of dialling out, transferring and forced disconnect; see models.go.

// serviceOutbound is the other half of a row of services. PutService does not touch it, and PutOutbound touches nothing else.
type serviceOutbound struct {
	ID               string  `gorm:"column:id;primaryKey"`
	Country          string  `gorm:"column:country"`
	FallbackQueue    *string `gorm:"column:fallback_queue"`
	BusinessByNumber bool    `gorm:"column:business_by_number"`
	HoldMusic        string  `gorm:"column:hold_music"`
	HoldWarnMS       int64   `gorm:"column:hold_warn_ms"`
	TransferRingMS   int64   `gorm:"column:transfer_ring_ms"`
	ForwardCapMS     int64   `gorm:"column:forward_cap_ms"`
	FarewellPrompt   *string `gorm:"column:farewell_prompt"`
	FarewellCapMS    int64   `gorm:"column:farewell_cap_ms"`
}

// serviceHours are when a service takes calls; without a row around the clock. Week and Holidays are JSON.
type serviceHours struct {
	ServiceID     string     `gorm:"column:service_id;primaryKey"`
	Week          string     `gorm:"column:week"`
	Holidays      string     `gorm:"column:holidays"`
	ClosedAction  string     `gorm:"column:closed_action"`
	ClosedPrompt  *string    `gorm:"column:closed_prompt"`
	ClosedQueue   *string    `gorm:"column:closed_queue"`
	ClosedWaiting bool       `gorm:"column:closed_waiting"`
	HandPosition  string     `gorm:"column:hand_position"`
	HandUntil     *time.Time `gorm:"column:hand_until"`
}

type callingNumber struct {
	ServiceID string `gorm:"column:service_id;primaryKey"`
	Number    string `gorm:"column:number;primaryKey"`
	Label     string `gorm:"column:label"`
	IsDefault *bool  `gorm:"column:is_default"` // true or NULL: one default for each service
}

type frequentNumber struct {
	ID        string  `gorm:"column:id;primaryKey"`
	AgentID   *string `gorm:"column:agent_id"` // this owner or the other
	ServiceID *string `gorm:"column:service_id"`
	Number    string  `gorm:"column:number"`
	Label     string  `gorm:"column:label"`
}

type destinationRule struct {
	ServiceID string `gorm:"column:service_id;primaryKey"`
	Position  int    `gorm:"column:position;primaryKey;autoIncrement:false"`
	Action    string `gorm:"column:action"`
	Prefix    string `gorm:"column:prefix"`
}

type trunk struct {
	Name        string `gorm:"column:name;primaryKey"`
	Endpoint    string `gorm:"column:endpoint"`
	Format      string `gorm:"column:format"`
	Country     string `gorm:"column:country"`
	MaxChannels int    `gorm:"column:max_channels"`
	Enabled     bool   `gorm:"column:enabled"`
}

type outboundRoute struct {
	Name     string `gorm:"column:name;primaryKey"`
	Position int    `gorm:"column:position"`
	Prefixes string `gorm:"column:prefixes"` // with spaces between them
}

type outboundRouteTrunk struct {
	RouteName string `gorm:"column:route_name;primaryKey"`
	Position  int    `gorm:"column:position;primaryKey;autoIncrement:false"`
	TrunkName string `gorm:"column:trunk_name"`
}

type emergencyNumber struct {
	Number string `gorm:"column:number;primaryKey"`
}

type promptRow struct {
	ID         string    `gorm:"column:id;primaryKey"`
	ServiceID  string    `gorm:"column:service_id"`
	Kind       string    `gorm:"column:kind"`
	Label      string    `gorm:"column:label"`
	File       string    `gorm:"column:file"`
	SHA256     string    `gorm:"column:sha256"`
	Seconds    int       `gorm:"column:seconds"`
	UploadedAt time.Time `gorm:"column:uploaded_at"`
}

// promptAudio is what was uploaded, as Asterisk plays it. Prompts with the same recording share it.
type promptAudio struct {
	SHA256       string `gorm:"column:sha256;primaryKey"` // of the wide file
	NarrowSHA256 string `gorm:"column:narrow_sha256"`
	Narrow       []byte `gorm:"column:narrow"`
	Wide         []byte `gorm:"column:wide"`
}

func (serviceOutbound) TableName() string    { return "services" }
func (callingNumber) TableName() string      { return "calling_numbers" }
func (frequentNumber) TableName() string     { return "frequent_numbers" }
func (destinationRule) TableName() string    { return "destination_rules" }
func (trunk) TableName() string              { return "trunks" }
func (outboundRoute) TableName() string      { return "outbound_routes" }
func (outboundRouteTrunk) TableName() string { return "outbound_route_trunks" }
func (emergencyNumber) TableName() string    { return "emergency_numbers" }
func (serviceHours) TableName() string       { return "service_hours" }
func (promptRow) TableName() string          { return "prompts" }
func (promptAudio) TableName() string        { return "prompt_audio" }
