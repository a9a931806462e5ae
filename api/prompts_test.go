package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"switchroom/api/contract"
	"switchroom/lab"
	"switchroom/prompt"
)

const prompts = "/api/v1/services/demo/prompts"

// admin is the token of somebody who may do everything.
func (h *house) admin() string { return h.login("root").AccessToken }

func upload(token, kind string, file []byte) request {
	return request{method: "POST", path: prompts + "?label=Goodbye", token: token, kind: kind, body: string(file)}
}

func (h *house) prompts(token string) (out contract.Prompts) {
	h.t.Helper()
	r := h.do(request{method: "GET", path: prompts, token: token})
	if r.status != http.StatusOK {
		h.t.Fatalf("%d %s", r.status, r.body)
	}
	r.into(h.t, &out)
	return out
}

func TestS33_AnAdministratorUploadsHearsChoosesAndDeletesAMessage(t *testing.T) {
	h := open(t, options{})
	token := h.admin()
	if list := h.prompts(token); len(list.Prompts) != 0 || list.Farewell != nil {
		t.Fatalf("%+v", list)
	}
	mp3, err := os.ReadFile("../prompt/testdata/tone-1300-44100-stereo-vbr.mp3")
	must(t, err)
	var saved [2]contract.Prompt
	for i, c := range []struct {
		kind string
		file []byte
	}{{"audio/wav", lab.ToneWAV(700, 1500*time.Millisecond)}, {"audio/wav", mp3}} { // what it is, its bytes say
		r := h.do(upload(token, c.kind, c.file))
		if r.status != http.StatusCreated {
			t.Fatalf("%d %s", r.status, r.body)
		}
		r.into(t, &saved[i])
	}
	if p := saved[0]; p.Label != "Goodbye" || p.Seconds != 2 || time.Since(p.UploadedAt) > time.Minute {
		t.Errorf("%+v", p)
	}
	var again contract.Prompt
	h.do(upload(token, "audio/mpeg", mp3)).into(t, &again)
	if again != saved[1] {
		t.Errorf("the same file again: %+v", again)
	}
	audio := h.do(request{method: "GET", path: prompts + "/" + saved[1].Id + "/audio", token: token})
	if _, err := prompt.Convert(t.Context(), audio.body); err != nil || audio.header.Get("Content-Type") != "audio/wav" || audio.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v, %v", audio.header, err)
	}
	choose := func(body string) reply {
		return h.do(request{method: "PUT", path: "/api/v1/services/demo/farewell", token: token, body: body})
	}
	if r := choose(`{"prompt":"` + saved[0].Id + `"}`); r.status != http.StatusNoContent {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if list := h.prompts(token); len(list.Prompts) != 2 || list.Farewell == nil || *list.Farewell != saved[0].Id {
		t.Errorf("%+v", list)
	}
	if v, err := h.sql.Service(t.Context(), "demo"); err != nil || !strings.HasSuffix(v.Farewell, ".wav") {
		t.Errorf("calls play %q, %v", v.Farewell, err)
	}
	remove := func(id string) reply {
		return h.do(request{method: "DELETE", path: prompts + "/" + id, token: token})
	}
	if r := remove(saved[0].Id); r.status != http.StatusConflict || r.problem.Code != "prompt_in_use" {
		t.Errorf("deleted in use: %d %s", r.status, r.body)
	}
	if r := choose(`{"prompt":null}`); r.status != http.StatusNoContent {
		t.Fatalf("%d %s", r.status, r.body)
	}
	for _, p := range saved {
		if r := remove(p.Id); r.status != http.StatusNoContent {
			t.Errorf("%d %s", r.status, r.body)
		}
	}
	if list := h.prompts(token); len(list.Prompts) != 0 || list.Farewell != nil {
		t.Errorf("%+v", list)
	}
}

func TestOnlyAdministratorsTouchMessagesAndWhoElseTriesIsInTheAuditTrail(t *testing.T) {
	h := open(t, options{})
	anna := h.login("anna").AccessToken
	for _, c := range []struct {
		r            request
		what, target string
	}{
		{request{method: "GET", path: prompts}, "list_prompts", "demo"},
		{upload("", "audio/wav", lab.ToneWAV(700, time.Second)), "upload_prompt", "demo"},
		{upload("", "audio/wav", bytes.Repeat([]byte("a"), 12<<20)), "upload_prompt", "demo"},
		{request{method: "GET", path: prompts + "/p/audio"}, "get_prompt_audio", "p"},
		{request{method: "DELETE", path: prompts + "/p"}, "delete_prompt", "p"},
		{request{method: "PUT", path: "/api/v1/services/demo/farewell", body: `{"prompt":null}`}, "set_farewell", "demo"},
	} {
		c.r.token = ""
		if r := h.do(c.r); r.status != http.StatusUnauthorized || r.problem.Code != "no_token" {
			t.Errorf("%s without a token: %d %s", c.what, r.status, r.body)
		}
		c.r.token = anna
		if r := h.do(c.r); r.status != http.StatusForbidden || r.problem.Code != "not_an_administrator" {
			t.Errorf("%s as an agent: %d %s", c.what, r.status, r.body)
		}
		list, err := h.sql.Audits(t.Context(), c.target, 1)
		must(t, err)
		if len(list) != 1 || list[0].Who != "anna" || list[0].What != "refused_"+c.what || list[0].After != "not_an_administrator" {
			t.Errorf("%s: %+v", c.what, list)
		}
	}
}

