package sql_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"switchroom/account"
	"switchroom/call"
	"switchroom/record"
	"switchroom/settings"
	"switchroom/store/sql"
	"switchroom/store/sql/migrations"
)

// rows are what a version's users had in the tables that it made, as statements of that version. They go in once that version's migration has run, before
// the next one's.
var rows = map[string][]string{
	"20261122-1-settings": {
		`INSERT INTO services (id, name, inbound, outbound, default_status, default_reason) VALUES ('demo', 'Demo', TRUE, TRUE, 'business', '')`,
		`INSERT INTO queues (name, number, service_id, pickup_ms, max_wait_ms, music, answer_now, miss_limit, wrap_up_ms, overflow_empty, priority) VALUES ('sales', '1000', 'demo', 20000, 600000, 'default', TRUE, 1, 0, FALSE, 0)`,
		`INSERT INTO users (id, login, name, password_hash, disabled) VALUES ('anna', 'anna', 'Anna Bérg', 'x', FALSE)`,
		`INSERT INTO user_roles (user_id, role) VALUES ('anna', 'agent')`,
		`INSERT INTO agents (user_id, home_service_id, cti_id, cti_number, device, endpoint, secret) VALUES ('anna', 'demo', 'A100', '2001', 'webrtc', 'anna', 's')`,
		`INSERT INTO phone_permissions (user_id, service_id) VALUES ('anna', 'demo')`,
		`INSERT INTO queue_members (queue_name, user_id) VALUES ('sales', 'anna')`,
	},
	"20261122-2-history": {
		`UPDATE counters SET value = 41 WHERE name = 'ticket'`,
		`INSERT INTO tickets (id, number, call_id, service_id, agent_id, caller_number, caller_name, opened_at, status) VALUES ('t41', 'T-000041', 'c1', 'demo', 'anna', '+49301', 'Gauß', '2026-11-22 09:30:00.123456', 'open')`,
		`INSERT INTO calls (id, version, state, node, service_id, queue, caller_number, caller_name, called, agent_id, ticket, misses, entered_at, end_class, end_slug, record, diverged) VALUES ('c1', 1, 'ended', 'pbx1', 'demo', 'sales', '+49301', 'Gauß', '1000', 'anna', 'T-000041', 0, '2026-11-22 09:29:00.654321', 'completed', 'agent_hung_up', '', FALSE)`,
		`INSERT INTO journal_entries (call_id, version, at, state, input, effects) VALUES ('c1', 1, '2026-11-22 09:29:00.654321', 'ended', '{}', '[]')`,
	},
	"20261122-3-sessions": {
		`INSERT INTO sessions (id, user_id, created_at, expires_at) VALUES ('s1', 'anna', '2026-11-22 09:00:00', '2126-12-22 09:00:00')`,
		`INSERT INTO refresh_tokens (hash, session_id, created_at) VALUES ('h1', 's1', '2026-11-22 09:00:00')`,
		`INSERT INTO audit_entries VALUES ('a1', '2026-11-22 09:00:00', 'root', 'put_user', 'anna', 'null', '{}')`,
	},
	"20261124-4-outbound": {
		`INSERT INTO calling_numbers (service_id, number, label, is_default) VALUES ('demo', '+82255550100', 'Office', TRUE)`,
		`INSERT INTO frequent_numbers (id, agent_id, number, label) VALUES ('f1', 'anna', '2002', 'Ben')`,
		`INSERT INTO destination_rules (service_id, position, action, prefix) VALUES ('demo', 1, 'allow', '+49')`,
		`INSERT INTO trunks (name, endpoint, format, country, max_channels, enabled) VALUES ('one', 'carrier', 'e164', '', 30, TRUE)`,
		`INSERT INTO outbound_routes (name, position, prefixes) VALUES ('all', 1, '+')`,
		`INSERT INTO outbound_route_trunks (route_name, position, trunk_name) VALUES ('all', 1, 'one')`,
		`INSERT INTO emergency_numbers (number) VALUES ('112')`,
		`INSERT INTO prompts (id, service_id, kind, file, sha256, seconds) VALUES ('bye', 'demo', 'farewell', 'bye.wav', 'x', 8)`,
		`UPDATE services SET farewell_prompt = 'bye', fallback_queue = 'sales' WHERE id = 'demo'`,
	},
	"20261125-5-prompts": {
		`INSERT INTO prompt_audio (sha256, narrow_sha256, narrow, wide) VALUES ('x', 'y', 'n', 'w')`,
	},
	"20261125-6-lists": nil,
	"20261126-7-administration": {
		`INSERT INTO login_failures (login, count, last_at) VALUES ('anna', 3, '2026-11-26 09:00:00')`,
	},
	"20261129-16-embedding": {
		`INSERT INTO embedding_origins (origin) VALUES ('https://crm.example')`,
	},
	"20261129-12-reasons": {
		`INSERT INTO status_reasons (service_id, code, position, name, business, rest, active) VALUES ('demo', 'lunch', 1, 'Lunch', FALSE, TRUE, TRUE)`,
	},
	"20261129-11-login": {
		`INSERT INTO password_resets (user_id, hash, created_by, created_at, expires_at) VALUES ('anna', 'r1', 'root', '2026-11-29 09:00:00', '2026-11-30 09:00:00')`,
		`INSERT INTO second_factors (user_id, secret, created_at, last_step) VALUES ('anna', 'sealed', '2026-11-29 09:00:00', 0)`,
		`INSERT INTO recovery_codes (user_id, hash) VALUES ('anna', 'rc1')`,
	},
	"20261129-12-screen-pop": {`UPDATE services SET screen_pop_url = 'https://crm.example/', screen_pop_when = 'answer' WHERE id = 'demo'`},
	"20261129-12-hours": {
		`INSERT INTO service_hours (service_id, week, holidays, closed_action, closed_prompt, closed_queue, closed_waiting, hand_position, hand_until)
			VALUES ('demo', '[{"day":"monday","from":"09:00","to":"18:00"}]', '[]', 'message', 'bye', NULL, TRUE, 'closed', '2026-11-30 09:00:00')`,
	},
	"20261127-9-keys": {
		`INSERT INTO api_keys (id, hash, name, scopes, created_by, created_at) VALUES ('key1', 'hash1', 'Büro', 'records:read', 'root', '2026-11-27 09:00:00')`,
		`INSERT INTO api_key_services (key_id, service_id) VALUES ('key1', 'demo')`,
	},
	"20261129-10-outbox": {
		`INSERT INTO webhook_endpoints (id, name, url, types, enabled, off, secret, old_secret, created_at, lease_owner, lease_until_ms) VALUES ('w1', 'Büro', 'https://example.com', '', FALSE, '', 's', '', '2026-11-29 09:00:00', '', 0)`,
		`INSERT INTO webhook_services (endpoint_id, service_id) VALUES ('w1', 'demo')`,
		`INSERT INTO webhook_events (position, id, type, at, call_id, service_id, body) VALUES (1, 'evt_1', 'call.ended', '2026-11-29 09:00:00', 'c1', 'demo', '{}')`,
		`INSERT INTO webhook_deliveries (endpoint_id, position, call_id, state, attempts, first_ms, last_ms, next_ms, status, problem) VALUES ('w1', 1, 'c1', 'waiting', 0, 0, 0, 0, 0, '')`,
	},
	"20261129-15-oidc": {
		`INSERT INTO identity_providers (id, name, issuer, client_id, secret, claim, password_login, second_factor, enabled, created_at) VALUES ('keycloak', 'Büro', 'https://login.example.com', 'c', 'sealed', 'email', TRUE, FALSE, TRUE, '2026-11-29 09:00:00')`,
		`INSERT INTO identities (id, user_id, issuer, subject, login, linked_at, last_used_at) VALUES ('i1', 'anna', 'https://login.example.com', 's', 'anna', '2026-11-29 09:00:00', '2026-11-29 09:00:00')`,
		`INSERT INTO provider_logins (state_hash, browser_hash, provider_id, return_to, user_id, expires_at) VALUES ('h', 'h', 'keycloak', '/', '', '2026-11-29 09:10:00')`,
	},
	"20261130-17-successors": {
		`INSERT INTO refresh_tokens (hash, session_id, used_at, created_at, successor) VALUES ('h0', 's1', '2026-11-30 09:00:00', '2026-11-30 08:45:00', 'h1')`,
	},
	"20261129-09-zones":   nil,
	"20261129-14-found":   nil,
	"20261129-13-reports": nil,
	"20261127-8-records": {
		`INSERT INTO customers (id, number, name, notes, created_at, updated_at, version) VALUES ('k1', '+4930112345', 'Gauß', '', '2026-11-27 09:00:00', '2026-11-27 09:00:00', 1)`,
		`UPDATE tickets SET customer_id = 'k1', subject = 'Lens', disposition = 'Sold' WHERE id = 't41'`,
		`INSERT INTO ticket_notes (id, ticket_id, author, at, text) VALUES ('n1', 't41', 'anna', '2026-11-27 09:00:00', 'called back')`,
		`INSERT INTO ticket_changes VALUES ('h1', 't41', '2026-11-27 09:00:00', 'anna', 'note', '', 'n1')`,
		`INSERT INTO ticket_tags (tag, ticket_id) VALUES ('vip', 't41')`,
		`INSERT INTO service_dispositions (service_id, position, label) VALUES ('demo', 1, 'Sold')`,
	},
}

