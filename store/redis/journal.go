package redis

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"switchroom/engine"
)

// DrainJournal hands the journal to sink, in order, at most 256 entries at a time, and removes from Redis what sink took without
// an error. It runs until ctx ends or something fails, and returns why; call it again then. After a short batch it waits for linger, so that a
// busy house's entries come by the hundred: a database pays for each transaction.
//
// At least once: whoever dies between sink and removal gets the same entries again, and so do two who drain at the same time. The
// sink must know an entry by its call and version.
func (s *Store) DrainJournal(ctx context.Context, linger time.Duration, sink func([]engine.Entry) error) error {
	for {
		raw, err := s.readStream(ctx, s.keys.journal(), "") // what was drained is gone: the oldest is next
		if err != nil {
			return fmt.Errorf("redis: read the journal: %w", err)
		}
		entries, err := decodeJournal(raw)
		if err != nil {
			return fmt.Errorf("redis: read the journal: %w", err)
		}
		if err := sink(entries); err != nil {
			return fmt.Errorf("drain the journal: %w", err)
		}
		// Also when ctx ended in the sink: what was taken need not come again.
		if err := s.trimJournal(context.WithoutCancel(ctx), raw[len(raw)-1].ID); err != nil {
			return fmt.Errorf("redis: trim the journal: %w", err)
		}
		if len(raw) < readCount {
			select {
			case <-ctx.Done():
			case <-time.After(linger):
			}
		}
	}
}

func decodeJournal(raw []goredis.XMessage) ([]engine.Entry, error) {
	out := make([]engine.Entry, len(raw))
	for i, m := range raw {
		text, _ := m.Values["e"].(string)
		if err := json.Unmarshal([]byte(text), &out[i]); err != nil {
			return nil, fmt.Errorf("entry %s: decode: %w", m.ID, err)
		}
	}
	return out, nil
}

// Undelivered returns a call's entries that were not drained yet, in order. It reads all of the stream, which is short while somebody drains; at most
// most entries of it.
func (s *Store) Undelivered(ctx context.Context, callID string) ([]engine.Entry, error) {
	const most = 20_000
	var out []engine.Entry
	from := "-"
	for read := 0; read < most; read += readCount {
		raw, err := s.readRange(ctx, from)
		if err != nil {
			return nil, fmt.Errorf("redis: read the journal: %w", err)
		}
		entries, err := decodeJournal(raw)
		if err != nil {
			return nil, fmt.Errorf("redis: read the journal: %w", err)
		}
		for _, e := range entries {
			if e.Call == callID {
				out = append(out, e)
			}
		}
		if len(raw) < readCount {
			break
		}
		from = "(" + raw[len(raw)-1].ID
	}
	return out, nil
}

func (s *Store) readRange(ctx context.Context, from string) ([]goredis.XMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, opTimeout)
	defer cancel()
	return s.rdb.XRangeN(ctx, s.keys.journal(), from, "+", readCount).Result()
}

// trimJournal removes the entries up to and including last, and no other.
func (s *Store) trimJournal(ctx context.Context, last string) error {
	ms, seq, ok := strings.Cut(last, "-")
	n, err := strconv.ParseUint(seq, 10, 64)
	if !ok || err != nil {
		return fmt.Errorf("entry id %q is not time-number", last)
	}
	ctx, cancel := context.WithTimeout(ctx, opTimeout)
	defer cancel()
	return s.rdb.XTrimMinID(ctx, s.keys.journal(), ms+"-"+strconv.FormatUint(n+1, 10)).Err()
}

// Undrained tells how many entries the journal holds. It grows while nobody drains.
func (s *Store) Undrained(ctx context.Context) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, opTimeout)
	defer cancel()
	n, err := s.rdb.XLen(ctx, s.keys.journal()).Result()
	if err != nil {
		return 0, fmt.Errorf("redis: length of the journal: %w", err)
	}
	return n, nil
}
