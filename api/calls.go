package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"switchroom/api/contract"
	"switchroom/call"
)

// AnswerCall is the widget's Answer (S14).
func (s *Server) AnswerCall(c echo.Context, id contract.CallID, _ contract.AnswerCallParams) error {
	return s.command(c, id, func(agentID string) call.Input { return call.Answer{Agent: agentID} })
}

// DeclineCall refuses an offer (S16).
func (s *Server) DeclineCall(c echo.Context, id contract.CallID, _ contract.DeclineCallParams) error {
	return s.command(c, id, func(agentID string) call.Input { return call.Decline{Agent: agentID} })
}

// HangupCall ends the conversation.
func (s *Server) HangupCall(c echo.Context, id contract.CallID, _ contract.HangupCallParams) error {
	return s.command(c, id, func(agentID string) call.Input { return call.Hangup{Agent: agentID} })
}

// RejoinCall has the agent's phone called again.
func (s *Server) RejoinCall(c echo.Context, id contract.CallID, _ contract.RejoinCallParams) error {
	return s.command(c, id, func(agentID string) call.Input { return call.Rejoin{Agent: agentID} })
}

// command gives the call a command in the name of the caller: nobody can speak for another agent.
func (s *Server) command(c echo.Context, id string, input func(agentID string) call.Input) error {
	return s.asAgent(c, func(agentID string) error { return s.deps.Desk.Command(c.Request().Context(), id, input(agentID)) })
}

// PlaceDemoCall lets a demo caller call a queue.
func (s *Server) PlaceDemoCall(c echo.Context, _ contract.PlaceDemoCallParams) error {
	if s.deps.Demo == nil {
		return fail(http.StatusNotFound, "not_a_demo", "this controller is no demo; call a queue's number from a telephone")
	}
	var in contract.DemoCall
	if err := c.Bind(&in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if _, err := s.deps.Settings.Queue(ctx, in.Queue); err != nil {
		return settingsProblem(err, fail(http.StatusNotFound, "unknown_queue", "there is no such queue").at("/queue"))
	}
	if err := s.deps.Demo.PlaceCall(ctx, in.Queue); err != nil {
		return err
	}
	return c.NoContent(http.StatusAccepted)
}
