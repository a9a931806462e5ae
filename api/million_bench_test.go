package api_test

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/glebarez/sqlite" // the driver "sqlite"; lab has the driver "pgx"

	"switchroom/account"
	"switchroom/lab"
	"switchroom/settings"
	"switchroom/store/sql"
)

// BenchmarkAMillionCalls says for each question to the API the time within which 95 of 100 answers were there, in ms. The database holds two years of calls: a
// million, of ten services and twenty queues, with fifty agents and a hundred thousand customers, and the tickets of those that were answered. Filling one takes minutes.
func BenchmarkAMillionCalls(b *testing.B) {
	b.Run("SQLite", func(b *testing.B) {
		path := filepath.Join(b.TempDir(), "a.db")
		aMillion(b, "sqlite:"+path, "sqlite", path)
	})
	b.Run("PostgreSQL", func(b *testing.B) {
		url, err := lab.NewPostgres(b).CreateDatabase(b.Context())
		must(b, err)
		aMillion(b, url, "pgx", url)
	})
}

// The first of the million came two years ago, each next one 63 seconds later. The statements say "FIRST" for it, in ms.
var firstCall = time.Now().Add(-999_999 * 63 * time.Second).Truncate(24 * time.Hour)

// ulidTime writes the beginning of a ULID that is made at a time in ms, in SQL.
func ulidTime(ms string) string {
	var out []string
	for shift := 45; shift >= 0; shift -= 5 {
		out = append(out, fmt.Sprintf("substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', CAST((((%s) >> %d) & 31) + 1 AS integer), 1)", ms, shift))
	}
	return strings.Join(out, " || ")
}

// million is written as the version before the sums were, which then adds them up. The statements are those that SQLite and PostgreSQL both know.
var million = []string{
	`INSERT INTO service_members (user_id, service_id) VALUES ('anna', 'service-3')`,
	`INSERT INTO calls (id, version, state, node, service_id, queue, caller_number, caller_name, called, agent_id, ticket, misses, entered_at, connected_at, ended_at, end_class, end_slug,
		record, diverged, entered_ms, ended_ms, direction, number, queue_ms, ring_ms, talk_ms, hold_ms, measured, blanked)
	WITH RECURSIVE n(i) AS (SELECT CAST(0 AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < 999999)
	SELECT '01BENCH' || CAST(1000000000000000000 + i AS varchar(30)), 9, 'ended', 'main', 'service-' || (i % 10), 'queue-' || (i % 20),
		'+8210' || CAST(10000000 + i * 7919 % 100000 AS varchar(30)), 'Somebody', '1000', 'agent-' || (i % 50),
		'', 0, '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:03+00:00', '2026-01-01 00:05:00+00:00',
		CASE WHEN i % 5000 = 0 THEN 'overflow' WHEN i % 7 = 0 THEN 'abandoned' ELSE 'completed' END,
		CASE WHEN i % 5000 = 0 THEN 'waited_too_long' WHEN i % 7 = 0 THEN 'caller_hangup_queued' ELSE 'caller_hangup' END,
		'', FALSE, FIRST + i * 63000, FIRST + i * 63000 + 60000, CASE WHEN i % 11 = 0 THEN 'outbound' ELSE 'inbound' END,
		'+8210' || CAST(10000000 + i * 7919 % 100000 AS varchar(30)), 1000, 2000, 50000, 0, '', FALSE FROM n`,
	`INSERT INTO call_agents (agent_id, call_id, entered_ms, position, from_ms, took, offers, misses, ring_ms, talk_ms, hold_ms, consult_ms, wrap_up_ms, wrap_up_to)
	SELECT agent_id, id, entered_ms, 1, entered_ms, TRUE, 1, 0, 2000, 50000, 0, 0, 20000, 0 FROM calls`,
	`INSERT INTO customers (id, number, name, notes, created_at, updated_at, version)
	WITH RECURSIVE n(i) AS (SELECT CAST(0 AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < 99999)
	SELECT 'customer-' || i, '+8210' || CAST(10000000 + i AS varchar(30)), 'Customer ' || i, '', '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00', 1 FROM n`,
	`INSERT INTO tickets (id, number, call_id, service_id, agent_id, caller_number, caller_name, opened_at, status, customer_id, queue, direction, subject, disposition, assignee_id,
		words, updated_at, version, blanked)
	SELECT ` + ulidTime("entered_ms") + ` || substr(id, 11), 'T-' || substr(id, 11), id, service_id, agent_id, caller_number, caller_name, entered_at,
		CASE WHEN talk_ms > 0 AND entered_ms % 9 = 0 THEN 'open' ELSE 'closed' END, 'customer-' || (CAST(substr(number, 6) AS integer) - 10000000), queue, direction,
		'Order ' || substr(id, 16), 'Sold', agent_id,
		lower('t-' || substr(id, 11) || ' ' || number || ' somebody order ' || substr(id, 16) || ' sold the customer asked when the lens for the second pair will be there; called back twice, left a note for the shop'),
		entered_at, 1, FALSE FROM calls WHERE end_class = 'completed'`,
	`INSERT INTO ticket_agents (agent_id, ticket_id) SELECT agent_id, id FROM tickets`,
}

