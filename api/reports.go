package api

import (
	"encoding/csv"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"switchroom/api/contract"
	"switchroom/record"
)

// ReportCalls adds up calls.
func (s *Server) ReportCalls(c echo.Context, p contract.ReportCallsParams) error {
	lines, err := s.deps.Records.CallReport(c.Request().Context(), viewer(c), record.ReportQuery{
		From: p.From.Time, Until: p.Until.Time, Period: period(p.Period), Split: record.Subject(given(p.Split)), Service: value(p.Service), Queue: value(p.Queue),
		Direction: record.Direction(given(p.Direction)),
	})
	if err != nil {
		return s.recordsProblem(c, err, "report", "")
	}
	if given(p.Format) == string(contract.ReportFormatCsv) {
		return sheet(c, "calls", callReportColumns, lines, callReportLine)
	}
	out := contract.CallReport{Lines: []contract.CallReportLine{}}
	for _, l := range lines {
		v := l.Sums
		out.Lines = append(out.Lines, contract.CallReportLine{
			Period: l.Period, Of: optional(l.Of), Calls: v.Calls, Completed: v.Completed, Abandoned: v.Abandoned, Overflow: v.Overflow, Refused: v.Refused, Unanswered: v.Unanswered,
			Within10S: v.Within[0], Within20S: v.Within[1], Within30S: v.Within[2], Within60S: v.Within[3], Within120S: v.Within[4],
			WaitedMs: v.Waited.Milliseconds(), LongestWaitMs: v.Longest.Milliseconds(),
			QueueMs: v.Queue.Milliseconds(), RingMs: v.Ring.Milliseconds(), TalkMs: v.Talk.Milliseconds(), HoldMs: v.Hold.Milliseconds(),
		})
	}
	noStore(c)
	return c.JSON(http.StatusOK, out)
}

// ReportAgents adds up agents' work.
func (s *Server) ReportAgents(c echo.Context, p contract.ReportAgentsParams) error {
	lines, err := s.deps.Records.AgentReport(c.Request().Context(), viewer(c), record.ReportQuery{
		From: p.From.Time, Until: p.Until.Time, Period: period(p.Period), Split: record.ByAgent, Service: value(p.Service), Agent: value(p.Agent),
	})
	if err != nil {
		return s.recordsProblem(c, err, "report", "")
	}
	if given(p.Format) == string(contract.ReportFormatCsv) {
		return sheet(c, "agents", agentReportColumns, lines, agentReportLine)
	}
	out := contract.AgentReport{Lines: []contract.AgentReportLine{}}
	var ids []string
	for _, l := range lines {
		v := l.Sums
		ids = append(ids, l.Of)
		out.Lines = append(out.Lines, contract.AgentReportLine{
			Period: l.Period, Agent: l.Of, Offers: v.Offers, Misses: v.Misses, Taken: v.Taken, RingMs: v.Ring.Milliseconds(), TalkMs: v.Talk.Milliseconds(),
			HoldMs: v.Hold.Milliseconds(), ConsultMs: v.Consult.Milliseconds(), WrapUpMs: v.WrapUp.Milliseconds(),
		})
	}
	out.Names = s.names(c, ids)
	noStore(c)
	return c.JSON(http.StatusOK, out)
}

func period(p *contract.ReportPeriod) record.Period {
	if p == nil {
		return record.Day
	}
	return record.Period(*p)
}

// sheet writes a report as CSV. It is short enough to be in memory: [record.MaxLines].
func sheet[T any](c echo.Context, name string, columns []string, lines []record.Line[T], line func(record.Line[T]) []string) error {
	noStore(c)
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/csv; charset=utf-8; header=present")
	h.Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`.csv"`)
	c.Response().WriteHeader(http.StatusOK)
	out := csv.NewWriter(c.Response())
	rows := [][]string{columns}
	for _, l := range lines {
		rows = append(rows, line(l))
	}
	return out.WriteAll(rows)
}

var callReportColumns = []string{
	"period", "of", "calls", "completed", "abandoned", "overflow", "refused", "unanswered", "within_10_s", "within_20_s", "within_30_s", "within_60_s", "within_120_s",
	"waited_ms", "longest_wait_ms", "queue_ms", "ring_ms", "talk_ms", "hold_ms",
}

func callReportLine(l record.Line[record.Sums]) []string {
	v := l.Sums
	counts := []int{v.Calls, v.Completed, v.Abandoned, v.Overflow, v.Refused, v.Unanswered}
	return row(l.Period, l.Of, append(counts, v.Within[:]...), v.Waited, v.Longest, v.Queue, v.Ring, v.Talk, v.Hold)
}

var agentReportColumns = []string{"period", "agent", "offers", "misses", "taken", "ring_ms", "talk_ms", "hold_ms", "consult_ms", "wrap_up_ms"}

func agentReportLine(l record.Line[record.Work]) []string {
	v := l.Sums
	return row(l.Period, l.Of, []int{v.Offers, v.Misses, v.Taken}, v.Ring, v.Talk, v.Hold, v.Consult, v.WrapUp)
}

func row(period, of string, counts []int, times ...time.Duration) []string {
	out := []string{period, defused(of)}
	for _, n := range counts {
		out = append(out, strconv.Itoa(n))
	}
	for _, d := range times {
		out = append(out, strconv.FormatInt(d.Milliseconds(), 10))
	}
	return out
}
