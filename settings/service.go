package settings

import (
	"errors"
	"fmt"

	"switchroom/agent"
	"switchroom/dialing"
	"switchroom/hours"
)

// Service is a brand or help desk with its contract switches (S3) and all that is set once for its calls.
type Service struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Inbound  bool   `json:"inbound"`  // "Use Phone CTI – IB"
	Outbound bool   `json:"outbound"` // "– OB"
	// DefaultStatus at CTI login (S9): Business or Rest, with a reason's slug or none.
	DefaultStatus agent.Choice `json:"default_status"`
	DefaultReason string       `json:"default_reason"`

	Country          string `json:"country"`            // ISO code in capitals; whose numbers are meant where no + leads
	TimeZone         string `json:"time_zone"`          // IANA name; when its day begins and ends
	FallbackQueue    string `json:"fallback_queue"`     // takes a customer whom nobody else can take back; empty: none
	BusinessByNumber bool   `json:"business_by_number"` // an agent in Business may be called by number
	HoldMusic        string `json:"hold_music"`         // music class; empty: the queue's
	HoldWarn         int    `json:"hold_warn_seconds"`  // on hold longer, the agent is reminded; zero: never
	TransferRing     int    `json:"transfer_ring_seconds"`
	ForwardCap       int    `json:"forward_cap_seconds"` // ends a conversation that no agent owns; zero: never
	FarewellCap      int    `json:"farewell_cap_seconds"`
	Stamp
}

// NewService is what a service begins with: both switches off, as the contract says which are to be on.
func NewService() Service {
	return Service{DefaultStatus: agent.Business, Country: "KR", TimeZone: "Asia/Seoul", HoldWarn: 120, TransferRing: 20, ForwardCap: 7200, FarewellCap: 30}
}

// Check says what is wrong with it by itself: an *Error, or nil.
func (v Service) Check() error {
	return first(
		must(idForm.MatchString(v.ID), "id", "an ID is letters, digits, dots, dashes and underscores, up to 64"),
		label("name", v.Name, 100),
		must(v.DefaultStatus == agent.Business || v.DefaultStatus == agent.Rest, "default_status", "the status at login is business or rest, never ready by surprise"),
		must(slugForm.MatchString(v.DefaultReason), "default_reason", "a reason is a slug of small letters, digits and underscores"),
		must(dialing.Country(v.Country), "country", "a country is an ISO code in capitals, such as KR"),
		must(zone(v.TimeZone), "time_zone", "a time zone is an IANA name, such as Asia/Seoul or Europe/Berlin"),
		must(v.HoldMusic == "" || musicForm.MatchString(v.HoldMusic), "hold_music", "a music class is letters, digits, dashes and underscores; empty: the queue's"),
		seconds("hold_warn_seconds", v.HoldWarn, 0), seconds("transfer_ring_seconds", v.TransferRing, 1),
		seconds("forward_cap_seconds", v.ForwardCap, 0), seconds("farewell_cap_seconds", v.FarewellCap, 1),
	)
}

// zone tells whether there is such a time zone.
func zone(name string) bool {
	_, err := hours.Load(name)
	return err == nil
}

// CallingNumber is a number that the service may show to whom it calls (S18, S19).
type CallingNumber struct {
	Number  string `json:"number"` // stored as E.164
	Label   string `json:"label"`
	Default bool   `json:"default"`
}

// CallingNumbers are all of a service's. One is the default; without any the service cannot dial out.
type CallingNumbers struct {
	Numbers []CallingNumber `json:"numbers"`
	Stamp
}

// Check says what is wrong with them by themselves: an *Error, or nil.
func (v CallingNumbers) Check() error {
	defaults := 0
	for i, n := range v.Numbers {
		if err := label(fmt.Sprintf("numbers/%d/label", i), n.Label, 100); err != nil {
			return err
		}
		if n.Default {
			defaults++
		}
	}
	return first(
		must(len(v.Numbers) <= maxList, "numbers", "a service has %d calling numbers at most", maxList),
		must(defaults == min(1, len(v.Numbers)), "numbers", "of the numbers one is the default"),
	)
}

// DestinationRules are what a service may call, see [dialing.Policy].
type DestinationRules struct {
	Rules []dialing.Rule `json:"rules"`
	Stamp
}

// Check says what is wrong with them: an *Error, or nil.
func (v DestinationRules) Check() error {
	for i, r := range v.Rules {
		if err := ofDialing(fmt.Sprintf("rules/%d", i), r.Check()); err != nil {
			return err
		}
	}
	return must(len(v.Rules) <= maxList, "rules", "a service has %d rules at most; use shorter prefixes", maxList)
}

// FrequentNumber is one for the transfer dialog (S27).
type FrequentNumber struct {
	Label  string `json:"label"`
	Number string `json:"number"` // stored as an extension, a short code or E.164
}

// FrequentNumbers are a service's own.
type FrequentNumbers struct {
	Numbers []FrequentNumber `json:"numbers"`
	Stamp
}

// Check says what is wrong with them by themselves: an *Error, or nil.
func (v FrequentNumbers) Check() error {
	const most = 200
	for i, n := range v.Numbers {
		if err := label(fmt.Sprintf("numbers/%d/label", i), n.Label, 40); err != nil {
			return err
		}
	}
	return must(len(v.Numbers) <= most, "numbers", "a service has %d frequently used numbers at most", most)
}

// ofDialing makes a refusal of package dialing one of this package.
func ofDialing(field string, err error) error {
	var e *dialing.Error
	if !errors.As(err, &e) {
		return err
	}
	return &Error{Slug: "invalid", Field: "/" + field, Detail: e.Detail}
}
