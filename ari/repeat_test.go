package ari_test

import (
	"bufio"
	"net"
	"net/http"
	"sync"
	"testing"

	"switchroom/ari"
)

// staleServer answers the first request of the first connection and closes that connection when the second one has
// arrived, as a server does whose keep-alive ran out at that very moment. A real Asterisk cannot be timed so finely.
type staleServer struct {
	ln   net.Listener
	done sync.WaitGroup
	mu   sync.Mutex
	seen []string
}

func newStaleServer(t *testing.T) *staleServer {
	s := &staleServer{ln: must(net.Listen("tcp", "127.0.0.1:0"))(t)}
	s.done.Go(func() {
		for first := true; ; first = false {
			c, err := s.ln.Accept()
			if err != nil {
				return
			}
			s.done.Go(func() { s.serve(c, first) })
		}
	})
	t.Cleanup(func() { s.ln.Close(); s.done.Wait() })
	return s
}

func (s *staleServer) serve(c net.Conn, first bool) {
	defer c.Close()
	r := bufio.NewReader(c)
	for n := 0; ; n++ {
		req, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		s.mu.Lock()
		s.seen = append(s.seen, req.Method)
		s.mu.Unlock()
		if first && n == 1 {
			return
		}
		if _, err := c.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")); err != nil {
			return
		}
	}
}

func (s *staleServer) requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.seen)
}

func TestOnlyHarmlessRequestsAreRepeatedWhenAPooledConnectionBreaks(t *testing.T) {
	for name, c := range map[string]struct {
		send     func(*ari.Client) error
		repeated bool
	}{
		"GET":    {func(c *ari.Client) error { _, err := c.Channels().Get(t.Context(), "a"); return err }, true},
		"hangup": {func(c *ari.Client) error { return c.Channels().Hangup(t.Context(), "a", ari.HangupParams{}) }, true},
		"answer": {func(c *ari.Client) error { return c.Channels().Answer(t.Context(), "a") }, true},
		"dial":   {func(c *ari.Client) error { return c.Channels().Dial(t.Context(), "a", ari.DialParams{}) }, false},
		"originate": {func(c *ari.Client) error {
			_, err := c.Channels().Originate(t.Context(), ari.OriginateParams{Endpoint: "PJSIP/a", Variables: map[string]string{"A": "1"}})
			return err
		}, false},
		"send a message": {func(c *ari.Client) error {
			return c.Endpoints().SendMessage(t.Context(), ari.SendMessageParams{To: "a", From: "b"})
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			server := newStaleServer(t)
			client := must(ari.NewClient(ari.Config{URL: "http://" + server.ln.Addr().String(), User: "u", Password: "p"}))(t)
			defer client.Close()
			must(client.Asterisk().Ping(t.Context()))(t)
			err := c.send(client)
			if c.repeated && (err != nil || server.requests() != 3) {
				t.Errorf("should have been repeated: %v, %d requests", err, server.requests())
			}
			if !c.repeated && (err == nil || ari.NotSent(err) || server.requests() != 2) {
				t.Errorf("should have failed, outcome unknown: %v, %d requests", err, server.requests())
			}
		})
	}
}
