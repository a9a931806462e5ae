package migrations

import (
	"fmt"
	"time"

	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"
)

// records makes the tables of customers and of what is written about tickets, gives tickets their fields and calls their times, and services what they say
// about both.
//
// Lists are read newest first, for one service at a time: each index begins with the service and ends with the order. Times in them are whole milliseconds,
// because a time's own column has another precision on each database.
func records() *gormigrate.Migration {
	type Customer struct {
		ID        string    `gorm:"size:32;primaryKey"`
		Number    string    `gorm:"size:16;not null;uniqueIndex:ux_customers_number"`
		Name      string    `gorm:"size:512;not null"`
		Notes     string    `gorm:"type:text;not null"`
		CreatedAt time.Time `gorm:"not null"`
		UpdatedAt time.Time `gorm:"not null"`
		Version   int64     `gorm:"not null"`
	}
	type Ticket struct {
		ID          string  `gorm:"size:32;primaryKey;index:ix_tickets_service_id,priority:2;index:ix_tickets_service_status,priority:3;index:ix_tickets_service_assignee,priority:3;index:ix_tickets_customer,priority:2;index:ix_tickets_blanked,priority:3"`
		ServiceID   string  `gorm:"size:64;not null;index:ix_tickets_service_id,priority:1;index:ix_tickets_service_status,priority:1;index:ix_tickets_service_assignee,priority:1;index:ix_tickets_blanked,priority:1"`
		Status      string  `gorm:"size:16;not null;index:ix_tickets_service_status,priority:2"`
		CustomerID  *string `gorm:"size:32;index:ix_tickets_customer,priority:1"`
		Queue       string  `gorm:"size:64;not null;default:''"`
		Direction   string  `gorm:"size:16;not null;default:'inbound'"`
		Subject     string  `gorm:"size:256;not null;default:''"`
		Disposition string  `gorm:"size:128;not null;default:''"`
		AssigneeID  string  `gorm:"size:64;not null;default:'';index:ix_tickets_service_assignee,priority:2"`
		Words       *string `gorm:"type:text"`
		UpdatedAt   time.Time
		Version     int64 `gorm:"not null;default:1"`
		Blanked     bool  `gorm:"not null;default:false;index:ix_tickets_blanked,priority:2"`
	}
	type TicketAgent struct {
		AgentID  string `gorm:"size:64;primaryKey"`
		TicketID string `gorm:"size:32;primaryKey;index:ix_ticket_agents_ticket"`
	}
	type TicketTag struct {
		Tag      string `gorm:"size:64;primaryKey"`
		TicketID string `gorm:"size:32;primaryKey;index:ix_ticket_tags_ticket"`
	}
	type TicketNote struct {
		ID       string    `gorm:"size:32;primaryKey"`
		TicketID string    `gorm:"size:32;not null;index:ix_ticket_notes_ticket"`
		Author   string    `gorm:"size:64;not null"`
		At       time.Time `gorm:"not null"`
		Text     string    `gorm:"type:text;not null"`
	}
	type TicketChange struct {
		ID       string    `gorm:"size:32;primaryKey"`
		TicketID string    `gorm:"size:32;not null;index:ix_ticket_changes_ticket"`
		At       time.Time `gorm:"not null"`
		Who      string    `gorm:"size:64;not null"`
		What     string    `gorm:"size:16;not null"`
		Before   string    `gorm:"type:text;not null"`
		After    string    `gorm:"type:text;not null"`
	}
	type Call struct {
		ID        string  `gorm:"size:128;primaryKey;index:ix_calls_service_at,priority:3;index:ix_calls_service_queue,priority:4;index:ix_calls_service_direction,priority:4;index:ix_calls_service_class,priority:4;index:ix_calls_service_slug,priority:4;index:ix_calls_number,priority:3"`
		ServiceID string  `gorm:"size:64;not null;index:ix_calls_service_at,priority:1;index:ix_calls_service_queue,priority:1;index:ix_calls_service_direction,priority:1;index:ix_calls_service_class,priority:1;index:ix_calls_service_slug,priority:1;index:ix_calls_blanked,priority:1"`
		Queue     string  `gorm:"size:64;not null;index:ix_calls_service_queue,priority:2"`
		EndClass  string  `gorm:"size:16;not null;index:ix_calls_service_class,priority:2"`
		EndSlug   string  `gorm:"size:64;not null;index:ix_calls_service_slug,priority:2"`
		EnteredMS int64   `gorm:"column:entered_ms;not null;default:0;index:ix_calls_service_at,priority:2;index:ix_calls_service_queue,priority:3;index:ix_calls_service_direction,priority:3;index:ix_calls_service_class,priority:3;index:ix_calls_service_slug,priority:3;index:ix_calls_number,priority:2;index:ix_calls_blanked,priority:3"`
		EndedMS   int64   `gorm:"column:ended_ms;not null;default:0"`
		Direction string  `gorm:"size:16;not null;default:'inbound';index:ix_calls_service_direction,priority:2"`
		Number    string  `gorm:"size:16;not null;default:'';index:ix_calls_number,priority:1"`
		QueueMS   int64   `gorm:"column:queue_ms;not null;default:0"`
		RingMS    int64   `gorm:"column:ring_ms;not null;default:0"`
		TalkMS    int64   `gorm:"column:talk_ms;not null;default:0"`
		HoldMS    int64   `gorm:"column:hold_ms;not null;default:0"`
		Measured  *string `gorm:"type:text"`
		Blanked   bool    `gorm:"not null;default:false;index:ix_calls_blanked,priority:2"`
	}
	type CallAgent struct {
		AgentID   string `gorm:"size:64;primaryKey;index:ix_call_agents_at,priority:1"`
		CallID    string `gorm:"size:128;primaryKey;index:ix_call_agents_call;index:ix_call_agents_at,priority:3"`
		EnteredMS int64  `gorm:"column:entered_ms;not null;index:ix_call_agents_at,priority:2"`
		Position  int    `gorm:"not null"`
		FromMS    int64  `gorm:"column:from_ms;not null"`
		Took      bool   `gorm:"not null"`
		Offers    int    `gorm:"not null"`
		Misses    int    `gorm:"not null"`
		RingMS    int64  `gorm:"column:ring_ms;not null"`
		TalkMS    int64  `gorm:"column:talk_ms;not null"`
		HoldMS    int64  `gorm:"column:hold_ms;not null"`
		ConsultMS int64  `gorm:"column:consult_ms;not null"`
		WrapUpMS  int64  `gorm:"column:wrap_up_ms;not null"`
		WrapUpTo  int64  `gorm:"column:wrap_up_to;not null"`
	}
	type Service struct {
		ID            string `gorm:"size:64;primaryKey"`
		RetentionDays int    `gorm:"not null;default:0"`
	}
	type ServiceDisposition struct {
		ServiceID string  `gorm:"size:64;primaryKey"`
		Service   Service `gorm:"constraint:OnDelete:CASCADE"`
		Position  int     `gorm:"primaryKey;autoIncrement:false"`
		Label     string  `gorm:"size:512;not null"`
	}
	return &gormigrate.Migration{
		ID: "20261127-8-records",
		Migrate: func(tx *gorm.DB) error {
			if err := create(&Customer{}, &TicketAgent{}, &TicketTag{}, &TicketNote{}, &TicketChange{}, &CallAgent{}, &ServiceDisposition{})(tx); err != nil {
				return err
			}
			m := tx.Migrator()
			for _, add := range []struct {
				to               any
				columns, indexes []string
			}{
				{&Ticket{}, []string{"CustomerID", "Queue", "Direction", "Subject", "Disposition", "AssigneeID", "Words", "UpdatedAt", "Version", "Blanked"},
					[]string{"ix_tickets_service_id", "ix_tickets_service_status", "ix_tickets_service_assignee", "ix_tickets_customer", "ix_tickets_blanked"}},
				{&Call{}, []string{"EnteredMS", "EndedMS", "Direction", "Number", "QueueMS", "RingMS", "TalkMS", "HoldMS", "Measured", "Blanked"},
					[]string{"ix_calls_service_at", "ix_calls_service_queue", "ix_calls_service_direction", "ix_calls_service_class", "ix_calls_service_slug", "ix_calls_number", "ix_calls_blanked"}},
				{&Service{}, []string{"RetentionDays"}, nil},
			} {
				for _, c := range add.columns {
					if m.HasColumn(add.to, c) {
						continue // MySQL keeps what a broken off attempt added
					}
					if err := m.AddColumn(add.to, c); err != nil {
						return fmt.Errorf("add column %s to %T: %w", c, add.to, err)
					}
				}
				for _, i := range add.indexes {
					if m.HasIndex(add.to, i) {
						continue
					}
					if err := m.CreateIndex(add.to, i); err != nil {
						return fmt.Errorf("create index %s: %w", i, err)
					}
				}
			}
			return fillRecords(tx)
		},
	}
}

