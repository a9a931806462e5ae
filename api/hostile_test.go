package api_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"switchroom/api"
)

func TestBadInputIsRefusedWithACodeAndReachesNobody(t *testing.T) {
	h := open(t, options{})
	token := h.login("anna").AccessToken
	status, sessions := "/api/v1/me/status", "/api/v1/sessions"
	for name, c := range map[string]struct {
		r      request
		status int
		code   string
	}{
		"no JSON":                  {request{method: "PUT", path: status, body: `{"status":`}, 400, "bad_json"},
		"two JSON values":          {request{method: "PUT", path: status, body: `{"status":"ready"}{}`}, 400, "bad_json"},
		"nothing":                  {request{method: "PUT", path: status, kind: "application/json"}, 400, "bad_json"},
		"NUL bytes":                {request{method: "PUT", path: status, body: "\x00\x00\x00"}, 400, "bad_json"},
		"a list":                   {request{method: "PUT", path: status, body: `[]`}, 400, "bad_request"},
		"null":                     {request{method: "PUT", path: status, body: `null`}, 400, "bad_request"},
		"another type":             {request{method: "PUT", path: status, body: `{"status":1}`}, 400, "bad_request"},
		"unknown status":           {request{method: "PUT", path: status, body: `{"status":"logged_out"}`}, 400, "bad_request"},
		"unknown field":            {request{method: "PUT", path: status, body: `{"status":"ready","agent":"ben"}`}, 400, "unknown_field"},
		"reason is no slug":        {request{method: "PUT", path: status, body: `{"status":"rest","reason":"<script>"}`}, 400, "bad_request"},
		"deep nesting":             {request{method: "PUT", path: status, body: strings.Repeat("[", 30_000) + strings.Repeat("]", 30_000)}, 400, "bad_json"},
		"no content type":          {request{method: "PUT", path: status, body: `{"status":"ready"}`, kind: "text/plain"}, 415, "bad_content_type"},
		"a form":                   {request{method: "PUT", path: status, body: `status=ready`, kind: "application/x-www-form-urlencoded"}, 415, "bad_content_type"},
		"10 MB":                    {request{method: "PUT", path: status, body: `{"status":"` + strings.Repeat("a", 10<<20) + `"}`}, 413, "too_large"},
		"10 MB to log in":          {request{method: "POST", path: sessions, body: `{"user":"` + strings.Repeat("a", 10<<20) + `"}`}, 413, "too_large"},
		"a long password":          {request{method: "POST", path: sessions, body: `{"user":"anna","password":"` + strings.Repeat("a", 2000) + `"}`}, 400, "bad_request"},
		"an empty user":            {request{method: "POST", path: sessions, body: `{"user":"","password":"x"}`}, 400, "bad_request"},
		"no password":              {request{method: "POST", path: sessions, body: `{"user":"anna"}`}, 400, "bad_request"},
		"SQL":                      {request{method: "POST", path: sessions, body: `{"user":"' OR 1=1 --","password":"x"}`}, 401, "bad_credentials"},
		"NUL in the user":          {request{method: "POST", path: sessions, body: `{"user":"anna\u0000","password":"x"}`}, 401, "bad_credentials"},
		"right-to-left user":       {request{method: "POST", path: sessions, body: `{"user":"\u202eanna","password":"x"}`}, 401, "bad_credentials"},
		"a body where none is":     {request{method: "POST", path: "/api/v1/me/cti/login", body: `{}`}, 400, "bad_request"},
		"hostile call id":          {request{method: "POST", path: "/api/v1/calls/%3Cscript%3E/answer"}, 400, "bad_request"},
		"path up":                  {request{method: "POST", path: "/api/v1/calls/..%2F..%2Fme/answer"}, 400, "bad_request"},
		"a long call id":           {request{method: "POST", path: "/api/v1/calls/" + strings.Repeat("a", 129) + "/answer"}, 400, "bad_request"},
		"no call id":               {request{method: "POST", path: "/api/v1/calls//answer"}, 404, "not_found"},
		"unknown command":          {request{method: "POST", path: "/api/v1/calls/c/explode"}, 404, "not_found"},
		"unknown path":             {request{method: "GET", path: "/api/v1/nothing"}, 404, "not_found"},
		"the folder":               {request{method: "GET", path: "/api/"}, 404, "not_found"},
		"another version":          {request{method: "GET", path: "/api/v2/me"}, 404, "not_found"},
		"wrong method":             {request{method: "GET", path: "/api/v1/me/cti/login"}, 405, "method_not_allowed"},
		"wrong method on a call":   {request{method: "DELETE", path: "/api/v1/calls/c/answer"}, 405, "method_not_allowed"},
		"invented method":          {request{method: "BREW", path: "/api/v1/me"}, 405, "method_not_allowed"},
		"posting to the page":      {request{method: "POST", path: "/index.html"}, 405, "method_not_allowed"},
		"a short key":              {request{method: "POST", path: "/api/v1/calls/c/hangup", key: "k"}, 400, "bad_request"},
		"a hostile key":            {request{method: "POST", path: "/api/v1/calls/c/hangup", key: "key with spaces; DROP"}, 400, "bad_request"},
		"a feed without WebSocket": {request{method: "GET", path: "/api/v1/feed"}, 426, "websocket_required"},
		"SIP that is not there":    {request{method: "GET", path: "/sip"}, 404, "no_sip_socket"},
		"hostile queue":            {request{method: "POST", path: "/api/v1/demo/calls", body: `{"queue":"../sales"}`}, 400, "bad_request"},
	} {
		c.r.token = token
		got := h.do(c.r)
		if got.status != c.status || got.problem.Code != c.code || got.problem.Detail == "" || got.problem.RequestId == "" {
			t.Errorf("%s: %d %.300s, want %d %s", name, got.status, got.body, c.status, c.code)
		}
		if heard := h.desk.take(); heard != nil {
			t.Errorf("%s: the desk heard %v", name, heard)
		}
	}
	if strings.Contains(h.log.String(), "OR 1=1") {
		t.Error("what a stranger typed as a name is in the log")
	}
}