func TestFilesThatAreNoMessageAreRefusedAndAudited(t *testing.T) {
	h := open(t, options{})
	token := h.admin()
	tone := lab.ToneWAV(700, time.Second)
	for name, c := range map[string]struct {
		kind   string
		file   []byte
		status int
		code   string
		quiet  bool // nothing that an audit trail is for
	}{
		"text that says it is sound": {"audio/mpeg", []byte("<script>alert(1)</script>"), 422, "prompt_not_audio", false},
		"half a file":                {"audio/wav", tone[:len(tone)/2], 422, "prompt_truncated", false},
		"an empty file":              {"audio/wav", nil, 422, "prompt_empty", false},
		"silence":                    {"audio/wav", append(tone[:44:44], make([]byte, len(tone)-44)...), 422, "prompt_silent", false},
		"three minutes":              {"audio/wav", lab.ToneWAV(700, 3*time.Minute), 422, "prompt_too_long", false},
		"more than 10 MB":            {"audio/wav", make([]byte, 10<<20+1), 413, "prompt_too_large", false},
		"a form":                     {"multipart/form-data", tone, 415, "bad_content_type", true},
		"JSON":                       {"application/json", []byte("{}"), 415, "bad_content_type", true},
	} {
		t.Run(name, func(t *testing.T) {
			r := h.do(upload(token, c.kind, c.file))
			if r.status != c.status || r.problem.Code != c.code || r.problem.Detail == "" {
				t.Errorf("%d %s", r.status, r.body)
			}
			list, err := h.sql.Audits(t.Context(), "demo", 1)
			must(t, err)
			if noted := list[0].What == "refused_upload_prompt" && list[0].After == c.code && list[0].Who == "root"; noted == c.quiet {
				t.Errorf("the audit trail says %+v", list[0])
			}
		})
	}
	if list := h.prompts(token); len(list.Prompts) != 0 {
		t.Errorf("%+v", list)
	}
}

func TestAFileOfUnknownLengthIsCutAtTheLimit(t *testing.T) {
	h := open(t, options{})
	req, err := http.NewRequestWithContext(t.Context(), "POST", h.URL+prompts+"?label=x", &endless{64 << 20})
	must(t, err)
	req.Header.Set("Content-Type", "audio/wav")
	req.Header.Set("Authorization", "Bearer "+h.admin())
	res, err := h.Client().Do(req)
	must(t, err)
	defer res.Body.Close() //nolint:errcheck // read to its end
	b, err := io.ReadAll(res.Body)
	must(t, err)
	var p contract.Problem
	must(t, json.Unmarshal(b, &p))
	if res.StatusCode != 413 || p.Code != "prompt_too_large" {
		t.Error(res.StatusCode, string(b))
	}
}

func TestWhatIsNotThereIsSaidWithACode(t *testing.T) {
	h := open(t, options{})
	token := h.admin()
	tone := string(lab.ToneWAV(700, time.Second))
	for _, c := range []struct {
		r      request
		status int
		code   string
	}{
		{request{method: "GET", path: "/api/v1/services/none/prompts"}, 404, "unknown_service"},
		{request{method: "POST", path: "/api/v1/services/none/prompts?label=x", kind: "audio/wav", body: tone}, 404, "unknown_service"},
		{request{method: "POST", path: prompts, kind: "audio/wav", body: tone}, 400, "bad_request"},
		{request{method: "POST", path: prompts + "?label=", kind: "audio/wav", body: tone}, 400, "bad_request"},
		{request{method: "POST", path: prompts + "?label=%00%0A", kind: "audio/wav", body: tone}, 400, "bad_request"},
		{request{method: "POST", path: prompts + "?label=" + strings.Repeat("x", 200), kind: "audio/wav", body: tone}, 400, "bad_request"},
		{request{method: "GET", path: prompts + "/none/audio"}, 404, "unknown_prompt"},
		{request{method: "GET", path: prompts + "/..%2F..%2Fetc/audio"}, 400, "bad_request"},
		{request{method: "DELETE", path: prompts + "/none"}, 404, "unknown_prompt"},
		{request{method: "DELETE", path: "/api/v1/services/none/prompts/none"}, 404, "unknown_service"},
		{request{method: "PUT", path: "/api/v1/services/demo/farewell", body: `{"prompt":"none"}`}, 404, "unknown_prompt"},
		{request{method: "PUT", path: "/api/v1/services/demo/farewell", body: `{}`}, 400, "bad_request"},
		{request{method: "PUT", path: "/api/v1/services/none/farewell", body: `{"prompt":null}`}, 404, "unknown_service"},
	} {
		c.r.token = token
		if r := h.do(c.r); r.status != c.status || r.problem.Code != c.code || r.problem.Detail == "" {
			t.Errorf("%s %s: %d %s, want %d %s", c.r.method, c.r.path, r.status, r.body, c.status, c.code)
		}
	}
}

func TestALabelIsTextAndComesBackAsItWas(t *testing.T) {
	h := open(t, options{})
	token := h.admin()
	r := h.do(request{method: "POST", path: prompts + "?label=%3Cscript%3E%20%26%20%E2%80%AEanna", token: token, kind: "audio/wav", body: string(lab.ToneWAV(700, time.Second))})
	if list := h.prompts(token); r.status != 201 || len(list.Prompts) != 1 || list.Prompts[0].Label != "<script> & \u202eanna" {
		t.Error(fmt.Sprint(r.status, list))
	}
}