func aMillion(b *testing.B, url, driver, dsn string) {
	ctx := context.Background()
	store, err := sql.Open(ctx, sql.Config{URL: url, Timeout: 10 * time.Minute, Passwords: account.QuickHasher(), Log: slog.New(slog.DiscardHandler)})
	must(b, err)
	root := account.User{ID: "root", Login: "root", Name: "Root", Roles: []account.Role{account.Administrator}}
	must(b, errors.Join(store.MigrateTo(ctx, "20261129-09-zones")))
	db, err := stdsql.Open(driver, dsn)
	must(b, err)
	for i := range 10 {
		_, err := db.ExecContext(ctx, fmt.Sprintf("INSERT INTO services (id, name, inbound, outbound, default_status, default_reason) VALUES ('service-%d', 'Service %[1]d', TRUE, TRUE, 'business', '')", i))
		must(b, err)
	}
	for _, fill := range million[1:] {
		fill = strings.ReplaceAll(fill, "FIRST", fmt.Sprint(firstCall.UnixMilli()))
		if _, err := db.ExecContext(ctx, fill); err != nil {
			b.Fatalf("%v\n%s", err, fill)
		}
	}
	began := time.Now()
	must(b, errors.Join(store.Migrate(ctx), store.SeedDemo(ctx, passwords), store.PutUser(ctx, "root", root, "root's gravel tulip")))
	b.Logf("the rest of the migrations, which add up a million calls, and the demo took %v", time.Since(began))
	_, err = db.ExecContext(ctx, million[0])
	must(b, errors.Join(err, db.Close()))
	h := open(b, options{store: store})
	ask(b, h)
}

// ask asks each question as an administrator's or an agent's program does, one after the other.
func ask(b *testing.B, h *house) {
	day := func(i int) time.Time { return firstCall.AddDate(0, 0, i%690).UTC() }
	date := func(i int) string { return day(i).Format(time.DateOnly) }
	year := "from=" + date(100) + "&until=" + date(100+364)
	_, key := h.key(settings.Scopes)
	anna := h.login("anna").AccessToken
	for _, q := range []struct {
		name, token string
		path        func(i int) string
	}{
		{"newest calls", key, func(int) string { return "calls" }},
		{"newest calls, an agent's", anna, func(int) string { return "calls" }},
		{"deep in the list", key, func(i int) string { return fmt.Sprintf("calls?after=%d.x", day(i).UnixMilli()) }},
		{"a day of a service", key, func(i int) string {
			return fmt.Sprintf("calls?service=service-%d&from=%sT00:00:00Z&until=%sT00:00:00Z", i%10, date(i), date(i+1))
		}},
		{"a queue", key, func(i int) string { return fmt.Sprint("calls?queue=queue-", i%20) }},
		{"an agent", key, func(i int) string { return fmt.Sprint("calls?agent=agent-", i%50) }},
		{"a number", key, func(i int) string { return fmt.Sprintf("calls?number=%%2B8210%08d", 10_000_000+i%100_000) }},
		{"a rare ending", key, func(int) string { return "calls?slug=waited_too_long" }},
		{"class and direction", key, func(int) string { return "calls?class=abandoned&direction=outbound" }},
		{"newest tickets", key, func(int) string { return "tickets" }},
		{"newest tickets, an agent's", anna, func(int) string { return "tickets" }},
		{"open tickets of an assignee", key, func(i int) string { return fmt.Sprintf("tickets?status=open&assignee=agent-%d", i%50) }},
		{"text that is often there", key, func(int) string { return "tickets?text=second%20pair" }},
		{"text that is once there", key, func(i int) string { return fmt.Sprintf("tickets?text=order%%20%011d", 999_000+i%900) }},
		{"text that is nowhere", key, func(int) string { return "tickets?text=telescope" }},
		{"a customer by number", key, func(i int) string { return fmt.Sprintf("customers?search=%%2B8210%08d", 10_000_000+i%100_000) }},
		{"report: a year by the day", key, func(int) string { return "reports/calls?period=day&" + year }},
		{"report: a year by weeks and queues", key, func(int) string {
			return "reports/calls?period=week&split=queue&" + year
		}},
		{"report: a month by the hour", key, func(i int) string {
			return fmt.Sprintf("reports/calls?from=%s&until=%s&period=hour", date(i), date(i+30))
		}},
		{"report: a year of agents by months", key, func(int) string { return "reports/agents?period=month&" + year }},
	} {
		b.Run(q.name, func(b *testing.B) {
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				began := time.Now()
				r := h.do(request{method: "GET", path: "/api/v1/" + q.path(i), token: q.token})
				if r.status != http.StatusOK {
					b.Fatalf("%s: %d %s", q.path(i), r.status, r.body)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}
