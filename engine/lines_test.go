package engine_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/engine/enginetest"
)

// onTwoLines runs f while ann, in a conversation, has dialled bob on her desk phone's second line, as phones do: the first one is held before.
func onTwoLines(t *testing.T, bob enginetest.Reaction, f func(k *talk, first, second string)) {
	t.Helper()
	inTalk(t, []string{"ann", "bob"}, nil, func(k *talk) {
		k.sw.React("p-bob", enginetest.Always(bob))
		first := k.sw.Legs("p-ann")[0]
		k.sw.HoldLine(first, true)
		k.is(time.Second, call.Held, call.Music)
		second := k.sw.DialOn("p-ann", "1bob")
		f(k, first, second)
	})
}

func TestS20_WhatIsDialledOnTheSecondLineIsAConsultation_S30_AndTheTransferKeyConnects(t *testing.T) {
	onTwoLines(t, enginetest.AnswersAfter(3*time.Second), func(k *talk, first, second string) {
		k.is(time.Second, call.ConsultRings, call.Music)
		k.sees("ann", agent.ShowTransfer, call.ConsultRings, "agent")
		if c := k.sees("bob", agent.ShowRinging, call.ConsultRings, "target"); c.Other == nil || c.Other.Agent != "ann" {
			t.Errorf("bob sees as the other %+v", c.Other)
		}
		if k.sw.Answered(second) {
			t.Error("the second line was answered before bob was")
		}
		k.is(5*time.Second, call.Consulting, call.Music)
		k.until(time.Second, "ann and bob are bridged", func() bool { return k.sw.Answered(second) && k.sw.Bridged("p-bob") && !k.sw.Talks("p-ann") })
		k.sw.HoldLine(second, true) // the phone's own swap
		k.sw.HoldLine(first, false)
		k.is(time.Second, call.Swapped, call.Person)
		k.sw.HoldLine(first, true)
		k.sw.HoldLine(second, false)
		k.is(time.Second, call.Consulting, call.Music)
		k.sw.Refer(second, "")
		k.is(time.Second, call.Talking, call.Person)
		k.shows("ann", agent.ShowBusiness, agent.ReasonTicketProcessing)
		k.sees("bob", agent.ShowOnCall, call.Talking, "agent")
		k.until(time.Second, "both of ann's lines are free", func() bool { return len(k.sw.Legs("p-ann")) == 0 && k.sw.Talks("p-bob") })
	})
}

func TestS31_HangingUpTheSecondLineCancels_S32_AndTheFirstGoesOn(t *testing.T) {
	for _, answers := range []enginetest.Reaction{enginetest.Ignores, enginetest.AnswersAfter(time.Second)} {
		onTwoLines(t, answers, func(k *talk, first, second string) {
			time.Sleep(2 * time.Second)
			k.sw.HangUpLine(second)
			k.is(time.Second, call.Held, call.Music)
			k.until(time.Second, "bob is free", func() bool { return len(k.sw.Legs("p-bob")) == 0 && k.agent("bob").Held == nil })
			k.sw.HoldLine(first, false)
			k.is(time.Second, call.Talking, call.Person)
		})
	}
}

func TestS31_ATargetWhoDoesNotComeFreesTheSecondLine(t *testing.T) {
	onTwoLines(t, enginetest.Busy, func(k *talk, first, second string) {
		c := k.is(time.Second, call.Held, call.Music)
		if c.Failure == nil || c.Failure.Why != "busy" {
			t.Errorf("the reason: %+v", c.Failure)
		}
		k.until(time.Second, "the second line is free", func() bool { return slices.Equal(k.sw.Legs("p-ann"), []string{first}) })
	})
}

func TestASecondLineSurvivesARestart(t *testing.T) {
	for _, rings := range []bool{true, false} {
		onTwoLines(t, enginetest.Ignores, func(k *talk, first, second string) {
			k.is(time.Second, call.ConsultRings, call.Music)
			if !rings {
				k.sw.PickUp("p-bob")
				k.is(time.Second, call.Consulting, call.Music)
			}
			k.stop()
			k.sw.HoldLine(first, true)
			time.Sleep(time.Second)
			k.start()
			k.sw.PickUp("p-bob")
			k.is(time.Second, call.Consulting, call.Music)
			k.sw.HoldLine(second, true)
			k.sw.HoldLine(first, false)
			k.is(time.Second, call.Swapped, call.Person)
			k.sw.HangUpLine(second)
			k.is(time.Second, call.Talking, call.Person)
		})
	}
}

