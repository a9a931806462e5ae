package feed

import "sync"

// channel is what is kept of one agent's messages. Clients pull from it by position, so that a slow one costs no memory and holds nobody up.
type channel struct {
	mu    sync.Mutex
	epoch string
	items []Item // contiguous by Seq, at most kept
	// turn counts the times that positions lost their meaning: a new epoch, a gap, a rewound sequence, a source that
	// was away. Clients take a fresh snapshot then.
	turn  uint64
	conns map[*conn]struct{}
}

// add takes a message from the stream and wakes the clients.
func (c *channel) add(it Item, kept int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n := len(c.items); c.epoch != it.Epoch || n > 0 && it.Seq != c.items[n-1].Seq+1 {
		if c.epoch != "" {
			c.turn++
		}
		c.epoch, c.items = it.Epoch, nil
	}
	if len(c.items) >= kept {
		c.items = append(make([]Item, 0, kept), c.items[len(c.items)-kept+1:]...) // readers may hold the old array
	}
	c.items = append(c.items, it)
	c.wake()
}

// saw tells the epoch of a snapshot, so that a new one is noticed also where no message was read yet.
func (c *channel) saw(epoch string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.epoch == "" {
		c.epoch = epoch
	}
}

// turnOver makes every client take a fresh snapshot.
func (c *channel) turnOver() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turn++
	c.items = nil
	c.wake()
}

func (c *channel) wake() {
	for conn := range c.conns {
		conn.poke()
	}
}

// place says where a client is.
type place struct {
	turn  uint64
	epoch string
	seq   uint64 // last message sent
}

// standing says how a place stands to what is kept.
type standing int

const (
	going  standing = iota // the messages after it are there
	turned                 // the place means nothing any more
	behind                 // the next message is not kept any more
)

// after returns the messages after a place.
func (c *channel) after(p place) ([]Item, standing) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.turn != c.turn {
		return nil, turned
	}
	n := len(c.items)
	if n == 0 {
		return nil, going
	}
	first, last := c.items[0].Seq, c.items[n-1].Seq
	switch {
	case c.epoch != p.epoch || p.seq >= last: // the snapshot is ahead of the stream's reader; what it reads next tells
		return nil, going
	case p.seq+1 < first:
		return nil, behind
	}
	return c.items[p.seq+1-first : n : n], going
}

// now is the turn, taken before a snapshot: what turns over meanwhile is noticed.
func (c *channel) now() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.turn
}

// resume tells whether a client that was at epoch and seq can go on, and the last number that exists. It can when nothing is missing between its
// place and the first message that is kept.
func (c *channel) resume(epoch string, seq uint64) (p place, last uint64, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(c.items)
	if n == 0 || epoch == "" || c.epoch != epoch {
		return place{}, 0, false
	}
	first := c.items[0].Seq
	last = c.items[n-1].Seq
	if seq+1 < first || seq > last {
		return place{}, 0, false
	}
	return place{turn: c.turn, epoch: epoch, seq: seq}, last, true
}
