// Package house is the call centre that is put under load: its phones, its queue, and what the controller's process is told about it.
package house

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
)

// QueueName is the one queue, of Switchroom and of app_queue.
const QueueName = "bench"

// Controller is the configuration of the controller's process.
type Controller struct {
	Node, ARIURL, User, Password string
	Redis, Database              string
	Accounts                     []engine.Account
	Profile                      bool // serve profiles on a loopback port
}

// Started is what the controller's process says when it takes calls.
type Started struct {
	Ready bool
	Debug string // host:port of the profiles, or empty
}

// Accounts makes n desk phones with random secrets.
func Accounts(n int) []engine.Account {
	out := make([]engine.Account, n)
	for i := range out {
		id := fmt.Sprintf("b%04d", i)
		out[i] = engine.Account{Agent: id, Endpoint: id, Secret: rand.Text(), Device: agent.Desk, Number: fmt.Sprint(20_000 + i), Name: "Agent " + id}
	}
	return out
}

// wrapUp is as short as can be: the next status is chosen by the record's own timer, for nobody is there to choose it.
const wrapUp = time.Millisecond

// Settings are the controller's settings in memory.
type Settings []engine.Account

var _ engine.Settings = Settings(nil)

// Queue implements engine.Settings. The caller hears ringing, and is answered only when the agent answers.
func (s Settings) Queue(_ context.Context, name string) (engine.Queue, error) {
	if name != QueueName {
		return engine.Queue{}, engine.ErrUnknown
	}
	return engine.Queue{Name: name, Service: "bench", Inbound: true, Scenario: call.Scenario{Pickup: 20 * time.Second, Music: "default", WrapUp: wrapUp}}, nil
}

// Person implements engine.Settings.
func (s Settings) Person(_ context.Context, id string) (engine.Person, error) {
	for _, a := range s {
		if a.Agent == id {
			p := agent.Profile{Name: a.Name, CTI: a.Number, Queues: []string{QueueName}, Phone: agent.Phone{Device: a.Device, Endpoint: a.Endpoint, Number: a.Number}}
			return engine.Person{ID: id, Profile: p, Permitted: true, DefaultStatus: agent.Business}, nil
		}
	}
	return engine.Person{}, engine.ErrUnknown
}

// Extension implements engine.Settings: nobody is called by number.
func (s Settings) Extension(context.Context, string) (string, error) { return "", engine.ErrUnknown }

// Accounts implements engine.Settings.
func (s Settings) Accounts(context.Context) ([]engine.Account, error) { return s, nil }

// The numbers that callers dial. Each agent's phone has one for Dial.
const (
	NumberQueue      = "queue"
	NumberSwitchroom = "1000"
	numberDial       = "dial"
)

// NumberDial is the number that dials the i-th of the accounts' phones, round and round.
func NumberDial(accounts []engine.Account, i int) string {
	return numberDial + accounts[i%len(accounts)].Endpoint
}

// Dialplan adds the peers to what callers can reach: Dial bare, Queue with ringing in place of music, so that it does not answer either.
func Dialplan() string {
	return `
[switchroom-in](+)
exten => _` + numberDial + `.,1,Dial(PJSIP/${EXTEN:` + fmt.Sprint(len(numberDial)) + `},60)
 same => n,Hangup()
exten => ` + NumberQueue + `,1,Queue(` + QueueName + `,r)
 same => n,Hangup()
`
}

// Queues is app_queue's queue of the same agents, set up as well as it can be: agents are found the same way, longest idle first, several
// callers are served at once, and a miss is tried again soon.
func Queues(accounts []engine.Account) string {
	var b strings.Builder
	b.WriteString("\n[" + QueueName + "]\nstrategy = leastrecent\nautofill = yes\nringinuse = no\ntimeout = 20\nretry = 1\nwrapuptime = 0\njoinempty = yes\nleavewhenempty = no\n")
	for _, a := range accounts {
		fmt.Fprintf(&b, "member => PJSIP/%s\n", a.Endpoint)
	}
	return b.String()
}
