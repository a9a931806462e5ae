package api

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"switchroom/account"
	"switchroom/api/contract"
	"switchroom/record"
)

// ListTickets lists tickets.
func (s *Server) ListTickets(c echo.Context, p contract.ListTicketsParams) error {
	q := record.TicketQuery{
		Asked: asked(p.From, p.Until, p.After, p.Limit), Status: record.Status(given(p.Status)), Assignee: value(p.Assignee), Service: value(p.Service),
		Customer: value(p.Customer), Tag: value(p.Tag), Text: value(p.Text),
	}
	out, err := s.ticketPage(c, q)
	if err != nil {
		return s.recordsProblem(c, err, "ticket", "")
	}
	noStore(c)
	return c.JSON(http.StatusOK, out)
}

func (s *Server) ticketPage(c echo.Context, q record.TicketQuery) (contract.TicketPage, error) {
	page, err := s.deps.Records.Tickets(c.Request().Context(), viewer(c), q)
	var ids []string
	for _, t := range page.Items {
		ids = append(ids, peopleOf(t)...)
	}
	return contract.TicketPage{Tickets: shownTickets(page.Items), Next: optional(page.Next), Names: s.names(c, ids)}, err
}

func peopleOf(t record.Ticket) []string { return append([]string{t.Agent, t.Assignee}, t.Agents...) }

func shownTickets(list []record.Ticket) []contract.Ticket {
	out := make([]contract.Ticket, len(list))
	for i, t := range list {
		out[i] = shownTicket(t)
	}
	return out
}

func shownTicket(t record.Ticket) contract.Ticket {
	return contract.Ticket{
		Id: t.ID, Number: t.Number, Call: t.Call, Customer: optional(t.Customer), Service: t.Service, Queue: optional(t.Queue), Direction: contract.Direction(t.Direction),
		Caller: t.Caller, Agent: optional(t.Agent), Agents: t.Agents, Subject: t.Subject, Disposition: t.Disposition, Status: contract.TicketStatus(t.Status),
		Assignee: optional(t.Assignee), Tags: t.Tags, Opened: t.Opened, Updated: t.Updated, Version: t.Version,
	}
}

// GetTicket shows a ticket. Who is in its call right now may see it before the journal, which says so to the database, has arrived there: it takes about a second,
// and their page goes to the ticket at once (S15).
func (s *Server) GetTicket(c echo.Context, id contract.TicketID) error {
	ctx := c.Request().Context()
	f, err := s.deps.Records.TicketFile(ctx, viewer(c), id)
	var refused *record.Error
	if errors.As(err, &refused) && refused.Slug == "not_yours" {
		if own := s.ticketAtHand(c); own != "" {
			if seen, why := s.deps.Records.TicketFile(ctx, record.Viewer{All: true}, own); why == nil && (seen.ID == id || seen.Number == id) {
				f, err = seen, nil
			}
		}
	}
	return s.shownTicketFile(c, http.StatusOK, id, f, err)
}

// ticketAtHand is the number of the ticket of the call that the agent has, or whose ticket they process; empty: none.
func (s *Server) ticketAtHand(c echo.Context) string {
	who := callerOf(c)
	if !who.has(account.Agent) {
		return ""
	}
	snap, err := s.hub.Look(c.Request().Context(), who.User)
	switch {
	case err != nil:
		return ""
	case snap.View.Call != nil && !snap.View.Call.Talking.IsZero():
		return snap.View.Call.Ticket
	case snap.View.WrapUp != nil:
		return snap.View.WrapUp.Ticket
	}
	return ""
}

func (s *Server) shownTicketFile(c echo.Context, status int, id string, f record.TicketFile, err error) error {
	if err != nil {
		return s.recordsProblem(c, err, "ticket", id)
	}
	out := contract.TicketFile{
		Ticket: shownTicket(f.Ticket), Notes: []contract.TicketNote{}, History: []contract.TicketChange{}, Dispositions: f.Dispositions, NextStatuses: []contract.TicketStatus{},
	}
	ids := peopleOf(f.Ticket)
	for _, n := range f.Notes {
		ids = append(ids, n.Author)
		out.Notes = append(out.Notes, contract.TicketNote{Id: n.ID, Author: n.Author, At: n.At, Text: n.Text})
	}
	for _, h := range f.Changes {
		ids = append(ids, h.Who)
		if h.What == "assignee" {
			ids = append(ids, h.Before, h.After)
		}
		out.History = append(out.History, contract.TicketChange{At: h.At, Who: h.Who, What: h.What, Before: h.Before, After: h.After})
	}
	for _, next := range f.Status.Next() {
		out.NextStatuses = append(out.NextStatuses, contract.TicketStatus(next))
	}
	out.Names = s.names(c, ids)
	etag(c, f.Version)
	return c.JSON(status, out)
}

// ChangeTicket changes a ticket.
func (s *Server) ChangeTicket(c echo.Context, id contract.TicketID, p contract.ChangeTicketParams) error {
	v, err := version(p.IfMatch)
	if err != nil {
		return err
	}
	var in contract.TicketPatch
	if err := c.Bind(&in); err != nil {
		return err
	}
	f, err := s.deps.Records.ChangeTicket(c.Request().Context(), viewer(c), id, v, record.TicketPatch{
		Subject: in.Subject, Disposition: in.Disposition, Status: (*record.Status)(in.Status), Assignee: in.Assignee, Tags: in.Tags,
	})
	return s.shownTicketFile(c, http.StatusOK, id, f, err)
}

// AddTicketNote writes a note about a ticket.
func (s *Server) AddTicketNote(c echo.Context, id contract.TicketID, _ contract.AddTicketNoteParams) error {
	var in contract.NewNote
	if err := c.Bind(&in); err != nil {
		return err
	}
	f, err := s.deps.Records.AddNote(c.Request().Context(), viewer(c), id, in.Text)
	return s.shownTicketFile(c, http.StatusCreated, id, f, err)
}
