package sqltest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"switchroom/account"
	"switchroom/agent"
	"switchroom/engine"
	"switchroom/settings"
	"switchroom/store/sql"
)

// noHash is one of a password that nobody checks here.
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
