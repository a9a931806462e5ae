package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/lab/phone"
	"switchroom/store/sql"
)

// The controller is killed (-9) at every point that an inbound call passes: before a step is saved, after it, and after each effect. It is
// started again at once, as a service manager does. Whatever the point, the story has to end as it would have.
//
// First every story is played once to learn its points; then each point is played in its story. Points are named by
// engine/step.go: state/input/before-save, state/input/after-save, state/input/after-effect, with a number for repeated ones.

// patience bounds what takes a restart in between.
const patience = 20 * time.Second

// story is one way for an inbound call to go. Phones act by themselves; play does what people do, and checks the end.
type story struct {
	name  string
	sales call.Scenario
	carla phone.Behaviour
	obeys bool // carla's phone obeys auto-answer
	// outside is what the customer's phone does whom carla calls; nil: nobody is called.
	outside phone.Behaviour
	play    func(r *crashRun)
}

// crashRun is one playing of a story.
type crashRun struct {
	*house
	carla, dora *desk
	customer    *customer
	outside     *customer // whom agents call
	tickets     int       // before it
}

var stories = []story{
	{
		name: "answered, the customer hangs up", sales: call.Scenario{Pickup: 8 * time.Second, AnswerNow: true},
		carla: phone.AnswerAfterRinging(100 * time.Millisecond),
		play: func(r *crashRun) {
			r.carla.choose(agent.Ready)
			r.callsIn()
			r.hearsAgent(r.carla)
			r.ticketComes()
			r.customer.hangsUp()
			r.endsIn(r.carla, agent.ShowBusiness, agent.ReasonTicketProcessing)
		},
	},
	{
		name: "answered by the page", sales: call.Scenario{Pickup: 8 * time.Second},
		carla: phone.RingForever(), obeys: true,
		play: func(r *crashRun) {
			r.carla.choose(agent.Ready)
			r.callsIn()
			r.answersOnPage()
			r.hearsAgent(r.carla)
			r.ticketComes()
			r.customer.hangsUp()
			r.endsIn(r.carla, agent.ShowBusiness, agent.ReasonTicketProcessing)
		},
	},
	{
		name: "answered, the agent hangs up", sales: call.Scenario{Pickup: 8 * time.Second, AnswerNow: true},
		carla: answerAndHangUp,
		play: func(r *crashRun) {
			r.carla.choose(agent.Ready)
			r.callsIn()
			r.customer.waitsFor(patience, "is hung up", func(ctx context.Context) error { _, err := r.customer.call.WaitEnded(ctx); return err })
			r.endsIn(r.carla, agent.ShowBusiness, agent.ReasonTicketProcessing)
			r.ticketComes()
		},
	},
	{
		name: "answered, the agent hangs up on the page", sales: call.Scenario{Pickup: 8 * time.Second, AnswerNow: true},
		carla: phone.AnswerAfterRinging(50 * time.Millisecond),
		play: func(r *crashRun) {
			r.carla.choose(agent.Ready)
			r.callsIn()
			r.hearsAgent(r.carla)
			r.ticketComes()
			r.commands(r.carla, call.KHangup)
			r.endsOrAgain(call.KHangup)
			r.endsIn(r.carla, agent.ShowBusiness, agent.ReasonTicketProcessing)
		},
	},
	{
		name: "declined on the page, then another agent", sales: call.Scenario{Pickup: 8 * time.Second, MissLimit: 1},
		carla: phone.RingForever(),
		play: func(r *crashRun) {
			r.carla.choose(agent.Ready)
			r.callsIn()
			r.until(patience, "carla declines", func(ctx context.Context) (bool, string) {
				v, err := r.carla.page.view(ctx)
				if err != nil {
					return false, err.Error()
				}
				if v.Call != nil {
					err = r.carla.page.once(ctx, v.Call.ID, call.KDecline)
				}
				return v.Status.Reason == agent.ReasonMissed, fmt.Sprint(v.Status, err)
			})
			r.dora.choose(agent.Ready)
			r.hearsAgent(r.dora)
			r.ticketComes()
			r.customer.hangsUp()
			r.endsIn(r.dora, agent.ShowBusiness, agent.ReasonTicketProcessing)
		},
	},
	{
		name: "rung out, then another agent", sales: call.Scenario{Pickup: time.Second, AnswerNow: true, MissLimit: 1},
		carla: phone.RingForever(),
		play:  func(r *crashRun) { r.otherAgentServes() },
	},
	{
		name: "declined, then another agent", sales: call.Scenario{Pickup: 8 * time.Second, MissLimit: 1},
		carla: phone.DeclineAfterRinging(100 * time.Millisecond),
		play:  func(r *crashRun) { r.otherAgentServes() },
	},
	{
		name: "busy, then another agent", sales: call.Scenario{Pickup: 8 * time.Second, MissLimit: 1},
		carla: phone.Busy(),
		play:  func(r *crashRun) { r.otherAgentServes() },
	},
	{
		name: "the caller hangs up while the phone rings", sales: call.Scenario{Pickup: 8 * time.Second, AnswerNow: true, MissLimit: 1},
		carla: phone.RingForever(),
		play: func(r *crashRun) {
			r.carla.choose(agent.Ready)
			r.callsIn()
			r.until(patience, "carla's phone rings", func(context.Context) (bool, string) { return r.carla.ringing() != nil, "" })
			time.Sleep(100 * time.Millisecond) // the controller hears of the ringing
			r.customer.hangsUp()
			r.endsIn(r.carla, agent.ShowReady, "")
			if n := r.house.tickets() - r.tickets; n != 0 {
				r.Errorf("%d tickets for a call that nobody answered", n)
			}
		},
	},
	{
		name: "music first, then answered", sales: call.Scenario{Pickup: 8 * time.Second, AnswerNow: true},
		carla: phone.AnswerAfterRinging(50 * time.Millisecond),
		play: func(r *crashRun) {
			r.callsIn()
			for _, hz := range musicTones() {
				r.customer.waitsFor(patience, "hears music", func(ctx context.Context) error { return r.customer.call.WaitTone(ctx, hz) })
			}
			r.carla.choose(agent.Ready)
			r.hearsAgent(r.carla)
			r.ticketComes()
			r.customer.hangsUp()
			r.endsIn(r.carla, agent.ShowBusiness, agent.ReasonTicketProcessing)
		},
	},
	{
		name: "overflow", sales: call.Scenario{Pickup: 8 * time.Second, MaxWait: 1500 * time.Millisecond, AnswerNow: true},
		carla: phone.RingForever(),
		play: func(r *crashRun) {
			r.callsIn()
			r.customer.waitsFor(patience, "is back in the dialplan", func(ctx context.Context) error { _, err := r.customer.call.WaitEnded(ctx); return err })
			r.endsIn(r.carla, agent.ShowBusiness, "")
		},
	},
	{
		name: "audio asked back", sales: call.Scenario{Pickup: 8 * time.Second, AnswerNow: true},
		carla: phone.AnswerAfterRinging(50 * time.Millisecond), obeys: true,
		play: func(r *crashRun) {
			r.carla.choose(agent.Ready)
			r.callsIn()
			r.hearsAgent(r.carla)
			r.ticketComes()
			r.asksAudioBack()
			r.until(patience, "carla hears the customer again", func(context.Context) (bool, string) {
				leg := r.carla.lastLeg()
				return leg.State() == phone.StateUp && leg.Hears(r.customer.tone), leg.String()
			})
			r.hearsAgent(r.carla)
			r.customer.hangsUp()
			r.endsIn(r.carla, agent.ShowBusiness, agent.ReasonTicketProcessing)
			r.ticketComes()
		},
	},
}

