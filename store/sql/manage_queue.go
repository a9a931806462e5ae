package sql

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"switchroom/settings"
)

// ListQueues lists all queues by name. Only, when not nil, limits it to those of these services.
func (s *Store) ListQueues(ctx context.Context, only []string) ([]settings.Queue, error) {
	return look(ctx, s, "list queues", func(tx *gorm.DB) ([]settings.Queue, error) {
		q := tx.Order("name")
		if only != nil {
			q = q.Where("service_id IN ?", only)
		}
		var rows []queue
		err := q.Find(&rows).Error
		out := make([]settings.Queue, len(rows))
		for i, r := range rows {
			out[i] = r.settings()
		}
		return out, err
	})
}

// QueueSettings is a queue as administrators see it.
func (s *Store) QueueSettings(ctx context.Context, name string) (settings.Queue, error) {
	return look(ctx, s, "load queue "+name, queueOf(name))
}

// CreateQueue makes a queue.
func (s *Store) CreateQueue(ctx context.Context, by string, v settings.Queue) (settings.Queue, error) {
	if err := v.Check(); err != nil {
		return v, err
	}
	return found(ctx, s, by, "create_queue", "name", v.Name, queueOf(v.Name), func(tx *gorm.DB) error {
		row, err := queueRow(tx, v)
		if err != nil {
			return err
		}
		return tx.Create(&row).Error
	})
}

// ChangeQueue changes a queue that has that version still. Calls that are in it keep the scenario they came with.
func (s *Store) ChangeQueue(ctx context.Context, by, version string, v settings.Queue) (settings.Queue, error) {
	if err := v.Check(); err != nil {
		return v, err
	}
	return revise(ctx, s, by, "change_queue", v.Name, version, queueOf(v.Name), func(tx *gorm.DB, _ settings.Queue) error {
		row, err := queueRow(tx, v)
		if err != nil {
			return err
		}
		return tx.Select("*").Updates(&row).Error
	})
}

// DeleteQueue removes a queue that has no members and catches no service's calls.
func (s *Store) DeleteQueue(ctx context.Context, by, name string) error {
	return discard(ctx, s, by, "delete_queue", name, queueOf(name), func(tx *gorm.DB) error {
		n, err := count(tx, &serviceOutbound{}, "fallback_queue = ?", name)
		if err := unused(n, err, "services have it as their fallback queue"); err != nil {
			return err
		}
		n, err = count(tx, &serviceHours{}, "closed_queue = ?", name)
		if err := unused(n, err, "services have it as the queue that takes their callers when they are closed"); err != nil {
			return err
		}
		n, err = count(tx, &queueMember{}, "queue_name = ?", name)
		if err := unused(n, err, "agents are in the queue"); err != nil {
			return err
		}
		return tx.Where("name = ?", name).Delete(&queue{}).Error
	})
}

func queueRow(tx *gorm.DB, v settings.Queue) (queue, error) {
	if err := exists(tx, &service{}, "id = ?", v.Service, "service", "service"); err != nil {
		return queue{}, err
	}
	if err := free(tx, v.Number, v.Service, "number", "", v.Name); err != nil {
		return queue{}, err
	}
	const thousand = 1000
	return queue{
		Name: v.Name, Number: ptr(v.Number), ServiceID: v.Service, PickupMS: thousand * int64(v.Pickup), MaxWaitMS: thousand * int64(v.MaxWait), Music: v.Music,
		AnswerNow: v.AnswerNow, MissLimit: v.MissLimit, WrapUpMS: thousand * int64(v.WrapUp), OverflowEmpty: v.OverflowEmpty, Priority: v.Priority,
	}, nil
}

func queueOf(name string) loader[settings.Queue] {
	return func(tx *gorm.DB) (settings.Queue, error) {
		var r queue
		if err := tx.Where("name = ?", name).Take(&r).Error; err != nil {
			return settings.Queue{}, absent(err, "unknown_queue", "there is no queue with this name")
		}
		return r.settings(), nil
	}
}

func (r queue) settings() settings.Queue {
	return settings.Seal(settings.Queue{
		Name: r.Name, Service: r.ServiceID, Number: deref(r.Number), Pickup: wholeSeconds(r.PickupMS), MaxWait: wholeSeconds(r.MaxWaitMS), Music: r.Music,
		AnswerNow: r.AnswerNow, MissLimit: r.MissLimit, WrapUp: wholeSeconds(r.WrapUpMS), OverflowEmpty: r.OverflowEmpty, Priority: r.Priority,
	})
}

// Members are the agents of a queue.
func (s *Store) Members(ctx context.Context, queueName string) (settings.Members, error) {
	return look(ctx, s, "load the members of "+queueName, membersOf(queueName))
}

// SetMembers replaces them. Who has no phone permission for the queue's service is a member and gets no calls.
func (s *Store) SetMembers(ctx context.Context, by, queueName, version string, v settings.Members) (settings.Members, error) {
	if err := v.Check(); err != nil {
		return v, err
	}
	return revise(ctx, s, by, "set_members", queueName, version, membersOf(queueName), func(tx *gorm.DB, _ settings.Members) error {
		rows := make([]queueMember, len(v.Members))
		for i, id := range v.Members {
			if err := exists(tx, &user{}, "id = ?", id, fmt.Sprintf("members/%d", i), "person"); err != nil {
				return err
			}
			rows[i] = queueMember{QueueName: queueName, UserID: id}
		}
		return replace(tx, rows, "queue_name = ?", queueName)
	})
}

func membersOf(queueName string) loader[settings.Members] {
	return func(tx *gorm.DB) (settings.Members, error) {
		out := settings.Members{Members: []string{}}
		if _, err := queueOf(queueName)(tx); err != nil {
			return out, err
		}
		err := tx.Model(&queueMember{}).Where("queue_name = ?", queueName).Order("user_id").Pluck("user_id", &out.Members).Error
		return settings.Seal(out), err
	}
}
