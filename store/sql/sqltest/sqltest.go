// Package sqltest is the contract of store/sql: what it must do on every database that it supports.
package sqltest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"switchroom/account"
	"switchroom/agent"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/hours"
	"switchroom/seal"
	"switchroom/settings"
	"switchroom/store/sql"
)

// Open opens a database as migrations leave it, with account.QuickHasher. It is closed by the test's cleanup.
type Open func(t *testing.T, now func() time.Time) *sql.Store

// Run checks a database. Each subtest has its own.
func Run(t *testing.T, open Open) {
	for name, test := range map[string]func(*testing.T, Open){
		"queues and people are what the settings say (S3, S4, S6, S9)":                          liveSettings,
		"a change of settings counts at once, also where nothing was before":                    invalidation,
		"fifty who open a call's ticket at once get one ticket (S15)":                           oneTicket,
		"tickets of many calls are numbered without gaps":                                       numbers,
		"the journal is kept once, in order, and makes the calls' summaries":                    journal,
		"a journal that does not replay is kept, marked and believed":                           divergence,
		"a refresh token is good once, and an old one ends the session":                         refresh,
		"a refresh whose answer was lost is asked for again with the old token":                 refreshLost,
		"of twenty who use a refresh token at once one goes on at most and the session ends":    refreshRace,
		"a new password ends the sessions":                                                      newPassword,
		"CTI IDs, numbers and logins are unique (S6)":                                           unique,
		"every administrative act is audited, without secrets":                                  audit,
		"outbound settings are what the database says (S3, S19)":                                outboundSettings,
		"a change of outbound settings counts at once, and a refused one changes nothing":       outboundInvalidation,
		"a service has one default calling number, which goes last (S18, S19)":                  callingNumbers,
		"destination rules keep their order and decide (S19)":                                   destinationRules,
		"trunks and routes say the way out, and a trunk in use stays":                           trunks,
		"emergency numbers are nobody's extension and always pass (S20)":                        emergency,
		"a prompt that a service plays stays (S33)":                                             prompts,
		"an uploaded recording is kept once, while a prompt has it (S33)":                       uploads,
		"the message of forced disconnect has the time that it needs (S33)":                     chosen,
		"frequently used numbers belong to an agent or a service (S27)":                         frequent,
		"every change of outbound settings is audited":                                          outboundAudit,
		"a service is made, changed by version, audited, and deleted when nothing uses it (S3)": managedServices,
		"a queue is made, changed by version, and deleted when nothing uses it":                 managedQueues,
		"trunks, routes, numbers and rules are changed by version":                              managedWaysOut,
		"of twenty who change the same version of a setting one wins":                           lostUpdates,
		"people are made, found, changed and deactivated (S4, S6)":                              people,
		"of the last two administrators one stays":                                              lastAdministrator,
		"many people are made together or not at all":                                           manyPeople,
		"twenty wrong passwords lock a login, whether or not anybody has it":                    lockout,
		"the audit trail is read page by page":                                                  auditPages,
		"a number is one customer, and who hides it is nobody":                                  customers,
		"customers are found by name and number, page by page":                                  customerLists,
		"thirty first tickets of a number at once make one customer":                            oneCustomer,
		"who is called sees the caller's earlier tickets, those they may open (S13)":            acquaintance,
		"a ticket is for its service and for who took part, whatever their service (S15)":       ticketAccess,
		"a ticket's changes are checked and remembered":                                         ticketChanges,
		"of twenty changes of one version one counts, and no note is lost":                      lostNotes,
		"lists of tickets are filtered, and their pages do not move":                            ticketLists,
		"lists of calls are filtered by what the viewer may see":                                callLists,
		"personal data is deleted when its service's time is over":                              retention,
		"reports add up each call once, by the days and hours of its service":                   reports,
		"a customer's personal data is deleted on request":                                      erasure,
		"reasons for Business and Rest are the home service's (S12)":                            statusReasons,
		"the page that is opened beside a service's calls is changed by version":                screenPop,
		"a service is open by its hours, its holidays and its switch, changed by version":       openingHours,
		"a machine's key is good until it runs out or is revoked, for its services":             machineKeys,
		"people and machines have names, and what can be chosen is of one's own services":       names,
		"events are kept with their facts, once, in order, for who wants them":                  outboxed,
		"nobody hears of a ticket's change before they hear of the ticket":                      ticketEvents,
		"of twenty changes of a ticket while its call is drained none is lost":                  manyTicketEvents,
		"webhooks are made and changed by version, their secrets sealed and replaced":           managedWebhooks,
		"one controller sends to a webhook":                                                     leases,
		"what is sent is listed, sent again and dropped":                                        deliveries,
		"who is forgotten is forgotten in events that wait":                                     forgottenEvents,
		"a link sets a new password once, until a newer one, a change or a day later":           resets,
		"a second factor counts once it is confirmed, and each code once":                       factors,
		"identity providers are made and changed by version, their secrets sealed":              managedProviders,
		"a login at a provider is finished once, in its browser, in time":                       attempts,
		"an account at a provider is linked to one person, who it stays":                        identities,
		"of several first logins at once one account is linked":                                 oneIdentity,
		"who is linked to a provider without passwords signs in by it":                          signsInBy,
		"a session ends when it has to, however it is used":                                     sessionTerms,
		"the demo is seeded once":                                                               seed,
		"hostile text is stored and comes back, as far as it is text":                           hostile,
	} {
		t.Run(name, func(t *testing.T) { test(t, open) })
	}
}

