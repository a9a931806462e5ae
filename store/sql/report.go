package sql

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"switchroom/record"
)

// CallReport adds up the calls that are over, of the viewer's services, by when they came. Errors: *record.Error bad_range.
func (s *Store) CallReport(ctx context.Context, v record.Viewer, q record.ReportQuery) ([]record.Line[record.Sums], error) {
	split := map[record.Subject]string{record.ByService: "service_id", record.ByQueue: "queue"}[q.Split]
	var rows []struct {
		Line line     `gorm:"embedded"`
		Sums callSums `gorm:"embedded"`
	}
	err := s.report(ctx, v, q, "call_sums", split, append(summed(callColumns), "MAX("+longest+") AS "+longest), &rows)
	if err != nil {
		return nil, err
	}
	lines := make([]record.Line[record.Sums], len(rows))
	for i, r := range rows {
		lines[i] = record.Line[record.Sums]{Period: r.Line.period(q.Period), Of: r.Line.Subject, Sums: r.Sums.domain()}
	}
	return folded(lines, record.Sums.Plus)
}

// AgentReport adds up what agents did in calls of the viewer's services, one line for each agent and day, week, month or the whole. Errors: *record.Error bad_range.
func (s *Store) AgentReport(ctx context.Context, v record.Viewer, q record.ReportQuery) ([]record.Line[record.Work], error) {
	if q.Period == record.Hour {
		return nil, &record.Error{Slug: "bad_range", Field: "period", Detail: "agents' work is added up by the day; ask for days, weeks, months or the whole"}
	}
	var rows []struct {
		Line line      `gorm:"embedded"`
		Sums agentSums `gorm:"embedded"`
	}
	if err := s.report(ctx, v, q, agentTable, "agent_id", summed(agentColumns), &rows); err != nil {
		return nil, err
	}
	lines := make([]record.Line[record.Work], len(rows))
	for i, r := range rows {
		lines[i] = record.Line[record.Work]{Period: r.Line.period(q.Period), Of: r.Line.Subject, Sums: r.Sums.domain()}
	}
	return folded(lines, record.Work.Plus)
}

// line is what a line of sums is about.
type line struct {
	Period  string `gorm:"column:line_period"`
	Clock   int    `gorm:"column:line_hour"`
	Subject string `gorm:"column:line_subject"`
}

func (l line) period(p record.Period) string {
	if p == record.Hour {
		return fmt.Sprintf("%sT%02d", l.Period, l.Clock)
	}
	return record.PeriodOf(p, l.Period)
}

func summed(columns []string) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = "SUM(" + c + ") AS " + c
	}
	return out
}

// report reads sums, by time and subject.
func (s *Store) report(ctx context.Context, v record.Viewer, q record.ReportQuery, table, split string, columns []string, rows any) error {
	if err := q.Check(); err != nil {
		return err
	}
	period, hour, clock := "day", "-1", "hour = -1"
	if table == agentTable {
		clock = "1 = 1" // it has days only
	}
	switch q.Period {
	case record.Hour:
		hour, clock = "hour", "hour >= 0"
	case record.Month:
		period = "SUBSTR(day, 1, 7)"
	case record.Whole:
		period = "''"
	case record.Day, record.Week:
	}
	const group = "line_period, line_hour, line_subject"
	if split == "" {
		split = "''"
	}
	return s.read(ctx, "report from "+table, func(tx *gorm.DB) error {
		sc, err := scopeOf(tx, v, table)
		if err != nil {
			return err
		}
		services := sc.narrowed(q.Service)
		if len(services) == 0 {
			return nil
		}
		where := []clauseOf{
			{"service_id IN ?", []any{services}}, {clock, nil}, {"day BETWEEN ? AND ?", []any{q.From.Format(time.DateOnly), q.Until.Format(time.DateOnly)}},
		}
		for _, f := range []struct{ column, value string }{{"queue", q.Queue}, {"direction", string(q.Direction)}, {"agent_id", q.Agent}} {
			if f.value != "" {
				where = append(where, clauseOf{f.column + " = ?", []any{f.value}})
			}
		}
		cond := all(where)
		return tx.Raw("SELECT "+period+" AS line_period, "+hour+" AS line_hour, "+split+" AS line_subject, "+strings.Join(columns, ", ")+" FROM "+table+
			" WHERE "+cond.sql+" GROUP BY "+group+" ORDER BY "+group, cond.args...).Scan(rows).Error
	})
}

// folded adds up lines of the same period and subject: weeks are made of days here. The lines come in order.
func folded[T any](lines []record.Line[T], plus func(a, b T) T) ([]record.Line[T], error) {
	type key struct{ period, of string }
	at := map[key]int{}
	var out []record.Line[T]
	for _, l := range lines {
		k := key{l.Period, l.Of}
		if i, ok := at[k]; ok {
			out[i].Sums = plus(out[i].Sums, l.Sums)
			continue
		}
		at[k] = len(out)
		out = append(out, l)
	}
	if len(out) > record.MaxLines {
		return nil, &record.Error{Slug: "bad_range", Field: "until", Detail: fmt.Sprintf("this would be more than %d lines; ask for fewer days, or by weeks or months", record.MaxLines)}
	}
	return out, nil
}