func TestOnlyOneConsultationAndOnlyWhoCanBeCalled(t *testing.T) {
	inTalk(t, []string{"ann", "bob"}, nil, func(k *talk) {
		first := k.sw.Legs("p-ann")[0]
		k.sw.HoldLine(first, true)
		k.is(time.Second, call.Held, call.Music)
		for _, number := range []string{"1ann", "999", "abc"} { // her own, nobody's, none
			second := k.sw.DialOn("p-ann", number)
			k.until(5*time.Second, number+" is given back", func() bool { return !slices.Contains(k.sw.Legs("p-ann"), second) })
			k.is(0, call.Held, call.Music)
		}
		k.sw.React("p-bob", enginetest.Always(enginetest.Ignores))
		second := k.sw.DialOn("p-ann", "1bob")
		k.is(time.Second, call.ConsultRings, call.Music)
		third := k.sw.DialOn("p-ann", "1bob")
		k.until(5*time.Second, "the third line is given back", func() bool { return !slices.Contains(k.sw.Legs("p-ann"), third) })
		k.is(0, call.ConsultRings, call.Music)
		k.sw.Refer(second, "") // while it rings: a blind transfer
		k.is(time.Second, call.Transferring, call.Music)
	})
}

func TestS20_WhoHangsUpBeforeTheNumberWasLookedUpCallsNobody(t *testing.T) {
	dialsOut(t, []string{"ann"}, func(h *house) {
		slow := &slowHouse{House: h.home}
		h.restart(func() { h.opt.Settings = slow })
		slow.takes.Store(int64(time.Second))
		line := h.sw.DialOn("p-ann", callsWhom)
		time.Sleep(500 * time.Millisecond)
		h.sw.HangUpLine(line)
		time.Sleep(5 * time.Second)
		if n := h.sw.Done("call_out"); n != 0 {
			t.Errorf("the customer's phone rang all the same")
		}
		if a := h.agent("ann"); a.Held != nil || a.DialFailure != nil {
			t.Errorf("ann is %+v", a)
		}
	})
}

func TestS20_ASecondLineThatIsHungUpBeforeTheNumberWasLookedUpTouchesNeitherTheFirstNorTheTarget(t *testing.T) {
	inTalk(t, []string{"ann", "bob"}, nil, func(k *talk) {
		slow := &slowHouse{House: k.home}
		k.restart(func() { k.opt.Settings = slow })
		first := k.sw.Legs("p-ann")[0]
		k.sw.HoldLine(first, true)
		k.is(time.Second, call.Held, call.Music)
		slow.takes.Store(int64(time.Second))
		second := k.sw.DialOn("p-ann", "1bob")
		time.Sleep(500 * time.Millisecond)
		k.sw.HangUpLine(second)
		k.sw.HoldLine(first, false)
		time.Sleep(5 * time.Second)
		c := k.is(0, call.Talking, call.Person)
		if legs := k.sw.Legs("p-ann"); !slices.Equal(legs, []string{first}) || c.Dials != 1 || k.agent("bob").Held != nil {
			t.Errorf("ann's phone has %v, %d phones were called, bob is held: %v", legs, c.Dials, k.agent("bob").Held)
		}
	})
}

// slowHouse is a database that takes its time.
type slowHouse struct {
	*enginetest.House
	takes atomic.Int64
}

func (s *slowHouse) Person(ctx context.Context, id string) (engine.Person, error) {
	time.Sleep(time.Duration(s.takes.Load()))
	return s.House.Person(ctx, id)
}

func (s *slowHouse) Extension(ctx context.Context, number string) (string, error) {
	time.Sleep(time.Duration(s.takes.Load()))
	return s.House.Extension(ctx, number)
}