// Clock is a clock that tests move.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// Now is the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Add moves the clock.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// NewClock stands at a fixed time with microseconds, which is what the engine's has and every database keeps, and not in UTC: stores must bring back
// the same instant.
func NewClock() *Clock {
	return &Clock{at: time.Date(2026, 11, 22, 9, 30, 0, 123456000, time.FixedZone("there", 3600))}
}

// secretKey seals the secrets of every test's database.
var secretKey = seal.NewKey()

// Secrets is a box with a key.
func Secrets() *seal.Box {
	box, err := seal.New(secretKey)
	if err != nil {
		panic(err) // NewKey makes keys
	}
	return box
}

var passwords = map[string]string{"anna": "a-pass", "ben": "b-pass", "carla": "c-pass"}

func fresh(t *testing.T, open Open) (context.Context, *sql.Store, *Clock) {
	t.Helper()
	clock := NewClock()
	s := open(t, clock.Now)
	ok(t, s.Migrate(t.Context()))
	return t.Context(), s, clock
}

func seeded(t *testing.T, open Open) (context.Context, *sql.Store, *Clock) {
	t.Helper()
	ctx, s, clock := fresh(t, open)
	ok(t, s.SeedDemo(ctx, passwords))
	return ctx, s, clock
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func slug(err error) string {
	var e *sql.Error
	if errors.As(err, &e) {
		return e.Slug
	}
	return fmt.Sprint(err)
}

func liveSettings(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	q, err := s.Queue(ctx, "sales")
	ok(t, err)
	always := hours.Always()
	always.Zone, always.Holidays = "Asia/Seoul", []hours.Holiday{}
	want := engine.Queue{Name: "sales", Service: "demo", Inbound: true, BusinessByNumber: true, Hours: engine.Hours{Plan: hours.Plan{Calendar: always, Hand: hours.Hand{Position: hours.ByHours}}}, Scenario: call.Scenario{
		Pickup: 20 * time.Second, MaxWait: 10 * time.Minute, Music: "default", AnswerNow: true, MissLimit: 1,
		HoldWarn: 2 * time.Minute, TargetRing: 20 * time.Second, FarewellTime: 30 * time.Second, ForwardTime: 2 * time.Hour,
	}}
	if !reflect.DeepEqual(q, want) {
		t.Errorf("queue = %+v, want %+v", q, want)
	}
	if _, err := s.Queue(ctx, "nowhere"); !errors.Is(err, engine.ErrUnknown) {
		t.Errorf("unknown queue: %v", err)
	}
	if id, err := s.Extension(ctx, "2001"); err != nil || id != "anna" {
		t.Errorf("the extension 2001 is %q's, %v", id, err)
	}
	if id, err := s.Extension(ctx, "2' OR '1'='1"); !errors.Is(err, engine.ErrUnknown) {
		t.Errorf("no such extension: %q, %v", id, err)
	}
	p, err := s.Person(ctx, "anna")
	ok(t, err)
	wantPerson := engine.Person{ID: "anna", Service: "demo", Permitted: true, DefaultStatus: agent.Business, Reasons: agent.Reasons{Reasons: []agent.Reason{}}, Profile: agent.Profile{
		Name: "Anna Berg", CTI: "A100", Queues: []string{"sales", "support"},
		Phone: agent.Phone{Device: agent.WebRTC, Endpoint: "anna", Number: "2001"},
	}}
	if !reflect.DeepEqual(p, wantPerson) {
		t.Errorf("person = %+v, want %+v", p, wantPerson)
	}
	if _, err := s.Person(ctx, "nobody"); !errors.Is(err, engine.ErrUnknown) {
		t.Errorf("unknown person: %v", err)
	}
	list, err := s.Accounts(ctx)
	ok(t, err)
	if len(list) != 3 || list[0].Agent != "anna" || list[2].Device != agent.Desk || len(list[0].Secret) < 40 || list[0].Secret == list[1].Secret {
		t.Errorf("%d accounts", len(list))
	}
	one, err := s.Account(ctx, "anna")
	ok(t, err)
	if one != list[0] {
		t.Error("an account alone and in the list differ")
	}
}

func invalidation(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	_, err := s.Queue(ctx, "vip")
	if !errors.Is(err, engine.ErrUnknown) {
		t.Fatal(err)
	}
	ok(t, s.PutQueue(ctx, "root", sql.QueueSettings{Name: "vip", Service: "demo", Scenario: call.Scenario{Pickup: time.Second, Music: "default", WrapUp: time.Minute, Priority: 5}}))
	if q, err := s.Queue(ctx, "vip"); err != nil || q.Scenario.WrapUp != time.Minute || q.Scenario.Priority != 5 {
		t.Errorf("new queue: %+v, %v", q, err)
	}
	ok(t, s.PutService(ctx, "root", sql.Service{ID: "demo", Name: "Demo", Inbound: false, Outbound: true, DefaultStatus: agent.Rest, DefaultReason: "lunch"}))
	if q, err := s.Queue(ctx, "vip"); err != nil || q.Inbound {
		t.Errorf("IB off: queue %+v, %v", q, err)
	}
	if p, err := s.Person(ctx, "anna"); err != nil || p.DefaultStatus != agent.Rest || p.DefaultReason != "lunch" {
		t.Errorf("default status: %+v, %v", p, err)
	}
	ok(t, s.Permit(ctx, "root", "anna", "demo", false))
	if p, err := s.Person(ctx, "anna"); err != nil || p.Permitted || len(p.Profile.Queues) != 0 {
		t.Errorf("permission taken: %+v, %v", p, err)
	}
	ok(t, s.Permit(ctx, "root", "anna", "demo", true))
	ok(t, s.Join(ctx, "root", "anna", "support", false))
	if p, err := s.Person(ctx, "anna"); err != nil || !p.Permitted || !slices.Equal(p.Profile.Queues, []string{"sales"}) {
		t.Errorf("left a queue: %+v, %v", p, err)
	}
	ok(t, s.PutPhone(ctx, "root", "anna", sql.Phone{Device: agent.WebRTC, Home: "demo"}))
	if p, err := s.Person(ctx, "anna"); err != nil || p.Profile.Phone.Endpoint != "" || p.Profile.CTI != "" {
		t.Errorf("CTI account taken: %+v, %v", p, err)
	}
	if _, err := s.Account(ctx, "anna"); !errors.Is(err, engine.ErrUnknown) {
		t.Errorf("phone of nobody: %v", err)
	}
}

func oneTicket(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	c := call.Call{ID: "pbx1-1", Service: "demo", Caller: call.Party{Number: "+49309018", Name: "Gauss"}}
	got := make([]string, 50)
	errs := make([]error, len(got))
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() { got[i], errs[i] = s.OpenTicket(ctx, c, "anna") })
	}
	wg.Wait()
	ok(t, errors.Join(errs...))
	for _, n := range got {
		if n != "T-000001" {
			t.Fatalf("ticket numbers %v", got)
		}
	}
	ticket, err := s.Ticket(ctx, c.ID)
	ok(t, err)
	if ticket.Number != "T-000001" || ticket.Agent != "anna" || ticket.CallerName != "Gauss" || ticket.Status != sql.TicketOpen || ticket.OpenedAt.IsZero() {
		t.Errorf("ticket %+v", ticket)
	}
	if _, err := s.Ticket(ctx, "other"); slug(err) != "unknown" {
		t.Errorf("ticket of no call: %v", err)
	}
}

