package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"switchroom/api/contract"
	"switchroom/store/sql"
)

const numbers = "/api/v1/me/numbers"

func (h *house) numbers(token string) (out contract.Numbers) {
	h.t.Helper()
	r := h.do(request{method: "GET", path: numbers, token: token})
	r.into(h.t, &out)
	fitsSchema(h.t, document(h.t), "Numbers", r.body, "numbers")
	return out
}

func newNumber(label, number string) string {
	b, _ := json.Marshal(contract.NewFrequentNumber{Label: label, Number: number})
	return string(b)
}

func TestS18_TheNumbersToShowComeWithTheDefaultFirst(t *testing.T) {
	h := open(t, options{})
	n := h.numbers(h.login("anna").AccessToken)
	if len(n.CallerIds) != 2 || n.CallerIds[0].Number != "+827077770100" || len(n.Frequent) != 2 || n.Frequent[0].Own {
		t.Errorf("%+v", n)
	}
	if r := h.do(request{method: "GET", path: numbers, token: h.login("root").AccessToken}); r.status != 403 || r.problem.Code != "not_an_agent" {
		t.Errorf("an administrator who is no agent: %d %s", r.status, r.body)
	}
}

func TestS27_AnAgentAddsAFrequentNumberAndRemovesItAndNobodyElseDoes(t *testing.T) {
	h := open(t, options{})
	anna, ben := h.login("anna").AccessToken, h.login("ben").AccessToken
	add := request{method: "POST", path: numbers, token: anna, body: newNumber("  Lab ", "010-1234 5678"), key: "add-lab-1"}
	r := h.do(add)
	fitsSchema(t, document(t), "FrequentNumber", r.body, "the new number")
	var mine contract.FrequentNumber
	r.into(t, &mine)
	if r.status != 201 || mine.Number != "+821012345678" || mine.Label != "Lab" || !mine.Own {
		t.Errorf("%d %s", r.status, r.body)
	}
	if again := h.do(add); again.status != 201 || string(again.body) != string(r.body) || again.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("the same request again: %d %s", again.status, again.body)
	}
	add.key = "add-lab-2"
	if r := h.do(add); r.status != 409 || r.problem.Code != "number_taken" {
		t.Errorf("the same number again: %d %s", r.status, r.body)
	}
	if n := h.numbers(anna); len(n.Frequent) != 3 || n.Frequent[0] != mine || n.Frequent[1].Own {
		t.Errorf("anna's own come first: %+v", n.Frequent)
	}
	services := h.numbers(ben).Frequent
	if len(services) != 2 {
		t.Errorf("ben sees %+v", services)
	}
	for name, remove := range map[string]request{
		"another agent's": {method: "DELETE", path: numbers + "/" + mine.Id, token: ben},
		"a service's":     {method: "DELETE", path: numbers + "/" + services[0].Id, token: anna},
		"nobody's":        {method: "DELETE", path: numbers + "/01KB0000000000000000000000", token: anna},
	} {
		if r := h.do(remove); r.status != 404 || r.problem.Code != "unknown_number" {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	remove := request{method: "DELETE", path: numbers + "/" + mine.Id, token: anna}
	if r := h.do(remove); r.status != 204 || len(h.numbers(anna).Frequent) != 2 {
		t.Errorf("removed: %d %s", r.status, r.body)
	}
	if r := h.do(remove); r.status != 404 || r.problem.Code != "unknown_number" {
		t.Errorf("removed again: %d %s", r.status, r.body)
	}
	trail, err := h.sql.Audits(t.Context(), "anna", 2)
	if err != nil || len(trail) != 2 || trail[0].What != "remove_frequent_number" || trail[1].What != "put_frequent_number" || trail[1].Who != "anna" {
		t.Errorf("the audit trail: %+v, %v", trail, err)
	}
}

func TestS27_AFrequentNumberThatIsNoneIsRefusedWithACode(t *testing.T) {
	h := open(t, options{})
	token := h.login("anna").AccessToken
	for name, tt := range map[string]struct {
		body, code string
		status     int
	}{
		"no number":            {`{"label":"x"}`, "bad_request", 400},
		"an empty number":      {newNumber("x", ""), "bad_request", 400},
		"a long number":        {newNumber("x", strings.Repeat("1", 65)), "bad_request", 400},
		"letters":              {newNumber("x", "call me"), "bad_number", 400},
		"an injected dial":     {newNumber("x", "2001@evil&PJSIP/x"), "bad_number", 400},
		"nobody's extension":   {newNumber("x", "2999"), "bad_number", 400},
		"no label":             {`{"number":"2001"}`, "bad_request", 400},
		"an empty label":       {newNumber("", "2001"), "bad_request", 400},
		"a blank label":        {newNumber(" \t ", "2001"), "bad_label", 400},
		"a label of two lines": {newNumber("a\nb", "2001"), "bad_label", 400},
		"NUL in the label":     {newNumber("a\x00b", "2001"), "bad_label", 400},
		"a long label":         {newNumber(strings.Repeat("가", 41), "2001"), "bad_request", 400},
		"a service":            {`{"label":"x","number":"2001","service":"demo"}`, "unknown_field", 400},
		"an owner":             {`{"label":"x","number":"2001","agent":"ben"}`, "unknown_field", 400},
	} {
		if r := h.do(request{method: "POST", path: numbers, token: token, body: tt.body}); r.status != tt.status || r.problem.Code != tt.code || r.problem.Detail == "" {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	for _, id := range []string{"..%2F..%2Fx", "'%20OR%201=1", strings.Repeat("1", 65)} {
		if r := h.do(request{method: "DELETE", path: numbers + "/" + id, token: token}); r.status != 400 || r.problem.Code != "bad_request" {
			t.Errorf("id %s: %d %s", id, r.status, r.body)
		}
	}
	root := h.login("root").AccessToken
	for _, r := range []request{{method: "POST", path: numbers, body: newNumber("x", "2001")}, {method: "DELETE", path: numbers + "/1"}} {
		if got := h.do(r); got.status != 401 {
			t.Errorf("%s without a token: %d", r.method, got.status)
		}
		r.token = root
		if got := h.do(r); got.status != 403 || got.problem.Code != "not_an_agent" {
			t.Errorf("%s of no agent: %d %s", r.method, got.status, got.body)
		}
	}
	if n := h.numbers(token); len(n.Frequent) != 2 {
		t.Errorf("something was registered: %+v", n.Frequent)
	}
	if r := h.do(request{method: "POST", path: numbers, token: token, body: newNumber("<b>\u202e가</b>"+strings.Repeat("가", 30), "1-1-2")}); r.status != 201 {
		t.Errorf("a hostile label of good length is text: %d %s", r.status, r.body)
	}
}

func TestS27_AnAgentsFrequentNumbersAreLimited(t *testing.T) {
	h := open(t, options{})
	for i := range 200 {
		_, err := h.sql.PutFrequent(t.Context(), "anna", sql.FrequentNumber{Owner: sql.Owner{Agent: "anna"}, Label: "x", Number: fmt.Sprintf("+82101234%04d", i)})
		must(t, err)
	}
	r := h.do(request{method: "POST", path: numbers, token: h.login("anna").AccessToken, body: newNumber("x", "2001")})
	if r.status != 409 || r.problem.Code != "too_many_numbers" || !strings.Contains(r.problem.Detail, "remove one") {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := h.do(request{method: "POST", path: numbers, token: h.login("ben").AccessToken, body: newNumber("x", "2001")}); r.status != 201 {
		t.Errorf("ben's: %d %s", r.status, r.body)
	}
}

func TestS18_TheCallersIDAndTheNumberGoToTheDeskAsTheyWereEnteredAndOnlyOnce(t *testing.T) {
	h := open(t, options{})
	token := h.login("anna").AccessToken
	place := request{method: "POST", path: "/api/v1/calls", token: token, body: `{"number":"010-5555 0100","caller_id":"+827077770100"}`, key: "dial-12345"}
	a, b := h.do(place), h.do(place)
	heard := h.desk.take()
	if a.status != 201 || string(a.body) != string(b.body) || len(heard) != 1 || heard[0] != `dial anna "010-5555 0100" "+827077770100"` {
		t.Errorf("%d %s, %d %s: %q", a.status, a.body, b.status, b.body, heard)
	}
}
