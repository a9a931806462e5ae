package sql

import (
	"context"
	"errors"
	"regexp"

	"gorm.io/gorm"
)

// Farewell is the kind of prompt that forced disconnect plays (S33).
const Farewell = "farewell"

// Prompt is a recording of a service. The file itself lies elsewhere, under that name.
type Prompt struct {
	ID, Service string
	Kind        string // Farewell
	File        string // a name, no path
	SHA256      string // of the file, in lower-case hex
	Seconds     int    // how long it plays, rounded up
}

var (
	fileForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`)
	hashForm = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// PutPrompt makes or changes a prompt. It stays with its service.
func (s *Store) PutPrompt(ctx context.Context, by string, p Prompt) error {
	switch {
	case p.ID == "" || len(p.ID) > 64 || p.Service == "" || p.Kind != Farewell:
		return invalid("a prompt needs an ID and a service, and its kind is farewell")
	case !fileForm.MatchString(p.File):
		return invalid("a prompt's file is a name of letters, digits, dots, dashes and underscores, without a path")
	case !hashForm.MatchString(p.SHA256):
		return invalid("a prompt needs the SHA-256 of its file, in lower-case hex")
	case p.Seconds < 1:
		return invalid("a prompt plays for a second at least")
	}
	row := prompt{ID: p.ID, ServiceID: p.Service, Kind: p.Kind, File: p.File, SHA256: p.SHA256, Seconds: p.Seconds}
	return s.change(ctx, by, "put_prompt", p.ID, func(tx *gorm.DB) (any, any, error) {
		var old prompt
		if err := tx.Where("id = ?", p.ID).Take(&old).Error; err == nil && old.ServiceID != p.Service {
			return nil, nil, invalid("the prompt belongs to another service; upload it for this one under another ID")
		} else if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
			return nil, nil, err
		}
		return upsert(tx, row, "id = ?", p.ID)
	})
}

// RemovePrompt removes a prompt that no service plays.
func (s *Store) RemovePrompt(ctx context.Context, by, id string) error {
	return s.change(ctx, by, "remove_prompt", id, func(tx *gorm.DB) (any, any, error) {
		before, err := remove[prompt](tx, "id = ?", id)
		return before, nil, err
	})
}

// Prompts lists a service's prompts by ID.
func (s *Store) Prompts(ctx context.Context, serviceID string) ([]Prompt, error) {
	var rows []prompt
	err := s.read(ctx, "list prompts of "+serviceID, func(tx *gorm.DB) error {
		return tx.Where("service_id = ?", serviceID).Order("id").Find(&rows).Error
	})
	out := make([]Prompt, len(rows))
	for i, r := range rows {
		out[i] = Prompt{ID: r.ID, Service: r.ServiceID, Kind: r.Kind, File: r.File, SHA256: r.SHA256, Seconds: r.Seconds}
	}
	return out, err
}
