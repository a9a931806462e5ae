// Package delivered runs "switchroom serve" as it is delivered, on a real Asterisk and a real Redis, and speaks with it as agents' pages do.
package delivered

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"switchroom/account"
	"switchroom/agent"
	"switchroom/bench/internal/rig"
	"switchroom/call"
	"switchroom/lab"
	"switchroom/store/sql"
)

const (
	service  = "bench"
	password = "a password of the bench"
)

// Site is all that runs. Its agents are called by [Login].
type Site struct {
	rig.Site
	Base    string   // URL of the API
	SIP     string   // Asterisk's address for phones
	Secrets []string // of the agents' desk phones
}

// Login is the login of the agent with that number, from 0.
func Login(i int) string { return fmt.Sprintf("agent%03d", i) }

// Start builds the controller and starts everything, with so many agents of the queue that 1000 reaches. The controller's log is out/name.log.
func Start(ctx context.Context, name, out string, agents int) (_ *Site, err error) {
	s := &Site{}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	dir, binary, err := s.Build(ctx, "switchroom/cmd/switchroom")
	if err != nil {
		return nil, err
	}
	log.Print("starting Asterisk, Redis and the controller")
	bundle, err := lab.Ensure(ctx, lab.Options{Progress: os.Stderr})
	if err != nil {
		return nil, err
	}
	asterisk, err := lab.StartAsterisk(ctx, bundle, lab.AsteriskOptions{Name: name})
	if err != nil {
		return nil, err
	}
	s.OnClose(asterisk.Stop)
	s.SIP = asterisk.SIPAddr
	redis, err := lab.StartRedis(ctx, bundle, filepath.Join(dir, "redis"))
	if err != nil {
		return nil, err
	}
	s.OnClose(redis.Stop)
	database := filepath.Join(dir, "bench.db")
	if s.Secrets, err = seed(ctx, database, agents); err != nil {
		return nil, fmt.Errorf("write the settings: %w", err)
	}
	return s, s.serve(ctx, binary, filepath.Join(out, name+".log"), []string{
		"SWITCHROOM_NODE=" + name, "SWITCHROOM_OWNER=bench", "SWITCHROOM_SECRET=" + account.NewToken(), "SWITCHROOM_MEDIA_ADDRESS=127.0.0.1",
		"SWITCHROOM_TRUSTED_PROXIES=127.0.0.0/8", // each page says where it comes from: see Page.Login
		"SWITCHROOM_ARI_URL=" + strings.TrimSuffix(asterisk.ARIURL, "/ari"), "SWITCHROOM_ARI_USER=" + asterisk.User, "SWITCHROOM_ARI_PASSWORD=" + asterisk.Password,
		"SWITCHROOM_REDIS=redis://" + redis.Addr() + "/0", "SWITCHROOM_DATABASE=sqlite:" + database,
	})
}

// seed writes the settings, and returns the secrets of the agents' phones.
func seed(ctx context.Context, file string, agents int) (secrets []string, err error) {
	const by = "bench"
	db, err := sql.Open(ctx, sql.Config{URL: file, Passwords: account.QuickHasher()})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	err = errors.Join(db.Migrate(ctx),
		db.PutService(ctx, by, sql.Service{ID: service, Name: "Bench", Inbound: true, Outbound: true, DefaultStatus: agent.Business}),
		db.PutQueue(ctx, by, sql.QueueSettings{Name: "sales", Number: "1000", Service: service, // 1000 reaches it, see lab
			Scenario: call.Scenario{Pickup: 20 * time.Second, Music: "default", AnswerNow: true}}))
	for i := range agents {
		id := Login(i)
		err = errors.Join(err,
			db.PutUser(ctx, by, account.User{ID: id, Login: id, Name: id, Roles: []account.Role{account.Agent}}, password),
			db.Permit(ctx, by, id, service, true), db.Join(ctx, by, id, "sales", true),
			db.PutPhone(ctx, by, id, sql.Phone{CTI: "C" + id, Number: fmt.Sprint(2000 + i), Device: agent.Desk, Home: service}))
		if err != nil {
			return nil, err
		}
		a, err := db.Account(ctx, id)
		if err != nil {
			return nil, err
		}
		secrets = append(secrets, a.Secret)
	}
	return secrets, err
}

// serve starts the controller and returns once calls are served.
func (s *Site) serve(ctx context.Context, binary, logPath string, env []string) error {
	listen, err := freeAddress()
	if err != nil {
		return err
	}
	cmd := exec.Command(binary, "serve")
	cmd.Env = append(append(os.Environ(), env...), "SWITCHROOM_LISTEN="+listen)
	s.Base = "http://" + listen
	_, err = s.Site.Start(cmd, logPath, func() error {
		return Until(ctx, func(ctx context.Context) error {
			return (&Page{Base: s.Base}).request(ctx, http.MethodGet, "/ready", nil, nil)
		})
	})
	return err
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
