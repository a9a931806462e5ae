package enginetest

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
)

// Store is an engine.Store in memory with the semantics of the real one: versions, fencing by epoch, repeated batches, ready sets, and the
// feed's numbers. Records are kept encoded, so nothing is shared with whoever saved them. Safe for concurrent use.
type Store struct {
	// Check, if set, is told everything that is live after each save, while nobody else can save. Set it before use.
	Check func(calls map[string]call.Call, agents map[string]agent.Agent)

	mu     sync.Mutex
	leases map[string]lease
	calls  map[string]callRecord
	agents map[string]agentRecord
	seq    map[string]uint64
	feed   []FeedItem
	log    []engine.Entry
	notes  []engine.Entry
	away   error
	next   error // away once a save was refused as stale
}

var _ engine.Store = (*Store)(nil)

// FeedItem is one numbered message.
type FeedItem struct {
	Seq uint64
	engine.Message
}

type lease struct {
	owner string
	epoch uint64
	until time.Time
}

type callRecord struct {
	node    string
	version uint64
	closed  bool
	digest  string // of the last batch
	data    []byte
}

type agentRecord struct {
	version uint64
	digests []string // of the last batches, newest first
	data    []byte
}

// rememberedBatches is how many batches of an agent are recognised when they are saved again.
const rememberedBatches = 8

// NewStore makes an empty one.
func NewStore() *Store {
	return &Store{leases: map[string]lease{}, calls: map[string]callRecord{}, agents: map[string]agentRecord{}, seq: map[string]uint64{}}
}

// Away makes every method fail with err until it is called with nil: the store cannot be reached.
func (s *Store) Away(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away = err
}

// AwayAfterStale is Away(err) as soon as a save was refused as stale.
func (s *Store) AwayAfterStale(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = err
}

// enter takes the lock if the store can be used.
func (s *Store) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	if err := s.away; err != nil {
		s.mu.Unlock()
		return err
	}
	return nil
}

// Acquire implements engine.Store.
func (s *Store) Acquire(ctx context.Context, node, owner string, ttl time.Duration) (uint64, error) {
	if err := s.enter(ctx); err != nil {
		return 0, err
	}
	defer s.mu.Unlock()
	l := s.leases[node]
	if l.owner != "" && l.owner != owner && time.Now().Before(l.until) {
		return 0, fmt.Errorf("acquire node %s: %w", node, engine.ErrLeased)
	}
	s.leases[node] = lease{owner: owner, epoch: l.epoch + 1, until: time.Now().Add(ttl)}
	return l.epoch + 1, nil
}

// Renew implements engine.Store.
func (s *Store) Renew(ctx context.Context, node, owner string, epoch uint64, ttl time.Duration) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	l := s.leases[node]
	if l.owner != owner || l.epoch != epoch {
		return fmt.Errorf("renew node %s: %w", node, engine.ErrFenced)
	}
	l.until = time.Now().Add(ttl)
	s.leases[node] = l
	return nil
}

// Save implements engine.Store.
func (s *Store) Save(ctx context.Context, b engine.Batch) error {
	digest, err := digestOf(b)
	if err != nil {
		return err
	}
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	err = s.save(b, digest)
	var stale *engine.StaleError
	if errors.As(err, &stale) && s.next != nil {
		s.away, s.next = s.next, nil
	}
	return err
}

func (s *Store) save(b engine.Batch, digest string) error {
	if b.Epoch == 0 || s.leases[b.Node].epoch != b.Epoch {
		return fmt.Errorf("save: %w", engine.ErrFenced)
	}
	if s.repeated(b, digest) {
		return nil
	}
	if err := s.compare(b); err != nil {
		return err
	}
	if err := s.write(b, digest); err != nil {
		return err
	}
	if s.Check != nil {
		calls, agents, err := s.everything()
		if err != nil {
			return err
		}
		s.Check(calls, agents)
	}
	return nil
}

// digestOf names a step: by the call and its journal entry, whatever its agents are by then, or by the agents and the messages.
func digestOf(b engine.Batch) (string, error) {
	if b.Node == "" || b.Call == nil && len(b.Agents) == 0 {
		return "", errors.New("save: the batch names no node, or changes nothing")
	}
	var what any = []any{b.Call, b.Journal}
	if c := b.Call; c == nil {
		what = []any{b.Agents, b.Feed}
	} else if c.ID == "" || c.Queue == "" || c.Version == 0 || c.Node != b.Node {
		return "", fmt.Errorf("save: call %q, queue %q, version %d, node %q: one is missing or wrong", c.ID, c.Queue, c.Version, c.Node)
	}
	for _, a := range b.Agents {
		if a.ID == "" || a.Version == 0 {
			return "", fmt.Errorf("save: agent %q, version %d: both must be set", a.ID, a.Version)
		}
	}
	raw, err := json.Marshal(what)
	if err != nil {
		return "", fmt.Errorf("save: %w", err)
	}
	sum := sha256.Sum256(raw)
	return string(sum[:]), nil
}

