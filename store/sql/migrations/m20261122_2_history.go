package migrations

import (
	"time"

	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"
)

// history makes the tables of calls, their journal and tickets.
func history() *gormigrate.Migration {
	type Counter struct {
		Name  string `gorm:"size:32;primaryKey"`
		Value int64  `gorm:"not null"`
	}
	type Ticket struct {
		ID           string    `gorm:"size:32;primaryKey"`
		Number       string    `gorm:"size:32;not null;uniqueIndex:ux_tickets_number"`
		CallID       string    `gorm:"size:128;not null;uniqueIndex:ux_tickets_call"`
		ServiceID    string    `gorm:"size:64;not null;index:ix_tickets_service"`
		AgentID      string    `gorm:"size:64;not null;index:ix_tickets_agent"`
		CallerNumber string    `gorm:"size:256;not null;index:ix_tickets_caller"`
		CallerName   string    `gorm:"size:512;not null"`
		OpenedAt     time.Time `gorm:"not null"`
		Status       string    `gorm:"size:16;not null"`
	}
	type Call struct {
		ID           string    `gorm:"size:128;primaryKey"`
		Version      uint64    `gorm:"not null"`
		State        string    `gorm:"size:16;not null"`
		Node         string    `gorm:"size:64;not null"`
		ServiceID    string    `gorm:"size:64;not null;index:ix_calls_service"`
		Queue        string    `gorm:"size:64;not null"`
		CallerNumber string    `gorm:"size:256;not null"`
		CallerName   string    `gorm:"size:512;not null"`
		Called       string    `gorm:"size:256;not null"`
		AgentID      string    `gorm:"size:64;not null;index:ix_calls_agent"`
		Ticket       string    `gorm:"size:32;not null"`
		Misses       int       `gorm:"not null"`
		EnteredAt    time.Time `gorm:"not null;index:ix_calls_entered"`
		ConnectedAt  *time.Time
		EndedAt      *time.Time
		EndClass     string `gorm:"size:16;not null"`
		EndSlug      string `gorm:"size:64;not null"`
		Record       string `gorm:"size:4294967295;not null"`
		Diverged     bool   `gorm:"not null"`
	}
	type JournalEntry struct {
		CallID  string    `gorm:"size:128;primaryKey"`
		Version uint64    `gorm:"primaryKey;autoIncrement:false"`
		At      time.Time `gorm:"not null"`
		State   string    `gorm:"size:16;not null"`
		Input   string    `gorm:"size:4294967295;not null"`
		Effects string    `gorm:"size:4294967295;not null"`
	}
	return &gormigrate.Migration{
		ID: "20261122-2-history",
		Migrate: func(tx *gorm.DB) error {
			if err := create(&Counter{}, &Ticket{}, &Call{}, &JournalEntry{})(tx); err != nil {
				return err
			}
			return addCounter(tx, "ticket")
		},
	}
}
