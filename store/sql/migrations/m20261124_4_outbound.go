package migrations

import (
	"fmt"

	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"
)

// outbound makes the tables of numbers, rules and ways out, and gives services their settings for dialling out, transferring and forced disconnect. What is
// referred to stays by NO ACTION: SQLite reports RESTRICT as a trigger's error, which gorm does not recognise.
func outbound() *gormigrate.Migration {
	type Service struct {
		ID               string `gorm:"size:64;primaryKey"`
		Country          string `gorm:"size:2;not null;default:'KR'"`
		BusinessByNumber bool   `gorm:"not null;default:false"`
		HoldMusic        string `gorm:"size:64;not null;default:''"`
		HoldWarnMS       int64  `gorm:"column:hold_warn_ms;not null;default:120000"`
		TransferRingMS   int64  `gorm:"column:transfer_ring_ms;not null;default:20000"`
		ForwardCapMS     int64  `gorm:"column:forward_cap_ms;not null;default:7200000"`
		FarewellCapMS    int64  `gorm:"column:farewell_cap_ms;not null;default:30000"`
	}
	type Agent struct {
		UserID string `gorm:"size:64;primaryKey"`
	}
	type CallingNumber struct {
		ServiceID string  `gorm:"size:64;primaryKey;uniqueIndex:ux_calling_numbers_default,priority:1"`
		Service   Service `gorm:"constraint:OnDelete:CASCADE"`
		Number    string  `gorm:"size:16;primaryKey"`
		Label     string  `gorm:"size:128;not null"`
		// IsDefault is true or NULL, never false: so the index lets each service have one default, on every database.
		IsDefault *bool `gorm:"uniqueIndex:ux_calling_numbers_default,priority:2"`
	}
	type FrequentNumber struct {
		ID string `gorm:"size:32;primaryKey"`
		// One of the two owners is set.
		AgentID   *string  `gorm:"size:64;uniqueIndex:ux_frequent_numbers_agent,priority:1"`
		Agent     *Agent   `gorm:"foreignKey:AgentID;references:UserID;constraint:OnDelete:CASCADE"`
		ServiceID *string  `gorm:"size:64;uniqueIndex:ux_frequent_numbers_service,priority:1"`
		Service   *Service `gorm:"constraint:OnDelete:CASCADE"`
		Number    string   `gorm:"size:32;not null;uniqueIndex:ux_frequent_numbers_agent,priority:2;uniqueIndex:ux_frequent_numbers_service,priority:2"`
		Label     string   `gorm:"size:128;not null"`
	}
	type DestinationRule struct {
		ServiceID string  `gorm:"size:64;primaryKey"`
		Service   Service `gorm:"constraint:OnDelete:CASCADE"`
		Position  int     `gorm:"primaryKey;autoIncrement:false"`
		Action    string  `gorm:"size:16;not null"`
		Prefix    string  `gorm:"size:16;not null"`
	}
	type Trunk struct {
		Name        string `gorm:"size:64;primaryKey"`
		Endpoint    string `gorm:"size:64;not null"`
		Format      string `gorm:"size:16;not null"`
		Country     string `gorm:"size:2;not null"`
		MaxChannels int    `gorm:"not null"`
		Enabled     bool   `gorm:"not null"`
	}
	type OutboundRoute struct {
		Name     string `gorm:"size:64;primaryKey"`
		Position int    `gorm:"not null"`
		Prefixes string `gorm:"type:text;not null"` // with spaces between them
	}
	type OutboundRouteTrunk struct {
		RouteName string        `gorm:"size:64;primaryKey"`
		Route     OutboundRoute `gorm:"foreignKey:RouteName;references:Name;constraint:OnDelete:CASCADE"`
		Position  int           `gorm:"primaryKey;autoIncrement:false"`
		TrunkName string        `gorm:"size:64;not null;index:ix_outbound_route_trunks_trunk"`
		Trunk     Trunk         `gorm:"foreignKey:TrunkName;references:Name;constraint:OnDelete:NO ACTION"`
	}
	type EmergencyNumber struct {
		Number string `gorm:"size:8;primaryKey"`
	}
	type Prompt struct {
		ID        string  `gorm:"size:64;primaryKey"`
		ServiceID string  `gorm:"size:64;not null;index:ix_prompts_service"`
		Service   Service `gorm:"constraint:OnDelete:NO ACTION"`
		Kind      string  `gorm:"size:16;not null"`
		File      string  `gorm:"size:128;not null"`
		SHA256    string  `gorm:"column:sha256;size:64;not null"`
		Seconds   int     `gorm:"not null"`
	}
	return &gormigrate.Migration{
		ID: "20261124-4-outbound",
		Migrate: func(tx *gorm.DB) error {
			err := create(&CallingNumber{}, &FrequentNumber{}, &DestinationRule{}, &Trunk{}, &OutboundRoute{}, &OutboundRouteTrunk{}, &EmergencyNumber{}, &Prompt{})(tx)
			if err != nil {
				return err
			}
			err = addColumns(tx, &Service{}, "Country", "BusinessByNumber", "HoldMusic", "HoldWarnMS", "TransferRingMS", "ForwardCapMS", "FarewellCapMS")
			if err != nil {
				return err
			}
			if err := addReference(tx, "services", "fallback_queue", "varchar(64)", "queues", "name"); err != nil {
				return fmt.Errorf("add column fallback_queue of services: %w", err)
			}
			if err := addReference(tx, "services", "farewell_prompt", "varchar(64)", "prompts", "id"); err != nil {
				return fmt.Errorf("add column farewell_prompt of services: %w", err)
			}
			return nil
		},
	}
}
