package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"switchroom/account"
	"switchroom/api/contract"
	"switchroom/engine"
)

// PlaceCall calls a customer (S17, S18).
func (s *Server) PlaceCall(c echo.Context, _ contract.PlaceCallParams) error {
	var in contract.NewCall
	if err := c.Bind(&in); err != nil {
		return err
	}
	who := callerOf(c)
	if !who.has(account.Agent) {
		return errNotAnAgent()
	}
	id, err := s.deps.Desk.DialOut(c.Request().Context(), who.User, in.Number, value(in.CallerId))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, contract.PlacedCall{Call: id})
}

// GetNumbers lists the caller IDs of the agent's service and the frequently used numbers.
func (s *Server) GetNumbers(c echo.Context) error {
	who := callerOf(c)
	if !who.has(account.Agent) {
		return errNotAnAgent()
	}
	ctx := c.Request().Context()
	out := contract.Numbers{CallerIds: []contract.LabelledNumber{}, Frequent: []contract.LabelledNumber{}}
	p, err := s.deps.Settings.Person(ctx, who.User)
	var service engine.Service
	if err == nil {
		service, err = s.deps.Outbound.Service(ctx, p.Service)
	}
	var frequent []engine.FrequentNumber
	if err == nil {
		frequent, err = s.deps.Outbound.Frequent(ctx, who.User)
	}
	if err != nil {
		return settingsProblem(err, fail(http.StatusNotFound, "unknown_agent", "you are in no service; an administrator must assign you to one"))
	}
	for _, n := range service.CallerIDs {
		out.CallerIds = append(out.CallerIds, contract.LabelledNumber{Number: n.Number, Label: n.Label})
	}
	for _, n := range frequent {
		out.Frequent = append(out.Frequent, contract.LabelledNumber{Number: n.Number, Label: n.Label})
	}
	noStore(c)
	return c.JSON(http.StatusOK, out)
}
