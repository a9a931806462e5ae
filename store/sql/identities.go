package sql

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"switchroom/account"
	"switchroom/settings"
)

// identity is an account at an issuer that is a person's. A person has one of each issuer.
type identity struct {
	ID         string    `gorm:"column:id;primaryKey"`
	UserID     string    `gorm:"column:user_id"`
	Issuer     string    `gorm:"column:issuer"`
	Subject    string    `gorm:"column:subject"`
	Login      string    `gorm:"column:login"`
	LinkedAt   time.Time `gorm:"column:linked_at"`
	LastUsedAt time.Time `gorm:"column:last_used_at"`
}

// providerLogin is a login at a provider that is under way.
type providerLogin struct {
	StateHash   string    `gorm:"column:state_hash;primaryKey"`
	BrowserHash string    `gorm:"column:browser_hash"`
	ProviderID  string    `gorm:"column:provider_id"`
	ReturnTo    string    `gorm:"column:return_to"`
	UserID      string    `gorm:"column:user_id"` // empty: the provider has not answered
	ExpiresAt   time.Time `gorm:"column:expires_at"`
}

// TableName implements gorm's Tabler.
func (identity) TableName() string { return "identities" }

// TableName implements gorm's Tabler.
func (providerLogin) TableName() string { return "provider_logins" }

// KeepAttempt stores a login that is under way, until ttl has passed.
func (s *Store) KeepAttempt(ctx context.Context, a account.Attempt, ttl time.Duration) error {
	now := s.now()
	return s.write(ctx, "begin a login at a provider", func(tx *gorm.DB) error {
		if err := tx.Where("expires_at < ?", now).Delete(&providerLogin{}).Error; err != nil {
			return err
		}
		return tx.Create(&providerLogin{StateHash: account.HashToken(a.State), BrowserHash: account.HashToken(a.Browser), ProviderID: a.Provider, ReturnTo: a.ReturnTo, UserID: a.User, ExpiresAt: now.Add(ttl)}).Error
	})
}

// TakeAttempt uses up a login that is under way: of several who come with the same state one gets it. account.ErrUnknown: it is of another browser or provider, used, too old, or never was; what belongs
// to another browser stays good there.
func (s *Store) TakeAttempt(ctx context.Context, state, browser, provider string) (a account.Attempt, err error) {
	taken := false
	err = s.write(ctx, "finish a login at a provider", func(tx *gorm.DB) error {
		taken = false
		var rows []providerLogin
		where := tx.Where("state_hash = ? AND browser_hash = ? AND provider_id = ? AND expires_at > ?", account.HashToken(state), account.HashToken(browser), provider, s.now()).Session(&gorm.Session{})
		if err := where.Find(&rows).Error; err != nil || len(rows) == 0 {
			return err
		}
		gone := where.Delete(&providerLogin{})
		taken = gone.RowsAffected == 1
		a = account.Attempt{State: state, Browser: browser, Provider: provider, ReturnTo: rows[0].ReturnTo, User: rows[0].UserID}
		return gone.Error
	})
	if err == nil && !taken {
		err = account.ErrUnknown
	}
	return a, err
}

// Identify finds whose the account at an issuer is. One that is nobody's is linked to the person who has that login, which is audited. Errors, as *Error: claim_missing, the login is empty; not_registered, it is nobody's;
// identity_taken, the person has another account there; deactivated.
func (s *Store) Identify(ctx context.Context, issuer, subject, login string) (account.User, error) {
	var known []identity
	err := s.read(ctx, "look for an identity", func(tx *gorm.DB) error {
		return tx.Where("issuer = ? AND subject = ?", issuer, subject).Find(&known).Error
	})
	if err != nil {
		return account.User{}, err
	}
	if len(known) == 0 {
		return s.link(ctx, issuer, subject, login)
	}
	u, err := s.User(ctx, known[0].UserID)
	if err == nil && u.Disabled {
		err = errDeactivated()
	}
	if err != nil {
		return u, err
	}
	return u, s.write(ctx, "note that an identity was used", func(tx *gorm.DB) error {
		return tx.Model(&identity{}).Where("id = ?", known[0].ID).Update("last_used_at", s.now()).Error
	})
}