// answerAndHangUp answers, and hangs up when the customer has been heard.
func answerAndHangUp(c *phone.Call) {
	phone.AnswerAfterRinging(50 * time.Millisecond)(c)
	for _, hz := range customerTones {
		go func() {
			if c.WaitTone(c.Context(), hz) == nil {
				_ = c.Hangup(context.Background())
			}
		}()
	}
}

func (r *crashRun) callsIn() {
	r.Helper()
	r.customer = r.house.customer("0301234567").dials("1000")
}

func (r *crashRun) hearsAgent(d *desk) {
	r.Helper()
	r.customer.waitsFor(patience, "hears "+d.name, func(ctx context.Context) error { return r.customer.call.WaitTone(ctx, d.tone) })
}

// ticketComes waits for the call's one ticket.
func (r *crashRun) ticketComes() {
	r.Helper()
	r.until(patience, "there is one ticket", func(context.Context) (bool, string) {
		n := r.house.tickets() - r.tickets
		if n > 1 {
			r.Fatalf("there are %d tickets for one call", n)
		}
		return n == 1, fmt.Sprint(n)
	})
}

func (r *crashRun) endsIn(d *desk, code agent.Code, reason string) {
	r.Helper()
	d.seesWithin(patience, fmt.Sprintf("ends in %s %s", code, reason), func(v view) bool {
		return v.Status.Code == code && v.Status.Reason == reason && v.Call == nil
	})
}

