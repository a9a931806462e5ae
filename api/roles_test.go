package api_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"switchroom/account"
	"switchroom/api/contract"
	"switchroom/record"
	"switchroom/settings"
)

// The contract says who may use each route (x-roles, x-scope), and this test goes through all of it: every route as every role, on what belongs to the
// person's own service and to another. A new route without a rule does not get as far: the server refuses to start with it.
func TestEveryRouteIsOpenToTheRolesThatTheContractNamesAndToNobodyElse(t *testing.T) {
	h := twoServices(t)
	tokens := map[string]string{}
	for _, role := range []string{"agent", "supervisor", "administrator"} {
		tokens[role] = h.person(role)
	}
	for path, item := range document(t).Paths.Map() {
		for method, op := range item.Operations() {
			t.Run(method+" "+path, func(t *testing.T) {
				if op.Security != nil && len(*op.Security) == 0 {
					if op.Extensions["x-roles"] != nil {
						t.Error("it wants no login and names roles")
					}
					return
				}
				h.matrix(t, tokens, method, path, op)
			})
		}
	}
}

// ids of what the path's parameters name: mine is of the supervisor's service, other is not. The rest is not there.
var mine, other = map[string]string{"service": "demo", "queue": "sales", "person": "anna"}, map[string]string{"service": "far", "queue": "far", "person": "nina"}

// twoServices has the demo's service and far, each with what belongs to it.
func twoServices(t *testing.T) *house {
	h := open(t, options{})
	h.otherService(t)
	h.records(t, "demo", mine)
	h.records(t, "far", other)
	return h
}

// probe asks for what the operation does, and gets as far as to the check of what is asked; to see a record of another service it has to get further.
func probe(method, path string, op *openapi3.Operation, ids map[string]string) request {
	if op.OperationID == "eraseCustomer" {
		ids = nil // those who may would do it
	}
	r := request{method: method, path: fill(path, ids)}
	if op.RequestBody == nil {
		return r
	}
	for kind := range op.RequestBody.Value.Content {
		r.kind = kind
	}
	r.body = "x"
	if op.OperationID == "setHoursSwitch" { // its service is looked at after the body
		r.body, r.headers = `{"position":"open"}`, map[string]string{"If-Match": "1"}
	}
	if op.Extensions["x-scope"] == "record" {
		r.body, r.headers = map[string]string{"PATCH": `{}`, "POST": `{"text":"x"}`}[method], map[string]string{"If-Match": "1"}
	}
	return r
}

// records makes a call of the service that is over, with its ticket and customer.
func (h *house) records(t *testing.T, service string, ids map[string]string) {
	t.Helper()
	script := strings.NewReplacer("c-1", service+"-1", "service=demo", "service="+service, "821012345678", fmt.Sprintf("8210123456%02d", len(service))).Replace(story)
	entries, last := journal(t, script)
	number, err := h.sql.OpenTicket(t.Context(), last, "")
	must(t, err)
	must(t, h.sql.AppendJournal(t.Context(), entries))
	f, err := h.sql.TicketFile(t.Context(), record.Viewer{All: true}, number)
	must(t, err)
	ids["id"], ids["ticket"], ids["customer"] = last.ID, f.ID, f.Customer
}

func (h *house) matrix(t *testing.T, tokens map[string]string, method, path string, op *openapi3.Operation) {
	var allowed []string
	for _, r := range op.Extensions["x-roles"].([]any) {
		allowed = append(allowed, r.(string))
	}
	scoped, records := op.Extensions["x-scope"] == "service", op.Extensions["x-scope"] == "record"
	for _, role := range []string{"", "agent", "supervisor", "administrator"} {
		for place, ids := range map[string]map[string]string{"own service": mine, "other service": other} {
			r := probe(method, path, op, ids)
			if r.token = tokens[role]; role != "" && op.OperationID == "deleteSession" {
				r.token = h.person(role)
			}
			got := h.do(r)
			name := fmt.Sprintf("%q, %s: %d %s", role, place, got.status, got.problem.Code)
			switch open := slices.Contains(allowed, role); {
			case role == "":
				if got.status != http.StatusUnauthorized {
					t.Error(name)
				}
			case !open:
				if got.status != http.StatusForbidden || !strings.HasPrefix(got.problem.Code, "not_a") {
					t.Error(name)
				}
			case scoped && role == "supervisor" && place == "other service" && strings.Contains(path, "{"):
				if got.status != http.StatusForbidden || got.problem.Code != "other_service" {
					t.Error(name)
				}
			case records && role != "administrator" && place == "other service":
				if got.status != http.StatusNotFound || !strings.HasPrefix(got.problem.Code, "unknown_") {
					t.Error(name)
				}
			case records && got.status == http.StatusNotFound && !(role == "agent" && op.OperationID == "getTimeline"): // an agent who was not in the call
				t.Error(name)
			case got.status == http.StatusUnauthorized || got.status == http.StatusForbidden && roleRefusal(got.problem.Code) || got.status >= 500 && got.problem.Code == "internal":
				t.Error(name)
			}
		}
	}
}

