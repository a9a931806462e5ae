package sql

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gorm.io/gorm"

	"switchroom/dialing"
	"switchroom/engine"
	"switchroom/prompt"
)

// OutboundSettings is what an administrator sets about a service's dialling out, transferring and forced disconnect.
type OutboundSettings struct {
	Country          string        // ISO code in capitals; whose numbers are meant where no + leads
	FallbackQueue    string        // takes a customer whom nobody else can take back; empty: none
	BusinessByNumber bool          // an agent in Business may be called by number
	HoldMusic        string        // music class; empty: the queue's
	HoldWarn         time.Duration // on hold longer than this, the agent is reminded; zero: never
	TransferRing     time.Duration // how long a transfer's target rings
	ForwardCap       time.Duration // ends a conversation that no agent owns; zero: never
	Farewell         string        // the ID of the prompt of forced disconnect; empty: none
	FarewellCap      time.Duration // ends a forced disconnect whether or not its message is over
}

// OutboundSettings are what PutOutbound set, or what a new service begins with. An *Error with the slug unknown: there is no such service.
func (s *Store) OutboundSettings(ctx context.Context, serviceID string) (OutboundSettings, error) {
	var row serviceOutbound
	err := s.read(ctx, "load the outbound settings of "+serviceID, func(tx *gorm.DB) (err error) {
		row, err = outboundOf(tx, serviceID)
		return err
	})
	return row.domain(), err
}

// PutOutbound changes a service's outbound settings. Calls that are live keep those they began with.
func (s *Store) PutOutbound(ctx context.Context, by, serviceID string, v OutboundSettings) error {
	switch {
	case !dialing.Country(v.Country):
		return invalid("a service's country is an ISO code in capitals, such as KR")
	case len(v.HoldMusic) > 64:
		return invalid("a music class has at most 64 characters")
	case v.TransferRing < time.Second || v.FarewellCap < time.Second:
		return invalid("a transfer rings for a second at least, and a message has a second at least")
	case v.HoldWarn < 0 || v.ForwardCap < 0:
		return invalid("the reminder of a hold and the cap of a forwarded call are not negative; zero means none")
	}
	row := serviceOutbound{
		ID: serviceID, Country: v.Country, FallbackQueue: ptr(v.FallbackQueue), BusinessByNumber: v.BusinessByNumber, HoldMusic: v.HoldMusic,
		HoldWarnMS: v.HoldWarn.Milliseconds(), TransferRingMS: v.TransferRing.Milliseconds(), ForwardCapMS: v.ForwardCap.Milliseconds(),
		FarewellPrompt: ptr(v.Farewell), FarewellCapMS: v.FarewellCap.Milliseconds(),
	}
	return s.change(ctx, by, "put_outbound", serviceID, func(tx *gorm.DB) (any, any, error) {
		before, err := outboundOf(tx, serviceID)
		if err != nil {
			return nil, nil, err
		}
		if v.Farewell != "" {
			err := tx.Where("id = ? AND service_id = ? AND kind = ?", v.Farewell, serviceID, prompt.Farewell).Take(&promptRow{}).Error
			if errors.Is(err, gorm.ErrRecordNotFound) {
				return nil, nil, invalid("the message is not a farewell prompt of this service; upload it for this service first")
			}
			if err != nil {
				return nil, nil, err
			}
		}
		return before.domain(), v, tx.Select("*").Updates(&row).Error
	})
}

// PutCallingNumber registers a number that the service may show to whom it calls, or changes its label (S19). The first one becomes the
// default; another that is put as the default takes its place.
func (s *Store) PutCallingNumber(ctx context.Context, by, serviceID string, v engine.CallerID) error {
	if err := labelled(v.Label); err != nil {
		return err
	}
	return s.change(ctx, by, "put_calling_number", serviceID, func(tx *gorm.DB) (any, any, error) {
		number, err := subscriber(tx, serviceID, v.Number)
		if err != nil {
			return nil, nil, err
		}
		var all []callingNumber
		if err := tx.Where("service_id = ?", serviceID).Find(&all).Error; err != nil {
			return nil, nil, err
		}
		var before any
		for _, old := range all {
			if old.Number == number {
				before = old.domain()
				if old.IsDefault != nil && !v.Default {
					return nil, nil, invalid("a service with numbers has a default one; make another the default instead")
				}
			}
		}
		row := callingNumber{ServiceID: serviceID, Number: number, Label: v.Label}
		if v.Default || len(all) == 0 {
			yes := true
			row.IsDefault = &yes
			if err := tx.Model(&callingNumber{}).Where("service_id = ?", serviceID).Update("is_default", nil).Error; err != nil {
				return nil, nil, err
			}
		}
		return before, row.domain(), put(tx, row, before != nil)
	})
}