func numbers(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	got := make([]string, 40)
	errs := make([]error, len(got))
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() {
			got[i], errs[i] = s.OpenTicket(ctx, call.Call{ID: fmt.Sprint("c", i), Service: "demo"}, "anna")
		})
	}
	wg.Wait()
	ok(t, errors.Join(errs...))
	slices.Sort(got)
	for i, n := range got {
		if n != fmt.Sprintf("T-%06d", i+1) {
			t.Fatalf("numbers %v", got)
		}
	}
}

func unique(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	for name, err := range map[string]error{
		"CTI ID":  s.PutPhone(ctx, "root", "ben", sql.Phone{CTI: "A100", Number: "2999", Device: agent.WebRTC, Home: "demo"}),
		"number":  s.PutPhone(ctx, "root", "ben", sql.Phone{CTI: "A999", Number: "2001", Device: agent.WebRTC, Home: "demo"}),
		"login":   s.PutUser(ctx, "root", account.User{ID: "anna2", Login: "ANNA", Name: "Another"}, "x"),
		"queue":   s.PutQueue(ctx, "root", sql.QueueSettings{Name: "q3", Number: "1000", Service: "demo", Scenario: call.Scenario{Pickup: time.Second, Music: "m"}}),
		"service": s.PutService(ctx, "root", sql.Service{ID: "d2", Name: "Demo", DefaultStatus: agent.Business}),
	} {
		if slug(err) != "taken" {
			t.Errorf("%s twice: %v", name, err)
		}
	}
	for name, err := range map[string]error{
		"no service":  s.PutQueue(ctx, "root", sql.QueueSettings{Name: "q4", Service: "none", Scenario: call.Scenario{Pickup: time.Second, Music: "m"}}),
		"no user":     s.Permit(ctx, "root", "none", "demo", true),
		"no queue":    s.Join(ctx, "root", "anna", "none", true),
		"phone of no": s.PutPhone(ctx, "root", "none", sql.Phone{Device: agent.Desk, Home: "demo"}),
	} {
		if slug(err) != "in_use" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, err := range map[string]error{
		"ready at login": s.PutService(ctx, "root", sql.Service{ID: "x", Name: "X", DefaultStatus: agent.Ready}),
		"no music":       s.PutQueue(ctx, "root", sql.QueueSettings{Name: "q5", Service: "demo", Scenario: call.Scenario{Pickup: time.Second}}),
		"no pickup":      s.PutQueue(ctx, "root", sql.QueueSettings{Name: "q5", Service: "demo", Scenario: call.Scenario{Music: "m"}}),
		"half a phone":   s.PutPhone(ctx, "root", "ben", sql.Phone{CTI: "A9", Device: agent.Desk, Home: "demo"}),
		"no password":    s.PutUser(ctx, "root", account.User{ID: "z", Login: "z", Name: "Z"}, ""),
		"no such role":   s.PutUser(ctx, "root", account.User{ID: "z", Login: "z", Name: "Z", Roles: []account.Role{"king"}}, "x"),
	} {
		if slug(err) != "invalid" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func audit(t *testing.T, open Open) {
	ctx, s, clock := seeded(t, open)
	clock.Add(time.Minute)
	ok(t, s.PutPhone(ctx, "root", "anna", sql.Phone{CTI: "A900", Number: "2900", Device: agent.Desk, Home: "demo"}))
	list, err := s.Audits(ctx, "anna", 10)
	ok(t, err)
	first := list[0]
	if first.Who != "root" || first.What != "put_phone" || !strings.Contains(first.Before, "A100") || !strings.Contains(first.After, "A900") || !first.At.Equal(clock.Now()) {
		t.Errorf("audit %+v", first)
	}
	account, err := s.Account(ctx, "anna")
	ok(t, err)
	all, err := s.Audits(ctx, "", 1000)
	ok(t, err)
	for _, a := range all {
		if text := a.Before + a.After; strings.Contains(text, account.Secret) || strings.Contains(text, "argon2id") || strings.Contains(text, "a-pass") {
			t.Errorf("a secret is in the audit trail: %+v", a)
		}
	}
}

// auditPages: many acts have the same time, because the clock stands still.
func auditPages(t *testing.T, open Open) {
	ctx, s, clock := seeded(t, open)
	for range 3 {
		clock.Add(time.Minute)
		for range 4 {
			ok(t, s.Join(ctx, "root", "anna", "sales", false))
		}
	}
	all, err := s.Audits(ctx, "", 1000)
	ok(t, err)
	for _, target := range []string{"", "anna/sales"} {
		want := slices.DeleteFunc(slices.Clone(all), func(a sql.Audit) bool { return target != "" && a.Target != target })
		var got []sql.Audit
		before := ""
		for {
			page, err := s.AuditTrail(ctx, settings.ActQuery{Target: target, Before: before, Limit: 5})
			ok(t, err)
			if len(page) == 0 {
				break
			}
			got = append(got, page...)
			before = page[len(page)-1].ID
		}
		if len(want) < 12 || !slices.Equal(got, want) {
			t.Errorf("target %q: %d acts page by page, %d at once", target, len(got), len(want))
		}
	}
}

func seed(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	before, err := s.Accounts(ctx)
	ok(t, err)
	ok(t, s.Join(ctx, "root", "anna", "support", false))
	ok(t, s.RemoveCallingNumber(ctx, "root", "demo", "+82255550100"))
	ok(t, s.PutEmergencyNumbers(ctx, "root", nil))
	acts, err := s.Audits(ctx, "", 1000)
	ok(t, err)
	ok(t, s.SeedDemo(ctx, passwords))
	after, err := s.Accounts(ctx)
	ok(t, err)
	again, err := s.Audits(ctx, "", 1000)
	ok(t, err)
	if !slices.Equal(before, after) || len(acts) != len(again) {
		t.Error("seeding again changed something")
	}
	if err := s.SeedDemo(ctx, map[string]string{"anna": "x"}); slug(err) != "invalid" {
		t.Errorf("passwords missing: %v", err)
	}
	ok(t, s.SeedDemo(ctx, map[string]string{"anna": "other", "ben": "b-pass", "carla": "c-pass"}))
	u, err := s.UserByLogin(ctx, "Anna")
	ok(t, err)
	if match, err := account.QuickHasher().Check(u.Hash, "other"); err != nil || !match {
		t.Errorf("the new password does not work: %v", err)
	}
	if !u.Has(account.Agent) || u.Has(account.Administrator) {
		t.Errorf("roles %v", u.Roles)
	}
}

func hostile(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	for i, name := range []string{
		`'; DROP TABLE tickets; --`, "<img src=x onerror=alert(1)>", "\u202eevil\u0000nul", strings.Repeat("ü", 5000), "\xff\xfe not UTF-8", "?", "@name", "{{.}}",
	} {
		id := fmt.Sprint("hostile-", i)
		_, err := s.OpenTicket(ctx, call.Call{ID: id, Service: "demo", Caller: call.Party{Number: name, Name: name}}, "anna")
		ok(t, err)
		got, err := s.Ticket(ctx, id)
		ok(t, err)
		want := strings.ReplaceAll(strings.ToValidUTF8(name, "\uFFFD"), "\x00", "\uFFFD") // no text, and what PostgreSQL does not take
		if len(name) <= 256 && got.CallerName != want || !strings.HasPrefix(want, got.CallerNumber) || len(got.CallerName) > 512 {
			t.Errorf("%.40q came back as %.40q, %.40q", name, got.CallerName, got.CallerNumber)
		}
		if _, err := s.UserByLogin(ctx, name); !errors.Is(err, account.ErrUnknown) {
			t.Errorf("login as %.40q: %v", name, err)
		}
	}
}
