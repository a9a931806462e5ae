package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"switchroom/api/contract"
	"switchroom/call"
	"switchroom/engine"
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

// MuteCall lets nobody hear the agent, or lets them be heard again.
func (s *Server) MuteCall(c echo.Context, id contract.CallID, _ contract.MuteCallParams) error {
	var in contract.MuteChoice
	if err := c.Bind(&in); err != nil {
		return err
	}
	return s.command(c, id, func(agentID string) call.Input { return call.Mute{Agent: agentID, On: in.Muted} })
}

// SendDigits sends tones.
func (s *Server) SendDigits(c echo.Context, id contract.CallID, _ contract.SendDigitsParams) error {
	var in contract.DigitString
	if err := c.Bind(&in); err != nil {
		return err
	}
	return s.command(c, id, func(agentID string) call.Input { return call.Digits{Agent: agentID, Digits: in.Digits} })
}

// HoldCall lets the customer hear music (S35).
func (s *Server) HoldCall(c echo.Context, id contract.CallID, _ contract.HoldCallParams) error {
	return s.command(c, id, func(agentID string) call.Input { return call.Hold{Agent: agentID} })
}

// ResumeCall ends that (S37, S32).
func (s *Server) ResumeCall(c echo.Context, id contract.CallID, _ contract.ResumeCallParams) error {
	return s.command(c, id, func(agentID string) call.Input { return call.Resume{Agent: agentID} })
}

// TransferCall is Connect in the transfer dialog (S27, S28).
func (s *Server) TransferCall(c echo.Context, id contract.CallID, _ contract.TransferCallParams) error {
	return s.toTarget(c, id, s.deps.Desk.Transfer)
}

// ConsultCall is Consultation Call (S26).
func (s *Server) ConsultCall(c echo.Context, id contract.CallID, _ contract.ConsultCallParams) error {
	return s.toTarget(c, id, s.deps.Desk.Consult)
}

func (s *Server) toTarget(c echo.Context, id string, do func(ctx context.Context, callID, by string, to engine.Aim) error) error {
	var in contract.TransferTarget
	if err := c.Bind(&in); err != nil {
		return err
	}
	to := engine.Aim{Agent: value(in.Agent), Queue: value(in.Queue), Number: value(in.Number)}
	return s.asAgent(c, func(agentID string) error { return do(c.Request().Context(), id, agentID, to) })
}

func value(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

// CompleteCall is Connect to Customer (S30).
func (s *Server) CompleteCall(c echo.Context, id contract.CallID, _ contract.CompleteCallParams) error {
	return s.command(c, id, func(agentID string) call.Input { return call.Complete{Agent: agentID} })
}

// CancelConsultation releases the target (S31).
func (s *Server) CancelConsultation(c echo.Context, id contract.CallID, _ contract.CancelConsultationParams) error {
	return s.command(c, id, func(agentID string) call.Input { return call.Cancel{Agent: agentID} })
}

// SwapCall changes whom the agent talks to.
func (s *Server) SwapCall(c echo.Context, id contract.CallID, _ contract.SwapCallParams) error {
	return s.command(c, id, func(agentID string) call.Input { return call.Swap{Agent: agentID} })
}

// ConferCall joins all three.
func (s *Server) ConferCall(c echo.Context, id contract.CallID, _ contract.ConferCallParams) error {
	return s.command(c, id, func(agentID string) call.Input { return call.Confer{Agent: agentID} })
}

// ForceDisconnect ends the call with the message (S33).
func (s *Server) ForceDisconnect(c echo.Context, id contract.CallID, _ contract.ForceDisconnectParams) error {
	var in contract.DisconnectReason
	if err := c.Bind(&in); err != nil {
		return err
	}
	return s.command(c, id, func(agentID string) call.Input {
		return call.ForceDisconnect{Agent: agentID, Reason: value(in.Reason)}
	})
}

// mostColleagues is how many are listed at most.
const mostColleagues = 50

// ListColleagues lists who can be transferred to now (S28).
func (s *Server) ListColleagues(c echo.Context, p contract.ListColleaguesParams) error {
	who := callerOf(c)
	search := strings.ToLower(strings.TrimSpace(value(p.Search)))
	list := s.deps.Desk.Colleagues(who.User, func(one engine.Colleague) bool {
		return strings.Contains(strings.ToLower(one.Name), search) || strings.Contains(one.Number, search)
	}, mostColleagues)
	noStore(c)
	return c.JSON(http.StatusOK, contract.Colleagues{Colleagues: list})
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
