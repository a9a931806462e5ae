package api

import (
	"encoding/csv"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"switchroom/account"
	"switchroom/api/contract"
	"switchroom/call"
	"switchroom/record"
)

// viewer is who asks, as records know them.
func viewer(c echo.Context) record.Viewer {
	who := callerOf(c)
	return record.Viewer{User: who.User, All: who.has(account.Administrator)}
}

// asked are the parameters that all lists have.
func asked(from, until *time.Time, after *string, limit *int) record.Asked {
	const page = 50
	q := record.Asked{After: value(after), Limit: page}
	if limit != nil {
		q.Limit = min(max(*limit, 1), record.MaxPage)
	}
	if from != nil {
		q.From = *from
	}
	if until != nil {
		q.Until = *until
	}
	return q
}

// recordsProblem says what was refused. What is not there and what is not theirs look the same, but for the audit trail.
func (s *Server) recordsProblem(c echo.Context, err error, what, id string) error {
	var e *record.Error
	if !errors.As(err, &e) {
		return databaseAway(err)
	}
	switch e.Slug {
	case "not_yours":
		s.audit(c, what, id, e.Slug)
		fallthrough
	case "unknown":
		return fail(http.StatusNotFound, "unknown_"+what, e.Detail).because(err)
	case "changed_meanwhile":
		return fail(http.StatusPreconditionFailed, e.Slug, e.Detail).because(err)
	case "wrong_status":
		return fail(http.StatusConflict, e.Slug, e.Detail).because(err).at(e.Field)
	case "in_call":
		return fail(http.StatusConflict, "customer_in_call", e.Detail).because(err)
	case "bad_disposition", "bad_cursor", "bad_range":
		return fail(http.StatusBadRequest, e.Slug, e.Detail).because(err).at(e.Field)
	case "invalid":
		return fail(http.StatusBadRequest, "bad_request", e.Detail).because(err).at(e.Field)
	}
	return internal(err)
}

// version reads If-Match of what is counted.
func version(ifMatch *string) (int64, error) {
	read, err := wanted(ifMatch)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(read, 10, 64)
	if err != nil { // no version of ours: somebody changed it, as far as they know
		return 0, fail(http.StatusPreconditionFailed, "changed_meanwhile", "this is no version of it; read it again, and change what is there now")
	}
	return n, nil
}

func etag(c echo.Context, version int64) {
	c.Response().Header().Set("ETag", `"`+strconv.FormatInt(version, 10)+`"`)
	noStore(c)
}

// GetCall shows a call.
func (s *Server) GetCall(c echo.Context, id contract.CallID) error {
	f, err := s.deps.Records.CallFile(c.Request().Context(), viewer(c), id)
	if err != nil {
		return s.recordsProblem(c, err, "call", id)
	}
	out := contract.CallFile{Call: shownCall(f.Call), Parts: []contract.CallPart{}, TicketId: optional(f.TicketID), CustomerId: optional(f.Customer)}
	for _, p := range f.Parts {
		out.Parts = append(out.Parts, contract.CallPart{
			Agent: p.Agent, From: p.From, Joined: p.Joined, Offers: p.Offers, Misses: p.Misses, RingMs: p.Ring.Milliseconds(), TalkMs: p.Talk.Milliseconds(),
			HoldMs: p.Hold.Milliseconds(), ConsultMs: p.Consult.Milliseconds(), WrapUpMs: p.WrapUp.Milliseconds(),
		})
	}
	if !f.Blanked {
		path := "/api/v1/calls/" + id + "/timeline"
		out.Timeline = &path
	}
	ids := []string{f.Agent}
	for _, p := range f.Parts {
		ids = append(ids, p.Agent)
	}
	out.Names = s.names(c, ids)
	noStore(c)
	return c.JSON(http.StatusOK, out)
}

func shownCall(r record.Call) contract.CallRecord {
	out := contract.CallRecord{
		Id: r.ID, Node: optional(r.Node), Service: r.Service, Queue: optional(r.Queue), Direction: contract.Direction(r.Direction), State: string(r.State),
		Caller: r.Caller, Called: optional(r.Called), Agent: optional(r.Agent), Ticket: optional(r.Ticket), Misses: r.Misses, Entered: r.Entered,
		Connected: optionalTime(r.Connected),
	}
	if r.Class != "" {
		out.End = &contract.CallEnd{Class: contract.CallEndClass(r.Class), Slug: r.Slug, At: r.Ended}
		out.Times = &contract.CallTimes{QueueMs: r.Times.Queue.Milliseconds(), RingMs: r.Times.Ring.Milliseconds(), TalkMs: r.Times.Talk.Milliseconds(), HoldMs: r.Times.Hold.Milliseconds()}
	}
	if r.Blanked {
		out.Blanked = &r.Blanked
	}
	return out
}

func optionalTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// ListCalls lists the history of calls.
func (s *Server) ListCalls(c echo.Context, p contract.ListCallsParams) error {
	q := record.CallQuery{
		Asked: asked(p.From, p.Until, p.After, p.Limit), Service: value(p.Service), Queue: value(p.Queue), Agent: value(p.Agent),
		Direction: record.Direction(given(p.Direction)), Class: call.Class(given(p.Class)), Slug: value(p.Slug),
	}
	var err error
	if q.Number, err = number(p.Number); err != nil {
		return err
	}
	out, err := s.callPage(c, q)
	if err != nil {
		return s.recordsProblem(c, err, "call", "")
	}
	noStore(c)
	return c.JSON(http.StatusOK, out)
}

