package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"switchroom/agent"
	"switchroom/api/contract"
	"switchroom/api/feed"
	"switchroom/call"
	"switchroom/engine"
)

// parsed is the contract, read once for all tests: none changes it.
var parsed = sync.OnceValues(func() (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	if err != nil {
		return nil, err
	}
	return doc, doc.Validate(context.Background())
})

func document(t testing.TB) *openapi3.T {
	t.Helper()
	doc, err := parsed()
	must(t, err)
	return doc
}

func TestWhatIsGeneratedFromTheContractIsUpToDate(t *testing.T) {
	for file, generate := range map[string]func(out string) []string{
		"contract/contract_gen.go": func(out string) []string {
			return []string{"tool", "oapi-codegen", "-config", "contract/oapi-codegen.yaml", "-o", out, "openapi.yaml"}
		},
		"openapi_gen.json": func(out string) []string { return []string{"run", "./contract/lean", "openapi.yaml", out} },
	} {
		out := filepath.Join(t.TempDir(), "new")
		if b, err := exec.CommandContext(t.Context(), "go", generate(out)...).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, b)
		}
		want, err := os.ReadFile(out)
		must(t, err)
		have, err := os.ReadFile(file)
		must(t, err)
		if !bytes.Equal(want, have) {
			t.Errorf("%s is older than openapi.yaml: run go generate ./api", file)
		}
	}
}

func TestEveryRouteOfTheContractIsServedAndNoOther(t *testing.T) {
	h := open(t, options{})
	var inContract []string
	for path, item := range document(t).Paths.Map() {
		for method := range item.Operations() {
			inContract = append(inContract, method+" "+regexp.MustCompile(`\{(\w+)\}`).ReplaceAllString(path, ":$1"))
		}
	}
	var served []string
	for _, r := range h.api.Routes() {
		if r != "GET /*" && r != "HEAD /*" {
			served = append(served, r)
		}
	}
	slices.Sort(inContract)
	slices.Sort(served)
	if !slices.Equal(inContract, served) {
		t.Errorf("contract %v\nserved   %v", inContract, served)
	}
	for _, route := range inContract {
		method, path, _ := strings.Cut(route, " ")
		r := h.do(request{method: method, path: strings.ReplaceAll(path, ":id", "call-1")})
		if r.status == http.StatusNotFound && r.problem.Code == "not_found" || r.status == http.StatusMethodNotAllowed || r.status == http.StatusInternalServerError {
			t.Errorf("%s: %d %s", route, r.status, r.body)
		}
	}
}

// golden reads the golden messages whose names begin with that.
func golden(t *testing.T, prefix string) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("testdata/ws/" + prefix + "*.json")
	must(t, err)
	out := map[string][]byte{}
	for _, n := range names {
		b, err := os.ReadFile(n)
		must(t, err)
		out[filepath.Base(n)] = b
	}
	if len(out) == 0 {
		t.Fatalf("no golden messages %s*", prefix)
	}
	return out
}

func TestGoldenMessagesFitTheContract(t *testing.T) {
	doc := document(t)
	for prefix, schema := range map[string]string{"server-": "FeedServerMessage", "client-": "FeedClientMessage"} {
		for name, b := range golden(t, prefix) {
			fitsSchema(t, doc, schema, b, name)
		}
	}
}

func fitsSchema(t testing.TB, doc *openapi3.T, schema string, b []byte, name string) {
	t.Helper()
	var v any
	must(t, json.Unmarshal(b, &v))
	if err := doc.Components.Schemas[schema].Value.VisitJSON(v, openapi3.EnableJSONSchema2020()); err != nil {
		t.Errorf("%s does not fit %s: %v", name, schema, err)
	}
}

func TestGoldenMessagesGoThroughTheServersTypesUnchanged(t *testing.T) {
	kinds := map[string]func() any{
		"snapshot": func() any { return new(contract.FeedSnapshot) }, "resumed": func() any { return new(contract.FeedResumed) },
		"view": func() any { return new(contract.FeedView) }, "answer": func() any { return new(contract.FeedAnswer) },
		"beat": func() any { return new(contract.FeedBeat) }, "renewed": func() any { return new(contract.FeedRenewed) },
		"hello": func() any { return new(contract.FeedHello) }, "token": func() any { return new(contract.FeedToken) },
	}
	for name, b := range golden(t, "") {
		var head struct{ Type string }
		must(t, json.Unmarshal(b, &head))
		v := kinds[head.Type]()
		d := json.NewDecoder(bytes.NewReader(b))
		d.DisallowUnknownFields()
		if err := d.Decode(v); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		again, err := json.Marshal(v)
		must(t, err)
		var want, have any
		must(t, json.Unmarshal(b, &want))
		must(t, json.Unmarshal(again, &have))
		if !reflect.DeepEqual(want, have) {
			t.Errorf("%s comes back as %s", name, again)
		}
	}
}

