package migrations

import (
	"time"

	"github.com/go-gormigrate/gormigrate/v2"
)

// settings makes the tables of services, queues, people and their phones.
func settings() *gormigrate.Migration {
	type Service struct {
		ID            string `gorm:"size:64;primaryKey"`
		Name          string `gorm:"size:128;not null;uniqueIndex:ux_services_name"`
		Inbound       bool   `gorm:"not null"`
		Outbound      bool   `gorm:"not null"`
		DefaultStatus string `gorm:"size:16;not null"`
		DefaultReason string `gorm:"size:64;not null"`
		UpdatedAt     time.Time
	}
	type Queue struct {
		Name          string  `gorm:"size:64;primaryKey"`
		Number        *string `gorm:"size:32;uniqueIndex:ux_queues_number"`
		ServiceID     string  `gorm:"size:64;not null;index:ix_queues_service"`
		Service       Service `gorm:"constraint:OnDelete:RESTRICT"`
		PickupMS      int64   `gorm:"not null"`
		MaxWaitMS     int64   `gorm:"not null"`
		Music         string  `gorm:"size:64;not null"`
		AnswerNow     bool    `gorm:"not null"`
		MissLimit     int     `gorm:"not null"`
		WrapUpMS      int64   `gorm:"not null"`
		OverflowEmpty bool    `gorm:"not null"`
		Priority      int     `gorm:"not null"`
		UpdatedAt     time.Time
	}
	type User struct {
		ID           string `gorm:"size:64;primaryKey"`
		Login        string `gorm:"size:128;not null;uniqueIndex:ux_users_login"`
		Name         string `gorm:"size:128;not null"`
		PasswordHash string `gorm:"size:256;not null"`
		Disabled     bool   `gorm:"not null"`
		CreatedAt    time.Time
		UpdatedAt    time.Time
	}
	type UserRole struct {
		UserID string `gorm:"size:64;primaryKey"`
		User   User   `gorm:"constraint:OnDelete:CASCADE"`
		Role   string `gorm:"size:16;primaryKey"`
	}
	type Agent struct {
		UserID        string  `gorm:"size:64;primaryKey"`
		User          User    `gorm:"constraint:OnDelete:RESTRICT"`
		HomeServiceID string  `gorm:"size:64;not null;index:ix_agents_service"`
		HomeService   Service `gorm:"constraint:OnDelete:RESTRICT"`
		CTIID         *string `gorm:"column:cti_id;size:32;uniqueIndex:ux_agents_cti_id"`
		CTINumber     *string `gorm:"column:cti_number;size:32;uniqueIndex:ux_agents_cti_number"`
		Device        string  `gorm:"size:16;not null"`
		Endpoint      string  `gorm:"size:64;not null;uniqueIndex:ux_agents_endpoint"`
		Secret        string  `gorm:"size:128;not null"`
		UpdatedAt     time.Time
	}
	type PhonePermission struct {
		UserID    string  `gorm:"size:64;primaryKey"`
		User      User    `gorm:"constraint:OnDelete:CASCADE"`
		ServiceID string  `gorm:"size:64;primaryKey"`
		Service   Service `gorm:"constraint:OnDelete:CASCADE"`
	}
	type QueueMember struct {
		QueueName string `gorm:"size:64;primaryKey"`
		Queue     Queue  `gorm:"foreignKey:QueueName;references:Name;constraint:OnDelete:CASCADE"`
		UserID    string `gorm:"size:64;primaryKey;index:ix_queue_members_user"`
		User      User   `gorm:"constraint:OnDelete:CASCADE"`
	}
	return &gormigrate.Migration{
		ID:      "20261122-1-settings",
		Migrate: create(&Service{}, &Queue{}, &User{}, &UserRole{}, &Agent{}, &PhonePermission{}, &QueueMember{}),
	}
}
