package node_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"switchroom/agent"
	"switchroom/ari/node"
	"switchroom/engine"
	"switchroom/lab"
)

func TestAnAccountThatStandsAsItShouldIsLeftAlone(t *testing.T) {
	a := lab.NewAsterisk(t, lab.AsteriskOptions{})
	var out bytes.Buffer
	n, err := node.New(node.Config{
		Name: "n", URL: strings.TrimSuffix(a.ARIURL, "/ari"), User: a.User, Password: a.Password, Log: slog.New(slog.NewTextHandler(&out, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	account := engine.Account{Agent: "ann", Endpoint: "ann", Secret: "s", Device: agent.Desk, Number: "101", Name: "Ann"}
	for _, step := range []struct {
		what   string
		name   string
		writes int // in all
	}{{"a new account", "Ann", 1}, {"the same again", "Ann", 1}, {"a changed one", "Anna", 2}, {"the changed one again", "Anna", 2}} {
		account.Name = step.name
		if err := n.Provision(t.Context(), account); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(out.String(), "phone account written"); got != step.writes {
			t.Errorf("%s: written %d times so far, want %d", step.what, got, step.writes)
		}
	}
}
