package redis

// keys names everything that the store keeps. One function per key; each says the type and what is in it.
//
// The organisation stands in braces, a hash tag: all of its keys live in one slot of a cluster, so one script may touch any of them.
type keys struct{ prefix string }

func newKeys(prefix, org string) keys { return keys{prefix: prefix + ":{" + org + "}:"} }

// node is a hash: owner, epoch (counts owners' starts), until (Redis' clock, ms). The lease of an Asterisk node.
func (k keys) node(name string) string { return k.prefix + "node:" + name }

// nodes is a hash: name → [engine.NodeReport] as JSON. Nodes without calls leave it after [forgetAfter].
func (k keys) nodes() string { return k.prefix + "nodes" }

// live is a set: ids of the node's live calls.
func (k keys) live(node string) string { return k.prefix + "live:" + node }

// calls is a hash: id → call as JSON. Live calls only.
func (k keys) calls() string { return k.prefix + "calls" }

// callMeta is a hash about one call: version, queue (where it may be indexed), digest (of the last batch). It outlives
// the call by [closedMemory].
func (k keys) callMeta(id string) string { return k.prefix + "call:" + id }

// agents is a hash: id → agent as JSON.
func (k keys) agents() string { return k.prefix + "agents" }

// agentMeta is a hash about one agent: version, queues (where they may be indexed, JSON), digests (of the last batches).
func (k keys) agentMeta(id string) string { return k.prefix + "agent:" + id }

// queue is a sorted set: ids of waiting calls by [call.Call.Place].
func (k keys) queue(name string) string { return k.prefix + "queue:" + name }

// ready is a sorted set: ids of agents whom the queue may offer a call, by the time since when they are idle (Unix ms).
func (k keys) ready(queue string) string { return k.prefix + "ready:" + queue }

// journal is a stream: field e is an [engine.Entry] as JSON. Entries that were drained are gone.
func (k keys) journal() string { return k.prefix + "journal" }

// feed is a stream of messages to agents' clients: fields e (feed epoch), a (agent), s (sequence), t (type), d (data).
func (k keys) feed() string { return k.prefix + "feed" }

// feedSeq is a hash: agent → sequence number of the last message.
func (k keys) feedSeq() string { return k.prefix + "feedseq" }

// feedEpoch is a string: random, made with the first message. Another one means that sequence numbers began anew.
func (k keys) feedEpoch() string { return k.prefix + "feedepoch" }

// answer is a hash about one request with an Idempotency-Key: request (digest), token (of who works on it), and once
// it was answered status and body.
func (k keys) answer(digest string) string { return k.prefix + "answer:" + digest }
