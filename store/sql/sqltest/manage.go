package sqltest

import (
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
	"switchroom/dialing"
	"switchroom/engine"
	"switchroom/settings"
	"switchroom/store/sql"
)

const root = "root" // who changes settings

// refusedAt is a refusal's slug and field.
func refusedAt(err error) string {
	var e *settings.Error
	if !errors.As(err, &e) {
		return fmt.Sprint(err)
	}
	return strings.TrimSpace(e.Slug + " " + e.Field)
}

func managedServices(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	v := settings.NewService()
	v.ID, v.Name = "brand", "Brand"
	v, err := s.CreateService(ctx, root, v)
	ok(t, err)
	if v.Inbound || v.Outbound || v.DefaultStatus != agent.Business || v.Version == "" {
		t.Errorf("a new service is %+v", v)
	}
	first := v.Version
	v.Inbound, v.Country, v.TimeZone, v.HoldWarn, v.FallbackQueue = true, "DE", "Europe/Berlin", 0, "support"
	v, err = s.ChangeService(ctx, root, first, v)
	ok(t, err)
	got, err := s.ServiceSettings(ctx, "brand")
	ok(t, err)
	if got != v || v.Version == first || !v.Inbound || v.Country != "DE" || v.HoldWarn != 0 {
		t.Errorf("changed to %+v, read %+v", v, got)
	}
	live, err := s.Service(ctx, "brand")
	ok(t, err)
	if !live.Inbound || live.FallbackQueue != "support" || live.TransferRing != 20*time.Second {
		t.Errorf("calls see %+v", live)
	}
	bad := func(f func(*settings.Service)) error {
		w := v
		f(&w)
		_, err := s.ChangeService(ctx, root, v.Version, w)
		return err
	}
	for want, err := range map[string]error{
		"invalid /default_status":        bad(func(v *settings.Service) { v.DefaultStatus = agent.Ready }),
		"invalid /country":               bad(func(v *settings.Service) { v.Country = "xx" }),
		"invalid /fallback_queue":        bad(func(v *settings.Service) { v.FallbackQueue = "none" }),
		"taken /name":                    bad(func(v *settings.Service) { v.Name = "Demo" }),
		"invalid /name":                  bad(func(v *settings.Service) { v.Name = "a\nb" }),
		"invalid /farewell_cap_seconds":  bad(func(v *settings.Service) { v.FarewellCap = 0 }),
		"invalid /transfer_ring_seconds": bad(func(v *settings.Service) { v.TransferRing = 1 << 40 }),
	} {
		if got := refusedAt(err); got != want {
			t.Errorf("%s: %s", want, got)
		}
	}
	if _, err := s.ChangeService(ctx, root, first, v); refusedAt(err) != "changed_meanwhile" {
		t.Errorf("an old version: %v", err)
	}
	if _, err := s.CreateService(ctx, root, v); refusedAt(err) != "taken /id" {
		t.Errorf("twice: %v", err)
	}
	for _, id := range []string{"demo", "none"} {
		want := map[string]string{"demo": "in_use", "none": "unknown_service"}[id]
		if err := s.DeleteService(ctx, root, id); refusedAt(err) != want {
			t.Errorf("delete %s: %v", id, err)
		}
	}
	ok(t, s.DeleteService(ctx, root, "brand"))
	if _, err := s.ServiceSettings(ctx, "brand"); !errors.Is(err, engine.ErrUnknown) {
		t.Errorf("deleted: %v", err)
	}
	acts, err := s.AuditTrail(ctx, settings.ActQuery{Target: "brand", Limit: 10})
	ok(t, err)
	if len(acts) != 3 || acts[1].What != "change_service" || acts[1].Who != root || !strings.Contains(acts[1].Before, `"country":"KR"`) || !strings.Contains(acts[1].After, `"country":"DE"`) {
		t.Errorf("audited as %+v", acts)
	}
	older, err := s.AuditTrail(ctx, settings.ActQuery{Target: "brand", Before: acts[0].ID, Limit: 1})
	ok(t, err)
	if len(older) != 1 || older[0] != acts[1] {
		t.Errorf("the next page is %+v", older)
	}
}

