package sql

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"switchroom/account"
	"switchroom/agent"
	"switchroom/call"
	"switchroom/settings"
)

// Service is a brand or help desk with its contract switches (S3).
type Service struct {
	ID, Name      string
	Inbound       bool // "Use Phone CTI – IB"
	Outbound      bool // "– OB"
	DefaultStatus agent.Choice
	DefaultReason string
}

// QueueSettings is a queue with what a telephony engineer sets about it.
type QueueSettings struct {
	Name     string
	Number   string // extension; empty: none
	Service  string
	Scenario call.Scenario
}

// Phone is the CTI account of an agent (S6). CTI ID and number empty: none is assigned, and login is refused.
type Phone struct {
	CTI, Number string
	Device      agent.Device
	Home        string // service
}

// PutService makes or changes a service. By is who does it, for the audit trail, as in every Put.
func (s *Store) PutService(ctx context.Context, by string, v Service) error {
	if v.ID == "" || v.Name == "" {
		return invalid("a service needs an ID and a name")
	}
	if v.DefaultStatus != agent.Business && v.DefaultStatus != agent.Rest {
		return invalid("the status at login is business or rest, never ready by surprise")
	}
	row := service{ID: v.ID, Name: v.Name, Inbound: v.Inbound, Outbound: v.Outbound, DefaultStatus: string(v.DefaultStatus), DefaultReason: v.DefaultReason}
	return s.change(ctx, by, "put_service", v.ID, func(tx *gorm.DB) (any, any, error) {
		return upsert(tx, row, "id = ?", v.ID)
	})
}

// PutQueue makes or changes a queue. Calls that are in it already keep the scenario they came with.
func (s *Store) PutQueue(ctx context.Context, by string, v QueueSettings) error {
	sc := v.Scenario
	switch {
	case v.Name == "" || v.Service == "":
		return invalid("a queue needs a name and a service")
	case sc.Pickup < time.Second:
		return invalid("the pickup time is at least a second")
	case sc.MaxWait < 0 || sc.WrapUp < 0 || sc.MissLimit < 0:
		return invalid("longest wait, wrap-up and miss limit are not negative; zero means none")
	case sc.Music == "":
		return invalid("a queue needs a music class, or callers hear nothing")
	}
	row := queue{
		Name: v.Name, Number: ptr(v.Number), ServiceID: v.Service, PickupMS: sc.Pickup.Milliseconds(), MaxWaitMS: sc.MaxWait.Milliseconds(),
		Music: sc.Music, AnswerNow: sc.AnswerNow, MissLimit: sc.MissLimit, WrapUpMS: sc.WrapUp.Milliseconds(), OverflowEmpty: sc.OverflowEmpty, Priority: sc.Priority,
	}
	return s.change(ctx, by, "put_queue", v.Name, func(tx *gorm.DB) (any, any, error) {
		if err := notEmergency(tx, v.Number, v.Service); err != nil {
			return nil, nil, err
		}
		return upsert(tx, row, "name = ?", v.Name)
	})
}

// PutUser makes or changes somebody who may log in. An empty password keeps the one that is there. A new password, or
// disabling, ends the user's sessions.
func (s *Store) PutUser(ctx context.Context, by string, u account.User, password string) error {
	u.Login = strings.ToLower(u.Login)
	if u.ID == "" || u.Login == "" || u.Name == "" {
		return invalid("a user needs an ID, a login and a name")
	}
	for _, r := range u.Roles {
		if !r.Valid() {
			return invalid(fmt.Sprintf("%q is not a role", r))
		}
	}
	hash := ""
	if password != "" {
		var err error
		if hash, err = s.passwords.Hash(password); err != nil {
			return err
		}
	}
	return s.change(ctx, by, "put_user", u.ID, func(tx *gorm.DB) (any, any, error) { return s.putUser(tx, u, hash) })
}