// otherAgentServes is the story of a call that carla does not take.
func (r *crashRun) otherAgentServes() {
	r.Helper()
	r.carla.choose(agent.Ready)
	r.dora.choose(agent.Ready)
	r.callsIn()
	r.hearsAgent(r.dora)
	r.ticketComes()
	r.customer.hangsUp()
	r.endsIn(r.dora, agent.ShowBusiness, agent.ReasonTicketProcessing)
	r.carla.seesWithin(patience, "is free", func(v view) bool { return v.Call == nil && v.Status.Code != agent.ShowRinging })
}

// answersOnPage presses Answer until the call is answered: the press may meet no controller, or one that dies of it.
func (r *crashRun) answersOnPage() {
	r.Helper()
	r.until(patience, "carla answers on the page", func(ctx context.Context) (bool, string) {
		v, err := r.carla.page.view(ctx)
		if err != nil || v.Call == nil {
			return false, fmt.Sprint(v.Status, err)
		}
		if v.Call.State == call.Talking {
			return true, ""
		}
		if v.Call.State == call.Offering {
			err = r.carla.page.command(ctx, v.Call.ID, call.KAnswer)
		}
		return false, fmt.Sprint(v.Call.State, err)
	})
}

// commands gives a command once; that the controller dies of it is no error.
func (r *crashRun) commands(d *desk, k call.Kind) {
	r.Helper()
	v := d.seesWithin(patience, "has a call", func(v view) bool { return v.Call != nil && v.Call.State == call.Talking })
	ctx, cancel := r.limit(patience)
	defer cancel()
	if err := d.page.once(ctx, v.Call.ID, k); err != nil && !away(err) {
		r.Fatalf("%s: %v", k, err)
	}
}

// endsOrAgain waits for the customer's end, and gives the command again while the call goes on: the first may have met no controller.
func (r *crashRun) endsOrAgain(k call.Kind) {
	r.Helper()
	r.until(patience, "the customer is let go", func(ctx context.Context) (bool, string) {
		if _, over := r.customer.call.Ended(); over {
			return true, ""
		}
		v, err := r.carla.page.view(ctx)
		if err == nil && v.Call != nil && v.Call.State == call.Talking {
			err = r.carla.page.once(ctx, v.Call.ID, k)
		}
		return false, fmt.Sprint(v.Status, err)
	})
}

// asksAudioBack says that the audio is gone, and says it again should the controller have died without hearing it.
func (r *crashRun) asksAudioBack() {
	r.Helper()
	before := r.carla.isCalled()
	var asked time.Time
	r.until(patience, "carla is called again", func(ctx context.Context) (bool, string) {
		if r.carla.isCalled() > before {
			return true, ""
		}
		v, err := r.carla.page.view(ctx)
		if err == nil && v.Call != nil && v.Call.State == call.Talking && time.Since(asked) > 2*time.Second {
			if err = r.carla.page.once(ctx, v.Call.ID, call.KRejoin); err == nil {
				asked = time.Now()
			}
		}
		return false, fmt.Sprint(v.Status, err)
	})
}

// crashPoint is one point to be killed at, in one story.
type crashPoint struct {
	story story
	point string // as SWITCHROOM_FAULT wants it
}

