package settings

import (
	"fmt"
	"slices"

	"switchroom/dialing"
)

// Queue is a queue with its scenario. Calls that are in it keep the scenario they came with.
type Queue struct {
	Name          string `json:"name"`
	Service       string `json:"service"`
	Number        string `json:"number"`              // extension; empty: none
	Pickup        int    `json:"pickup_seconds"`      // how long an agent's phone rings (S16)
	MaxWait       int    `json:"max_wait_seconds"`    // then the call goes back to the dialplan; zero: no limit
	Music         string `json:"music"`               // class
	AnswerNow     bool   `json:"answer_now"`          // answered at once and music, or ringing until an agent answers
	MissLimit     int    `json:"miss_limit"`          // misses in a row that make an agent Business (Missed); zero: never
	WrapUp        int    `json:"wrap_up_seconds"`     // limit of ticket processing; zero: none (S40)
	OverflowEmpty bool   `json:"overflow_when_empty"` // back to the dialplan at once when nobody is logged in
	Priority      int    `json:"priority"`            // higher goes first
	Stamp
}

// NewQueue is what a queue begins with.
func NewQueue() Queue {
	return Queue{Pickup: 20, MaxWait: 600, Music: "default", AnswerNow: true, MissLimit: 1}
}

// Check says what is wrong with it by itself: an *Error, or nil.
func (v Queue) Check() error {
	return first(
		must(queueForm.MatchString(v.Name), "name", "a queue's name is letters, digits, dashes and underscores, up to 64"),
		must(v.Service != "", "service", "a queue belongs to a service; give its ID"),
		must(v.Number == "" || extenForm.MatchString(v.Number), "number", "a queue's number is 2 to 15 digits; empty: none"),
		seconds("pickup_seconds", v.Pickup, 1), seconds("max_wait_seconds", v.MaxWait, 0),
		must(musicForm.MatchString(v.Music), "music", "a queue needs a music class, or callers hear nothing"),
		must(v.MissLimit >= 0 && v.MissLimit <= 100, "miss_limit", "it is between 0 and 100; 0: misses have no consequence"),
		seconds("wrap_up_seconds", v.WrapUp, 0),
		must(v.Priority >= -100 && v.Priority <= 100, "priority", "it is between -100 and 100"),
	)
}

// Members are the agents of a queue, by ID.
type Members struct {
	Members []string `json:"members"`
	Stamp
}

// Check says what is wrong with them by themselves: an *Error, or nil.
func (v Members) Check() error {
	const most = 5000
	return first(must(len(v.Members) <= most, "members", "a queue has %d members at most", most), distinct("members", v.Members))
}

// Trunk is a way out: a PJSIP endpoint of Asterisk, see [dialing.Trunk].
type Trunk struct {
	Name        string         `json:"name"`
	Endpoint    string         `json:"endpoint"`
	Format      dialing.Format `json:"format"`
	Country     string         `json:"country"`
	MaxChannels int            `json:"max_channels"` // of one controller; zero: not known
	Enabled     bool           `json:"enabled"`
	Stamp
}

// NewTrunk is what a trunk begins with.
func NewTrunk() Trunk { return Trunk{Format: dialing.E164, Enabled: true} }

// Check says what is wrong with it by itself: an *Error, or nil.
func (v Trunk) Check() error {
	field := "name"
	switch t := v.Dialing(); {
	case !idForm.MatchString(v.Name):
	case !idForm.MatchString(v.Endpoint):
		field = "endpoint"
	case !slices.Contains([]dialing.Format{dialing.E164, dialing.Digits, dialing.National, dialing.International}, t.Format):
		field = "format"
	case v.MaxChannels < 0:
		field = "max_channels"
	default:
		field = "country"
	}
	return ofDialing(field, v.Dialing().Check())
}

// Dialing is the trunk as calls use it.
func (v Trunk) Dialing() dialing.Trunk {
	return dialing.Trunk{Name: v.Name, Endpoint: v.Endpoint, Format: v.Format, Country: v.Country, MaxChannels: v.MaxChannels, Enabled: v.Enabled}
}

// Route leads numbers to trunks, see [dialing.Route]. Of equal prefixes the lower position wins, then the name.
type Route struct {
	Name     string   `json:"name"`
	Position int      `json:"position"`
	Prefixes []string `json:"prefixes"`
	Trunks   []string `json:"trunks"` // names, in the order to try them
	Stamp
}

// Check says what is wrong with it by itself: an *Error, or nil.
func (v Route) Check() error {
	const most = 100
	field := "prefixes"
	switch {
	case !idForm.MatchString(v.Name):
		field = "name"
	case len(v.Trunks) == 0:
		field = "trunks"
	}
	return first(
		must(len(v.Prefixes) <= most, "prefixes", "a route has %d prefixes at most; make another route", most),
		must(len(v.Trunks) <= most, "trunks", "a route has %d trunks at most; make another route", most),
		distinct("prefixes", v.Prefixes),
		distinct("trunks", v.Trunks),
		ofDialing(field, dialing.Route{Name: v.Name, Prefixes: v.Prefixes, Trunks: v.Trunks}.Check()),
	)
}

// EmergencyNumbers are the organisation's: they pass whatever the rules. Those of each service's country need not be among them.
type EmergencyNumbers struct {
	Numbers []string `json:"numbers"`
	Stamp
}

// Check says what is wrong with them by themselves: an *Error, or nil.
func (v EmergencyNumbers) Check() error {
	for i, n := range v.Numbers {
		if len(n) < 2 || len(n) > 8 || !dialing.Number(n).Short() || !extenForm.MatchString(n) {
			return &Error{Slug: "bad_number", Field: fmt.Sprintf("/numbers/%d", i), Detail: "an emergency number is two to eight digits, as it is dialled"}
		}
	}
	return first(must(len(v.Numbers) <= maxList, "numbers", "there are %d emergency numbers at most", maxList), distinct("numbers", v.Numbers))
}

func distinct(field string, list []string) error {
	for i, v := range list {
		if err := once(!slices.Contains(list[:i], v), fmt.Sprintf("%s/%d", field, i), "%q is there twice; name each once", v); err != nil {
			return err
		}
	}
	return nil
}
