package e2e

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"switchroom/api/contract"
	"switchroom/call"
	"switchroom/lab/phone"
)

// timeline is a call's story as the API tells it to the person.
func (p *page) timeline(ctx context.Context, callID string) (out contract.Timeline, err error) {
	return out, p.do(ctx, http.MethodGet, "/api/v1/calls/"+callID+"/timeline", nil, &out)
}

// steps prints what concerns an agent, or ended the call: "offered", "phone_fault busy", …
func steps(tl contract.Timeline, agentID string) (out []string) {
	text := func(p *string) string {
		if p == nil {
			return ""
		}
		return *p
	}
	for _, s := range tl.Steps {
		if text(s.Agent) == agentID || s.What == "ended" {
			out = append(out, strings.TrimSpace(s.What+" "+text(s.Why)))
		}
		if s.Considered == nil {
			continue
		}
		for _, c := range *s.Considered {
			if c.Agent == agentID && c.Why != nil {
				out = append(out, "considered "+*c.Why)
			}
		}
	}
	return out
}

// Why did this call not ring me? carla was Ready, and her phone busy.
func TestAnAgentWhoWasReadyWithABusyPhoneSeesWhyTheCallDidNotRingThem(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{agents: []string{"carla", "dora", "emma"}})
	emma := h.desk("emma").login() // looked at, and not Ready
	carla := h.desk("carla").does(phone.Busy()).ready()
	dora := h.desk("dora").ready()
	admin := h.administrator()
	var ids []string
	for _, want := range [][]string{{"offered", "left", "phone_fault busy", "considered phone_busy"}, {"considered phone_busy"}} { // the second call comes while her phone is left alone
		customer := h.customer("0301234567").dials("1000")
		leg := dora.rings()
		id := h.theCall().ID
		ids = append(ids, id)
		for _, live := range []bool{true, false} { // also what is not in the database yet
			if !live {
				h.talk(customer, dora, dora.answers(leg))
				customer.hangsUp()
				h.settled()
				want = append(want, "ended caller_hangup")
			}
			var tl contract.Timeline
			h.until(soon, fmt.Sprintf("carla's steps of the call are %q", want), func(ctx context.Context) (bool, string) {
				time.Sleep(200 * time.Millisecond) // one person's requests are throttled
				var err error
				if tl, err = carla.page.timeline(ctx, id); err != nil {
					return false, err.Error()
				}
				got := steps(tl, "carla")
				return slices.Equal(got, want), fmt.Sprint(got)
			})
			if got := steps(tl, "dora"); tl.Diverged || got[0] != "offered" {
				t.Errorf("dora: %q, diverged %v", got, tl.Diverged)
			}
		}
		h.endedAs(id, call.Completed, "caller_hangup")
		if _, err := admin.timeline(t.Context(), id); err != nil {
			t.Error(err)
		}
		dora.ready()
	}
	if tl, err := emma.page.timeline(t.Context(), ids[0]); err != nil || !strings.HasPrefix(steps(tl, "emma")[0], "considered ") {
		t.Errorf("emma: %+v, %v", tl, err)
	}
	if err := h.hire(t.Context(), "frida", "2009"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.control.page("frida").timeline(t.Context(), ids[0]); code(err) != "unknown_call" {
		t.Errorf("a colleague who had nothing to do with it: %v", err)
	}
	h.until(soon, "the attempt is in the audit trail", func(ctx context.Context) (bool, string) {
		list, err := h.db.Audits(ctx, ids[0], 1)
		return err == nil && len(list) == 1 && list[0].Who == "frida" && list[0].What == "refused_timeline", fmt.Sprint(list, err)
	})
}
