package sql_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"switchroom/call"
	"switchroom/lab"
	"switchroom/record"
	"switchroom/store/sql"
)

// million is a million calls in two years: twenty queues of ten services, fifty agents, a hundred thousand callers; one call in 5000 ended in a way that is rare.
// The statements are those that SQLite and PostgreSQL both know.
var million = []string{
	`INSERT INTO services (id, name, inbound, outbound, default_status, default_reason) VALUES ('service-3', 'Three', TRUE, TRUE, 'business', '')`,
	`INSERT INTO service_members (user_id, service_id) VALUES ('anna', 'service-3')`,
	`INSERT INTO calls (id, version, state, node, service_id, queue, caller_number, caller_name, called, agent_id, ticket, misses, entered_at, ended_at, end_class, end_slug,
		record, diverged, entered_ms, ended_ms, direction, number, queue_ms, ring_ms, talk_ms, hold_ms, measured, blanked)
	WITH RECURSIVE n(i) AS (SELECT CAST(0 AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < 999999)
	SELECT '01BENCH' || CAST(1000000000000000000 + i AS varchar(30)), 9, 'ended', 'main', 'service-' || (i % 10), 'queue-' || (i % 20),
		'+8210' || CAST(10000000 + i * 7919 % 100000 AS varchar(30)), 'Somebody', '1000', 'agent-' || (i % 50),
		'', 0, '2026-01-01 00:00:00+00:00', '2026-01-01 00:05:00+00:00', CASE WHEN i % 5000 = 0 THEN 'overflow' WHEN i % 7 = 0 THEN 'abandoned' ELSE 'completed' END,
		CASE WHEN i % 5000 = 0 THEN 'waited_too_long' WHEN i % 7 = 0 THEN 'caller_hangup_queued' ELSE 'caller_hangup' END,
		'', FALSE, 1704067200000 + i * 63000, 1704067200000 + i * 63000 + 60000, CASE WHEN i % 11 = 0 THEN 'outbound' ELSE 'inbound' END,
		'+8210' || CAST(10000000 + i * 7919 % 100000 AS varchar(30)), 1000, 2000, 50000, 0, '', FALSE FROM n`,
	`INSERT INTO call_agents (agent_id, call_id, entered_ms, position, from_ms, took, offers, misses, ring_ms, talk_ms, hold_ms, consult_ms, wrap_up_ms, wrap_up_to)
	SELECT agent_id, id, entered_ms, 1, entered_ms, TRUE, 1, 0, 2000, 50000, 0, 0, 0, 0 FROM calls`,
}

// BenchmarkAMillionCalls says for each question the time within which 95 of 100 answers were there, in ms. Filling a database takes a minute or two.
func BenchmarkAMillionCalls(b *testing.B) {
	b.Run("SQLite", func(b *testing.B) { aMillion(b, filepath.Join(b.TempDir(), "a.db")) })
	b.Run("PostgreSQL", func(b *testing.B) { aMillion(b, created(b, lab.NewPostgres(b).CreateDatabase)) })
}

func aMillion(b *testing.B, url string) {
	ctx := context.Background()
	s, err := sql.Open(ctx, sql.Config{URL: url, Timeout: 10 * time.Minute})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // the benchmark is over
	err = errors.Join(s.Migrate(ctx), s.SeedDemo(ctx, map[string]string{"anna": "a", "ben": "b", "carla": "c"}))
	for _, fill := range million {
		err = errors.Join(err, s.Raw(ctx, fill))
	}
	if err != nil {
		b.Fatal(err)
	}
	root, anna := record.Viewer{User: "root", All: true}, record.Viewer{User: "anna"}
	at := func(i int) time.Time { return time.UnixMilli(1704067200000 + int64(i)*63_000_000) }
	for _, q := range []struct {
		name string
		who  record.Viewer
		ask  func(i int) record.CallQuery
	}{
		{"newest, administrator", root, func(int) record.CallQuery { return record.CallQuery{} }},
		{"newest, agent", anna, func(int) record.CallQuery { return record.CallQuery{} }},
		{"deep in the list", root, func(i int) record.CallQuery {
			return record.CallQuery{Asked: record.Asked{After: fmt.Sprintf("%d.x", at(i%900).UnixMilli())}}
		}},
		{"a day of a service", root, func(i int) record.CallQuery {
			return record.CallQuery{Service: fmt.Sprint("service-", i%10), Asked: record.Asked{From: at(i % 900), Until: at(i % 900).Add(24 * time.Hour)}}
		}},
		{"queue", root, func(i int) record.CallQuery { return record.CallQuery{Queue: fmt.Sprint("queue-", i%20)} }},
		{"agent", root, func(i int) record.CallQuery { return record.CallQuery{Agent: fmt.Sprint("agent-", i%50)} }},
		{"number", root, func(i int) record.CallQuery { return record.CallQuery{Number: fmt.Sprintf("+8210%08d", 10_000_000+i)} }},
		{"number of a foreign service", anna, func(i int) record.CallQuery { return record.CallQuery{Number: fmt.Sprintf("+8210%08d", 10_000_000+i)} }},
		{"rare slug", root, func(int) record.CallQuery { return record.CallQuery{Slug: "waited_too_long"} }},
		{"class and direction", root, func(int) record.CallQuery { return record.CallQuery{Class: call.Abandoned, Direction: record.Outbound} }},
		{"what there is none of", root, func(int) record.CallQuery { return record.CallQuery{Slug: "nothing", Class: call.Completed} }},
	} {
		b.Run(q.name, func(b *testing.B) {
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				ask := q.ask(i)
				ask.Limit = 50
				began := time.Now()
				if _, err := s.Calls(ctx, q.who, ask); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}
