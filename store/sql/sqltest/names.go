package sqltest

import (
	"fmt"
	"slices"
	"testing"

	"switchroom/account"
	"switchroom/record"
	"switchroom/settings"
)

// names: of everybody by id, a machine's too; what can be chosen is of one's own services.
func names(t *testing.T, open Open) {
	ctx, s, _ := twoServices(t, open)
	key := settings.Key{Name: "Report machine", Scopes: []string{"records:read"}, Services: []string{"demo"}}
	key, err := s.CreateKey(ctx, "root", key, "hash")
	ok(t, err)
	hostile := "Robert'); DROP TABLE users;-- <b>"
	ok(t, s.PutUser(ctx, "root", account.User{ID: "rob", Login: "rob", Name: hostile, Roles: []account.Role{account.Agent}}, "rob's gravel tulip"))
	machine := settings.KeyUser(key.ID)
	ids := []string{"anna", "rob", machine, "nobody", "", "anna"}
	for i := range 1200 { // more than a statement takes
		ids = append(ids, fmt.Sprintf("x-%d", i))
	}
	got, err := s.NamesOf(ctx, ids)
	ok(t, err)
	if len(got) != 3 || got["rob"] != hostile || got[machine] != "Report machine" || got["anna"] == "" {
		t.Errorf("names %v", got)
	}

	all, err := s.Directory(ctx, everyone, 100)
	ok(t, err)
	own, err := s.Directory(ctx, ben, 100)
	ok(t, err)
	if len(all.Services) != 2 || len(own.Services) != 1 || own.Services[0].ID != "demo" || !slices.Contains(own.Services[0].Queues, "sales") || own.Services[0].TimeZone == "" {
		t.Errorf("services %+v, own %+v", all.Services, own.Services)
	}
	has := func(d record.Directory, id string) bool {
		return slices.ContainsFunc(d.People, func(p record.NamedPerson) bool { return p.ID == id })
	}
	if !has(own, "anna") || has(own, "rob") || !has(all, "rob") || all.More {
		t.Errorf("people %+v, own %+v", all.People, own.People)
	}
	if few, err := s.Directory(ctx, everyone, 2); err != nil || len(few.People) != 2 || !few.More {
		t.Errorf("two of them: %+v, %v", few, err)
	}
	none, err := s.Directory(ctx, record.Viewer{User: "rob"}, 100)
	ok(t, err)
	if len(none.Services)+len(none.People) != 0 {
		t.Errorf("of no service: %+v", none)
	}
	machines, err := s.Directory(ctx, record.Viewer{User: machine}, 100)
	ok(t, err)
	if len(machines.Services) != 1 {
		t.Errorf("a machine of one service: %+v", machines)
	}
}
