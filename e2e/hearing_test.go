package e2e

import (
	"context"
	"fmt"
	"slices"
	"time"

	"switchroom/lab/phone"
)

// ear is one end of the conversation and what it has to hear: the tones of exactly these people, or music, or ringing.
type ear struct {
	who  string
	call *phone.Call
	want []int
}

// customersEar and desksEar say what that end has to hear.
func customersEar(c *customer, want ...int) ear { return ear{"the customer", c.call, want} }

func desksEar(d *desk, leg *phone.Call, want ...int) ear { return ear{d.name, leg, want} }

// hear waits until every end hears exactly what it has to, and nothing else: who hears whom.
func (h *house) hear(ears ...ear) {
	h.Helper()
	const lately = 150 * time.Millisecond
	for _, e := range ears {
		want := slices.Sorted(slices.Values(e.want))
		h.until(soon, fmt.Sprintf("%s hears exactly %v Hz", e.who, want), func(context.Context) (bool, string) {
			got := e.call.HeardBetween(time.Now().Add(-lately), time.Time{})
			slices.Sort(got)
			return slices.Equal(got, want), fmt.Sprint(got)
		})
	}
}

// hearsRinging waits until the agent hears something that nobody says: the ringing tone, whose frequencies lie too near to the people's.
func (d *desk) hearsRinging(leg *phone.Call) {
	d.h.Helper()
	d.h.until(soon, d.name+" hears ringing", func(context.Context) (bool, string) {
		level := leg.RMS(200 * time.Millisecond)
		return level > -35, fmt.Sprintf("%.0f dBFS", level)
	})
}