// fillRecords gives calls and tickets of before what can be known of them. How long their parts took is not: times stay zero.
func fillRecords(tx *gorm.DB) error {
	for _, statement := range []string{
		"UPDATE tickets SET updated_at = opened_at, assignee_id = agent_id",
		"INSERT INTO ticket_agents (agent_id, ticket_id) SELECT agent_id, id FROM tickets WHERE agent_id <> ''",
		"UPDATE calls SET number = caller_number WHERE caller_number LIKE '+%' AND caller_number NOT LIKE '________________%'",
		`UPDATE calls SET direction = 'outbound' WHERE EXISTS (SELECT 1 FROM journal_entries j WHERE j.call_id = calls.id AND j.version = 1 AND j.input LIKE '{"kind":"place"%')`,
		`UPDATE calls SET direction = 'internal' WHERE EXISTS (SELECT 1 FROM journal_entries j WHERE j.call_id = calls.id AND j.version = 1 AND j.input LIKE '{"kind":"place"%"colleague":{%')`,
	} {
		if err := tx.Exec(statement).Error; err != nil {
			return fmt.Errorf("fill in what there was: %w", err)
		}
	}
	type row struct {
		ID        string
		AgentID   string
		EnteredAt time.Time
		EndedAt   *time.Time
	}
	for last := ""; ; {
		var rows []row
		if err := tx.Table("calls").Where("id > ?", last).Order("id").Limit(500).Find(&rows).Error; err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			entered, ended := r.EnteredAt.UnixMilli(), int64(0)
			if r.EndedAt != nil {
				ended = r.EndedAt.UnixMilli()
			}
			if err := tx.Table("calls").Where("id = ?", r.ID).Updates(map[string]any{"entered_ms": entered, "ended_ms": ended}).Error; err != nil {
				return err
			}
			if r.AgentID == "" {
				continue
			}
			err := tx.Exec("INSERT INTO call_agents (agent_id, call_id, entered_ms, position, from_ms, took, offers, misses, ring_ms, talk_ms, hold_ms, consult_ms, wrap_up_ms, wrap_up_to) VALUES (?, ?, ?, 1, ?, ?, 1, 0, 0, 0, 0, 0, 0, 0)",
				r.AgentID, r.ID, entered, entered, true).Error
			if err != nil {
				return err
			}
		}
		last = rows[len(rows)-1].ID
	}
}