func managedQueues(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	v := settings.NewQueue()
	v.Name, v.Service, v.Number = "vip", "demo", "1005"
	v, err := s.CreateQueue(ctx, root, v)
	ok(t, err)
	bad := func(f func(*settings.Queue)) error {
		w := v
		f(&w)
		_, err := s.ChangeQueue(ctx, root, v.Version, w)
		return err
	}
	for name, c := range map[string]struct {
		want string
		err  error
	}{
		"an agent's number":   {"taken /number", bad(func(v *settings.Queue) { v.Number = "2001" })},
		"another queue's":     {"taken /number", bad(func(v *settings.Queue) { v.Number = "1000" })},
		"an emergency number": {"taken /number", bad(func(v *settings.Queue) { v.Number = "119" })},
		"no service":          {"invalid /service", bad(func(v *settings.Queue) { v.Service = "none" })},
		"no music":            {"invalid /music", bad(func(v *settings.Queue) { v.Music = "" })},
		"no pickup":           {"invalid /pickup_seconds", bad(func(v *settings.Queue) { v.Pickup = 0 })},
	} {
		if got := refusedAt(c.err); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
	v.Pickup, v.Priority, v.AnswerNow = 5, 3, false
	v, err = s.ChangeQueue(ctx, root, v.Version, v)
	ok(t, err)
	live, err := s.Queue(ctx, "vip")
	ok(t, err)
	if live.Scenario.Pickup != 5*time.Second || live.Scenario.Priority != 3 || live.Scenario.AnswerNow {
		t.Errorf("calls see %+v", live)
	}
	members, err := s.Members(ctx, "vip")
	ok(t, err)
	members.Members = []string{"ben", "anna"}
	members, err = s.SetMembers(ctx, root, "vip", members.Version, members)
	ok(t, err)
	if !slices.Equal(members.Members, []string{"anna", "ben"}) {
		t.Errorf("members %v", members)
	}
	if p, err := s.Person(ctx, "anna"); err != nil || !slices.Contains(p.Profile.Queues, "vip") {
		t.Errorf("anna is in %v, %v", p.Profile.Queues, err)
	}
	none := members
	none.Members = []string{"anna", "nobody"}
	if _, err := s.SetMembers(ctx, root, "vip", members.Version, none); refusedAt(err) != "invalid /members/1" {
		t.Errorf("nobody: %v", err)
	}
	if err := s.DeleteQueue(ctx, root, "vip"); refusedAt(err) != "in_use" {
		t.Errorf("with members: %v", err)
	}
	if err := s.DeleteQueue(ctx, root, "support"); refusedAt(err) != "in_use" {
		t.Errorf("a fallback: %v", err)
	}
	none.Members = []string{}
	_, err = s.SetMembers(ctx, root, "vip", members.Version, none)
	ok(t, err)
	ok(t, s.DeleteQueue(ctx, root, "vip"))
}

func managedWaysOut(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	trunk := settings.NewTrunk()
	trunk.Name, trunk.Endpoint = "one", "carrier-1"
	trunk, err := s.CreateTrunk(ctx, root, trunk)
	ok(t, err)
	if _, err := s.CreateTrunk(ctx, root, settings.Trunk{Name: "two", Endpoint: "anna", Format: dialing.E164}); refusedAt(err) != "taken /endpoint" {
		t.Errorf("an agent's phone as a trunk: %v", err)
	}
	trunk.MaxChannels = 30
	trunk, err = s.ChangeTrunk(ctx, root, trunk.Version, trunk)
	ok(t, err)
	route, err := s.CreateRoute(ctx, root, settings.Route{Name: "all", Prefixes: []string{"+"}, Trunks: []string{"one"}})
	ok(t, err)
	if _, err := s.CreateRoute(ctx, root, settings.Route{Name: "b", Prefixes: []string{"+"}, Trunks: []string{"one", "none"}}); refusedAt(err) != "invalid /trunks/1" {
		t.Errorf("no such trunk: %v", err)
	}
	if err := s.DeleteTrunk(ctx, root, "one"); refusedAt(err) != "in_use" {
		t.Errorf("in use: %v", err)
	}
	route.Prefixes = []string{"+49", "+43"}
	_, err = s.ChangeRoute(ctx, root, route.Version, route)
	ok(t, err)
	live, err := s.Service(ctx, "demo")
	ok(t, err)
	if !reflect.DeepEqual(live.Trunks, []dialing.Trunk{trunk.Dialing()}) || live.Trunks[0].MaxChannels != 30 || len(live.Routes[0].Prefixes) != 2 {
		t.Errorf("calls see %+v, %+v", live.Trunks, live.Routes)
	}
	ok(t, s.DeleteRoute(ctx, root, "all"))
	ok(t, s.DeleteTrunk(ctx, root, "one"))

	emergency, err := s.EmergencyNumbers(ctx)
	ok(t, err)
	for want, list := range map[string][]string{"taken /numbers/1": {"112", "1000"}, "bad_number /numbers/0": {"*98"}, "invalid /numbers/1": {"112", "112"}} {
		if _, err := s.SetEmergencyNumbers(ctx, root, emergency.Version, settings.EmergencyNumbers{Numbers: list}); refusedAt(err) != want {
			t.Errorf("%v: %v", list, err)
		}
	}
	_, err = s.SetEmergencyNumbers(ctx, root, emergency.Version, settings.EmergencyNumbers{Numbers: []string{"118", "112"}})
	ok(t, err)

	embedding, err := s.Embedding(ctx)
	ok(t, err)
	if len(embedding.Origins) != 0 {
		t.Errorf("the widget may be embedded before anybody said so: %v", embedding.Origins)
	}
	if _, err := s.SetEmbedding(ctx, root, embedding.Version, settings.Embedding{Origins: []string{"https://b.example", "*"}}); refusedAt(err) != "not_an_origin /origins/1" {
		t.Error(err)
	}
	embedding, err = s.SetEmbedding(ctx, root, embedding.Version, settings.Embedding{Origins: []string{"https://b.example", "https://a.example"}})
	ok(t, err)
	if !slices.Equal(embedding.Origins, []string{"https://a.example", "https://b.example"}) {
		t.Errorf("%v", embedding.Origins)
	}

	calling, err := s.CallingNumbers(ctx, "demo")
	ok(t, err)
	for want, list := range map[string][]settings.CallingNumber{
		"bad_number /numbers/0/number": {{Number: "119", Label: "x", Default: true}},
		"invalid /numbers/1/number":    {{Number: "+82255550100", Label: "x", Default: true}, {Number: "02-5555-0100", Label: "y"}},
		"invalid /numbers":             {{Number: "+82255550100", Label: "x"}},
		"invalid /numbers/0/label":     {{Number: "+82255550100", Default: true}},
	} {
		if _, err := s.SetCallingNumbers(ctx, root, "demo", calling.Version, settings.CallingNumbers{Numbers: list}); refusedAt(err) != want {
			t.Errorf("%s: %v", want, err)
		}
	}
	calling, err = s.SetCallingNumbers(ctx, root, "demo", calling.Version, settings.CallingNumbers{Numbers: []settings.CallingNumber{{Number: "02-5555-0100", Label: "Seoul", Default: true}}})
	ok(t, err)
	if calling.Numbers[0].Number != "+82255550100" {
		t.Errorf("stored as %+v", calling)
	}
	rules, err := s.DestinationRules(ctx, "demo")
	ok(t, err)
	if _, err := s.SetDestinationRules(ctx, root, "demo", rules.Version, settings.DestinationRules{Rules: []dialing.Rule{{Action: "maybe", Prefix: "+"}}}); refusedAt(err) != "invalid /rules/0" {
		t.Errorf("a bad rule: %v", err)
	}
	_, err = s.SetDestinationRules(ctx, root, "demo", rules.Version, settings.DestinationRules{Rules: []dialing.Rule{{Action: dialing.Allow, Prefix: "+"}}})
	ok(t, err)
	numbers, err := s.ServiceNumbers(ctx, "demo")
	ok(t, err)
	before, err := s.Frequent(ctx, "anna")
	ok(t, err)
	numbers.Numbers = append(numbers.Numbers, settings.FrequentNumber{Label: "Sales", Number: "1000"})
	_, err = s.SetServiceNumbers(ctx, root, "demo", numbers.Version, numbers)
	ok(t, err)
	after, err := s.Frequent(ctx, "anna")
	ok(t, err)
	if len(after) != len(before)+1 || !slices.Contains(after, before[0]) {
		t.Errorf("agents see %+v, before %+v", after, before)
	}
}

func lostUpdates(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	v, err := s.ServiceSettings(ctx, "demo")
	ok(t, err)
	errs := make([]error, 20)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			mine := v
			mine.HoldWarn = 1000 + i
			_, errs[i] = s.ChangeService(ctx, root, v.Version, mine)
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if refusedAt(err) != "changed_meanwhile" {
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d of %d who changed the same version won", won, len(errs))
	}
}

// hash is one of a password that nobody checks here.
var noHash = account.QuickHasher().Nobodys()

func somebody(login string) settings.Person {
	v := settings.NewPerson()
	v.Login, v.Name = login, "Some Body"
	v.Services, v.Queues = []settings.Membership{{Service: "demo", Phone: true}}, []string{"sales"}
	return v
}

func people(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	v := somebody("DORA")
	v.CTIID, v.CTINumber, v.Device = "A200", "2004", agent.Desk
	v, err := s.CreatePerson(ctx, root, v, noHash)
	ok(t, err)
	if v.Login != "dora" || v.HomeService != "demo" || !v.Active || v.ID == "" {
		t.Errorf("made %+v", v)
	}
	p, err := s.Person(ctx, v.ID)
	ok(t, err)
	if !p.Permitted || p.Profile.Phone.Number != "2004" || !slices.Equal(p.Profile.Queues, []string{"sales"}) {
		t.Errorf("calls see %+v", p)
	}
	if a, err := s.Account(ctx, v.ID); err != nil || a.Device != agent.Desk || len(a.Secret) < 40 {
		t.Errorf("phone %+v, %v", a, err)
	}
	bad := func(f func(*settings.Person)) error {
		w := v
		f(&w)
		_, _, err := s.ChangePerson(ctx, root, v.Version, w)
		return err
	}
	for name, c := range map[string]struct {
		want string
		err  error
	}{
		"a login":             {"taken /login", bad(func(v *settings.Person) { v.Login = "Anna" })},
		"a CTI ID":            {"taken /cti_id", bad(func(v *settings.Person) { v.CTIID = "A100" })},
		"an agent's number":   {"taken /cti_number", bad(func(v *settings.Person) { v.CTINumber = "2001" })},
		"a queue's number":    {"taken /cti_number", bad(func(v *settings.Person) { v.CTINumber = "1000" })},
		"an emergency number": {"taken /cti_number", bad(func(v *settings.Person) { v.CTINumber = "119" })},
		"half an account":     {"invalid /cti_number", bad(func(v *settings.Person) { v.CTINumber = "" })},
		"no such service":     {"invalid /services/0/service", bad(func(v *settings.Person) { v.Services, v.HomeService = []settings.Membership{{Service: "none"}}, "none" })},
		"another home":        {"invalid /home_service", bad(func(v *settings.Person) { v.HomeService = "none" })},
		"no such queue":       {"invalid /queues/0", bad(func(v *settings.Person) { v.Queues = []string{"none"} })},
		"no role":             {"invalid /roles", bad(func(v *settings.Person) { v.Roles = nil })},
		"a role unheard of":   {"invalid /roles/0", bad(func(v *settings.Person) { v.Roles = []account.Role{"king"} })},
		"a supervisor's CTI":  {"invalid /cti_id", bad(func(v *settings.Person) { v.Roles = []account.Role{account.Supervisor} })},
	} {
		if refusedAt(c.err) != c.want {
			t.Errorf("%s: %v", name, c.err)
		}
	}
	session, err := s.StartSession(ctx, v.ID, "h", time.Hour, account.Terms{})
	ok(t, err)
	v.Name = "Dora Öberg"
	v, ended, err := s.ChangePerson(ctx, root, v.Version, v)
	ok(t, err)
	if len(ended) != 0 {
		t.Errorf("a new name ended %v", ended)
	}
	v.Active = false
	v, ended, err = s.ChangePerson(ctx, root, v.Version, v)
	ok(t, err)
	if !slices.Equal(ended, []string{session.ID}) {
		t.Errorf("deactivating ended %v", ended)
	}
	if p, err := s.Person(ctx, v.ID); err != nil || p.Permitted {
		t.Errorf("deactivated and permitted: %v", err)
	}
	list, err := s.Accounts(ctx)
	ok(t, err)
	if i := slices.IndexFunc(list, func(a engine.Account) bool { return a.Agent == v.ID }); i < 0 || !list[i].Retired {
		t.Errorf("the phone is not retired: %+v", list)
	}
	if _, err := s.Account(ctx, v.ID); !errors.Is(err, engine.ErrUnknown) {
		t.Errorf("the phone of somebody deactivated: %v", err)
	}
	for search, want := range map[string]string{"berg": "Anna Berg, Dora Öberg", "Öb": "Dora Öberg", "a200": "Dora Öberg", "2003": "Carla Ruiz", "%": "", "_": "", "": "Anna Berg, Ben Okafor, Carla Ruiz, Dora Öberg"} {
		list, total, err := s.ListPeople(ctx, sql.PersonQuery{Search: search, Service: "demo", Limit: 10})
		ok(t, err)
		var names []string
		for _, p := range list {
			names = append(names, p.Name)
		}
		if strings.Join(names, ", ") != want || total != len(list) {
			t.Errorf("%q finds %v of %d", search, names, total)
		}
	}
	page, total, err := s.ListPeople(ctx, sql.PersonQuery{Offset: 2, Limit: 1})
	ok(t, err)
	if total != 4 || len(page) != 1 || page[0].Name != "Carla Ruiz" {
		t.Errorf("the third page of one is %+v of %d", page, total)
	}
}

func lastAdministrator(t *testing.T, open Open) {
	ctx, s, _ := fresh(t, open)
	made := make([]settings.Person, 2)
	for i := range made {
		v := settings.NewPerson()
		v.Login, v.Name, v.Roles = fmt.Sprint("root", i), "Root", []account.Role{account.Administrator}
		var err error
		made[i], err = s.CreatePerson(ctx, root, v, noHash)
		ok(t, err)
	}
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i, v := range made { // both at once: one stays
		wg.Go(func() {
			v.Active = false
			_, _, errs[i] = s.ChangePerson(ctx, root, v.Version, v)
		})
	}
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) || refusedAt(errors.Join(errs...)) != "last_administrator" {
		t.Errorf("both deactivated: %v", errs)
	}
}

