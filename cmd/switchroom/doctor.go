package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"

	"switchroom/cmd/switchroom/doctor"
)

type doctorCmd struct {
	ARIURL      string `name:"ari-url" default:"http://127.0.0.1:8088" env:"SWITCHROOM_ARI_URL" help:"Asterisk's HTTP server."`
	ARIUser     string `name:"ari-user" default:"switchroom" env:"SWITCHROOM_ARI_USER" help:"User in ari.conf."`
	ARIPassword string `name:"ari-password" env:"SWITCHROOM_ARI_PASSWORD" help:"Its password; better in the environment."`
	SIPSocket   string `name:"sip-socket" env:"SWITCHROOM_SIP_SOCKET" help:"Asterisk's SIP over WebSocket. Default: /ws at the ARI URL."`
	Media       string `name:"media-address" env:"SWITCHROOM_MEDIA_ADDRESS" help:"As given to serve."`
	Redis       string `default:"redis://127.0.0.1:6379/0" env:"SWITCHROOM_REDIS" help:"As given to serve."`
	Database    string `default:"sqlite:switchroom.db" env:"SWITCHROOM_DATABASE" help:"As given to serve."`
	Prompts     string `env:"SWITCHROOM_PROMPTS" help:"As given to serve."`
	SecretKey   string `name:"secret-key" env:"SWITCHROOM_SECRET_KEY" help:"As given to serve; better in the environment."`
	JSON        bool   `name:"json" help:"Print the findings as JSON."`
}

// Run prints the findings; it fails when something does not work.
func (c doctorCmd) Run(ctx context.Context) error {
	if c.SIPSocket == "" {
		c.SIPSocket = c.ARIURL + "/ws"
	}
	findings := doctor.Examine(ctx, doctor.Setup{
		ARIURL: c.ARIURL, ARIUser: c.ARIUser, ARIPassword: c.ARIPassword, SIPSocket: c.SIPSocket, Media: c.Media, Redis: c.Redis, Database: c.Database, Prompts: c.Prompts, SecretKey: c.SecretKey,
	})
	if c.JSON {
		if err := json.NewEncoder(os.Stdout).Encode(findings); err != nil {
			return err
		}
	} else {
		doctor.Print(os.Stdout, findings)
	}
	if doctor.Failed(findings) {
		return errors.New("something does not work; see above")
	}
	return nil
}
