package main

import (
	"context"
	"fmt"

	"switchroom/bench/internal/delivered"
	"switchroom/call"
	"switchroom/lab"
	"switchroom/lab/phone"
)

const loudness = -15 // dBFS

// Tones of people, none of them the music's.
var (
	agentTone    = 700
	customerTone = 500
)

// pair is a customer and the agent whom they talk to.
type pair struct {
	agent    *delivered.Page
	call     string
	customer *phone.Call
	tone     int // the agent's
}

// hears waits until the customer hears the tone.
func (p *pair) hears(ctx context.Context, hz int) error {
	ctx, cancel := context.WithTimeout(ctx, delivered.Within)
	defer cancel()
	return p.customer.WaitTone(ctx, hz)
}

// site has a conversation of each agent.
type site struct {
	*delivered.Site
	pairs []*pair
}

func build(ctx context.Context, o options) (*site, error) {
	d, err := delivered.Start(ctx, "hold", o.out, o.calls)
	if err != nil {
		return nil, err
	}
	s := &site{Site: d}
	for i, secret := range d.Secrets {
		p, err := s.pair(ctx, i, secret)
		if err != nil {
			s.Close()
			return nil, err
		}
		s.pairs = append(s.pairs, p)
	}
	return s, nil
}

// pair lets the next agent take the next customer's call.
func (s *site) pair(ctx context.Context, i int, secret string) (*pair, error) {
	desk, err := s.phone(ctx, phone.Config{User: delivered.Login(i), Password: secret, Server: s.SIP, Sound: phone.Tone(agentTone, loudness)})
	if err != nil {
		return nil, err
	}
	desk.OnInvite(phone.AutoAnswer(0))
	if err := delivered.Until(ctx, desk.Register); err != nil {
		return nil, err
	}
	p := &pair{agent: &delivered.Page{Base: s.Base}, tone: agentTone}
	if err := p.agent.Login(ctx, i); err != nil {
		return nil, err
	}
	if err := p.agent.Ready(ctx); err != nil {
		return nil, err
	}
	guest, err := s.phone(ctx, phone.Config{User: fmt.Sprintf("0301%04d", i), Server: s.SIP, Sound: phone.Tone(customerTone, loudness), Listen: []int{int(lab.MusicTones[0])}})
	if err != nil {
		return nil, err
	}
	limit, cancel := context.WithTimeout(ctx, delivered.Within)
	defer cancel()
	if p.customer, err = guest.Invite(limit, "1000", phone.InviteOpts{}); err != nil {
		return nil, err
	}
	s.OnClose(func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), delivered.Within)
		defer cancel()
		return p.customer.Hangup(ctx)
	})
	if err := p.hears(ctx, agentTone); err != nil {
		return nil, err
	}
	leg, err := desk.WaitIncoming(limit)
	if err != nil {
		return nil, err
	}
	if err := leg.WaitTone(limit, customerTone); err != nil {
		return nil, err
	}
	return p, delivered.Until(ctx, func(ctx context.Context) error {
		v, err := p.agent.View(ctx)
		if err == nil && (v.Call == nil || v.Call.State != call.Talking) {
			err = fmt.Errorf("agent %s has no conversation: %+v", delivered.Login(i), v.Status)
		}
		if err == nil {
			p.call = v.Call.ID
		}
		return err
	})
}

func (s *site) phone(ctx context.Context, c phone.Config) (*phone.Phone, error) {
	p, err := phone.New(context.WithoutCancel(ctx), c)
	if err == nil {
		s.OnClose(p.Close)
	}
	return p, err
}
