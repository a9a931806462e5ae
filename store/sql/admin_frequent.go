package sql

import (
	"context"
	"errors"
	"strings"

	"github.com/oklog/ulid/v2"
	"gorm.io/gorm"

	"switchroom/dialing"
)

// Owner is an agent or a service: one of the two is set.
type Owner struct{ Agent, Service string }

// FrequentNumber is a number that its owner has registered for the transfer dialog (S27).
type FrequentNumber struct {
	ID string
	Owner
	Label  string
	Number string
}

// maxFrequent bounds an owner's numbers: a dialog with more is searched elsewhere.
const maxFrequent = 200

// PutFrequent registers a number, or with an ID changes one of that owner's, and returns it as it is stored. The number is an extension, or
// whatever the owner's service can parse; whether it may be called is decided when it is called.
func (s *Store) PutFrequent(ctx context.Context, by string, v FrequentNumber) (FrequentNumber, error) {
	if err := labelled(v.Label); err != nil {
		return FrequentNumber{}, err
	}
	if (v.Agent == "") == (v.Service == "") {
		return FrequentNumber{}, invalid("a frequently used number belongs to an agent or to a service")
	}
	var stored FrequentNumber
	err := s.change(ctx, by, "put_frequent_number", v.Agent+v.Service, func(tx *gorm.DB) (any, any, error) {
		number, err := target(tx, v.Owner, v.Number)
		if err != nil {
			return nil, nil, err
		}
		stored = v
		stored.Number = number
		row := frequentNumber{ID: v.ID, AgentID: ptr(v.Agent), ServiceID: ptr(v.Service), Number: number, Label: v.Label}
		if v.ID != "" {
			old, err := frequentOf(tx, v.Owner, v.ID)
			if err != nil {
				return nil, nil, err
			}
			return old, stored, tx.Select("number", "label").Updates(&row).Error
		}
		var n int64
		if err := ownedBy(tx, v.Owner).Model(&frequentNumber{}).Count(&n).Error; err != nil {
			return nil, nil, err
		}
		if n >= maxFrequent {
			return nil, nil, &Error{Slug: "too_many", Detail: "there are 200 numbers already; remove one first"}
		}
		row.ID = ulid.Make().String()
		stored.ID = row.ID
		return nil, stored, tx.Create(&row).Error
	})
	if err != nil {
		return FrequentNumber{}, err
	}
	return stored, nil
}

// RemoveFrequent removes a number of that owner.
func (s *Store) RemoveFrequent(ctx context.Context, by string, owner Owner, id string) error {
	return s.change(ctx, by, "remove_frequent_number", owner.Agent+owner.Service, func(tx *gorm.DB) (any, any, error) {
		old, err := frequentOf(tx, owner, id)
		if err != nil {
			return nil, nil, err
		}
		return old, nil, tx.Where("id = ?", id).Delete(&frequentNumber{}).Error
	})
}

// frequentOf is the owner's number: somebody else's is unknown to them.
func frequentOf(tx *gorm.DB, owner Owner, id string) (FrequentNumber, error) {
	var row frequentNumber
	err := ownedBy(tx, owner).Where("id = ?", id).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return FrequentNumber{}, &Error{Slug: "unknown", Detail: "there is no such number; it may have been removed already"}
	}
	return FrequentNumber{ID: row.ID, Owner: owner, Label: row.Label, Number: row.Number}, err
}

func ownedBy(tx *gorm.DB, owner Owner) *gorm.DB {
	if owner.Agent != "" {
		return tx.Where("agent_id = ?", owner.Agent)
	}
	return tx.Where("service_id = ?", owner.Service)
}

// target makes what was typed a number: an emergency number first, then an extension, then a number of the service's country.
func target(tx *gorm.DB, owner Owner, text string) (string, error) {
	serviceID := owner.Service
	if owner.Agent != "" {
		var a agentRow
		err := tx.Where("user_id = ?", owner.Agent).Take(&a).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return "", &Error{Slug: "unknown", Detail: "there is no agent with this ID"}
		}
		if err != nil {
			return "", err
		}
		serviceID = a.HomeServiceID
	}
	row, err := outboundOf(tx, serviceID)
	if err != nil {
		return "", err
	}
	policy, err := loadPolicy(tx, serviceID, row.Country)
	if err != nil {
		return "", err
	}
	if n, ok := dialing.Emergency(text, policy.Country, policy.Emergency); ok {
		return string(n), nil
	}
	if inside := strings.TrimSpace(text); inside != "" && len(inside) <= 32 {
		if ok, err := extension(tx, inside); ok || err != nil {
			return inside, err
		}
	}
	n, err := policy.Parse(text)
	return string(n), refused(err)
}