func forward(t *testing.T, url fresh) {
	ctx := t.Context()
	s := open(t, url(t), nil)
	all := migrations.All()
	if pending, err := s.Pending(ctx); err != nil || len(pending) != len(all) {
		t.Fatalf("pending %v, %v", pending, err)
	}
	for _, m := range all {
		must(t, s.MigrateTo(ctx, m.ID))
		statements, known := rows[m.ID]
		if !known {
			t.Errorf("no rows of the version %s: write some, or nil, so that later migrations meet them", m.ID)
		}
		for _, statement := range statements {
			must(t, s.Raw(ctx, statement))
		}
	}
	if pending, err := s.Pending(ctx); err != nil || len(pending) != 0 {
		t.Fatalf("pending %v, %v", pending, err)
	}
	must(t, s.Migrate(ctx)) // again

	v, err := s.Service(ctx, "demo")
	must(t, err)
	if len(v.CallerIDs) != 1 || len(v.Policy.Rules) != 1 || len(v.Routes) != 1 || len(v.Trunks) != 1 || len(v.Emergency) != 1 || v.Farewell != "bye.wav" {
		t.Errorf("service %+v", v)
	}
	want := sql.OutboundSettings{
		Country: "KR", FallbackQueue: "sales", HoldWarn: 2 * time.Minute, TransferRing: 20 * time.Second, ForwardCap: 2 * time.Hour, Farewell: "bye", FarewellCap: 30 * time.Second,
	}
	if got, err := s.OutboundSettings(ctx, "demo"); err != nil || got != want {
		t.Errorf("the service made before has the outbound settings %+v, %v", got, err)
	}
	if v, err := s.ServiceSettings(ctx, "demo"); err != nil || v.TimeZone != "Asia/Seoul" {
		t.Errorf("the service made before lives by the time of %q, %v", v.TimeZone, err)
	}
	long := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	sums, err := s.CallReport(ctx, record.Viewer{User: "anna"}, record.ReportQuery{Period: record.Day, Split: record.ByQueue, From: long, Until: long})
	if err != nil || len(sums) != 1 || sums[0].Of != "sales" || sums[0].Period != "2026-11-22" || sums[0].Sums.Calls != 1 || sums[0].Sums.Completed != 1 {
		t.Errorf("the sums of calls of before %+v, %v", sums, err)
	}
	if p, err := s.Person(ctx, "anna"); err != nil || !p.Permitted || p.Profile.Name != "Anna Bérg" || len(p.Profile.Queues) != 1 {
		t.Errorf("agent %+v, %v", p, err)
	}
	if p, err := s.PersonSettings(ctx, "anna"); err != nil || !slices.Equal(p.Services, []settings.Membership{{Service: "demo", Phone: true}}) {
		t.Errorf("anna belongs to %+v, %v", p.Services, err)
	}
	opened := time.Date(2026, 11, 22, 9, 30, 0, 123456000, time.UTC)
	if ticket, err := s.Ticket(ctx, "c1"); err != nil || ticket.Number != "T-000041" || ticket.CallerName != "Gauß" || !ticket.OpenedAt.Equal(opened) {
		t.Errorf("ticket %+v, %v", ticket, err)
	}
	f, err := s.TicketFile(ctx, record.Viewer{User: "anna"}, "T-000041")
	if err != nil || f.Subject != "Lens" || f.Customer != "k1" || f.Assignee != "anna" || !slices.Equal(f.Agents, []string{"anna"}) || !slices.Equal(f.Tags, []string{"vip"}) || len(f.Notes) != 1 || len(f.Changes) != 1 {
		t.Errorf("the ticket's file %+v, %v", f, err)
	}
	if n, err := s.OpenTicket(ctx, call.Call{ID: "c2", Service: "demo"}, "anna"); err != nil || n != "T-000042" {
		t.Errorf("the next ticket is %s, %v", n, err)
	}
	c, err := s.Call(ctx, "c1")
	must(t, err)
	if entries, err := s.Journal(ctx, "c1"); err != nil || len(entries) != 1 || !entries[0].At.Equal(c.Entered) || c.Entered.Nanosecond() != 654321000 {
		t.Errorf("call %+v, journal %+v, %v", c, entries, err)
	}
	if session, err := s.RefreshSession(ctx, "h1", "h2", time.Hour); err != nil || session.ID != "s1" {
		t.Errorf("session %+v, %v", session, err)
	}
	if list, err := s.Audits(ctx, "anna", 10); err != nil || len(list) != 1 {
		t.Errorf("audit %+v, %v", list, err)
	}
	if k, err := s.KeyByHash(ctx, "hash1"); err != nil || k.Name != "Büro" || !slices.Equal(k.Services, []string{"demo"}) || !slices.Equal(k.Scopes, []string{"records:read"}) {
		t.Errorf("key %+v, %v", k, err)
	}
	if list, err := s.Frequent(ctx, "anna"); err != nil || len(list) != 1 {
		t.Errorf("frequently used numbers %+v, %v", list, err)
	}
	if list, err := s.Prompts(ctx, "demo"); err != nil || len(list) != 1 || list[0].Uploaded.IsZero() {
		t.Errorf("prompts %+v, %v", list, err)
	}
	if audio, err := s.PromptAudio(ctx, "x"); err != nil || string(audio.Wide) != "w" {
		t.Errorf("audio %+v, %v", audio, err)
	}
	if _, err := s.UserByLogin(ctx, "nobody"); !errors.Is(err, account.ErrUnknown) {
		t.Errorf("nobody: %v", err)
	}
}