func manyPeople(t *testing.T, open Open) {
	ctx, s, _ := seeded(t, open)
	all := []settings.Person{somebody("eva"), somebody("eva"), somebody("finn"), somebody("gil")}
	all[2].Services[0].Service = "none"
	all[3].Name = "=1+1"
	hashes := []string{noHash, noHash, noHash, noHash}
	_, err := s.CreatePeople(ctx, root, all, hashes, false)
	var rows *settings.RowsError
	if !errors.As(err, &rows) || len(rows.Rows) != 2 || rows.Rows[0].Row != 1 || rows.Rows[0].Err.Field != "/login" || rows.Rows[1].Err.Field != "/services/0/service" {
		t.Fatalf("%+v, %v", rows, err)
	}
	good := []settings.Person{all[0], all[3]}
	if list, err := s.CreatePeople(ctx, root, good, hashes, true); err != nil || list != nil {
		t.Errorf("dry: %v, %v", list, err)
	}
	if _, total, err := s.ListPeople(ctx, sql.PersonQuery{Limit: 1}); err != nil || total != 3 {
		t.Errorf("%d people after what made nobody, %v", total, err)
	}
	list, err := s.CreatePeople(ctx, root, good, hashes, false)
	ok(t, err)
	if len(list) != 2 || list[1].Name != "=1+1" {
		t.Errorf("made %+v", list)
	}
	acts, err := s.Audits(ctx, list[1].ID, 1)
	ok(t, err)
	if len(acts) != 1 || acts[0].What != "create_person" || strings.Contains(acts[0].After, noHash) {
		t.Errorf("audited as %+v", acts)
	}
}

