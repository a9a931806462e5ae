package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"switchroom/account"
	"switchroom/api/contract"
	"switchroom/settings"
)

// key makes a machine's key.
func (h *house) key(scopes []string, services ...string) (id, secret string) {
	h.t.Helper()
	secret = settings.KeyPrefix + account.NewToken()
	k, err := h.sql.CreateKey(h.t.Context(), "test", settings.Key{Name: "a machine", Scopes: scopes, Services: services}, account.HashToken(secret))
	must(h.t, err)
	return k.ID, secret
}

func TestAKeyIsShownOnceAndEndsAtOnce(t *testing.T) {
	h := open(t, options{})
	admin := h.admin()
	body := `{"name":"CRM","scopes":["records:read","administration:read"]}`
	r := h.ask(admin, "POST", "/api/v1/keys", body)
	var made contract.CreatedKey
	r.into(t, &made)
	if r.status != http.StatusCreated || r.header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(made.Secret, "srk_") || len(made.Secret) < 40 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	fitsSchema(t, document(t), "CreatedKey", r.body, "made")
	list := h.ask(admin, "GET", "/api/v1/keys", "")
	fitsSchema(t, document(t), "KeysList", list.body, "listed")
	if !strings.Contains(string(list.body), made.Key.ID) || strings.Contains(string(list.body), made.Secret) || strings.Contains(string(list.body), account.HashToken(made.Secret)) {
		t.Errorf("%s", list.body)
	}
	if r := h.do(request{method: "POST", path: "/api/v1/keys", token: admin, kind: "application/json", body: body, key: "a-key-of-a-client"}); r.status != http.StatusBadRequest {
		t.Errorf("an answer that is kept would keep the secret: %d %s", r.status, r.body)
	}
	for name, c := range map[string]struct{ body, field string }{
		"no name": {`{"name":" ","scopes":["records:read"]}`, "/name"}, "twice": {`{"name":"x","scopes":["records:read","records:read"]}`, "/scopes"},
		"past":       {`{"name":"x","scopes":["records:read"],"expires":"2001-01-01T00:00:00Z"}`, "/expires"},
		"no service": {`{"name":"x","scopes":["records:read"],"services":["nowhere"]}`, "/services"},
	} {
		if r := h.ask(admin, "POST", "/api/v1/keys", c.body); r.status != http.StatusBadRequest || r.problem.Code != "invalid" || r.problem.Field == nil || *r.problem.Field != c.field {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}

	if r := h.ask(made.Secret, "GET", "/api/v1/services", ""); r.status != http.StatusOK {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := h.ask(made.Secret, "POST", "/api/v1/services", `{"id":"x","name":"X"}`); r.status != http.StatusForbidden || r.problem.Code != "no_scope" {
		t.Errorf("%d %s", r.status, r.body)
	}
	if acts, err := h.sql.Audits(t.Context(), "services", 1); err != nil || len(acts) != 1 || acts[0].Who != settings.KeyUser(made.Key.ID) || acts[0].After != "no_scope" {
		t.Errorf("%+v, %v", acts, err)
	}
	if r := h.ask(admin, "DELETE", "/api/v1/keys/"+made.Key.ID, ""); r.status != http.StatusNoContent {
		t.Errorf("%d %s", r.status, r.body)
	}
	for secret, code := range map[string]string{made.Secret: "bad_key", "srk_": "bad_key", "srk_' OR 1=1 --": "bad_key"} {
		if r := h.ask(secret, "GET", "/api/v1/services", ""); r.status != http.StatusUnauthorized || r.problem.Code != code {
			t.Errorf("%s: %d %s", secret, r.status, r.body)
		}
	}
	if r := h.ask(admin, "DELETE", "/api/v1/keys/"+made.Key.ID, ""); r.status != http.StatusNotFound || r.problem.Code != "unknown_key" {
		t.Errorf("%d %s", r.status, r.body)
	}
}

// As the matrix of roles, with machines' keys: the contract's tags are the scopes. All that is asked for belongs to another service than the key's.
func TestEveryRouteIsOpenToTheKeysOfItsScopeAndToNoOthers(t *testing.T) {
	h := twoServices(t)
	machines := map[string]string{}
	for path, item := range document(t).Paths.Map() {
		for method, op := range item.Operations() {
			if op.Security != nil && len(*op.Security) == 0 {
				continue
			}
			for _, scope := range settings.Scopes {
				for _, services := range [][]string{nil, {"demo"}} {
					name := scope + fmt.Sprint(services)
					if machines[name] == "" {
						_, machines[name] = h.key([]string{scope}, services...)
					}
					r := probe(method, path, op, other)
					r.token = machines[name]
					got := h.do(r)
					status, codes := wantedOfKey(method, path, op, scope, services != nil)
					switch {
					case status == 0 && (got.status == http.StatusUnauthorized || got.status == http.StatusForbidden || got.problem.Code == "internal"),
						status != 0 && (got.status != status || !strings.HasPrefix(got.problem.Code, codes)):
						t.Errorf("%s %s with %s: %d %s, want %d %s", method, path, name, got.status, got.problem.Code, status, codes)
					}
				}
			}
		}
	}
}

// wantedOfKey is the refusal that the contract wants, its status and how its code begins; 0: none for who it is.
func wantedOfKey(method, path string, op *openapi3.Operation, scope string, limited bool) (status int, code string) {
	needed := op.Tags[0] + ":write"
	if method == http.MethodGet {
		needed = op.Tags[0] + ":read"
	}
	roles, _ := op.Extensions["x-roles"].([]any)
	switch {
	case !slices.Contains(settings.Scopes, needed):
		return http.StatusForbidden, "not_for_keys"
	case needed != scope:
		return http.StatusForbidden, "no_scope"
	case limited && !slices.Contains(roles, any("supervisor")), !limited && !slices.Contains(roles, any("administrator")):
		return http.StatusForbidden, "not_a"
	case limited && op.Extensions["x-scope"] == "service" && strings.Contains(path, "{"):
		return http.StatusForbidden, "other_service"
	case limited && op.Extensions["x-scope"] == "record":
		return http.StatusNotFound, "unknown_"
	}
	return 0, ""
}

func TestAKeyRunsOut(t *testing.T) {
	h := open(t, options{})
	secret, soon := settings.KeyPrefix+account.NewToken(), time.Now().Add(100*time.Millisecond)
	_, err := h.sql.CreateKey(t.Context(), "test", settings.Key{Name: "short", Scopes: settings.Scopes, Expires: &soon}, account.HashToken(secret))
	must(t, err)
	for until := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		r := h.ask(secret, "GET", "/api/v1/services", "")
		if r.problem.Code == "key_expired" {
			return
		}
		if r.status != http.StatusOK || time.Now().After(until) {
			t.Fatalf("%d %s", r.status, r.body)
		}
	}
}