// crashSet is stories and which of their points matter: the others are another set's.
type crashSet struct {
	name    string
	stories []story
	matters func(point string) bool
}

var crashSets = []crashSet{
	{"inbound calls", stories, func(string) bool { return true }},
	{"what agents do with a live call", inCallStories, func(point string) bool {
		return !slices.Contains([]string{"", string(call.Queued), string(call.Offering), string(call.Connecting)}, stateOf(point))
	}},
	{"dialling out", dialStories, func(point string) bool { return stateOf(point) == "" || stateOf(point) == string(call.DialingOut) }},
	{"colleagues and second lines", lineStories, func(point string) bool {
		return !slices.Contains([]string{string(call.Queued), string(call.Offering), string(call.Connecting), string(call.Talking), string(call.Ended)}, stateOf(point))
	}},
}

func stateOf(point string) string {
	state, _, _ := strings.Cut(point, "/")
	return state
}

func TestTheControllerIsKilledAtEachPointAndEveryCallGoesOnOrEndsAsItShould(t *testing.T) {
	t.Parallel()
	learnt := make([][]crashPoint, len(crashSets))
	t.Run("learn the points", func(t *testing.T) {
		for i, set := range crashSets {
			t.Run(set.name, func(t *testing.T) {
				t.Parallel()
				learnt[i] = slices.DeleteFunc(learnPoints(t, set.stories), func(p crashPoint) bool { return !set.matters(p.point) })
			})
		}
	})
	lines := len(crashSets) - 1 // the same points as others', with other legs: they are played in their own stories too
	points := append(onceEach(slices.Concat(learnt[:lines]...)), onceEach(learnt[lines])...)
	t.Logf("%d points: %d, %d, %d and %d in their sets", len(points), len(learnt[0]), len(learnt[1]), len(learnt[2]), len(learnt[3]))
	var played atomic.Int32
	t.Run("kill", func(t *testing.T) {
		todo := make(chan crashPoint, len(points))
		for _, p := range points {
			todo <- p
		}
		close(todo)
		for shift := range crashShifts {
			t.Run(fmt.Sprint("shift ", shift), func(t *testing.T) {
				t.Parallel()
				h := newCrashHouse(t)
				for p := range todo {
					played.Add(1)
					t.Run(p.story.name+" at "+p.point, func(t *testing.T) { h.crash(t, p) })
				}
				h.T = t
				h.customers = nil // each run checked its own
			})
		}
	})
	if n := int(played.Load()); n != len(points) {
		t.Errorf("%d of %d points were played", n, len(points))
	}
}

// crashShifts is how many houses share the points.
const crashShifts = 6

// onceEach leaves each point in the first story that passes it, whatever its number there.
func onceEach(points []crashPoint) (out []crashPoint) {
	known := map[string]bool{}
	for _, p := range points {
		if name, _, _ := strings.Cut(p.point, "#"); !known[name] {
			known[name] = true
			out = append(out, p)
		}
	}
	return out
}

func newCrashHouse(t *testing.T) *house {
	t.Helper()
	h := newHouse(t, options{detector: never, before: wayOut})
	h.pstn = h.outside(phone.Busy())
	h.expect("Stasis app 'switchroom' not active")
	for _, name := range h.opt.agents {
		d := h.desk(name)
		d.page.patient = true
		d.login()
	}
	return h
}

// learnPoints plays each story with nobody killed, and returns the points passed that differ in what was done before them.
func learnPoints(t *testing.T, stories []story) []crashPoint {
	h := newCrashHouse(t)
	var out []crashPoint
	for i, s := range stories {
		file := filepath.Join(t.TempDir(), fmt.Sprint(i))
		h.prepare(s)
		h.control.kill()
		h.control.start("SWITCHROOM_FAULT=trace=" + file)
		h.play(s)
		h.settled()
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, point := range distinct(strings.Fields(string(b))) {
			out = append(out, crashPoint{s, point})
		}
	}
	h.customers = nil
	return onceEach(out)
}

