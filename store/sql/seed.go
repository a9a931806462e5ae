package sql

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"switchroom/account"
	"switchroom/agent"
	"switchroom/call"
)

const (
	demoService = "demo" // the demo's one service
	seeder      = "demo" // who did it, in the audit trail
	demoAdmin   = "admin"
)

type demoPerson struct {
	login, name, cti, number string
	device                   agent.Device
	roles                    []account.Role
}

var demoPeople = []demoPerson{
	{"anna", "Anna Berg", "A100", "2001", agent.WebRTC, []account.Role{account.Agent}},
	{"ben", "Ben Okafor", "A101", "2002", agent.WebRTC, []account.Role{account.Agent}},
	{"carla", "Carla Ruiz", "A102", "2003", agent.Desk, []account.Role{account.Agent, account.Supervisor}},
}

// DemoLogins lists who can log in to the demo: SeedDemo wants a password for each.
func DemoLogins() []string {
	out := make([]string, len(demoPeople))
	for i, p := range demoPeople {
		out[i] = p.login
	}
	return out
}

// SeedDemo makes the demo's service, queues "sales" (1000) and "support" (1001), people, and the numbers that the service dials out with; with a password for "admin" an administrator too. It may be repeated: what an
// administrator has changed since stays, and a password changes only if the given one is another.
func (s *Store) SeedDemo(ctx context.Context, passwords map[string]string) error {
	if err := s.seedQueues(ctx); err != nil {
		return fmt.Errorf("seed the demo: %w", err)
	}
	if password := passwords[demoAdmin]; password != "" {
		admin := account.User{ID: demoAdmin, Login: demoAdmin, Name: "Administrator", Roles: []account.Role{account.Administrator}}
		if err := s.seedUser(ctx, admin, password); err != nil {
			return fmt.Errorf("seed the demo: %w", err)
		}
	}
	for _, p := range demoPeople {
		if passwords[p.login] == "" {
			return invalid("the demo needs a password for " + p.login)
		}
		if err := s.seedPerson(ctx, p, passwords[p.login]); err != nil {
			return fmt.Errorf("seed the demo: %w", err)
		}
	}
	if err := s.seedOutbound(ctx); err != nil {
		return fmt.Errorf("seed the demo: %w", err)
	}
	return nil
}

func (s *Store) seedQueues(ctx context.Context) error {
	err := s.unless(ctx, &service{}, "id = ?", demoService, func() error {
		return s.PutService(ctx, seeder, Service{ID: demoService, Name: "Demo", Inbound: true, Outbound: true, DefaultStatus: agent.Business})
	})
	scenario := call.Scenario{Pickup: 20 * time.Second, MaxWait: 10 * time.Minute, Music: "default", AnswerNow: true, MissLimit: 1}
	for _, q := range []QueueSettings{{Name: "sales", Number: "1000"}, {Name: "support", Number: "1001"}} {
		q.Service, q.Scenario = demoService, scenario
		err = errors.Join(err, s.unless(ctx, &queue{}, "name = ?", q.Name, func() error { return s.PutQueue(ctx, seeder, q) }))
	}
	return err
}

func (s *Store) seedPerson(ctx context.Context, p demoPerson, password string) error {
	if err := s.seedUser(ctx, account.User{ID: p.login, Login: p.login, Name: p.name, Roles: p.roles}, password); err != nil {
		return err
	}
	// The phone comes last: where it is there, the rest was made before, and what an administrator took away stays away.
	return s.unless(ctx, &agentRow{}, "user_id = ?", p.login, func() error {
		err := s.Permit(ctx, seeder, p.login, demoService, true)
		for _, q := range []string{"sales", "support"} {
			err = errors.Join(err, s.Join(ctx, seeder, p.login, q, true))
		}
		if err != nil {
			return err
		}
		return s.PutPhone(ctx, seeder, p.login, Phone{CTI: p.cti, Number: p.number, Device: p.device, Home: demoService})
	})
}

// seedUser makes a user, or sees to it that the one who is there has the password.
func (s *Store) seedUser(ctx context.Context, u account.User, password string) error {
	old, err := s.User(ctx, u.ID)
	switch {
	case errors.Is(err, account.ErrUnknown):
	case err != nil:
		return err
	default:
		u = old
	}
	if same, err := s.passwords.Check(u.Hash, password); err != nil || !same {
		return s.PutUser(ctx, seeder, u, password)
	}
	return nil
}

// unless does f when the row is not there.
func (s *Store) unless(ctx context.Context, model any, where, id string, f func() error) error {
	var n int64
	err := s.read(ctx, "look for "+id, func(tx *gorm.DB) error { return tx.Model(model).Where(where, id).Count(&n).Error })
	if err != nil || n > 0 {
		return err
	}
	return f()
}
