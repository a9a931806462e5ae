package e2e

import (
	"net/http"
	"testing"
	"time"

	"switchroom/api/contract"
	"switchroom/call"
	"switchroom/hours"
	"switchroom/lab"
	"switchroom/settings"
)

func TestACallerOutsideTheHoursHearsTheMessageAndWhoWaitsWhenItClosesByHandIsServed(t *testing.T) {
	t.Parallel()
	const length, path = 3 * time.Second, "/api/v1/services/" + theService + "/hours"
	h := newHouse(t, options{agents: []string{"carla"}})
	admin, ctx := h.administrator(), t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	message, err := admin.uploads(ctx, "audio/wav", lab.ToneWAV(wavTone, length))
	must(err)
	h.onDisk(1)
	waits := h.customer("0305551234").dials("1000")
	h.waitState(call.Queued)

	// No day is open any more.
	closedNow := fields{"week": []fields{}, "holidays": []fields{}, "closed": fields{"action": "message", "prompt": message}}
	must(admin.sets(ctx, http.MethodPut, path, closedNow, nil))
	v, err := get[settings.Hours](ctx, admin, "services/"+theService+"/hours")
	if err != nil || v.Now == nil || v.Now.Open || v.Now.Why != hours.WhyHours {
		t.Errorf("%+v, %v", v.Now, err)
	}
	customer := h.customer("0301234567").dials("1000")
	began := time.Now()
	h.hear(customersEar(customer, wavTone))
	customer.waitsFor(patience, "is hung up", func(ctx contextT) error { _, err := customer.call.WaitEnded(ctx); return err })
	if heard := customer.call.ToneTime(wavTone, began, time.Now()); heard < length-300*time.Millisecond || heard > length+300*time.Millisecond {
		t.Errorf("the caller heard %v of a message of %v", heard, length)
	}
	h.until(soon, "the record says that it was closed", func(ctx contextT) (bool, string) {
		page, err := get[contract.CallPage](ctx, admin, "calls?class=refused&slug=closed")
		return err == nil && len(page.Calls) == 1, ""
	})

	// Open by hand, and closed again: who waited since before is served.
	must(admin.sets(ctx, http.MethodPut, path+"/switch", fields{"position": "open"}, nil))
	carla := h.desk("carla").ready()
	must(admin.sets(ctx, http.MethodPut, path+"/switch", fields{"position": "closed"}, nil))
	leg := carla.answers(carla.rings())
	h.talk(waits, carla, leg)
}
