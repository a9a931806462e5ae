package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"switchroom/lab/phone"
)

// callCmd is a demo customer at the terminal.
type callCmd struct {
	Dir     string        `help:"The running demo's folder." default:"var/demo" env:"SWITCHROOM_DEMO_DIR"`
	Number  string        `help:"The number to call: 1000 is sales, 1001 support." default:"1000"`
	From    string        `help:"The customer's number." default:"0301234567"`
	Name    string        `help:"The customer's name." default:"Demo Customer"`
	Longest time.Duration `help:"Hang up after this long." default:"5m"`
}

func (c callCmd) Run(ctx context.Context) error {
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return err
	}
	s, err := loadDemo(dir)
	if err != nil {
		return err
	}
	if s.SIP == "" {
		return fmt.Errorf("no demo has been started in %s; start one with: make run", dir)
	}
	fmt.Printf("calling %s as %s; Ctrl-C hangs up\n", c.Number, c.From)
	d := demoCustomer{
		sip: s.SIP, speech: s.Speech, from: c.From, name: c.Name, longest: c.Longest,
		say: func(f string, a ...any) { fmt.Printf(f+"\n", a...) },
	}
	return d.call(ctx, c.Number)
}

// demoCustomer calls in over SIP, as a trunk would bring a customer, and speaks.
type demoCustomer struct {
	sip, speech string
	from, name  string
	longest     time.Duration
	say         func(string, ...any)
}

// call places one call and stays in it until either side hangs up, ctx ends or the longest time is over.
func (d demoCustomer) call(ctx context.Context, number string) error {
	ctx, cancel := context.WithTimeout(ctx, d.longest)
	defer cancel()
	clip, err := phone.LoadWAV(d.speech)
	if err != nil {
		return fmt.Errorf("load what the demo customer says: %w", err)
	}
	p, err := phone.New(context.WithoutCancel(ctx), phone.Config{User: d.from, Server: d.sip, Sound: clip.Loop(800)})
	if err != nil {
		return fmt.Errorf("make the demo customer's phone: %w", err)
	}
	defer p.Close()
	c, err := p.Invite(ctx, number, phone.InviteOpts{FromName: d.name})
	if err != nil {
		return fmt.Errorf("call %s: %w; is the demo running?", number, err)
	}
	switch err := c.WaitState(ctx, phone.StateUp); {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		d.say("hung up before an answer")
		return hangup(c)
	case err != nil:
		end, _ := c.Ended()
		d.say("not answered (SIP %d)", end.Code)
		return nil
	}
	d.say("connected; speaking. Until an agent answers, the queue's music is heard")
	end, err := c.WaitEnded(ctx)
	if err != nil {
		d.say("hanging up")
		return hangup(c)
	}
	d.say("the call was ended by the %s side", end.By)
	return nil
}

func hangup(c *phone.Call) error {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	return c.Hangup(ctx)
}
