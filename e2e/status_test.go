package e2e

import (
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/lab/phone"
	"switchroom/store/sql"
)

func TestS9_TheStatusAtLoginIsTheServicesDefaultAndNeverReady(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{service: func(s *sql.Service) { s.DefaultStatus, s.DefaultReason = agent.Rest, "coffee" }})
	carla := h.desk("carla")
	carla.shows(agent.ShowLoggedOut, "")
	carla.login().shows(agent.ShowRest, "coffee")
	carla.choose(agent.Ready).shows(agent.ShowReady, "")
	carla.login().shows(agent.ShowReady, "") // logging in again changes nothing
	carla.choose(agent.LoggedOut).shows(agent.ShowLoggedOut, "")
	carla.login().shows(agent.ShowRest, "coffee")
}

func TestS10_BusinessGetsNoCalls_S12_NorDoesRest_S11_ReadyDoes(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	carla := h.desk("carla").login()
	carla.shows(agent.ShowBusiness, "")
	customer := h.customer("0301234567").dials("1000").isAnswered().hearsMusic()
	h.stays(1500*time.Millisecond, "nobody is called in Business", func() bool { return carla.isCalled() == 0 })
	carla.choose(agent.Rest).shows(agent.ShowRest, "")
	h.stays(1500*time.Millisecond, "nobody is called in Rest", func() bool { return carla.isCalled() == 0 })
	carla.choose(agent.Ready)
	h.talk(customer, carla, carla.answers(carla.rings()))
}

func TestS10_AStatusChosenDuringACallAppliesWhenItEnds(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	carla := h.desk("carla").does(phone.AutoAnswer(0)).ready()
	for _, next := range []agent.Choice{agent.Rest, agent.Ready, agent.Business, agent.LoggedOut} {
		carla.login().choose(agent.Ready)
		customer := h.customer("0301234567").dials("1000")
		leg := carla.rings()
		h.talk(customer, carla, leg)
		carla.choose(next)
		v := carla.sees("shows the next status", func(v view) bool { return v.Status.Next == next })
		if v.Status.Code != agent.ShowOnCall {
			t.Errorf("the status changed during the call: %+v", v.Status)
		}
		customer.hangsUp()
		carla.shows(agent.Code(next), "")
		h.settled()
	}
}

func TestS16_AStatusChosenWhileThePhoneRingsAppliesToWhoMissesTheCall(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{sales: func(s *call.Scenario) { s.Pickup = 1500 * time.Millisecond }})
	carla := h.desk("carla").ready()
	customer := h.customer("0301234567").dials("1000")
	carla.rings()
	carla.shows(agent.ShowRinging, "")
	carla.choose(agent.Rest)
	carla.shows(agent.ShowRest, "")
	customer.hearsMusic().hangsUp()
}

func TestS4_WithoutPermissionThereIsNoCTILogin_S6_NorWithoutCTINumber(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{agents: []string{"carla", "dora"}, before: func(h *house) {
		if err := h.db.Permit(h.Context(), "test", "carla", theService, false); err != nil {
			t.Fatal(err)
		}
		if err := h.db.PutPhone(h.Context(), "test", "dora", sql.Phone{Device: agent.Desk, Home: theService}); err != nil {
			t.Fatal(err)
		}
	}})
	if err := h.control.page("carla").login(t.Context()); code(err) != "no_permission" {
		t.Errorf("login without permission: %v", err)
	}
	if err := h.control.page("dora").login(t.Context()); code(err) != "no_cti_account" {
		t.Errorf("login without CTI ID and number: %v", err)
	}
}
