package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"switchroom/api/contract"
)

// PlaceCall calls a customer (S17, S18).
func (s *Server) PlaceCall(c echo.Context, _ contract.PlaceCallParams) error {
	var in contract.NewCall
	if err := c.Bind(&in); err != nil {
		return err
	}
	who := callerOf(c)
	id, err := s.deps.Desk.DialOut(c.Request().Context(), who.User, in.Number, value(in.CallerId))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, contract.PlacedCall{Call: id})
}
