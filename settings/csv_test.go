package settings

import (
	"strings"
	"testing"

	"switchroom/account"
	"switchroom/agent"
)

func TestAFileOfPeopleIsReadWhateverMadeIt(t *testing.T) {
	for name, file := range map[string]string{
		"plain":              "login,name,roles,services,members,queues,cti_id,cti_number,device,password\nanna,\"Berg, Anna\",agent supervisor,brand,other,sales support,A1,2001,desk,correct horse battery\n",
		"mark, CR LF, quote": "\xef\xbb\xbfLogin,Name,Roles,Services,Members,Queues,CTI_ID,CTI_number,Device,Password\r\n\"anna\",\"Berg, Anna\",\"agent  supervisor\",brand,other,\"sales support\",A1,2001,DESK,correct horse battery\r\n",
		"semicolons":         "login;name;roles;services;members;queues;cti_id;cti_number;device;password\nanna;Berg, Anna;agent supervisor;brand;other;sales support;A1;2001;desk;correct horse battery\n",
	} {
		rows, err := ReadPeople([]byte(file))
		if err != nil || len(rows) != 1 || rows[0].Err != nil {
			t.Errorf("%s: %+v, %v", name, rows, err)
			continue
		}
		v := rows[0].Person
		if v.Login != "anna" || v.Name != "Berg, Anna" || len(v.Roles) != 2 || v.Roles[1] != account.Supervisor || len(v.Services) != 2 || !v.Services[0].Phone || v.Services[1].Phone ||
			len(v.Queues) != 2 || v.CTIID != "A1" || v.CTINumber != "2001" || v.Device != agent.Desk || rows[0].Password != "correct horse battery" || rows[0].Line != 2 {
			t.Errorf("%s: %+v", name, rows[0])
		}
	}
}

func TestFieldsAreTextWhateverASpreadsheetWouldMakeOfThem(t *testing.T) {
	for _, name := range []string{"=1+1", "@SUM(A1)", "+49", "-1", "=cmd|'/c calc'!A0", "<b>x</b>"} {
		rows, err := ReadPeople([]byte("login,name\nx,\"" + name + "\"\n"))
		if err != nil || rows[0].Err != nil || rows[0].Person.Name != name {
			t.Errorf("%q came back as %+v, %v", name, rows, err)
		}
	}
}

func TestABadFileIsRefusedAndABadRowIsNamed(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"nothing":         {"", "empty"},
		"no people":       {"login,name\n", "no people"},
		"not UTF-8":       {"login,name\nx,\xff\n", "UTF-8"},
		"UTF-16":          {"\xff\xfel\x00o\x00", "UTF-8"},
		"unknown column":  {"login,name,salary\nx,y,1\n", "salary"},
		"column twice":    {"login,name,name\nx,y,z\n", "twice"},
		"no login":        {"name\ny\n", "login"},
		"an open quote":   {"login,name\nx,\"y\n", "line"},
		"a quote inside":  {"login,name\nx,y\"z\n", "line 2"},
		"too many people": {"login,name\n" + strings.Repeat("x,y\n", 501), "500"},
	} {
		if _, err := ReadPeople([]byte(c.file)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	rows, err := ReadPeople([]byte("login,name,roles,password\nx,y\n,y,,\nx,\"a\nb\",,\nx,y,king,\nx,y,,short\nx,y,,\n"))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"", "/login", "/name", "/roles/0", "/password"} {
		if e := rows[i].Err; e == nil || e.Field != want {
			t.Errorf("row %d: %+v, want %s", i, e, want)
		}
	}
	if rows[5].Err != nil || rows[5].Line != 8 { // the third row has two lines
		t.Errorf("%+v", rows[5])
	}
}

func TestEqualSettingsHaveEqualVersionsAndOthersOthers(t *testing.T) {
	a, b := Seal(NewService()), Seal(NewService())
	c := NewService()
	c.Inbound = true
	c = Seal(c)
	if a.Version != b.Version || a.Version == c.Version || len(a.Version) != 16 {
		t.Errorf("%q %q %q", a.Version, b.Version, c.Version)
	}
	if Match(a, b.Version) != nil || Match(a, c.Version) == nil || Match(a, "") == nil || Seal(a) != a {
		t.Error("versions do not match as they should")
	}
}

func TestOrderMeansNothingInAPerson(t *testing.T) {
	a := Person{Login: " Anna ", Name: "A", Services: []Membership{{Service: "b"}, {Service: "a", Phone: true}}, Queues: []string{"y", "x"}, Roles: []account.Role{account.Supervisor, account.Agent}}
	v := a.Tidy()
	if v.Login != "anna" || v.HomeService != "b" || v.Services[0].Service != "a" || v.Queues[0] != "x" || v.Roles[0] != account.Agent || a.Queues[0] != "y" {
		t.Errorf("%+v from %+v", v, a)
	}
}