func (s *Store) putUser(tx *gorm.DB, u account.User, hash string) (before, after any, err error) {
	row := user{ID: u.ID, Login: u.Login, Name: u.Name, PasswordHash: hash, Disabled: u.Disabled, CreatedAt: s.now().UTC()}
	var old user
	switch err := tx.Where("id = ?", u.ID).Take(&old).Error; {
	case err == nil:
		row.CreatedAt = old.CreatedAt
		if hash == "" {
			row.PasswordHash = old.PasswordHash
		}
		before = publicUser{Login: old.Login, Name: old.Name, Disabled: old.Disabled}
	case !errors.Is(err, gorm.ErrRecordNotFound):
		return nil, nil, err
	case hash == "":
		return nil, nil, invalid("a new user needs a password")
	}
	if err := put(tx, row, old.ID != ""); err != nil {
		return nil, nil, err
	}
	if err := tx.Where("user_id = ?", u.ID).Delete(&userRole{}).Error; err != nil {
		return nil, nil, err
	}
	for _, r := range u.Roles {
		if err := tx.Create(&userRole{UserID: u.ID, Role: string(r)}).Error; err != nil {
			return nil, nil, err
		}
	}
	if hash != "" || u.Disabled {
		if err := tx.Model(&session{}).Where("user_id = ? AND revoked_at IS NULL", u.ID).Update("revoked_at", s.now().UTC()).Error; err != nil {
			return nil, nil, err
		}
	}
	return before, publicUser{Login: u.Login, Name: u.Name, Disabled: u.Disabled, Roles: u.Roles, NewPassword: hash != ""}, nil
}

// publicUser is what the audit trail says of a user: no hash.
type publicUser struct {
	Login, Name string
	Disabled    bool
	Roles       []account.Role `json:",omitempty"`
	NewPassword bool           `json:",omitempty"`
}

// PutPhone assigns CTI ID, number and device to an agent. The phone's secret is made once, at random, and kept.
func (s *Store) PutPhone(ctx context.Context, by, userID string, p Phone) error {
	if (p.CTI == "") != (p.Number == "") {
		return invalid("CTI ID and CTI number are assigned together")
	}
	if p.Device != agent.WebRTC && p.Device != agent.Desk {
		return invalid("a phone is webrtc or desk")
	}
	return s.change(ctx, by, "put_phone", userID, func(tx *gorm.DB) (any, any, error) {
		row := agentRow{
			UserID: userID, HomeServiceID: p.Home, CTIID: ptr(p.CTI), CTINumber: ptr(p.Number), Device: string(p.Device),
			Endpoint: userID, Secret: account.NewToken(),
		}
		var before any
		var old agentRow
		switch err := tx.Where("user_id = ?", userID).Take(&old).Error; {
		case err == nil:
			row.Endpoint, row.Secret = old.Endpoint, old.Secret
			before = Phone{CTI: deref(old.CTIID), Number: deref(old.CTINumber), Device: agent.Device(old.Device), Home: old.HomeServiceID}
		case !errors.Is(err, gorm.ErrRecordNotFound):
			return nil, nil, err
		}
		if err := notEmergency(tx, p.Number, p.Home); err != nil {
			return nil, nil, err
		}
		return before, p, put(tx, row, before != nil)
	})
}

// Permit grants or takes the phone permission of an agent for a service (S4).
func (s *Store) Permit(ctx context.Context, by, userID, serviceID string, granted bool) error {
	return s.change(ctx, by, "permit", userID+"/"+serviceID, func(tx *gorm.DB) (any, any, error) {
		before, err := toggle(tx, phonePermission{UserID: userID, ServiceID: serviceID}, granted)
		if err == nil && granted {
			_, err = toggle(tx, serviceMember{UserID: userID, ServiceID: serviceID}, true)
		}
		return before, granted, err
	})
}

// Join puts an agent into a queue, or takes them out.
func (s *Store) Join(ctx context.Context, by, userID, queueName string, member bool) error {
	return s.change(ctx, by, "join_queue", userID+"/"+queueName, func(tx *gorm.DB) (any, any, error) {
		before, err := toggle(tx, queueMember{QueueName: queueName, UserID: userID}, member)
		return before, member, err
	})
}

// toggle makes a row with its whole key be there, or not. It tells what was.
func toggle[T any](tx *gorm.DB, row T, want bool) (bool, error) {
	var n int64
	if err := tx.Model(&row).Where(&row).Count(&n).Error; err != nil || (n > 0) == want {
		return n > 0, err
	}
	if want {
		return false, tx.Create(&row).Error
	}
	return true, tx.Where(&row).Delete(new(T)).Error
}

