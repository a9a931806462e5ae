package engine_test

import (
	"testing"
	"time"

	"switchroom/call"
	"switchroom/engine"
	"switchroom/engine/enginetest"
	"switchroom/hours"
)

// opens gives the queue's service these hours, at once.
func (h *house) opens(queue string, v engine.Hours) {
	h.home.SetQueue(engine.Queue{Name: queue, Service: "demo of " + queue, Inbound: true, Scenario: scenario, Hours: v})
}

// closesIn is a service that is open for so long, by its switch, and else never.
func closesIn(d time.Duration, c engine.Closed) engine.Hours {
	return engine.Hours{Plan: hours.Plan{Calendar: hours.Calendar{Zone: "UTC"}, Hand: hours.Hand{Position: hours.Open, Until: time.Now().Add(d)}}, Closed: c}
}

func (h *house) closed(c engine.Closed) engine.Hours { return closesIn(-time.Hour, c) }

func TestCallersOfAClosedServiceGetWhatItSays(t *testing.T) {
	message := engine.Closed{Message: "closed.wav", MessageTime: 20 * time.Second}
	t.Run("back to the dialplan", func(t *testing.T) {
		inHouse(t, []string{"ann"}, func(h *house) {
			h.opens("sales", h.closed(engine.Closed{}))
			h.sw.CallIn("sales")
			h.quiet(10 * time.Second)
			if back := h.sw.GivenBack(); len(back) != 1 || back[0].Result != "refused" || back[0].Slug != "closed" {
				t.Errorf("given back with %+v", back)
			}
		})
	})
	t.Run("a message, and then nothing", func(t *testing.T) {
		inHouse(t, []string{"ann"}, func(h *house) {
			h.opens("sales", h.closed(message))
			customer := h.sw.CallIn("sales")
			h.in(time.Second, call.Farewell)
			if what, _ := h.sw.Hears(customer); what != call.Message {
				t.Errorf("the caller hears %q", what)
			}
			h.quiet(time.Minute)
			if back := h.sw.GivenBack(); len(back) != 0 {
				t.Errorf("given back with %+v", back)
			}
		})
	})
	t.Run("another queue, if need be by way of a third", func(t *testing.T) {
		inHouse(t, []string{"ann"}, func(h *house) {
			h.sw.React("p-ann", enginetest.Always(enginetest.AnswersAfter(time.Second)))
			h.opens("day", h.closed(engine.Closed{Queue: "evening"}))
			h.opens("evening", h.closed(engine.Closed{Queue: "sales"}))
			h.opens("sales", engine.Hours{})
			h.sw.CallIn("day")
			h.in(5*time.Second, call.Talking)
			if c := h.only(); c.Queue != "sales" || c.Service != "demo of sales" {
				t.Errorf("talks in %s of %s", c.Queue, c.Service)
			}
		})
	})
	for name, to := range map[string]string{"a circle": "sales", "a queue that is not there": "nowhere", "a queue that takes no calls": "off"} {
		t.Run(name, func(t *testing.T) {
			inHouse(t, []string{"ann"}, func(h *house) {
				h.opens("sales", h.closed(engine.Closed{Queue: to}))
				h.home.SetQueue(engine.Queue{Name: "off", Service: "off", Scenario: scenario})
				h.sw.CallIn("sales")
				h.quiet(10 * time.Second)
				if back := h.sw.GivenBack(); len(back) != 1 || back[0].Slug != "closed" {
					t.Errorf("given back with %+v", back)
				}
			})
		})
	}
}

func TestWhoWaitsWhenTheServiceClosesIsServedUnlessItSaysOtherwise(t *testing.T) {
	for name, c := range map[string]struct {
		closed engine.Closed
		want   call.State
	}{
		"served":            {engine.Closed{}, call.Queued},
		"a message":         {engine.Closed{Waiting: true, Message: "closed.wav", MessageTime: 20 * time.Second}, call.Farewell},
		"another queue":     {engine.Closed{Waiting: true, Queue: "night"}, call.Queued},
		"back to the start": {engine.Closed{Waiting: true}, call.Ended},
	} {
		t.Run(name, func(t *testing.T) {
			inHouse(t, nil, func(h *house) {
				h.opens("night", engine.Hours{})
				h.opens("sales", closesIn(30*time.Second, c.closed))
				h.sw.CallIn("sales")
				h.in(time.Second, call.Queued)
				time.Sleep(28 * time.Second)
				h.in(0, call.Queued)
				time.Sleep(3 * time.Second)
				if c.want == call.Ended {
					if back := h.sw.GivenBack(); len(back) != 1 || back[0].Result != "refused" || back[0].Slug != "closed" {
						t.Errorf("given back with %+v", back)
					}
					return
				}
				h.in(0, c.want)
				if moved := h.only().Queue == "night"; moved != (c.closed.Queue != "") {
					t.Errorf("waits in %s", h.only().Queue)
				}
			})
		})
	}
}

func TestAServiceThatIsClosedByHandClosesAtOnce(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		h.opens("sales", engine.Hours{})
		h.sw.CallIn("sales")
		h.in(time.Second, call.Queued)
		h.opens("sales", engine.Hours{Plan: hours.Plan{Hand: hours.Hand{Position: hours.Closed}}, Closed: engine.Closed{Waiting: true}})
		h.quiet(5 * time.Second)
		if back := h.sw.GivenBack(); len(back) != 1 || back[0].Slug != "closed" {
			t.Errorf("given back with %+v", back)
		}
	})
}

func TestARescuedCallerWhoWaitedBeforeTheServiceClosedIsStillServed(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		h.opens("sales", closesIn(-time.Second, engine.Closed{}))
		h.e.Arrived(engine.Arrival{Node: "fake", Channel: "rescued", Queue: "sales", Since: time.Now().Add(-time.Minute)})
		h.until(time.Second, "the caller waits", func() bool { return h.only().State == call.Queued })
	})
}