func TestWithoutATokenNothingIsSaidAboutTheRequest(t *testing.T) {
	h := open(t, options{})
	for _, c := range []request{
		{method: "PUT", path: "/api/v1/me/status", body: "{"}, {method: "POST", path: "/api/v1/calls/c/answer"}, {method: "GET", path: "/api/v1/me/phone"},
		{method: "POST", path: "/api/v1/demo/calls", body: `{"queue":"none"}`}, {method: "DELETE", path: "/api/v1/sessions"},
	} {
		if r := h.do(c); r.status != 401 || r.problem.Code != "no_token" {
			t.Errorf("%s %s: %d %s", c.method, c.path, r.status, r.body)
		}
	}
}

func TestOnePersonCannotFloodTheDesk(t *testing.T) {
	h := open(t, options{config: func(c *api.Config) { c.CommandBurst = 0 }})
	token := h.login("anna").AccessToken
	refused := 0
	for range 60 {
		if r := h.do(request{method: "POST", path: "/api/v1/me/cti/login", token: token}); r.status == http.StatusTooManyRequests && r.problem.Code == "too_many_requests" {
			refused++
		}
	}
	if refused == 0 {
		t.Error("60 commands at once went through")
	}
	if r := h.do(request{method: "POST", path: "/api/v1/me/cti/login", token: h.login("ben").AccessToken}); r.status != 204 {
		t.Errorf("another agent: %d %s", r.status, r.body)
	}
}

func TestThePageIsServedUnderAStrictPolicy(t *testing.T) {
	h := open(t, options{})
	for path, want := range map[string]struct {
		status             int
		body, kind, caches string
	}{
		"/":                     {200, "<title>page", "text/html", "no-cache"},
		"/some/route":           {200, "<title>page", "text/html", "no-cache"},
		"/assets/a-1234.js":     {200, "1", "text/javascript", "public, max-age=31536000, immutable"},
		"/robots.txt":           {200, "none", "text/plain", "no-cache"},
		"/assets/gone.js":       {404, "not_found", "application/problem+json", ""},
		"/assets":               {200, "<title>page", "text/html", "no-cache"},
		"/tickets/T-000001":     {200, "<title>page", "text/html", "no-cache"},
		"/calls/pbx1.lab-01KB":  {200, "<title>page", "text/html", "no-cache"},
		"/api/v1/gone":          {404, "not_found", "application/problem+json", ""},
		"/missing.png":          {404, "not_found", "application/problem+json", ""},
		"/..%2f..%2fetc/passwd": {404, "not_found", "application/problem+json", ""},
	} {
		r := h.do(request{method: "GET", path: path})
		if r.status != want.status || !strings.Contains(string(r.body), want.body) || !strings.HasPrefix(r.header.Get("Content-Type"), want.kind) || r.header.Get("Cache-Control") != want.caches {
			t.Errorf("%s: %d %.100s %v", path, r.status, r.body, r.header)
		}
		for name, value := range map[string]string{
			"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
		} {
			if !strings.HasPrefix(r.header.Get(name), value) {
				t.Errorf("%s: %s is %q", path, name, r.header.Get(name))
			}
		}
	}
	csp := h.do(request{method: "GET", path: "/"}).header.Get("Content-Security-Policy")
	if strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'none'") {
		t.Error(csp)
	}
	if r := h.do(request{method: "HEAD", path: "/"}); r.status != 200 || len(r.body) != 0 {
		t.Errorf("HEAD: %d", r.status)
	}
}

func TestARequestIDIsOursAndNotTheClients(t *testing.T) {
	h := open(t, options{})
	r := h.do(request{method: "GET", path: "/api/v1/me", headers: map[string]string{"X-Request-Id": "forged"}})
	if id := r.header.Get("X-Request-Id"); id == "forged" || id == "" || id != r.problem.RequestId {
		t.Errorf("request id %q, %q", id, r.problem.RequestId)
	}
}

// endless is a body of a length that is not announced.
type endless struct{ n int }

func (e *endless) Read(p []byte) (int, error) {
	if e.n <= 0 {
		return 0, io.EOF
	}
	e.n -= len(p)
	return copy(p, strings.Repeat(" ", len(p))), nil
}

func TestABodyOfUnknownLengthIsCutToo(t *testing.T) {
	h := open(t, options{})
	req, err := http.NewRequestWithContext(t.Context(), "POST", h.URL+"/api/v1/sessions", &endless{10 << 20})
	must(t, err)
	req.Header.Set("Content-Type", "application/json")
	res, err := h.Client().Do(req)
	must(t, err)
	defer res.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(res.Body)
	must(t, err)
	if res.StatusCode != 413 || !strings.Contains(string(body), "too_large") {
		t.Error(fmt.Sprint(res.StatusCode, string(body)))
	}
}
