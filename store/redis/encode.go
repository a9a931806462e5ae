package redis

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
)

// encoded is a batch as the save script wants it: everything decided, nothing left but to compare and write.
type encoded struct {
	node    string
	epoch   uint64
	digest  string // names the step: a repetition has the same
	call    *encodedCall
	agents  []encodedAgent
	journal []string
	feed    []engine.Message
	queues  []string // every name whose indexes may change
}

type encodedCall struct {
	id, queue string
	version   uint64
	place     string // "": does not wait
	json      string // "": closed
}

type encodedAgent struct {
	id         string
	version    uint64
	json       string
	queues     []string
	queuesJSON string
	idle       string // Unix ms; "": not ready
}

func encode(b engine.Batch) (*encoded, error) {
	if b.Node == "" {
		return nil, errors.New("the batch names no node")
	}
	if b.Call == nil && len(b.Agents) == 0 {
		return nil, errors.New("the batch changes nothing")
	}
	e := &encoded{node: b.Node, epoch: b.Epoch, feed: b.Feed}
	for _, a := range b.Agents {
		if err := e.addAgent(a); err != nil {
			return nil, err
		}
	}
	for _, m := range b.Feed {
		if m.Agent == "" || !json.Valid(m.Data) {
			return nil, fmt.Errorf("message %q to agent %q: no agent, or its data is not JSON", m.Type, m.Agent)
		}
	}
	entries := b.Notes
	if b.Journal != nil {
		entries = append([]engine.Entry{*b.Journal}, b.Notes...)
	}
	for _, entry := range entries {
		text, err := json.Marshal(entry)
		if err != nil {
			return nil, fmt.Errorf("encode journal entry of call %s: %w", entry.Call, err)
		}
		e.journal = append(e.journal, string(text))
	}
	if b.Call == nil {
		e.digest = e.agentsDigest()
		return e, nil
	}
	if b.Call.Node != b.Node {
		return nil, fmt.Errorf("call %s is of node %q, the batch of %q", b.Call.ID, b.Call.Node, b.Node)
	}
	step := ""
	if b.Journal != nil {
		step = e.journal[0]
	}
	return e, e.setCall(*b.Call, step)
}

// agentsDigest identifies a step of agents alone.
func (e *encoded) agentsDigest() string {
	parts := make([]string, 0, len(e.agents)+3*len(e.feed))
	for _, a := range e.agents {
		parts = append(parts, a.json)
	}
	for _, m := range e.feed {
		parts = append(parts, m.Agent, m.Type, string(m.Data))
	}
	return digest(parts...)
}

// digest names a list of texts; no two lists have the same.
func digest(parts ...string) string {
	sum := sha256.New()
	for _, p := range parts {
		sum.Write(binary.AppendUvarint(nil, uint64(len(p)))) // a hash never fails
		sum.Write([]byte(p))
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// setCall takes the call with the journal entry of the step that led there.
func (e *encoded) setCall(c call.Call, step string) error {
	if c.ID == "" || c.Queue == "" || c.Version == 0 {
		return fmt.Errorf("call %q, queue %q, version %d: all must be set", c.ID, c.Queue, c.Version)
	}
	text, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encode call %s: %w", c.ID, err)
	}
	// The owner who repeats a step may have loaded its agents anew meanwhile: call and journal say which step it is.
	e.digest = digest(string(text), step)
	e.call = &encodedCall{id: c.ID, queue: c.Queue, version: c.Version}
	if !c.Closed() {
		e.call.json = string(text)
	}
	if c.State == call.Queued {
		e.call.place = strconv.FormatFloat(c.Place(), 'f', -1, 64)
	}
	e.addQueues(c.Queue)
	return nil
}

func (e *encoded) addAgent(a agent.Agent) error {
	if a.ID == "" || a.Version == 0 {
		return fmt.Errorf("agent %q, version %d: both must be set", a.ID, a.Version)
	}
	if slices.ContainsFunc(e.agents, func(o encodedAgent) bool { return o.id == a.ID }) {
		return fmt.Errorf("agent %s is twice in the batch", a.ID)
	}
	text, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("encode agent %s: %w", a.ID, err)
	}
	out := encodedAgent{id: a.ID, version: a.Version, json: string(text), queues: a.Queues, queuesJSON: "[]"}
	if len(a.Queues) > 0 {
		names, err := json.Marshal(a.Queues)
		if err != nil {
			return fmt.Errorf("encode queues of agent %s: %w", a.ID, err)
		}
		out.queuesJSON = string(names)
	}
	// At the beginning of time every block of a phone is still in force: the index holds those who are available whatever the time.
	if ok, _ := a.Available(time.Time{}); ok {
		out.idle = strconv.FormatInt(a.IdleSince.UnixMilli(), 10)
	}
	e.agents = append(e.agents, out)
	e.addQueues(a.Queues...)
	return nil
}

func (e *encoded) addQueues(names ...string) {
	for _, name := range names {
		if !slices.Contains(e.queues, name) {
			e.queues = append(e.queues, name)
		}
	}
}

// what names the batch in errors.
func (e *encoded) what() string {
	if e.call != nil {
		return "call " + e.call.id
	}
	return "agent " + e.agents[0].id
}

// keys are the script's KEYS, in the order that lua/save.lua says.
func (e *encoded) keys(k keys) []string {
	out := make([]string, 0, 9+len(e.agents)+2*len(e.queues))
	out = append(out, k.node(e.node), k.live(e.node), k.calls(), k.agents(), k.journal(), k.feed(), k.feedSeq(), k.feedEpoch())
	if e.call != nil {
		out = append(out, k.callMeta(e.call.id))
	}
	for _, a := range e.agents {
		out = append(out, k.agentMeta(a.id))
	}
	for _, name := range e.queues {
		out = append(out, k.queue(name), k.ready(name))
	}
	return out
}

// args are the script's ARGV, in the order that lua/save.lua says.
func (e *encoded) args() []any {
	out := make([]any, 0, 15+len(e.queues)+10*len(e.agents)+3*len(e.feed))
	out = append(out, e.epoch, e.digest, newFeedEpoch(), int64(closedMemory/time.Second), feedLength, len(e.journal),
		len(e.agents), len(e.queues), len(e.feed))
	if c := e.call; c != nil {
		out = append(out, c.id, c.version-1, c.version, c.queue, c.place, c.json)
	} else {
		out = append(out, "")
	}
	for _, name := range e.queues {
		out = append(out, name)
	}
	for _, a := range e.agents {
		out = append(out, a.id, a.version-1, a.version, a.json, a.queuesJSON, a.idle, len(a.queues))
		for _, name := range a.queues {
			out = append(out, name)
		}
	}
	for _, entry := range e.journal {
		out = append(out, entry)
	}
	for _, m := range e.feed {
		out = append(out, m.Agent, m.Type, []byte(m.Data))
	}
	return out
}

// newFeedEpoch is a random name for a new series of sequence numbers.
func newFeedEpoch() string { return rand.Text()[:16] }