func (s *Store) link(ctx context.Context, issuer, subject, login string) (u account.User, err error) {
	if login == "" {
		return u, &Error{Slug: "claim_missing", Detail: "the provider does not say who you are here, or has not verified it; ask your administrator"}
	}
	u, err = s.UserByLogin(ctx, login)
	switch {
	case errors.Is(err, account.ErrUnknown):
		return u, &Error{Slug: "not_registered", Detail: "nobody here has your login at the provider; ask your administrator to add you"}
	case err == nil && u.Disabled:
		err = errDeactivated()
	}
	if err != nil {
		return u, err
	}
	now := s.now()
	row := identity{ID: s.newID(), UserID: u.ID, Issuer: issuer, Subject: subject, Login: login, LinkedAt: now, LastUsedAt: now}
	return u, s.change(ctx, u.ID, "link_identity", u.ID, func(tx *gorm.DB) (any, any, error) {
		var rows []identity
		if err := tx.Where("issuer = ? AND (subject = ? OR user_id = ?)", issuer, subject, u.ID).Find(&rows).Error; err != nil {
			return nil, nil, err
		}
		for _, r := range rows {
			if r.UserID != u.ID || r.Subject != subject {
				return nil, nil, &Error{Slug: "identity_taken", Detail: "another account at the provider is linked to this person; ask your administrator to unlink it if it is not yours any more"}
			}
		}
		if len(rows) > 0 { // by a login of the same moment
			return rows[0].shown(), rows[0].shown(), nil
		}
		return nil, row.shown(), tx.Create(&row).Error
	})
}

func errDeactivated() error {
	return &Error{Slug: "deactivated", Detail: "you are deactivated here; ask your administrator"}
}

// Identities lists a person's accounts at issuers. An *Error unknown_person.
func (s *Store) Identities(ctx context.Context, userID string) ([]settings.Identity, error) {
	return look(ctx, s, "list identities", func(tx *gorm.DB) ([]settings.Identity, error) {
		if _, err := s.personOf(userID)(tx); err != nil {
			return nil, err
		}
		var rows []identity
		err := tx.Where("user_id = ?", userID).Order("id").Find(&rows).Error
		out := make([]settings.Identity, len(rows))
		for i, r := range rows {
			out[i] = r.shown()
		}
		return out, err
	})
}

// Unlink makes an account at an issuer nobody's, and ends all of the person's sessions, which it returns. An *Error unknown_identity.
func (s *Store) Unlink(ctx context.Context, by, userID, id string) (ended []string, err error) {
	err = s.change(ctx, by, "unlink_identity", userID, func(tx *gorm.DB) (any, any, error) {
		var row identity
		if err := tx.Where("id = ? AND user_id = ?", id, userID).Take(&row).Error; err != nil {
			return nil, nil, absent(err, "unknown_identity", "this person has no identity with this ID")
		}
		if err := tx.Delete(&row).Error; err != nil {
			return nil, nil, err
		}
		var err error
		ended, err = s.endSessions(tx, userID)
		return row.shown(), map[string]int{"sessions_ended": len(ended)}, err
	})
	return ended, err
}

// SignsInBy names the provider that a person has to sign in by, because they have an account there and it allows no passwords beside it; empty: they may use their password.
func (s *Store) SignsInBy(ctx context.Context, userID string) (name string, err error) {
	var names []string
	err = s.read(ctx, "look how somebody signs in", func(tx *gorm.DB) error {
		return tx.Model(&identityProvider{}).Joins("JOIN identities ON identities.issuer = identity_providers.issuer").
			Where("identities.user_id = ? AND identity_providers.enabled = ? AND identity_providers.password_login = ?", userID, true, false).Order("identity_providers.name").Pluck("identity_providers.name", &names).Error
	})
	if len(names) > 0 {
		name = names[0]
	}
	return name, err
}

func (r identity) shown() settings.Identity {
	return settings.Identity{ID: r.ID, Issuer: r.Issuer, Subject: r.Subject, Login: r.Login, Linked: r.LinkedAt.UTC(), LastUsed: r.LastUsedAt.UTC()}
}
