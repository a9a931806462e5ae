package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"switchroom/engine"
)

// message is what comes over the feed.
type message struct {
	Type  string          `json:"type"`
	Epoch string          `json:"epoch"`
	Seq   uint64          `json:"seq"`
	Data  json.RawMessage `json:"data"`
}

// follow keeps the page's view up to date by the feed, as a browser does: over each broken connection it resumes where it was. It ends with ctx.
func (p *page) follow(ctx context.Context) {
	for ctx.Err() == nil {
		_ = p.listen(ctx) // an end is no fault: controllers are killed here
		select {
		case <-ctx.Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (p *page) listen(ctx context.Context) error {
	token, err := p.session(ctx)
	if err != nil {
		return err
	}
	ws, _, err := websocket.DefaultDialer.DialContext(ctx, strings.Replace(p.c.url(), "http", "ws", 1)+"/api/v1/feed", nil)
	if err != nil {
		return err
	}
	defer ws.Close()
	defer context.AfterFunc(ctx, func() { ws.Close() })()
	p.mu.Lock()
	hello := map[string]any{"type": "hello", "token": token, "epoch": p.epoch, "seq": p.seq}
	p.mu.Unlock()
	if err := ws.WriteJSON(hello); err != nil {
		return err
	}
	for {
		var m message
		if err := ws.ReadJSON(&m); err != nil {
			return err
		}
		if err := p.take(m); err != nil {
			p.mu.Lock()
			p.faults = append(p.faults, err.Error())
			p.mu.Unlock()
			return err
		}
	}
}

// take notes a message. Views follow each other without a gap and none comes twice.
func (p *page) take(m message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch m.Type {
	case "snapshot":
		p.epoch, p.seq = m.Epoch, m.Seq
	case "view", "answer":
		if m.Seq != p.seq+1 {
			return fmt.Errorf("the feed goes from %d to %d", p.seq, m.Seq)
		}
		p.seq = m.Seq
	case "resumed", "beat":
		if m.Type == "beat" && m.Seq != p.seq {
			return fmt.Errorf("the feed says that %d was the last message, it was %d", m.Seq, p.seq)
		}
		return nil
	default:
		return nil
	}
	if m.Type == "answer" {
		return nil
	}
	var v engine.View
	if err := json.Unmarshal(m.Data, &v); err != nil {
		return fmt.Errorf("a view that cannot be read: %w", err)
	}
	p.shown = &v
	return nil
}

var errNothingShown = errors.New("the page shows nothing yet")

// view is what the page shows now.
func (p *page) view(context.Context) (engine.View, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown == nil {
		return engine.View{}, errNothingShown
	}
	return *p.shown, nil
}
