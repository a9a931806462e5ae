package api

import (
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"switchroom/account"
	"switchroom/api/contract"
	"switchroom/call/timeline"
)

// GetTimeline tells a call's story to who took part in it, was offered it or was considered for it, to supervisors of its service and to administrators. To others
// there is no such call.
func (s *Server) GetTimeline(c echo.Context, id contract.CallID) error {
	entries, err := s.deps.History.Journal(c.Request().Context(), id)
	if err != nil {
		return databaseAway(err)
	}
	unknown := fail(http.StatusNotFound, "unknown_call", "there is no such call of yours")
	if len(entries) == 0 {
		return unknown
	}
	told := make([]timeline.Entry, len(entries))
	for i, e := range entries {
		told[i] = timeline.Entry{At: e.At, State: e.State, Input: e.Input}
	}
	tl := timeline.Tell(told)
	who := callerOf(c)
	allowed := who.has(account.Agent) && slices.Contains(tl.Agents, who.User)
	if !allowed && (who.has(account.Supervisor) || who.has(account.Administrator)) {
		services, err := s.scope(c)
		if err != nil {
			return err
		}
		allowed = services == nil || slices.Contains(services, tl.Service)
	}
	if !allowed {
		s.audit(c, "timeline", id, "not_yours")
		return unknown
	}
	out := shownTimeline(id, tl)
	out.Names = s.names(c, tl.Agents)
	noStore(c)
	return c.JSON(http.StatusOK, out)
}

func shownTimeline(id string, tl timeline.Timeline) contract.Timeline {
	out := contract.Timeline{
		Call: id, Service: tl.Service, Queue: optional(tl.Queue), Caller: tl.Caller, Called: optional(tl.Called),
		Diverged: tl.Diverged, Steps: make([]contract.TimelineStep, len(tl.Steps)),
	}
	if tl.End != nil {
		out.End = &contract.CallEnd{Class: contract.CallEndClass(tl.End.Class), Slug: tl.End.Slug, At: tl.End.At}
	}
	for i, step := range tl.Steps {
		out.Steps[i] = shownStep(step, step.At.Sub(tl.Steps[0].At))
	}
	return out
}

func shownStep(s timeline.Step, since time.Duration) contract.TimelineStep {
	out := contract.TimelineStep{
		At: s.At, AfterMs: since.Milliseconds(), State: string(s.State), What: s.What, By: optional(s.By), Agent: optional(s.Agent), Queue: optional(s.Queue),
		Number: optional(s.Number), Why: optional(s.Why), Text: optional(s.Text), Class: optional(string(s.Class)),
	}
	if s.Lasted > 0 {
		ms := s.Lasted.Milliseconds()
		out.LastedMs = &ms
	}
	if len(s.Considered) > 0 {
		list := make([]contract.ConsideredAgent, len(s.Considered))
		for i, one := range s.Considered {
			list[i] = contract.ConsideredAgent{Agent: one.Agent, Why: optional(one.Why)}
		}
		out.Considered = &list
	}
	return out
}
