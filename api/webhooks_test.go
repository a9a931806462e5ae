package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"switchroom/api"
	"switchroom/api/contract"
	"switchroom/reach"
	"switchroom/settings"
	"switchroom/store/sql"
)

func TestAWebhookIsMadeChangedTestedAndDeleted(t *testing.T) {
	h := open(t, options{})
	admin := h.admin()
	doc := document(t)
	const path = "/api/v1/webhooks"
	body := `{"name":"CRM","url":"https://crm.example.com/events","types":["call.ended","ticket.opened"],"services":["demo"]}`
	r := h.ask(admin, "POST", path, body)
	var made contract.CreatedWebhook
	r.into(t, &made)
	if r.status != http.StatusCreated || r.header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(made.Secret, "whsec_") || !made.Webhook.Enabled {
		t.Fatalf("%d %s", r.status, r.body)
	}
	fitsSchema(t, doc, "CreatedWebhook", r.body, "made")
	one := path + "/" + made.Webhook.ID
	for _, p := range []string{path, one} {
		if r := h.ask(admin, "GET", p, ""); r.status != http.StatusOK || strings.Contains(string(r.body), "whsec_") || !strings.Contains(string(r.body), made.Webhook.ID) {
			t.Errorf("%s: %d %s", p, r.status, r.body)
		}
	}
	for what, p := range map[string]string{"made": path, "rotated": one + "/secret"} {
		if r := h.do(request{method: "POST", path: p, token: admin, kind: "application/json", body: body, key: "a-key-of-a-client"}); r.status != http.StatusBadRequest {
			t.Errorf("%s: an answer that is kept would keep the secret: %d %s", what, r.status, r.body)
		}
	}
	for name, url := range map[string]string{
		"not https": "http://crm.example.com/", "this machine": "https://127.0.0.1/", "metadata of a cloud": "https://169.254.169.254/latest", "inside": "https://[fd00::1]/", "mapped": "https://[::ffff:10.0.0.1]/",
		"a password": "https://user:pass@crm.example.com/", "no address": "crm.example.com", "a script": "javascript:alert(1)",
	} {
		if r := h.ask(admin, "POST", path, fmt.Sprintf(`{"name":"x","url":%q}`, url)); r.status != http.StatusBadRequest || r.problem.Field == nil || *r.problem.Field != "/url" {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}

	if r := h.ask(admin, "PATCH", one, `{"enabled":false}`); r.status != http.StatusPreconditionRequired {
		t.Errorf("%d %s", r.status, r.body)
	}
	r = h.ask(admin, "PATCH", one, `{"enabled":false}`, "If-Match", made.Webhook.Version)
	if r.status != http.StatusOK {
		t.Fatalf("%d %s", r.status, r.body)
	}
	var off settings.Webhook
	r.into(t, &off)
	if r := h.ask(admin, "PATCH", one, `{"enabled":true}`, "If-Match", made.Webhook.Version); r.status != http.StatusPreconditionFailed {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := h.ask(admin, "POST", one+"/test", ""); r.status != http.StatusConflict || r.problem.Code != "webhook_off" {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := h.ask(admin, "PATCH", one, `{"enabled":true}`, "If-Match", off.Version); r.status != http.StatusOK {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := h.ask(admin, "POST", one+"/secret", ""); r.status != http.StatusCreated || strings.Contains(string(r.body), made.Secret) {
		t.Errorf("%d %s", r.status, r.body)
	}

	r = h.ask(admin, "POST", one+"/test", "")
	var test contract.WebhookTest
	r.into(t, &test)
	if r.status != http.StatusAccepted {
		t.Fatalf("%d %s", r.status, r.body)
	}
	r = h.ask(admin, "GET", one+"/deliveries?state=waiting&limit=1", "")
	fitsSchema(t, doc, "WebhookDeliveries", r.body, "deliveries")
	if r.status != http.StatusOK || !strings.Contains(string(r.body), `"type":"webhook.test"`) {
		t.Errorf("%d %s", r.status, r.body)
	}
	delivery := one + "/deliveries/" + test.Delivery
	for _, c := range []struct {
		method, path string
		status       int
	}{
		{"POST", delivery + "/resend", http.StatusAccepted}, {"POST", one + "/dead/resend", http.StatusAccepted}, {"DELETE", delivery, http.StatusNoContent},
		{"DELETE", delivery, http.StatusNotFound}, {"POST", delivery + "/resend", http.StatusNotFound}, {"GET", one + "/deliveries?state=lost", http.StatusBadRequest},
		{"DELETE", one, http.StatusNoContent}, {"GET", one, http.StatusNotFound}, {"GET", one + "/deliveries", http.StatusNotFound}, {"POST", one + "/secret", http.StatusNotFound},
	} {
		if r := h.ask(admin, c.method, c.path, ""); r.status != c.status {
			t.Errorf("%s %s: %d %s, want %d", c.method, c.path, r.status, r.body, c.status)
		}
	}
}

func TestWithoutASecretKeyAWebhookIsRefused(t *testing.T) {
	var bare *sql.Store
	h := open(t, options{deps: func(d *api.Deps) {
		var err error
		bare, err = sql.Open(t.Context(), sql.Config{URL: "sqlite:" + t.TempDir() + "/bare.db"})
		must(t, err)
		must(t, bare.Migrate(t.Context()))
		d.Webhooks, d.CheckURL = bare, reach.Guard{}.CheckURL
	}})
	t.Cleanup(func() { must(t, bare.Close()) })
	r := h.ask(h.admin(), "POST", "/api/v1/webhooks", `{"name":"x","url":"https://example.com/"}`)
	if r.status != http.StatusConflict || r.problem.Code != "no_secret_key" || !strings.Contains(r.problem.Detail, "SWITCHROOM_SECRET_KEY") {
		t.Errorf("%d %s", r.status, r.body)
	}
}
