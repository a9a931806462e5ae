package e2e

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"switchroom/agent"
	"switchroom/ari"
	"switchroom/engine"
)

// firstAdministrator makes one on the command line, as on a new machine, and returns their page.
func (h *house) firstAdministrator() *page {
	h.Helper()
	cmd := exec.CommandContext(h.Context(), h.control.path, "admin", "create", "root", "--name", "Root", "--password-stdin")
	cmd.Env = append(os.Environ(), "SWITCHROOM_DATABASE="+h.database)
	cmd.Stdin = strings.NewReader(password("root") + "\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		h.Fatalf("make the first administrator: %v\n%s", err, out)
	}
	return h.control.page("root")
}

// sets changes what is at the path, from the version that is there.
func (p *page) sets(ctx context.Context, method, path string, in, out any) error {
	var seen struct{ Version string }
	if err := p.do(ctx, http.MethodGet, path, nil, &seen); err != nil {
		return err
	}
	token, err := p.session(ctx)
	if err != nil {
		return err
	}
	return p.c.requestWith(ctx, map[string]string{"If-Match": seen.Version}, method, path, token, in, out)
}

type fields = map[string]any

// The guide's section 1, on an empty database: all of it over the API, and then a call is taken by the agent who was just made.
func TestS2_S3_S4_S5_S6_TheGuidesSetUpIsDoneByAPIAndTheAgentWhoWasJustMadeTakesACall(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{empty: true})
	root := h.firstAdministrator()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}

	// ➊ The service with its contract switches, which begin off.
	must(root.do(ctx, http.MethodPost, "/api/v1/services", fields{"id": theService, "name": "Brand"}, nil))
	must(root.sets(ctx, http.MethodPatch, "/api/v1/services/"+theService, fields{"inbound": true, "outbound": true}, nil))
	must(root.do(ctx, http.MethodPost, "/api/v1/queues", fields{"name": sales, "service": theService, "number": "1000", "pickup_seconds": 10}, nil))
	number := fields{"numbers": []fields{{"number": "+827077770100", "label": "Brand", "default": true}}}
	must(root.sets(ctx, http.MethodPut, "/api/v1/services/"+theService+"/calling-numbers", number, nil))
	// The agent, without permission and CTI account: CTI login says what is missing.
	var carla struct{ ID string }
	person := fields{"login": "carla", "name": "Carla", "device": "desk", "password": password("carla"), "queues": []string{sales}, "services": []fields{{"service": theService, "phone": false}}}
	must(root.do(ctx, http.MethodPost, "/api/v1/people", person, &carla))
	hers := h.control.page("carla")
	if got := code(hers.login(ctx)); got != "no_permission" {
		t.Errorf("CTI login without phone permission: %q", got)
	}
	// Agents → phone permission.
	path := "/api/v1/people/" + carla.ID
	must(root.sets(ctx, http.MethodPatch, path, fields{"services": []fields{{"service": theService, "phone": true}}}, nil))
	if got := code(hers.login(ctx)); got != "no_cti_account" {
		t.Errorf("CTI login without CTI ID and number: %q", got)
	}
	// CTI settings: the node is connected.
	h.until(soon, "the node is reported as connected", func(ctx context.Context) (bool, string) {
		var out struct{ Nodes []engine.NodeReport }
		err := root.do(ctx, http.MethodGet, "/api/v1/nodes", nil, &out)
		return err == nil && len(out.Nodes) == 1 && out.Nodes[0].Connected && strings.HasPrefix(out.Nodes[0].Version, "22.") && out.Nodes[0].Name == nodeName, fmt.Sprint(out, err)
	})
	// CTI agents: ID and number. Her phone registers within seconds.
	must(root.sets(ctx, http.MethodPatch, path, fields{"cti_id": "C2001", "cti_number": "2001"}, nil))
	began := time.Now()
	desk := h.desk("carla")
	if took := time.Since(began); took > soon {
		t.Errorf("the phone could register after %v", took)
	}
	var account struct{ Username, Password string }
	must(hers.do(ctx, http.MethodGet, "/api/v1/me/phone", nil, &account))
	if account.Username != desk.user || account.Password != desk.secret {
		t.Errorf("the phone's account is %q", account.Username)
	}

	// ➋ She takes a call.
	desk.ready()
	customer := h.customer("0301234567").dials("1000")
	leg := desk.rings()
	desk.answers(leg)
	h.talk(customer, desk, leg)
	call := h.theCall()
	h.hasOneTicket(call.ID, carla.ID)

	// What an administrator changes counts at once, and touches no call that is live.
	must(root.sets(ctx, http.MethodPatch, "/api/v1/services/"+theService, fields{"inbound": false}, nil))
	other := h.customer("0307654321").dials("1000")
	if result, _ := h.ending("refused"); result != "refused" {
		t.Errorf("the other customer's call is %s", result)
	}
	other.isHungUp()
	must(root.sets(ctx, http.MethodPatch, path, fields{"active": false}, nil))
	if err := hers.do(ctx, http.MethodGet, "/api/v1/me", nil, nil); code(err) != "session_revoked" {
		t.Errorf("a deactivated agent's session: %v", err)
	}
	h.stays(500*time.Millisecond, "they talk on", func() bool { return len(h.calls(ctx)) == 1 })
	customer.hangsUp()
	ended(h, leg)
	h.until(soon, "she is logged out of CTI", func(ctx context.Context) (bool, string) {
		a, _, err := h.live.Agent(ctx, carla.ID)
		return err == nil && a.Chosen == agent.LoggedOut, fmt.Sprint(a.Chosen, err)
	})
	h.until(soon, "her phone's account is gone from Asterisk", func(ctx context.Context) (bool, string) {
		_, err := h.ari.Asterisk().GetObject(ctx, "res_pjsip", "endpoint", carla.ID)
		return ari.IsGone(err), fmt.Sprint(err)
	})
}
