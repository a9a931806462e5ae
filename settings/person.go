package settings

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"switchroom/account"
	"switchroom/agent"
)

// Person is somebody who may log in, and for an agent the CTI account.
type Person struct {
	ID     string         `json:"id"`
	Login  string         `json:"login"` // small letters
	Name   string         `json:"name"`  // hostile text, like all names
	Roles  []account.Role `json:"roles"`
	Active bool           `json:"active"`
	// Services that the person belongs to.
	Services []Membership `json:"services"`
	Queues   []string     `json:"queues"` // that may offer calls, of services with phone permission
	// CTIID and CTINumber are both set, or neither: none is assigned, and CTI login is refused (S6).
	CTIID     string       `json:"cti_id"`
	CTINumber string       `json:"cti_number"`
	Device    agent.Device `json:"device"`
	// HomeService gives the status at CTI login; empty: the first of Services.
	HomeService string `json:"home_service"`

	// LockedUntil is set while logins are refused after too many wrong passwords.
	LockedUntil *time.Time `json:"locked_until"`
	CreatedAt   time.Time  `json:"created_at"`
	Stamp
}

// Membership is a person's part in a service.
type Membership struct {
	Service string `json:"service"`
	Phone   bool   `json:"phone"` // may take and place its calls (S4)
}

// NewPerson is what a person begins with: an agent with a browser phone who can log in.
func NewPerson() Person {
	return Person{Roles: []account.Role{account.Agent}, Active: true, Services: []Membership{}, Queues: []string{}, Device: agent.WebRTC}
}

// Tidy brings a person into the form in which they are kept: order means nothing, so that it changes nothing.
func (v Person) Tidy() Person {
	v.Login = strings.ToLower(strings.TrimSpace(v.Login))
	v.Name = strings.TrimSpace(v.Name)
	if v.HomeService == "" && len(v.Services) > 0 {
		v.HomeService = v.Services[0].Service
	}
	v.Roles = slices.Clone(v.Roles)
	slices.Sort(v.Roles)
	v.Services = slices.Clone(v.Services)
	slices.SortFunc(v.Services, func(a, b Membership) int { return strings.Compare(a.Service, b.Service) })
	v.Queues = slices.Clone(v.Queues)
	slices.Sort(v.Queues)
	return v
}

// Check says what is wrong with a tidy person by themselves: an *Error, or nil.
func (v Person) Check() error {
	services := make([]string, len(v.Services))
	for i, m := range v.Services {
		services[i] = m.Service
	}
	for i, r := range v.Roles {
		if !r.Valid() || slices.Contains(v.Roles[:i], r) {
			return Invalid(fmt.Sprintf("roles/%d", i), "a role is agent, supervisor or administrator, each once")
		}
	}
	return first(
		must(loginForm.MatchString(v.Login), "login", "a login is letters, digits and . _ @ + -, up to 128"),
		label("name", v.Name, 100),
		must(len(v.Roles) > 0, "roles", "a person has a role at least"),
		must(len(v.Services) <= maxList, "services", "a person belongs to %d services at most", maxList), distinct("services", services),
		must(len(v.Queues) <= maxList, "queues", "a person is in %d queues at most", maxList), distinct("queues", v.Queues),
		must(v.CTIID == "" || ctiForm.MatchString(v.CTIID), "cti_id", "a CTI ID is letters, digits, dots, dashes and underscores, up to 32"),
		must(v.CTINumber == "" || extenForm.MatchString(v.CTINumber), "cti_number", "a CTI number is 2 to 15 digits"),
		must((v.CTIID == "") == (v.CTINumber == ""), "cti_number", "CTI ID and CTI number are assigned together"),
		must(v.CTIID == "" || slices.Contains(v.Roles, account.Agent), "cti_id", "a CTI account is for agents; give the person the role agent"),
		must(v.Device == agent.WebRTC || v.Device == agent.Desk, "device", "a phone is webrtc or desk"),
		must(v.HomeService == "" || slices.Contains(services, v.HomeService), "home_service", "the home service is one that the person belongs to"),
		must(v.CTIID == "" || v.HomeService != "", "home_service", "a CTI account needs a home service; put the person into a service"),
	)
}

// CheckPassword says what is wrong with a new password of the person's: see [CheckPassword].
func (v Person) CheckPassword(password string) error {
	return CheckPassword(password, v.Login, v.Name, v.CTIID)
}

// PersonQuery says which people are listed: Search is a part of a name, login, CTI ID or number.
type PersonQuery struct {
	Search  string
	Service string // only its members; empty: all
	Offset  int
	Limit   int
}

// RowError is what is wrong with one of many, counted from zero.
type RowError struct {
	Row int
	Err *Error
}

// RowsError refuses many together; nothing was changed.
type RowsError struct{ Rows []RowError }

func (e *RowsError) Error() string { return fmt.Sprintf("%d rows are refused", len(e.Rows)) }
