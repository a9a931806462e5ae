package api_test

import (
	"testing"

	"switchroom/agent"
)

func TestS12_ReasonsForBusinessAndRestAreSetAndListed(t *testing.T) {
	h := open(t, options{})
	root, anna := h.admin(), h.login("anna").AccessToken
	const path = "/api/v1/services/demo/status-reasons"
	etag := h.ask(root, "GET", path, "").header.Get("ETag")
	list := `{"required":true,"reasons":[{"code":"lunch","name":"점심","statuses":["rest"],"active":true},{"code":"old","name":"Old","statuses":["business"],"active":false}]}`
	for _, c := range []struct {
		who, body, version, code string
		status                   int
	}{
		{anna, list, etag, "not_an_administrator", 403}, {root, list, "", "version_required", 428},
		{root, `{"required":true,"reasons":[{"code":"Lunch","name":"x","statuses":["rest"],"active":true}]}`, etag, "bad_request", 400},
		{root, `{"required":true,"reasons":[{"code":"missed","name":"x","statuses":["rest"],"active":true}]}`, etag, "invalid", 400},
		{root, `{"required":true,"reasons":[{"code":"a","name":"x","statuses":["ready"],"active":true}]}`, etag, "bad_request", 400},
		{root, list, etag, "", 200}, {root, list, `"old"`, "changed_meanwhile", 412},
	} {
		if r := h.ask(c.who, "PUT", path, c.body, "If-Match", c.version); r.status != c.status || r.problem.Code != c.code {
			t.Errorf("%s: %d %s, want %s", c.body, r.status, r.body, c.code)
		}
	}
	var own agent.Reasons
	h.ask(anna, "GET", "/api/v1/me/status-reasons", "").into(t, &own)
	if !own.Required || len(own.Reasons) != 2 || own.Reasons[0].Name != "점심" || own.Reasons[1].Active {
		t.Errorf("anna, who has a browser phone, chooses from %+v", own)
	}
	h.ask(h.login("carla").AccessToken, "GET", "/api/v1/me/status-reasons", "").into(t, &own)
	if own.Required {
		t.Error("carla's desk phone cannot ask for a reason")
	}
}