// upsert writes a row and returns what was there before, for the audit trail.
func upsert[T any](tx *gorm.DB, row T, where, id string) (before, after any, err error) {
	var old T
	switch err := tx.Where(where, id).Take(&old).Error; {
	case err == nil:
		before = old
	case !errors.Is(err, gorm.ErrRecordNotFound):
		return nil, nil, err
	}
	return before, row, put(tx, row, before != nil)
}

// put changes the row with that primary key, or makes it. No upsert: MySQL's would take a conflict on another unique column for the same row.
func put[T any](tx *gorm.DB, row T, there bool) error {
	if there {
		return tx.Select("*").Updates(&row).Error
	}
	return tx.Create(&row).Error
}

// change runs f in a transaction, audits what it changed, and forgets what is kept in memory. Changes come one after the other, whichever controller
// makes them: f may decide by anything in the settings.
func (s *Store) change(ctx context.Context, by, what, target string, f func(tx *gorm.DB) (before, after any, err error)) error {
	return s.alter(ctx, strings.ReplaceAll(what, "_", " ")+" "+target, func(tx *gorm.DB) error {
		before, after, err := f(tx)
		if err != nil {
			return err
		}
		return s.note(tx, by, what, target, before, after)
	})
}

// alter runs f, which changes settings, in a transaction, one after the other on every database: the counter's row is the lock. The counter also tells other
// processes, see Watch.
func (s *Store) alter(ctx context.Context, what string, f func(tx *gorm.DB) error) error {
	err := s.write(ctx, what, func(tx *gorm.DB) error {
		raised := tx.Model(&counter{}).Where("name = ?", settingsCounter).Update("value", gorm.Expr("value + 1"))
		if raised.Error != nil {
			return raised.Error
		}
		if raised.RowsAffected == 0 {
			return &Error{Slug: "pending_migrations", Detail: "the database is older than this program; run 'switchroom migrate'"}
		}
		return f(tx)
	})
	s.cache.drop() // also after an error: whether a commit took place is not always known
	select {
	case s.changed <- struct{}{}:
	default:
	}
	return err
}

// note writes one act into the audit trail.
func (s *Store) note(tx *gorm.DB, by, what, target string, before, after any) error {
	old, err := json.Marshal(before)
	if err != nil {
		return err
	}
	now, err := json.Marshal(after)
	if err != nil {
		return err
	}
	return tx.Create(&auditEntry{ID: s.newID(), At: s.now().UTC(), Who: by, What: what, Target: target, Before: string(old), After: string(now)}).Error
}

// Audit is one administrative act, or an attempt that was refused.
type Audit = settings.Act

// Audits returns the last acts on a target, or on all when it is empty, newest first.
func (s *Store) Audits(ctx context.Context, target string, limit int) ([]Audit, error) {
	return s.AuditTrail(ctx, settings.ActQuery{Target: target, Limit: limit})
}

// AuditTrail returns acts, newest first.
func (s *Store) AuditTrail(ctx context.Context, q settings.ActQuery) ([]Audit, error) {
	var rows []auditEntry
	err := s.read(ctx, "load the audit trail", func(tx *gorm.DB) error {
		if q.Target != "" {
			tx = tx.Where("target = ?", q.Target)
		}
		if q.Who != "" {
			tx = tx.Where("who = ?", q.Who)
		}
		if q.Before != "" {
			var last auditEntry
			if err := tx.Session(&gorm.Session{NewDB: true}).Where("id = ?", q.Before).Take(&last).Error; err != nil {
				return absent(err, "unknown_act", "there is no act with this ID; begin without one")
			}
			tx = tx.Where("at <= ? AND (at < ? OR id < ?)", last.At, last.At, last.ID) // as (at, id) < (?, ?), for which MariaDB takes no index
		}
		return tx.Order("at DESC, id DESC").Limit(q.Limit).Find(&rows).Error
	})
	out := make([]Audit, len(rows))
	for i, r := range rows {
		out[i] = Audit{ID: r.ID, At: r.At.UTC(), Who: r.Who, What: r.What, Target: r.Target, Before: r.Before, After: r.After}
	}
	return out, err
}

func invalid(detail string) error { return &Error{Slug: "invalid", Detail: detail} }