func roleRefusal(code string) bool {
	return strings.HasPrefix(code, "not_a") || code == "other_service"
}

func fill(path string, ids map[string]string) string {
	return regexp.MustCompile(`\{(\w+)\}`).ReplaceAllStringFunc(path, func(p string) string {
		if id := ids[strings.Trim(p, "{}")]; id != "" {
			return id
		}
		return "nothing"
	})
}

// person logs in somebody new who has that one role and belongs to the service demo.
func (h *house) person(role string) (token string) {
	h.t.Helper()
	h.people++
	login := fmt.Sprintf("%s-%d", role, h.people)
	v := settings.NewPerson()
	v.Login, v.Name, v.Roles = login, login, []account.Role{account.Role(role)}
	v.Services = []settings.Membership{{Service: "demo", Phone: true}}
	hash, err := account.QuickHasher().Hash(login + "'s gravel tulip")
	must(h.t, err)
	_, err = h.sql.CreatePerson(h.t.Context(), "test", v, hash)
	must(h.t, err)
	return h.login(login).AccessToken
}

// otherService makes the service, queue and agent far, far and nina.
func (h *house) otherService(t *testing.T) {
	ctx := t.Context()
	service := settings.NewService()
	service.ID, service.Name = "far", "Far"
	_, err := h.sql.CreateService(ctx, "test", service)
	must(t, err)
	queue := settings.NewQueue()
	queue.Name, queue.Service = "far", "far"
	_, err = h.sql.CreateQueue(ctx, "test", queue)
	must(t, err)
	must(t, h.sql.PutUser(ctx, "test", account.User{ID: "nina", Login: "nina", Name: "Nina", Roles: []account.Role{account.Agent}}, "nina's gravel tulip"))
	must(t, h.sql.Permit(ctx, "test", "nina", "far", true))
	must(t, h.sql.Join(ctx, "test", "nina", "far", true)) // so the queue stays: it is in use
}

func TestASupervisorSeesTheirOwnServicesAndNoOthers(t *testing.T) {
	h := open(t, options{})
	h.otherService(t)
	for _, c := range []struct{ role, services, queues string }{{"supervisor", "[demo]", "[sales support]"}, {"administrator", "[demo far]", "[far sales support]"}} {
		token := h.person(c.role)
		var services contract.ServicesList
		h.do(request{method: "GET", path: "/api/v1/services", token: token}).into(t, &services)
		var queues contract.QueuesList
		h.do(request{method: "GET", path: "/api/v1/queues", token: token}).into(t, &queues)
		var s, q []string
		for _, v := range services.Services {
			s = append(s, v.ID)
		}
		for _, v := range queues.Queues {
			q = append(q, v.Name)
		}
		if fmt.Sprint(s) != c.services || fmt.Sprint(q) != c.queues {
			t.Errorf("a %s sees %v, %v", c.role, s, q)
		}
	}
	supervisor := h.person("supervisor")
	if r := h.do(request{method: "GET", path: "/api/v1/queues/far/members", token: supervisor}); r.problem.Code != "other_service" {
		t.Errorf("%d %s", r.status, r.body)
	}
	if list, err := h.sql.Audits(t.Context(), "far", 1); err != nil || list[0].What != "refused_get_members" || list[0].After != "other_service" {
		t.Errorf("%+v, %v", list, err)
	}
	if r := h.do(request{method: "POST", path: "/api/v1/people/anna/cti/logout", token: supervisor}); r.status != http.StatusNoContent || !slices.Equal(h.desk.take(), []string{"logout anna"}) {
		t.Errorf("%d %s", r.status, r.body)
	}
}
