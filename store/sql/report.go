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
	lines := "hour = -1" // there is one for each day and one for each hour
	if q.Period == record.Hour {
		lines = "hour >= 0"
	}
	var rows []struct {
		Line line     `gorm:"embedded"`
		Sums callSums `gorm:"embedded"`
	}
	err := s.report(ctx, v, q, "call_sums", split, append(summed(callColumns), "MAX("+longest+") AS "+longest), &rows, clauseOf{lines, nil})
	if err != nil {
		return nil, err
	}
	out := make([]record.Line[record.Sums], len(rows))
	for i, r := range rows {
		out[i] = record.Line[record.Sums]{Period: r.Line.Period, Of: r.Line.Subject, Sums: r.Sums.domain()}
	}
	return bounded(out)
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
	out := make([]record.Line[record.Work], len(rows))
	for i, r := range rows {
		out[i] = record.Line[record.Work]{Period: r.Line.Period, Of: r.Line.Subject, Sums: r.Sums.domain()}
	}
	return bounded(out)
}

// line is what a line of sums is about.
type line struct {
	Period  string `gorm:"column:line_period"`
	Subject string `gorm:"column:line_subject"`
}

func summed(columns []string) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = "SUM(" + c + ") AS " + c
	}
	return out
}

// report reads sums, by time and subject. where are conditions besides the query's.
func (s *Store) report(ctx context.Context, v record.Viewer, q record.ReportQuery, table, split string, columns []string, rows any, where ...clauseOf) error {
	if err := q.Check(); err != nil {
		return err
	}
	const group = "line_period, line_subject"
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
		where := append(where,
			clauseOf{"service_id IN ?", []any{services}}, clauseOf{"day BETWEEN ? AND ?", []any{q.From.Format(time.DateOnly), q.Until.Format(time.DateOnly)}})
		for _, f := range []struct{ column, value string }{{"queue", q.Queue}, {"direction", string(q.Direction)}, {"agent_id", q.Agent}} {
			if f.value != "" {
				where = append(where, clauseOf{f.column + " = ?", []any{f.value}})
			}
		}
		cond := all(where)
		return tx.Raw("SELECT "+periodIn(tx.Name(), q.Period)+" AS line_period, "+split+" AS line_subject, "+strings.Join(columns, ", ")+" FROM "+table+
			" WHERE "+cond.sql+" GROUP BY "+group+" ORDER BY "+group, cond.args...).Scan(rows).Error
	})
}

// periodIn writes, in the database's SQL, the period that a day, a date as text, is in: see [record.Line].
func periodIn(database string, p record.Period) string {
	switch p {
	case record.Hour:
		switch database {
		case "postgres":
			return "day || 'T' || TO_CHAR(hour, 'FM00')"
		case "mysql":
			return "CONCAT(day, 'T', LPAD(hour, 2, '0'))"
		}
		return "day || 'T' || PRINTF('%02d', hour)"
	case record.Week: // its Monday
		switch database {
		case "postgres":
			return "TO_CHAR(DATE_TRUNC('week', CAST(day AS date)), 'YYYY-MM-DD')"
		case "mysql":
			return "DATE_FORMAT(DATE_SUB(day, INTERVAL WEEKDAY(day) DAY), '%Y-%m-%d')"
		}
		return "DATE(day, '-6 days', 'weekday 1')"
	case record.Month:
		return "SUBSTR(day, 1, 7)"
	case record.Whole:
		return "''"
	case record.Day:
	}
	return "day"
}

// bounded refuses what nobody reads.
func bounded[T any](lines []record.Line[T]) ([]record.Line[T], error) {
	if len(lines) > record.MaxLines {
		return nil, &record.Error{Slug: "bad_range", Field: "until", Detail: fmt.Sprintf("this would be more than %d lines; ask for fewer days, or by weeks or months", record.MaxLines)}
	}
	return lines, nil
}
