package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path"
	"time"

	"switchroom/engine"
)

// The button "Place a demo call": the controller asks the demo that started it, by HTTP on loopback. The customer lives there and not in
// the controller, as real customers do: killing the controller must not end their calls.

// demoNumbers are what the demo's dialplan maps to queues.
var demoNumbers = map[string]string{"sales": "1000", "support": "1001"}

// serveButton places a call for each POST /<number> until ctx ends.
func serveButton(ctx context.Context, s demoState) (url string, stop func() error, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("listen for the page's button: %w", err)
	}
	h := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d := demoCustomer{sip: s.SIP, speech: s.Speech, from: "0301234567", name: "Demo Customer", longest: 5 * time.Minute, say: func(string, ...any) {}}
		go func() {
			if err := d.call(ctx, path.Base(r.URL.Path)); err != nil {
				say("demo call: %v", err)
			}
		}()
		w.WriteHeader(http.StatusAccepted)
	})}
	go func() {
		if err := h.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			say("the page's button: %v", err)
		}
	}()
	return "http://" + l.Addr().String(), h.Close, nil
}

// demoButton is the controller's end.
type demoButton string // the demo's address

// PlaceCall implements api.Demo.
func (d demoButton) PlaceCall(ctx context.Context, queue string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	number, ok := demoNumbers[queue]
	if !ok {
		return fmt.Errorf("queue %q: %w", queue, engine.ErrUnknown)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, string(d)+"/"+number, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("ask the demo for a customer: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusAccepted {
		return fmt.Errorf("ask the demo for a customer: %s", resp.Status)
	}
	return nil
}
