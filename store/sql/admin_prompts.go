package sql

import (
	"context"
	"errors"
	"regexp"

	"github.com/oklog/ulid/v2"
	"gorm.io/gorm"

	"switchroom/engine"
	"switchroom/prompt"
)

// maxPrompts bounds what a service keeps: each is up to 6 MB in the database and on every node.
const maxPrompts = 50

var (
	fileForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`)
	hashForm = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// PutPrompt makes or changes a prompt whose file an engineer lays into the nodes' folders by hand. It stays with its service.
func (s *Store) PutPrompt(ctx context.Context, by string, p prompt.Prompt) error {
	switch {
	case p.ID == "" || len(p.ID) > 64 || p.Service == "" || p.Kind != prompt.Farewell:
		return invalid("a prompt needs an ID and a service, and its kind is farewell")
	case !fileForm.MatchString(p.File):
		return invalid("a prompt's file is a name of letters, digits, dots, dashes and underscores, without a path")
	case !hashForm.MatchString(p.SHA256):
		return invalid("a prompt needs the SHA-256 of its file, in lower-case hex")
	case p.Seconds < 1:
		return invalid("a prompt plays for a second at least")
	}
	p.Uploaded = s.now().UTC()
	return s.change(ctx, by, "put_prompt", p.ID, func(tx *gorm.DB) (any, any, error) {
		var old promptRow
		if err := tx.Where("id = ?", p.ID).Take(&old).Error; err == nil && old.ServiceID != p.Service {
			return nil, nil, invalid("the prompt belongs to another service; upload it for this one under another ID")
		} else if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
			return nil, nil, err
		}
		return upsert(tx, rowOf(p), "id = ?", p.ID)
	})
}

// AddPrompt keeps an uploaded recording for a service. The same recording again is the same prompt, under its first label.
func (s *Store) AddPrompt(ctx context.Context, by, serviceID, label string, a prompt.Audio) (prompt.Prompt, error) {
	if err := labelled(label); err != nil {
		return prompt.Prompt{}, err
	}
	fresh := prompt.Prompt{
		ID: ulid.Make().String(), Service: serviceID, Kind: prompt.Farewell, Label: label, SHA256: a.Name(), File: a.Name() + prompt.NarrowSuffix,
		Seconds: int((a.Length + 999_999_999) / 1_000_000_000), Uploaded: s.now().UTC(),
	}
	var p prompt.Prompt
	err := s.change(ctx, by, "add_prompt", serviceID, func(tx *gorm.DB) (any, any, error) {
		p = fresh
		if _, err := outboundOf(tx, serviceID); err != nil {
			return nil, nil, err
		}
		var all []promptRow
		if err := tx.Where("service_id = ?", serviceID).Find(&all).Error; err != nil {
			return nil, nil, err
		}
		for _, old := range all {
			if old.SHA256 == p.SHA256 && old.File == p.File {
				p = old.domain()
				return p, p, nil
			}
		}
		if len(all) >= maxPrompts {
			return nil, nil, &Error{Slug: "too_many_prompts", Detail: "a service keeps 50 messages at most; delete one that is not used", Err: prompt.ErrTooMany}
		}
		if err := keepAudio(tx, a); err != nil {
			return nil, nil, err
		}
		row := rowOf(p)
		return nil, p, tx.Create(&row).Error
	})
	return p, err
}

func keepAudio(tx *gorm.DB, a prompt.Audio) error {
	var n int64
	if err := tx.Model(&promptAudio{}).Where("sha256 = ?", a.Name()).Count(&n).Error; err != nil || n > 0 {
		return err
	}
	return tx.Create(&promptAudio{SHA256: a.Name(), NarrowSHA256: prompt.Sum(a.Narrow), Narrow: a.Narrow, Wide: a.Wide}).Error
}

// RemovePrompt removes a prompt that no service plays. Its audio goes with the last prompt that has it.
func (s *Store) RemovePrompt(ctx context.Context, by, id string) error {
	return s.change(ctx, by, "remove_prompt", id, func(tx *gorm.DB) (any, any, error) {
		p, err := promptOf(tx, id)
		if err != nil {
			return nil, nil, err
		}
		var players int64
		if err := tx.Model(&serviceOutbound{}).Where("farewell_prompt = ?", id).Count(&players).Error; err != nil {
			return nil, nil, err
		}
		closed, err := count(tx, &serviceHours{}, "closed_prompt = ?", id)
		if err != nil {
			return nil, nil, err
		}
		if players+closed > 0 {
			return nil, nil, &Error{Slug: "in_use", Detail: "the service plays this message; choose another, or none, first", Err: prompt.ErrInUse}
		}
		if err := tx.Where("id = ?", id).Delete(&promptRow{}).Error; err != nil {
			return nil, nil, err
		}
		others := tx.Model(&promptRow{}).Select("sha256")
		return p, nil, tx.Where("sha256 = ? AND sha256 NOT IN (?)", p.SHA256, others).Delete(&promptAudio{}).Error
	})
}

// ChooseFarewell makes a prompt the service's message of forced disconnect; empty: Asterisk's own. The time that a message has grows where this one needs
// more. Calls that are live keep the message they began with.
func (s *Store) ChooseFarewell(ctx context.Context, by, serviceID, id string) error {
	return s.change(ctx, by, "choose_farewell", serviceID, func(tx *gorm.DB) (any, any, error) {
		before, err := outboundOf(tx, serviceID)
		if err != nil {
			return nil, nil, err
		}
		after := before
		after.FarewellPrompt = ptr(id)
		if id != "" {
			p, err := promptOf(tx, id)
			if err == nil && p.Service != serviceID {
				err = unknownPrompt()
			}
			if err != nil {
				return nil, nil, err
			}
			const room = 5000 // ms; to begin, and to notice the end
			after.FarewellCapMS = max(after.FarewellCapMS, int64(p.Seconds)*1000+room)
		}
		return before.domain(), after.domain(), tx.Select("FarewellPrompt", "FarewellCapMS").Updates(&after).Error
	})
}

// Farewell is the ID of the service's message of forced disconnect; empty: none.
func (s *Store) Farewell(ctx context.Context, serviceID string) (string, error) {
	settings, err := s.OutboundSettings(ctx, serviceID)
	return settings.Farewell, err
}

// Prompts lists a service's prompts by ID: the oldest upload first. An *Error with the slug unknown: there is no such service.
func (s *Store) Prompts(ctx context.Context, serviceID string) ([]prompt.Prompt, error) {
	var rows []promptRow
	err := s.read(ctx, "list prompts of "+serviceID, func(tx *gorm.DB) error {
		if _, err := outboundOf(tx, serviceID); err != nil {
			return err
		}
		return tx.Where("service_id = ?", serviceID).Order("id").Find(&rows).Error
	})
	out := make([]prompt.Prompt, len(rows))
	for i, r := range rows {
		out[i] = r.domain()
	}
	return out, err
}

// PromptFiles lists what must lie in every node's folder.
func (s *Store) PromptFiles(ctx context.Context) ([]prompt.File, error) {
	var rows []promptAudio
	err := s.read(ctx, "list the prompts' files", func(tx *gorm.DB) error {
		return tx.Select("sha256", "narrow_sha256").Order("sha256").Find(&rows).Error
	})
	var out []prompt.File
	for _, r := range rows {
		out = append(out, prompt.File{Name: r.SHA256 + prompt.NarrowSuffix, Audio: r.SHA256, SHA256: r.NarrowSHA256},
			prompt.File{Name: r.SHA256 + prompt.WideSuffix, Audio: r.SHA256, SHA256: r.SHA256})
	}
	return out, err
}

// PromptAudio is an uploaded recording, by the SHA-256 of its wide file. An *Error with the slug unknown: there is none.
func (s *Store) PromptAudio(ctx context.Context, sha256 string) (prompt.Audio, error) {
	var r promptAudio
	err := s.read(ctx, "load a prompt's audio", func(tx *gorm.DB) error { return tx.Where("sha256 = ?", sha256).Take(&r).Error })
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = unknownPrompt()
	}
	return prompt.Audio{Narrow: r.Narrow, Wide: r.Wide}, err
}

func promptOf(tx *gorm.DB, id string) (prompt.Prompt, error) {
	var row promptRow
	err := tx.Where("id = ?", id).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = unknownPrompt()
	}
	return row.domain(), err
}

func unknownPrompt() error {
	return &Error{Slug: "unknown", Detail: "the service has no prompt with this ID", Err: engine.ErrUnknown}
}

func rowOf(p prompt.Prompt) promptRow {
	return promptRow{
		ID: p.ID, ServiceID: p.Service, Kind: p.Kind, Label: p.Label, File: p.File, SHA256: p.SHA256, Seconds: p.Seconds, UploadedAt: p.Uploaded,
	}
}

func (r promptRow) domain() prompt.Prompt {
	return prompt.Prompt{
		ID: r.ID, Service: r.ServiceID, Kind: r.Kind, Label: r.Label, File: r.File, SHA256: r.SHA256, Seconds: r.Seconds, Uploaded: r.UploadedAt.UTC(),
	}
}