// distinct leaves out the points between which nothing happens: before an effect is after the one before it, and effects on agents are part of
// the save.
func distinct(points []string) []string {
	return slices.DeleteFunc(points, func(p string) bool {
		_, phase, _ := strings.Cut(p[strings.Index(p, "/")+1:], "/")
		phase, _, _ = strings.Cut(phase, "#")
		switch phase {
		case "before-save", "after-save":
			return false
		case "after-reserve_agent", "after-agent_phase", "after-release_agent", "after-ask_answer", "after-tell_ticket":
			return true
		}
		return strings.HasPrefix(phase, "before-")
	})
}

// prepare sets the story's scene. The controller reads it at its next start.
func (h *house) prepare(s story) {
	h.Helper()
	s.sales.Music = "default"
	queue := sql.QueueSettings{Name: sales, Number: "1000", Service: theService, Scenario: s.sales}
	if err := h.db.PutQueue(h.Context(), "test", queue); err != nil {
		h.Fatal(err)
	}
	h.desks[0].does(s.carla).setObeys(s.obeys)
	h.desks[1].does(phone.AnswerAfterRinging(100 * time.Millisecond))
	for _, d := range h.desks {
		d.choose(agent.Rest)
		d.choose(agent.Business)
		d.forget()
	}
}

func (h *house) play(s story) *crashRun {
	h.Helper()
	r := &crashRun{house: h, carla: h.desks[0], dora: h.desks[1], outside: h.pstn, tickets: h.tickets()}
	if s.outside != nil {
		h.pstn.h = h
		h.pstn.does(s.outside)
	}
	for _, d := range h.desks {
		d.sees("is reachable", func(v view) bool { return v.Phone.Reachable })
	}
	s.play(r)
	return r
}

// crash plays a story in which the controller is killed at a point.
func (h *house) crash(t *testing.T, p crashPoint) {
	h.T, h.customers, h.since = t, nil, time.Now()
	if !h.control.runs() {
		h.control.start() // the run before failed
	}
	h.prepare(p.story)
	h.control.kill()
	h.control.start("SWITCHROOM_FAULT=kill=" + p.point)
	revive := h.control.revive()
	var away time.Duration
	ended := func() { // also when the story fails, so that the next one finds a controller
		var died bool
		if died, away = revive(); !died {
			t.Logf("the point was not passed this time")
			h.control.kill() // it still waits for the point
			h.control.start()
		}
		if err := h.asterisk.Died(); err != nil {
			t.Error(err)
			h.restartAsterisk() // for the points after this one
		}
	}
	r := func() *crashRun {
		defer ended()
		r := h.play(p.story)
		h.settled()
		return r
	}()
	if n := h.tickets() - r.tickets; n > 1 {
		t.Errorf("%d tickets for one call", n)
	}
	for _, d := range h.desks {
		if leg := d.dialledTwice(); leg != "" {
			t.Errorf("%s's phone was rung twice for leg %s", d.name, leg)
		}
		// Two offers at most: the one that the kill cut off and its repetition. An offer that is answered on the page, or a lost leg that
		// is called back, takes two legs.
		most := 3
		if p.story.obeys {
			most = 4
		}
		if n := d.isCalled(); n > most {
			t.Errorf("%s's phone was rung %d times: %v", d.name, n, d.legs())
		}
	}
	lag := clock.worst(h.since)
	if s := r.customer.silence(); r.customer.call != nil && s > longestSilence+away+lag {
		t.Errorf("the customer was in silence for %v, %s; the controller was away for %v", s, r.customer.quiet(), away)
	}
}

// revive starts the controller again once it has killed itself. The function returned tells whether it did, and how long it was away.
func (c *controller) revive() func() (died bool, away time.Duration) {
	enough := make(chan struct{})
	result := make(chan time.Duration, 1)
	go func() {
		select {
		case <-enough:
			if c.runs() {
				result <- 0
				return
			}
		case <-c.ended:
		}
		began := time.Now()
		err := c.spawn()
		for err == nil && c.runs() && time.Since(began) < patience {
			if why, err := c.readiness(context.Background()); err == nil && why == "" {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		result <- time.Since(began)
	}()
	return func() (bool, time.Duration) {
		close(enough)
		away := <-result
		return away > 0, away
	}
}
