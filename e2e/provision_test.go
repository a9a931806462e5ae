package e2e

import (
	"fmt"
	"testing"

	"switchroom/agent"
	"switchroom/lab/phone"
)

func TestS6_APhoneAccountIsMadeByTheControllerAndSurvivesRestartsOfAsteriskAndController(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	carla := h.desk("carla").ready()
	call := func() {
		t.Helper()
		customer := h.customer("0301234567").dials("1000")
		h.talk(customer, carla, carla.answers(carla.rings()))
		customer.hangsUp()
		carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
		carla.choose(agent.Ready)
		h.settled()
	}
	call()
	if err := h.asterisk.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.control.waitReady()
	carla.must("register", carla.phone.Register)
	carla.ready()
	call()
	h.control.kill()
	h.control.start()
	carla.ready()
	call()
}

func TestS6_AWrongSIPPasswordIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	for user, secret := range map[string]string{"carla": "wrong", "nobody": "wrong", "dora": ""} {
		p, err := phone.New(t.Context(), phone.Config{User: user, Password: secret, Server: h.asterisk.SIPAddr})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := h.limit(soon)
		if err := p.Register(ctx); !phone.IsStatus(err, 401) && !phone.IsStatus(err, 403) {
			t.Errorf("registering %s with the password %q: %v", user, secret, err)
		}
		cancel()
		_ = p.Close()
	}
}

func TestS6_AnAgentHiredWhileTheControllerRunsHasAWorkingPhoneAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	if err := h.hire(t.Context(), "nina", "2099"); err != nil {
		t.Fatal(err)
	}
	nina, err := h.db.Account(t.Context(), "nina")
	if err != nil {
		t.Fatal(err)
	}
	p, err := phone.New(t.Context(), phone.Config{User: nina.Endpoint, Password: nina.Secret, Server: h.asterisk.SIPAddr})
	if err != nil {
		t.Fatal(err)
	}
	h.until(soon, "nina's phone can register", func(ctx contextT) (bool, string) {
		err := p.Register(ctx)
		return err == nil, fmt.Sprint(err)
	})
	_ = p.Close()
	d := h.desk("nina").ready()
	customer := h.customer("0301234567").dials("1000")
	h.talk(customer, d, d.answers(d.rings()))
}
