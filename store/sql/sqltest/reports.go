package sqltest

import (
	"fmt"
	"testing"
	"time"

	"switchroom/engine"
	"switchroom/record"
	"switchroom/settings"
)

func date(text string) time.Time {
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return d
}

// reports: the 25 calls of history come an hour apart; the even ones are of the service demo, which lives in New York, the odd ones of other, in Kathmandu.
func reports(t *testing.T, open Open) {
	ctx, s, clock := twoServices(t, open)
	for id, zone := range map[string]string{"demo": "America/New_York", "other": "Asia/Kathmandu"} {
		v, err := s.ServiceSettings(ctx, id)
		ok(t, err)
		version := settings.VersionOf[settings.Service](v)
		v.TimeZone = zone
		_, err = s.ChangeService(ctx, "root", version, v)
		ok(t, err)
	}
	clock.Add(time.Date(2026, 11, 28, 15, 10, 0, 0, time.UTC).Sub(clock.Now())) // the first call is at 16:10 UTC on Saturday
	history(t, s, clock, 25)
	entries, _ := Served(t, clock.Now(), "call-24")
	ok(t, s.AppendJournal(ctx, entries)) // delivered again
	at := clock.Now()
	wrapUp := func(d time.Duration) engine.Entry {
		return engine.Entry{Call: "call-00", At: at, WrapUp: &engine.WrapUp{Agent: "anna", Since: at, Until: at.Add(d)}}
	}
	ok(t, s.AppendJournal(ctx, []engine.Entry{wrapUp(40 * time.Second), wrapUp(40 * time.Second)}))
	ok(t, s.AppendJournal(ctx, []engine.Entry{wrapUp(50 * time.Second)}))

	ask := func(q record.ReportQuery) record.ReportQuery {
		if q.From.IsZero() {
			q.From, q.Until = date("2026-11-27"), date("2026-11-30")
		}
		return q
	}
	for name, c := range map[string]struct {
		who  record.Viewer
		q    record.ReportQuery
		want []string // period, subject, calls
	}{
		"whole":                  {everyone, record.ReportQuery{Period: record.Whole}, []string{"  25"}},
		"own service":            {ben, record.ReportQuery{Period: record.Whole}, []string{"  13"}},
		"nobody":                 {record.Viewer{User: "x"}, record.ReportQuery{Period: record.Whole}, nil},
		"foreign":                {ben, record.ReportQuery{Period: record.Whole, Service: "other"}, nil},
		"days":                   {ben, record.ReportQuery{Period: record.Day}, []string{"2026-11-28  7", "2026-11-29  6"}},
		"days of both":           {everyone, record.ReportQuery{Period: record.Day, Split: record.ByService}, []string{"2026-11-28 demo 7", "2026-11-28 other 1", "2026-11-29 demo 6", "2026-11-29 other 11"}},
		"weeks":                  {everyone, record.ReportQuery{Period: record.Week}, []string{"2026-11-23  25"}},
		"months by queue":        {everyone, record.ReportQuery{Period: record.Month, Split: record.ByQueue}, []string{"2026-11 sales 25"}},
		"hours":                  {ben, record.ReportQuery{Period: record.Hour, From: date("2026-11-29"), Until: date("2026-11-29")}, []string{"2026-11-29T01  1", "2026-11-29T03  1", "2026-11-29T05  1", "2026-11-29T07  1", "2026-11-29T09  1", "2026-11-29T11  1"}},
		"hours in quarters away": {everyone, record.ReportQuery{Period: record.Hour, Service: "other", From: date("2026-11-28"), Until: date("2026-11-28")}, []string{"2026-11-28T22  1"}},
		"a day":                  {everyone, record.ReportQuery{Period: record.Whole, From: date("2026-11-28"), Until: date("2026-11-28")}, []string{"  8"}},
		"queue":                  {everyone, record.ReportQuery{Period: record.Whole, Queue: "none"}, nil},
		"direction":              {everyone, record.ReportQuery{Period: record.Whole, Direction: record.Outbound}, nil},
	} {
		lines, err := s.CallReport(ctx, c.who, ask(c.q))
		ok(t, err)
		var got []string
		for _, l := range lines {
			got = append(got, fmt.Sprintf("%s %s %d", l.Period, l.Of, l.Sums.Calls))
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	lines, err := s.CallReport(ctx, ben, ask(record.ReportQuery{Period: record.Whole}))
	ok(t, err)
	want := record.Sums{
		Calls: 13, Completed: 13, Within: [5]int{13, 13, 13, 13, 13}, Waited: 13 * 4 * time.Second, Longest: 4 * time.Second,
		Times: record.Times{Queue: 13 * time.Second, Ring: 39 * time.Second, Talk: 26 * time.Second},
	}
	if lines[0].Sums != want {
		t.Errorf("sums %+v, want %+v", lines[0].Sums, want)
	}
	work, err := s.AgentReport(ctx, ben, ask(record.ReportQuery{Period: record.Week}))
	ok(t, err)
	if len(work) != 1 || work[0] != (record.Line[record.Work]{Period: "2026-11-23", Of: "anna", Sums: record.Work{Offers: 13, Taken: 13, Ring: 39 * time.Second, Talk: 26 * time.Second, WrapUp: 50 * time.Second}}) {
		t.Errorf("work %+v", work)
	}
	if work, err := s.AgentReport(ctx, everyone, ask(record.ReportQuery{Period: record.Whole, Agent: "ben"})); err != nil || len(work) != 0 {
		t.Errorf("ben, who took none: %+v, %v", work, err)
	}
	if _, err := s.AgentReport(ctx, everyone, ask(record.ReportQuery{Period: record.Hour})); refusal(err) != "bad_range" {
		t.Errorf("agents by the hour: %v", err)
	}
	for name, q := range map[string]record.ReportQuery{
		"backwards":   {Period: record.Day, From: date("2026-11-29"), Until: date("2026-11-28")},
		"too long":    {Period: record.Day, From: date("2026-01-01"), Until: date("2027-01-02")},
		"long hours":  {Period: record.Hour, From: date("2026-01-01"), Until: date("2026-02-01")},
		"five months": {Period: record.Month, From: date("2026-01-01"), Until: date("2036-01-01")},
	} {
		if _, err := s.CallReport(ctx, everyone, q); refusal(err) != "bad_range" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
