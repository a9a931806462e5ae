// Command switchroom is the controller of a contact centre's phones and callers.
//
//	switchroom serve      run the controller for one Asterisk node
//	switchroom demo       the same with an Asterisk, a Redis and demo people of its own
//	switchroom call       place a demo customer's call
//	switchroom admin      make the first administrator, or set a lost password
//	switchroom migrate    bring the database up to date, or say what is pending
//	switchroom doctor     say what is wrong with a set-up
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is set by the linker.
var version = "dev"

type cli struct {
	LogFormat string `help:"How to log: text or json." enum:"text,json" default:"text" env:"SWITCHROOM_LOG_FORMAT"`
	LogLevel  string `help:"What to log: debug, info, warn or error." enum:"debug,info,warn,error" default:"info" env:"SWITCHROOM_LOG_LEVEL"`

	Serve   serveCmd   `cmd:"" help:"Run the controller for one Asterisk node."`
	Demo    demoCmd    `cmd:"" help:"Run everything on this machine: Asterisk, Redis, the controller, demo people."`
	Call    callCmd    `cmd:"" help:"Place a demo customer's call into a running demo."`
	Admin   adminCmd   `cmd:"" help:"Make the first administrator, or set a lost password."`
	Migrate migrateCmd `cmd:"" help:"Bring the database up to date."`
	Doctor  doctorCmd  `cmd:"" help:"Say what is wrong with a set-up, and what to do."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

type versionCmd struct{}

func (versionCmd) Run() error {
	fmt.Println("switchroom", version)
	return nil
}

func main() {
	var c cli
	k := kong.Parse(&c, kong.Name("switchroom"), kong.Description("An open contact-centre phone system core on Asterisk."), kong.UsageOnError())
	log := logger(c.LogFormat, c.LogLevel)
	slog.SetDefault(log)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	k.BindTo(ctx, (*context.Context)(nil))
	k.Bind(log)
	if err := k.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "switchroom:", err)
		os.Exit(1)
	}
}

func logger(format, level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	opts := &slog.HandlerOptions{Level: l}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, opts))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, opts))
}