func (s *Store) repeated(b engine.Batch, digest string) bool {
	if b.Call != nil {
		return s.calls[b.Call.ID].digest == digest
	}
	return slices.Contains(s.agents[b.Agents[0].ID].digests, digest)
}

func (s *Store) compare(b engine.Batch) error {
	if c := b.Call; c != nil {
		if r := s.calls[c.ID]; r.closed || r.version != c.Version-1 {
			return &engine.StaleError{Record: "call", ID: c.ID}
		}
	}
	for _, a := range b.Agents {
		if s.agents[a.ID].version != a.Version-1 {
			return &engine.StaleError{Record: "agent", ID: a.ID}
		}
	}
	return nil
}

func (s *Store) write(b engine.Batch, digest string) error {
	if c := b.Call; c != nil {
		data, err := json.Marshal(c)
		if err != nil {
			return err
		}
		s.calls[c.ID] = callRecord{node: b.Node, version: c.Version, closed: c.Closed(), digest: digest, data: data}
	}
	for _, a := range b.Agents {
		data, err := json.Marshal(a)
		if err != nil {
			return err
		}
		digests := append([]string{digest}, s.agents[a.ID].digests...)
		s.agents[a.ID] = agentRecord{version: a.Version, digests: digests[:min(len(digests), rememberedBatches)], data: data}
	}
	s.notes = append(s.notes, b.Notes...)
	if b.Journal != nil {
		s.log = append(s.log, *b.Journal)
	}
	for _, m := range b.Feed {
		s.seq[m.Agent]++
		s.feed = append(s.feed, FeedItem{s.seq[m.Agent], m})
	}
	return nil
}

func (s *Store) everything() (map[string]call.Call, map[string]agent.Agent, error) {
	calls, agents := map[string]call.Call{}, map[string]agent.Agent{}
	for id, r := range s.calls {
		if r.closed {
			continue
		}
		var c call.Call
		if err := json.Unmarshal(r.data, &c); err != nil {
			return nil, nil, err
		}
		calls[id] = c
	}
	for id, r := range s.agents {
		var a agent.Agent
		if err := json.Unmarshal(r.data, &a); err != nil {
			return nil, nil, err
		}
		agents[id] = a
	}
	return calls, agents, nil
}

// Calls implements engine.Store.
func (s *Store) Calls(ctx context.Context, node string) ([]call.Call, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	all, _, err := s.everything()
	var out []call.Call
	for _, c := range all {
		if c.Node == node {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b call.Call) int { return strings.Compare(a.ID, b.ID) })
	return out, err
}

// Agent implements engine.Store.
func (s *Store) Agent(ctx context.Context, id string) (a agent.Agent, ok bool, err error) {
	if err := s.enter(ctx); err != nil {
		return a, false, err
	}
	defer s.mu.Unlock()
	r, ok := s.agents[id]
	if ok {
		err = json.Unmarshal(r.data, &a)
	}
	return a, ok, err
}

// Agents implements engine.Store.
func (s *Store) Agents(ctx context.Context) ([]agent.Agent, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	_, all, err := s.everything()
	var out []agent.Agent
	for _, a := range all {
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b agent.Agent) int { return strings.Compare(a.ID, b.ID) })
	return out, err
}

// Ready implements engine.Store. A phone that was blocked when the record was saved keeps its agent out, however long ago that was.
func (s *Store) Ready(ctx context.Context, queue string, limit int) ([]agent.Agent, error) {
	all, err := s.Agents(ctx)
	if err != nil || limit <= 0 {
		return nil, err
	}
	var out []agent.Agent
	for _, a := range all {
		if ok, _ := a.Available(time.Time{}); ok && slices.Contains(a.Queues, queue) {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b agent.Agent) int { return a.IdleSince.Compare(b.IdleSince) })
	return out[:min(len(out), limit)], nil
}

// Feed returns everything that clients were told so far.
func (s *Store) Feed() []FeedItem {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.feed)
}

// Notes returns what was noted beside the journal so far.
func (s *Store) Notes() []engine.Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.notes)
}

// Journal returns every entry so far.
func (s *Store) Journal() []engine.Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}
