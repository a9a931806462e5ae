package ari

import "time"

// State is where a session stands.
type State string

const (
	StateConnecting State = "connecting" // an attempt is under way
	StateConnected  State = "connected"
	StateWaiting    State = "waiting" // for the next attempt; Err says why the last one failed
	StateStopped    State = "stopped" // for good; Err says why
)

// Status is a snapshot for people and metrics.
type Status struct {
	State       State
	Since       time.Time
	Epoch       uint64
	Err         error         // the last failure; nil while connected
	Attempts    int           // failed since the last connection
	NextAttempt time.Time     // while waiting
	Asterisk    Info          // as of the last connection
	PingTime    time.Duration // last round trip through the application
	Queue       QueueStats
}

// Status returns where the session stands now.
func (s *Session) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.status
	st.Queue = s.queue.snapshot()
	return st
}

func (s *Session) change(f func(*Status)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.status.State
	f(&s.status)
	if s.status.State != before {
		s.status.Since = time.Now()
	}
}

func (s *Session) setConnecting() { s.change(func(st *Status) { st.State = StateConnecting }) }

func (s *Session) setConnected(c *conn) {
	s.epoch.Store(c.epoch)
	s.change(func(st *Status) {
		st.State, st.Epoch, st.Asterisk = StateConnected, c.epoch, c.info
		st.Err, st.Attempts, st.NextAttempt = nil, 0, time.Time{}
	})
	s.cfg.Logger.Info("connected to Asterisk", "asterisk", s.base.Host, "epoch", c.epoch, "version", c.info.Version)
}

func (s *Session) setWaiting(err error, delay time.Duration) {
	s.change(func(st *Status) {
		st.State, st.Err, st.NextAttempt = StateWaiting, err, time.Now().Add(delay)
		st.Attempts++
	})
	s.cfg.Logger.Warn("not connected to Asterisk", "asterisk", s.base.Host, "error", err, "retry_in", delay)
}

func (s *Session) setStopped(err error) {
	s.change(func(st *Status) { st.State, st.Err, st.NextAttempt = StateStopped, err, time.Time{} })
}

func (s *Session) setPing(d time.Duration) { s.change(func(st *Status) { st.PingTime = d }) }
