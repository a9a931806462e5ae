package api

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"switchroom/api/contract"
	"switchroom/dialing"
	"switchroom/engine"
)

// GetNumbers lists the caller IDs of the agent's service and the frequently used numbers.
func (s *Server) GetNumbers(c echo.Context) error {
	who := callerOf(c)
	ctx := c.Request().Context()
	out := contract.Numbers{CallerIds: []contract.LabelledNumber{}, Frequent: []contract.FrequentNumber{}}
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
		out.Frequent = append(out.Frequent, frequentNumber(n))
	}
	noStore(c)
	return c.JSON(http.StatusOK, out)
}

// AddNumber registers a frequently used number of the agent's own (S27).
func (s *Server) AddNumber(c echo.Context, _ contract.AddNumberParams) error {
	var in contract.NewFrequentNumber
	if err := c.Bind(&in); err != nil {
		return err
	}
	who := callerOf(c)
	n, err := s.deps.Numbers.AddNumber(c.Request().Context(), who.User, in.Label, in.Number)
	if err != nil {
		return numbersProblem(err)
	}
	return c.JSON(http.StatusCreated, frequentNumber(n))
}

// RemoveNumber removes one of them.
func (s *Server) RemoveNumber(c echo.Context, id contract.NumberID) error {
	return s.asAgent(c, func(agentID string) error {
		if err := s.deps.Numbers.RemoveNumber(c.Request().Context(), agentID, id); err != nil {
			return numbersProblem(err)
		}
		return nil
	})
}

func frequentNumber(n engine.FrequentNumber) contract.FrequentNumber {
	return contract.FrequentNumber{Id: n.ID, Number: n.Number, Label: n.Label, Own: n.Service == ""}
}

// numbersProblem keeps refusals as they are; everything else is the database.
func numbersProblem(err error) error {
	var ofEngine *engine.Error
	var ofDialing *dialing.Error
	if errors.As(err, &ofEngine) || errors.As(err, &ofDialing) {
		return err
	}
	return databaseAway(err)
}
