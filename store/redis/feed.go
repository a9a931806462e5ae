package redis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"switchroom/agent"
	"switchroom/call"
)

const (
	// readSlice is how long one blocking read waits. A read under way cannot be interrupted, so that is also how late the end
	// of a context is noticed.
	readSlice = 500 * time.Millisecond
	// readCount is how many entries of a stream are read at once.
	readCount = 256
)

// FeedItem is one message of the feed.
type FeedItem struct {
	ID    string // of the stream; the next read goes on after it
	Epoch string // another one than before: Redis lost its data, all sequence numbers began anew
	Agent string
	Seq   uint64 // 1, 2, … per agent, without gaps
	Type  string // engine.MessageView or engine.MessageAnswer
	Data  json.RawMessage
}

// Feed reads the organisation's messages after the one with that ID, oldest first, and waits until there is one or ctx ends. An empty ID
// reads from the oldest message that is kept. It returns at most 256, and no message only with an error.
//
// A sequence that does not go on by one means that the agent's clients need a [Snapshot]: the reader fell behind by more than the
// about 20 000 messages that are kept, or Redis crashed without appendfsync "always" and took its last second back.
func (s *Store) Feed(ctx context.Context, after string) ([]FeedItem, error) {
	entries, err := s.readStream(ctx, s.keys.feed(), after)
	if err != nil {
		return nil, fmt.Errorf("redis: feed: %w", err)
	}
	items := make([]FeedItem, len(entries))
	for i, e := range entries {
		if items[i], err = decodeFeed(e); err != nil {
			return nil, fmt.Errorf("redis: feed: %w", err)
		}
	}
	return items, nil
}

func decodeFeed(e goredis.XMessage) (FeedItem, error) {
	text := func(field string) string { v, _ := e.Values[field].(string); return v }
	seq, err := strconv.ParseUint(text("s"), 10, 64)
	if err != nil {
		return FeedItem{}, fmt.Errorf("message %s: sequence: %w", e.ID, err)
	}
	return FeedItem{ID: e.ID, Epoch: text("e"), Agent: text("a"), Seq: seq, Type: text("t"), Data: json.RawMessage(text("d"))}, nil
}

// readStream returns at most readCount entries after the one with that ID, waiting for the first.
func (s *Store) readStream(ctx context.Context, stream, after string) ([]goredis.XMessage, error) {
	if after == "" {
		after = "0"
	}
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		entries, err := s.readOnce(ctx, stream, after)
		if err != nil || len(entries) > 0 {
			return entries, err
		}
	}
}

// readOnce waits for at most readSlice. The end of ctx does not cut it, which would cost the connection.
func (s *Store) readOnce(ctx context.Context, stream, after string) ([]goredis.XMessage, error) {
	wait := readSlice
	if end, ok := ctx.Deadline(); ok {
		wait = max(time.Millisecond, min(wait, time.Until(end))) // zero would wait for ever
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), wait+opTimeout)
	defer cancel()
	streams, err := s.rdb.XRead(ctx, &goredis.XReadArgs{Streams: []string{stream, after}, Count: readCount, Block: wait}).Result()
	if errors.Is(err, goredis.Nil) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return streams[0].Messages, nil
}

// FeedEnd returns the ID of the newest message, for a reader who wants only what comes after now; "" when there was none yet.
func (s *Store) FeedEnd(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, opTimeout)
	defer cancel()
	last, err := s.rdb.XRevRangeN(ctx, s.keys.feed(), "+", "-", 1).Result()
	if err != nil {
		return "", fmt.Errorf("redis: end of the feed: %w", err)
	}
	if len(last) == 0 {
		return "", nil
	}
	return last[0].ID, nil
}

// FeedSeq returns the number of the agent's last message; zero when there was none.
func (s *Store) FeedSeq(ctx context.Context, agentID string) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, opTimeout)
	defer cancel()
	seq, err := s.rdb.HGet(ctx, s.keys.feedSeq(), agentID).Uint64()
	if err != nil && !errors.Is(err, goredis.Nil) {
		return 0, fmt.Errorf("redis: feed sequence of agent %s: %w", agentID, err)
	}
	return seq, nil
}

// Snapshot is what one agent's clients see, with the number of the last message that led there: the message Seq+1 is the first that
// says something newer.
type Snapshot struct {
	Epoch string
	Seq   uint64
	// Known is false when the agent has no record yet; Agent is then zero.
	Known bool
	Agent agent.Agent
	Call  *call.Call // the live call that holds the agent, or nil
}

// Snapshot reads an agent's record, call, epoch and sequence at one moment.
func (s *Store) Snapshot(ctx context.Context, agentID string) (Snapshot, error) {
	k := s.keys
	reply, err := s.run(ctx, snapshotScript, []string{k.agents(), k.calls(), k.feedSeq(), k.feedEpoch()}, agentID, newFeedEpoch())
	if err != nil {
		return Snapshot{}, fmt.Errorf("redis: snapshot of agent %s: %w", agentID, err)
	}
	if len(reply) != 4 {
		return Snapshot{}, unexpected("snapshot", reply)
	}
	out := Snapshot{Epoch: reply[0], Known: reply[2] != ""}
	if out.Seq, err = strconv.ParseUint(reply[1], 10, 64); err != nil {
		return Snapshot{}, fmt.Errorf("redis: snapshot of agent %s: sequence: %w", agentID, err)
	}
	if out.Known {
		if err := json.Unmarshal([]byte(reply[2]), &out.Agent); err != nil {
			return Snapshot{}, fmt.Errorf("redis: snapshot of agent %s: decode: %w", agentID, err)
		}
	}
	if reply[3] != "" {
		out.Call = new(call.Call)
		if err := json.Unmarshal([]byte(reply[3]), out.Call); err != nil {
			return Snapshot{}, fmt.Errorf("redis: snapshot of agent %s: decode the call: %w", agentID, err)
		}
	}
	return out, nil
}
