// Package redis keeps the live state in Redis: agents, calls, queues, who is ready, the controllers' leases, the journal until it is
// drained, the clients' feed and the answers to repeated requests. It implements [engine.Store].
//
// Start with [Store.Save] and lua/save.lua. What is written, and under which keys, is in keys.go.
//
// # Rules
//
//   - What decides is Go: which index, which score. Scripts compare and write.
//   - Every script is safe to run twice: the client repeats a command whose answer was lost.
//   - All keys of an organisation share one hash tag, and each script is given all keys that it touches: it works in a cluster.
//   - No cost depends on how many agents or calls there are, except where a method lists them all.
//
// # How durable
//
// A save is as durable as Redis' appendfsync. With "always" a crash of Redis loses nothing; with "everysec" up to the last
// second: versions then go back, and the engine's next save of such a record fails with [engine.StaleError].
//
// The server must not evict (maxmemory-policy noeviction).
package redis