func lockout(t *testing.T, open Open) {
	ctx, s, clock := seeded(t, open)
	anna, err := s.PersonSettings(ctx, "anna")
	ok(t, err)
	for _, login := range []string{"anna", "nobody"} {
		for i := range 20 {
			if wait, err := s.Locked(ctx, login); err != nil || wait != 0 {
				t.Fatalf("%s is locked after %d: %v, %v", login, i, wait, err)
			}
			ok(t, s.LoginFailed(ctx, login))
		}
		if wait, err := s.Locked(ctx, login); err != nil || wait != 15*time.Minute {
			t.Errorf("%s is locked for %v, %v", login, wait, err)
		}
	}
	locked, err := s.PersonSettings(ctx, "anna")
	ok(t, err)
	if locked.LockedUntil == nil || locked.Version != anna.Version {
		t.Errorf("locked: %+v; before %+v", locked, anna)
	}
	ok(t, s.Unlock(ctx, root, "anna"))
	if wait, err := s.Locked(ctx, "anna"); err != nil || wait != 0 {
		t.Errorf("unlocked: %v, %v", wait, err)
	}
	clock.Add(15 * time.Minute)
	if wait, err := s.Locked(ctx, "nobody"); err != nil || wait != 0 {
		t.Errorf("after its time: %v, %v", wait, err)
	}
	ok(t, s.LoginFailed(ctx, "anna"))
	ok(t, s.LoginSucceeded(ctx, "anna"))
	for range 19 {
		ok(t, s.LoginFailed(ctx, "anna"))
	}
	if wait, err := s.Locked(ctx, "anna"); err != nil || wait != 0 {
		t.Errorf("a success is not counted: %v, %v", wait, err)
	}
	ok(t, s.LoginFailed(ctx, "anna"))
	ended, err := s.SetPassword(ctx, root, "anna", noHash, "")
	ok(t, err)
	if wait, err := s.Locked(ctx, "anna"); err != nil || wait != 0 || len(ended) != 0 {
		t.Errorf("after a new password: %v, %v", wait, err)
	}
}