// What the golden views let an agent do is what the core would take, so that the page is tested with what it will meet.
func TestGoldenViewsHaveTheCommandsThatTheCoreTakes(t *testing.T) {
	for name, b := range golden(t, "server-view-") {
		var m struct{ Data engine.View }
		must(t, json.Unmarshal(b, &m))
		v := m.Data.Call
		if v == nil {
			continue
		}
		c := call.Call{ID: v.ID, State: v.State, Agent: &call.Participant{Agent: "anna"}}
		if strings.Contains(name, "dialing-customer") {
			c.Customer.State = call.Dialing
		}
		if v.State == call.Rejoining {
			c.Back = call.Talking
		}
		if v.Other != nil {
			c.Target = &call.Target{Kind: call.ToAgent, Participant: call.Participant{Agent: "ben", Leg: "l2"}}
		}
		if want := c.Possible(m.Data.Agent); !slices.Equal(v.Commands, want) {
			t.Errorf("%s: %v, want %v", name, v.Commands, want)
		}
	}
}

// The engine's views of every state that a call and an agent can be in are what the contract promises the page.
func TestEveryViewOfTheEngineFitsTheContract(t *testing.T) {
	doc := document(t)
	now := time.Now()
	base := agent.Agent{ID: "anna", Name: "Anna", CTI: "A100", Phone: agent.Phone{Device: agent.WebRTC, Number: "2001"}}
	agents := map[string]agent.Agent{}
	for _, choice := range []agent.Choice{agent.LoggedOut, agent.Business, agent.Ready, agent.Rest} {
		a := base
		a.Chosen, a.Phone.Fault, a.Phone.Blocked = choice, "busy", now.Add(time.Minute)
		a.WrapUpCall, a.WrapUpTicket, a.WrapUpUntil = "c", "T-000001", now
		a.Lost = &agent.Lost{Call: "c", How: agent.LostCall, At: now}
		a.DialFailure = &agent.DialFailure{Call: "c", Number: "+821055550100", Why: "own_phone_no_answer", At: now}
		agents[string(choice)] = a
	}
	for name, a := range agents {
		viewFits(t, doc, engine.Look(now, a, nil), name)
	}
	for _, phase := range []agent.Phase{agent.Ringing, agent.Connecting, agent.Talking, agent.Holding, agent.Consulting, agent.Rejoining} {
		for _, state := range call.States() {
			a := base
			a.Chosen, a.Next = agent.Ready, agent.Rest
			a.Held = &agent.Reservation{Call: "c", Token: "t", Phase: phase, Since: now}
			c := call.Call{ID: "c", State: state, Since: now, Deadline: now, ConnectedAt: now, Called: "1000", Ticket: "T-000001",
				Agent:   &call.Participant{Agent: "anna", Token: "t", Leg: "l", Muted: true},
				Failure: &call.Failure{Kind: call.ToAgent, Agent: "ben", Why: "busy", At: now}, HeldLong: 1}
			if state != call.ConsultRings && state != call.Transferring {
				viewFits(t, doc, engine.Look(now, a, &c), fmt.Sprint(phase, " ", state))
			}
			c.Back = call.Talking
			c.Target = &call.Target{Kind: call.ToQueue, Queue: "support", To: call.Party{Name: "support"}, By: call.Party{Number: "2001", Name: "Anna"}}
			viewFits(t, doc, engine.Look(now, a, &c), fmt.Sprint(phase, " ", state, " with a target"))
			ben := a
			ben.ID = "ben"
			c.Target.Participant = call.Participant{Agent: "ben", Token: "t", Leg: "l2"}
			v := engine.Look(now, ben, &c)
			if v.Call.Role != engine.RoleTarget || v.Call.Other.Agent != "anna" || v.Call.Failure != nil {
				t.Errorf("the target sees %+v", v.Call)
			}
			viewFits(t, doc, v, fmt.Sprint(phase, " ", state, " as the target"))
		}
	}
}

func viewFits(t *testing.T, doc *openapi3.T, v engine.View, name string) {
	t.Helper()
	b, err := json.Marshal(v)
	must(t, err)
	fitsSchema(t, doc, "View", b, name)
}

func TestTheContractsTableOfCloseCodesIsTheServers(t *testing.T) {
	text := document(t).Paths.Find("/api/v1/feed").Get.Description
	inContract := map[feed.Code]string{}
	for _, m := range regexp.MustCompile(`(?m)^\| (4\d\d\d) \| (\w+) \|`).FindAllStringSubmatch(text, -1) {
		n, err := strconv.Atoi(m[1])
		must(t, err)
		inContract[feed.Code(n)] = m[2]
	}
	if !reflect.DeepEqual(inContract, feed.Codes()) {
		t.Errorf("contract %v\nserver   %v", inContract, feed.Codes())
	}
}
