package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"switchroom/api/contract"
	"switchroom/record"
)

// GetCaller says who calls, and which earlier tickets there are (S13). The page asks as soon as it sees a call, beside the ringing: the offer itself says what the
// network said and waits for nothing. So the path of a call never needs the database: with the database slow or away, phones ring as ever, and only this answer
// comes late or not at all. That the call is theirs, the live store says.
func (s *Server) GetCaller(c echo.Context, id contract.CallID) error {
	ctx := c.Request().Context()
	snap, err := s.hub.Look(ctx, callerOf(c).User)
	if err != nil {
		return liveAway(err)
	}
	v := snap.View.Call
	if v == nil || v.ID != id {
		return fail(http.StatusNotFound, "unknown_call", "this call is not, or not any more, offered to you or yours")
	}
	out := contract.Caller{Latest: []contract.Ticket{}}
	if !v.Internal {
		known, err := s.deps.Records.Acquaintance(ctx, viewer(c), v.Service, v.Caller.Number, id)
		if err != nil {
			return databaseAway(err)
		}
		out.ScreenPop = s.screenPop(c, *v)
		out.Tickets, out.Latest = known.Tickets, shownTickets(known.Latest)
		if known.Customer != nil {
			customer := shownCustomer(*known.Customer)
			out.Customer = &customer
		}
	}
	noStore(c)
	return c.JSON(http.StatusOK, out)
}

func shownCustomer(r record.Customer) contract.Customer {
	return contract.Customer{Id: r.ID, Number: r.Number, Name: r.Name, Notes: r.Notes, Created: r.Created, Updated: r.Updated, Version: r.Version}
}

// ListCustomers lists customers.
func (s *Server) ListCustomers(c echo.Context, p contract.ListCustomersParams) error {
	page, err := s.deps.Records.Customers(c.Request().Context(), viewer(c), record.CustomerQuery{Asked: asked(nil, nil, p.After, p.Limit), Search: value(p.Search)})
	if err != nil {
		return s.recordsProblem(c, err, "customer", "")
	}
	out := contract.CustomerPage{Customers: []contract.Customer{}, Next: optional(page.Next)}
	for _, r := range page.Items {
		out.Customers = append(out.Customers, shownCustomer(r))
	}
	noStore(c)
	return c.JSON(http.StatusOK, out)
}

// GetCustomer shows a customer with tickets and calls.
func (s *Server) GetCustomer(c echo.Context, id contract.CustomerID) error {
	r, err := s.deps.Records.Customer(c.Request().Context(), viewer(c), id)
	first := asked(nil, nil, nil, nil)
	out := contract.CustomerFile{Customer: shownCustomer(r)}
	if err == nil {
		out.Tickets, err = s.ticketPage(c, record.TicketQuery{Asked: first, Customer: r.ID})
	}
	if err == nil {
		out.Calls, err = s.callPage(c, record.CallQuery{Asked: first, Number: r.Number})
	}
	if err != nil {
		return s.recordsProblem(c, err, "customer", id)
	}
	etag(c, r.Version)
	return c.JSON(http.StatusOK, out)
}

// ChangeCustomer changes a customer's name and notes.
func (s *Server) ChangeCustomer(c echo.Context, id contract.CustomerID, p contract.ChangeCustomerParams) error {
	v, err := version(p.IfMatch)
	if err != nil {
		return err
	}
	var in contract.CustomerPatch
	if err := c.Bind(&in); err != nil {
		return err
	}
	r, err := s.deps.Records.ChangeCustomer(c.Request().Context(), viewer(c), id, v, record.CustomerPatch{Name: in.Name, Notes: in.Notes})
	if err != nil {
		return s.recordsProblem(c, err, "customer", id)
	}
	etag(c, r.Version)
	return c.JSON(http.StatusOK, shownCustomer(r))
}

// EraseCustomer deletes a customer's personal data.
func (s *Server) EraseCustomer(c echo.Context, id contract.CustomerID) error {
	if err := s.deps.Records.Erase(c.Request().Context(), by(c), id); err != nil {
		return s.recordsProblem(c, err, "customer", id)
	}
	return c.NoContent(http.StatusNoContent)
}