// RemoveCallingNumber takes a number from the service. The default one goes last.
func (s *Store) RemoveCallingNumber(ctx context.Context, by, serviceID, number string) error {
	return s.change(ctx, by, "remove_calling_number", serviceID, func(tx *gorm.DB) (any, any, error) {
		number, err := subscriber(tx, serviceID, number)
		if err != nil {
			return nil, nil, err
		}
		var all []callingNumber
		if err := tx.Where("service_id = ?", serviceID).Find(&all).Error; err != nil {
			return nil, nil, err
		}
		for _, old := range all {
			switch {
			case old.Number != number:
				continue
			case old.IsDefault != nil && len(all) > 1:
				return nil, nil, &Error{Slug: "in_use", Detail: "it is the service's default number; make another the default first"}
			}
			return old.domain(), nil, tx.Where("service_id = ? AND number = ?", serviceID, number).Delete(&callingNumber{}).Error
		}
		return nil, nil, &Error{Slug: "unknown", Detail: "the number is not registered for the service"}
	})
}

// maxRules bounds a policy: every call looks through it.
const maxRules = 500

// PutDestinationRules replaces the service's rules: the first that matches decides, see dialing.Policy.
func (s *Store) PutDestinationRules(ctx context.Context, by, serviceID string, rules []dialing.Rule) error {
	if len(rules) > maxRules {
		return invalid("a service has 500 rules at most; use shorter prefixes")
	}
	rows := make([]destinationRule, len(rules))
	for i, r := range rules {
		if err := r.Check(); err != nil {
			return refused(err)
		}
		rows[i] = destinationRule{ServiceID: serviceID, Position: i + 1, Action: string(r.Action), Prefix: r.Prefix}
	}
	return s.change(ctx, by, "put_destination_rules", serviceID, func(tx *gorm.DB) (any, any, error) {
		if _, err := outboundOf(tx, serviceID); err != nil {
			return nil, nil, err
		}
		before, err := loadRules(tx, serviceID)
		if err != nil {
			return nil, nil, err
		}
		if err := tx.Where("service_id = ?", serviceID).Delete(&destinationRule{}).Error; err != nil || len(rows) == 0 {
			return before, rules, err
		}
		return before, rules, tx.CreateInBatches(rows, rowsAtOnce).Error
	})
}

func outboundOf(tx *gorm.DB, serviceID string) (serviceOutbound, error) {
	var row serviceOutbound
	err := tx.Where("id = ?", serviceID).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, &Error{Slug: "unknown", Detail: "there is no service with this ID", Err: engine.ErrUnknown}
	}
	return row, err
}

func (r serviceOutbound) domain() OutboundSettings {
	return OutboundSettings{
		Country: r.Country, FallbackQueue: deref(r.FallbackQueue), BusinessByNumber: r.BusinessByNumber, HoldMusic: r.HoldMusic, HoldWarn: ms(r.HoldWarnMS),
		TransferRing: ms(r.TransferRingMS), ForwardCap: ms(r.ForwardCapMS), Farewell: deref(r.FarewellPrompt), FarewellCap: ms(r.FarewellCapMS),
	}
}

// subscriber parses a number that a caller can be called back at: no short code.
func subscriber(tx *gorm.DB, serviceID, text string) (string, error) {
	row, err := outboundOf(tx, serviceID)
	if err != nil {
		return "", err
	}
	n, err := dialing.Parse(text, row.Country)
	if err != nil {
		return "", refused(err)
	}
	if n.Short() {
		return "", &Error{Slug: "bad_number", Detail: "a short code cannot be shown to whom is called; give a whole number"}
	}
	return string(n), nil
}

// refused gives an error of package dialing a code of this one.
func refused(err error) error {
	var e *dialing.Error
	switch {
	case !errors.As(err, &e):
		return err
	case e.Slug == "bad_number":
		return &Error{Slug: e.Slug, Detail: e.Detail}
	}
	return invalid(e.Detail)
}

// labelled tells whether a text can stand as a label on a screen.
func labelled(label string) error {
	if strings.TrimSpace(label) == "" || len(label) > 128 || !utf8.ValidString(label) || strings.ContainsFunc(label, unicode.IsControl) {
		return invalid("a number needs a label of at most 128 bytes, on one line")
	}
	return nil
}
