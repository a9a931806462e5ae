package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

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

func TestAKeyRunsOut(t *testing.T) {
	h := open(t, options{})
	secret, soon := settings.KeyPrefix+account.NewToken(), time.Now().Add(time.Second)
	_, err := h.sql.CreateKey(t.Context(), "test", settings.Key{Name: "short", Scopes: settings.Scopes, Expires: &soon}, account.HashToken(secret))
	must(t, err)
	for until := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		r := h.ask(secret, "GET", "/api/v1/services", "")
		if r.problem.Code == "key_expired" {
			return
		}
		if r.status != http.StatusOK || time.Now().After(until) {
			t.Fatalf("%d %s", r.status, r.body)
		}
	}
}