func (s *Server) callPage(c echo.Context, q record.CallQuery) (contract.CallPage, error) {
	page, err := s.deps.Records.Calls(c.Request().Context(), viewer(c), q)
	out := contract.CallPage{Calls: []contract.CallRecord{}, Next: optional(page.Next)}
	ids := make([]string, len(page.Items))
	for i, r := range page.Items {
		out.Calls, ids[i] = append(out.Calls, shownCall(r)), r.Agent
	}
	out.Names = s.names(c, ids)
	return out, err
}

// given is a parameter's value, or nothing.
func given[T ~string](p *T) string {
	if p == nil {
		return ""
	}
	return string(*p)
}

// number reads a customer's number. A + that was not escaped arrives as a space.
func number(p *string) (string, error) {
	if p == nil {
		return "", nil
	}
	text := *p
	if strings.HasPrefix(text, " ") {
		text = "+" + strings.TrimLeft(text, " ")
	}
	n := record.E164(text, "")
	if n == "" {
		return "", fail(http.StatusBadRequest, "bad_number", "write the number with + and the country's code").at("number")
	}
	return n, nil
}

const (
	exportRange = 366 * 24 * time.Hour
	// exportsAtOnce: each reads as fast as its client does, beside the calls.
	exportsAtOnce = 2
	// exportTime bounds an export with all that its client makes of it.
	exportTime = 30 * time.Minute
	// exportPage bounds how long a client may take for one page.
	exportPage = 30 * time.Second
)

// ExportCalls streams the history of calls as CSV.
func (s *Server) ExportCalls(c echo.Context, p contract.ExportCallsParams) error {
	if d := p.Until.Sub(p.From); d <= 0 || d > exportRange {
		return fail(http.StatusBadRequest, "bad_range", "ask for a range of up to 366 days, its beginning before its end").at("until")
	}
	q := record.CallQuery{
		Asked: record.Asked{From: p.From, Until: p.Until, Limit: record.MaxPage}, Service: value(p.Service), Queue: value(p.Queue), Agent: value(p.Agent),
		Direction: record.Direction(given(p.Direction)), Class: call.Class(given(p.Class)), Slug: value(p.Slug),
	}
	var err error
	if q.Number, err = number(p.Number); err != nil {
		return err
	}
	select {
	case s.exports <- struct{}{}:
		defer func() { <-s.exports }()
	default:
		return fail(http.StatusServiceUnavailable, "overloaded", "other exports are under way; ask again in a moment").after(10)
	}
	page, err := s.deps.Records.Calls(c.Request().Context(), viewer(c), q)
	if err == nil {
		err = s.deps.Records.Exported(c.Request().Context(), by(c), q)
	}
	if err != nil {
		return s.recordsProblem(c, err, "call", "")
	}
	return s.stream(c, q, page)
}

// stream writes the calls, page by page: however many they are, one page is in memory.
func (s *Server) stream(c echo.Context, q record.CallQuery, page record.Page[record.Call]) error {
	noStore(c)
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/csv; charset=utf-8; header=present")
	h.Set(echo.HeaderContentDisposition, `attachment; filename="calls.csv"`)
	c.Response().WriteHeader(http.StatusOK)
	out := csv.NewWriter(c.Response())
	if err := out.Write(callColumns); err != nil {
		return s.cutOff(c, err)
	}
	conn := http.NewResponseController(c.Response())
	for {
		if err := conn.SetWriteDeadline(time.Now().Add(exportPage)); err != nil {
			return s.cutOff(c, err)
		}
		for _, r := range page.Items {
			if err := out.Write(callLine(r)); err != nil {
				return s.cutOff(c, err)
			}
		}
		out.Flush()
		if err := out.Error(); err != nil {
			return s.cutOff(c, err)
		}
		if page.Next == "" {
			return conn.SetWriteDeadline(time.Time{}) // the connection may serve another request
		}
		q.After = page.Next
		var err error
		if page, err = s.deps.Records.Calls(c.Request().Context(), viewer(c), q); err != nil {
			return s.cutOff(c, err)
		}
	}
}

// cutOff ends an answer that has begun and cannot go on, so that nobody takes it for whole.
func (s *Server) cutOff(c echo.Context, err error) error {
	s.config.Log.WarnContext(c.Request().Context(), "an export was cut off", "error", err)
	panic(http.ErrAbortHandler)
}

var callColumns = []string{
	"id", "entered", "connected", "ended", "direction", "service", "queue", "number", "name", "called", "agent", "ticket", "misses", "class", "slug",
	"queue_ms", "ring_ms", "talk_ms", "hold_ms",
}

func callLine(r record.Call) []string {
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339)
	}
	ms := func(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
	line := []string{
		r.ID, at(r.Entered), at(r.Connected), at(r.Ended), string(r.Direction), r.Service, r.Queue, r.Caller.Number, r.Caller.Name, r.Called, r.Agent, r.Ticket,
		strconv.Itoa(r.Misses), string(r.Class), r.Slug, ms(r.Times.Queue), ms(r.Times.Ring), ms(r.Times.Talk), ms(r.Times.Hold),
	}
	for i, field := range line {
		line[i] = defused(field)
	}
	return line
}

// defused keeps a spreadsheet from taking a caller's text for a formula.
func defused(field string) string {
	if field != "" && strings.ContainsRune("=+-@\t\r", rune(field[0])) {
		return "'" + field
	}
	return field
}
