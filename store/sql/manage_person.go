package sql

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"switchroom/account"
	"switchroom/agent"
	"switchroom/settings"
)

// PersonQuery says which people are listed.
type PersonQuery = settings.PersonQuery

// ListPeople lists people by name, and says how many there are in all that fit.
func (s *Store) ListPeople(ctx context.Context, q PersonQuery) (list []settings.Person, total int, err error) {
	list, err = look(ctx, s, "list people", func(tx *gorm.DB) ([]settings.Person, error) {
		where := tx.Model(&user{}).Joins("LEFT JOIN agents ON agents.user_id = users.id")
		if text := strings.TrimSpace(q.Search); text != "" {
			as := like(text)
			low := strings.ToLower(as)
			// The name also as it was typed: SQLite knows the small letters of English only.
			where = where.Where("users.name LIKE ? ESCAPE '!' OR LOWER(users.name) LIKE ? ESCAPE '!' OR users.login LIKE ? ESCAPE '!' OR LOWER(agents.cti_id) LIKE ? ESCAPE '!' OR agents.cti_number LIKE ? ESCAPE '!'",
				as, low, low, low, low)
		}
		if q.Service != "" {
			where = where.Where("users.id IN (?)", tx.Model(&serviceMember{}).Where("service_id = ?", q.Service).Select("user_id"))
		}
		where = where.Session(&gorm.Session{})
		var n int64
		if err := where.Count(&n).Error; err != nil {
			return nil, err
		}
		total = int(n)
		var ids []string
		if err := where.Order("users.name, users.id").Offset(q.Offset).Limit(q.Limit).Pluck("users.id", &ids).Error; err != nil {
			return nil, err
		}
		return s.people(tx, ids)
	})
	return list, total, err
}

// PersonSettings is a person as administrators see them.
func (s *Store) PersonSettings(ctx context.Context, id string) (settings.Person, error) {
	return look(ctx, s, "load person "+id, s.personOf(id))
}

// CreatePerson makes a person, whose ID is new. Hash is the password's; see account.Hasher.
func (s *Store) CreatePerson(ctx context.Context, by string, v settings.Person, hash string) (settings.Person, error) {
	list, err := s.CreatePeople(ctx, by, []settings.Person{v}, []string{hash}, false)
	if err != nil {
		var all *settings.RowsError
		if errors.As(err, &all) {
			err = all.Rows[0].Err
		}
		return v, err
	}
	return list[0], nil
}

// CreatePeople makes all of them or none. A *settings.RowsError says what is wrong with which. Dry: nobody is made, but all is tried.
func (s *Store) CreatePeople(ctx context.Context, by string, people []settings.Person, hashes []string, dry bool) (out []settings.Person, err error) {
	tried := errors.New("only tried")
	err = s.alter(ctx, "create people", func(tx *gorm.DB) error {
		out = nil
		var ids []string
		var wrong []settings.RowError
		for i, v := range people {
			v = v.Tidy()
			v.ID = strings.ToLower(account.NewID())
			err := v.Check()
			if err == nil {
				err = s.savePerson(tx, v, hashes[i], true)
			}
			var refused *Error
			switch {
			case errors.As(err, &refused):
				wrong = append(wrong, settings.RowError{Row: i, Err: refused})
			case err != nil:
				return err
			}
			ids = append(ids, v.ID)
		}
		if wrong != nil {
			return &settings.RowsError{Rows: wrong}
		}
		if dry {
			return tried
		}
		var err error
		if out, err = s.people(tx, ids); err != nil {
			return err
		}
		for _, v := range out {
			if err := s.note(tx, by, "create_person", v.ID, nil, v); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, tried) {
		return nil, nil
	}
	return out, err
}

// ChangePerson changes a person who has that version still. It returns the sessions that ended with it: all of them, where the roles changed or the
// person was deactivated.
func (s *Store) ChangePerson(ctx context.Context, by, version string, v settings.Person) (after settings.Person, ended []string, err error) {
	v = v.Tidy()
	if err := v.Check(); err != nil {
		return v, nil, err
	}
	after, err = revise(ctx, s, by, "change_person", v.ID, version, s.personOf(v.ID), func(tx *gorm.DB, old settings.Person) error {
		if err := s.savePerson(tx, v, "", false); err != nil {
			return err
		}
		if err := lastAdministrator(tx, old, v); err != nil {
			return err
		}
		if slices.Equal(old.Roles, v.Roles) && (v.Active || !old.Active) {
			return nil
		}
		if err := tx.Where("user_id = ?", v.ID).Delete(&passwordReset{}).Error; err != nil {
			return err
		}
		var err error
		ended, err = s.endSessions(tx, v.ID)
		return err
	})
	return after, ended, err
}

// SetPassword gives a person another password by its hash, ends their sessions, which it returns, and forgets wrong attempts. Keep is a session that goes on; empty:
// none. account.ErrRevoked: it was ended meanwhile, and nothing was changed.
func (s *Store) SetPassword(ctx context.Context, by, id, hash, keep string) (ended []string, err error) {
	err = s.change(ctx, by, "set_password", id, func(tx *gorm.DB) (any, any, error) {
		if _, err := s.personOf(id)(tx); err != nil {
			return nil, nil, err
		}
		if keep != "" {
			var live []session
			if err := locking(tx).Where("id = ? AND user_id = ? AND revoked_at IS NULL", keep, id).Find(&live).Error; err != nil || len(live) == 0 {
				return nil, nil, cmp.Or(err, account.ErrRevoked)
			}
		}
		var err error
		ended, err = s.newPassword(tx, id, hash, keep)
		return nil, map[string]int{"sessions_ended": len(ended)}, err
	})
	return ended, err
}

// EndSessions ends all of a person's sessions and returns them.
func (s *Store) EndSessions(ctx context.Context, by, id string) (ended []string, err error) {
	err = s.change(ctx, by, "end_sessions", id, func(tx *gorm.DB) (any, any, error) {
		if _, err := s.personOf(id)(tx); err != nil {
			return nil, nil, err
		}
		var err error
		ended, err = s.endSessions(tx, id)
		return nil, map[string]int{"sessions_ended": len(ended)}, err
	})
	return ended, err
}

// Note puts an act that changes no settings into the audit trail.
func (s *Store) Note(ctx context.Context, by, what, target string) error {
	return s.change(ctx, by, what, target, func(*gorm.DB) (any, any, error) { return nil, nil, nil })
}

func (s *Store) endSessions(tx *gorm.DB, id string) (ended []string, err error) {
	return s.endSessionsBut(tx, id, "")
}

// endSessionsBut leaves one.
func (s *Store) endSessionsBut(tx *gorm.DB, id, keep string) (ended []string, err error) {
	live := tx.Model(&session{}).Where("user_id = ? AND revoked_at IS NULL AND id <> ?", id, keep).Session(&gorm.Session{})
	if err := live.Pluck("id", &ended).Error; err != nil {
		return nil, err
	}
	return ended, live.Update("revoked_at", s.now().UTC()).Error
}

// lastAdministrator keeps somebody who can change settings.
func lastAdministrator(tx *gorm.DB, old, v settings.Person) error {
	is := func(p settings.Person) bool { return p.Active && slices.Contains(p.Roles, account.Administrator) }
	if !is(old) || is(v) {
		return nil
	}
	var n int64
	err := tx.Model(&user{}).Joins("JOIN user_roles ON user_roles.user_id = users.id").
		Where("user_roles.role = ? AND users.disabled = ?", string(account.Administrator), false).Count(&n).Error
	if err == nil && n == 0 {
		err = &Error{Slug: "last_administrator", Detail: "this is the last active administrator; make another one first"}
	}
	return err
}

// savePerson writes a person's rows. An empty hash keeps the password.
func (s *Store) savePerson(tx *gorm.DB, v settings.Person, hash string, isNew bool) error {
	if err := s.personFits(tx, v); err != nil {
		return err
	}
	if isNew {
		row := user{ID: v.ID, Login: v.Login, Name: v.Name, PasswordHash: hash, Disabled: !v.Active, CreatedAt: s.now().UTC()}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
	} else {
		row := user{Login: v.Login, Name: v.Name, Disabled: !v.Active}
		if err := tx.Model(&user{}).Where("id = ?", v.ID).Select("Login", "Name", "Disabled").Updates(&row).Error; err != nil {
			return err
		}
	}
	var roles []userRole
	for _, r := range v.Roles {
		roles = append(roles, userRole{UserID: v.ID, Role: string(r)})
	}
	var members []serviceMember
	var permits []phonePermission
	for _, m := range v.Services {
		members = append(members, serviceMember{UserID: v.ID, ServiceID: m.Service})
		if m.Phone {
			permits = append(permits, phonePermission{UserID: v.ID, ServiceID: m.Service})
		}
	}
	var queues []queueMember
	for _, q := range v.Queues {
		queues = append(queues, queueMember{QueueName: q, UserID: v.ID})
	}
	err := replace(tx, roles, "user_id = ?", v.ID)
	if err == nil {
		err = replace(tx, members, "user_id = ?", v.ID)
	}
	if err == nil {
		err = replace(tx, permits, "user_id = ?", v.ID)
	}
	if err == nil {
		err = replace(tx, queues, "user_id = ?", v.ID)
	}
	if err == nil {
		err = savePhone(tx, v)
	}
	return err
}

// personFits holds a person against everybody and everything else.
func (s *Store) personFits(tx *gorm.DB, v settings.Person) error {
	taken := func(model any, where, value, field, what string) error {
		n, err := count(tx, model, where, value, v.ID)
		if err == nil && n > 0 {
			err = &Error{Slug: "taken", Field: "/" + field, Detail: "another person has this " + what + "; choose another"}
		}
		return err
	}
	if err := taken(&user{}, "login = ? AND id <> ?", v.Login, "login", "login"); err != nil {
		return err
	}
	if v.CTIID != "" {
		if err := taken(&agentRow{}, "cti_id = ? AND user_id <> ?", v.CTIID, "cti_id", "CTI ID"); err != nil {
			return err
		}
	}
	for i, m := range v.Services {
		if err := exists(tx, &service{}, "id = ?", m.Service, fmt.Sprintf("services/%d/service", i), "service"); err != nil {
			return err
		}
	}
	for i, q := range v.Queues {
		if err := exists(tx, &queue{}, "name = ?", q, fmt.Sprintf("queues/%d", i), "queue"); err != nil {
			return err
		}
	}
	return free(tx, v.CTINumber, v.HomeService, "cti_number", v.ID, "")
}

// savePhone writes the agent's row, whose secret is made once, at random, and kept. Who has none and needs none gets none.
func savePhone(tx *gorm.DB, v settings.Person) error {
	row := agentRow{UserID: v.ID, HomeServiceID: v.HomeService, CTIID: ptr(v.CTIID), CTINumber: ptr(v.CTINumber), Device: string(v.Device), Endpoint: v.ID, Secret: account.NewToken()}
	var old agentRow
	switch err := tx.Where("user_id = ?", v.ID).Take(&old).Error; {
	case err == nil:
		row.Endpoint, row.Secret = old.Endpoint, old.Secret
		if row.HomeServiceID == "" {
			return settings.Invalid("services", "who has been an agent keeps a service; deactivate the person instead")
		}
	case !errors.Is(err, gorm.ErrRecordNotFound):
		return err
	case v.HomeService == "" || !slices.Contains(v.Roles, account.Agent):
		return nil
	}
	return put(tx, row, old.UserID != "")
}

func (s *Store) personOf(id string) loader[settings.Person] {
	return func(tx *gorm.DB) (settings.Person, error) {
		list, err := s.people(tx, []string{id})
		if err == nil && len(list) == 0 {
			err = absent(gorm.ErrRecordNotFound, "unknown_person", "there is no person with this ID")
		}
		if err != nil {
			return settings.Person{}, err
		}
		return list[0], nil
	}
}

// people loads those of the IDs who are there, in that order, with a fixed number of statements.
func (s *Store) people(tx *gorm.DB, ids []string) ([]settings.Person, error) {
	tx = tx.Session(&gorm.Session{NewDB: true})
	var users []user
	var roles []userRole
	var members []serviceMember
	var permits []phonePermission
	var queues []queueMember
	var phones []agentRow
	if err := tx.Where("id IN ?", ids).Find(&users).Error; err != nil {
		return nil, err
	}
	for _, rows := range []any{&roles, &members, &permits, &queues, &phones} {
		if err := tx.Where("user_id IN ?", ids).Find(rows).Error; err != nil {
			return nil, err
		}
	}
	logins := make([]string, len(users))
	for i, u := range users {
		logins[i] = u.Login
	}
	var locks []loginFailure
	if err := tx.Where("login IN ? AND locked_until > ?", logins, s.now().UTC()).Find(&locks).Error; err != nil {
		return nil, err
	}
	out := make([]settings.Person, 0, len(users))
	for _, id := range ids {
		i := slices.IndexFunc(users, func(u user) bool { return u.ID == id })
		if i < 0 {
			continue
		}
		u := users[i]
		v := settings.Person{ID: id, Login: u.Login, Name: u.Name, Active: !u.Disabled, CreatedAt: u.CreatedAt.UTC(), Services: []settings.Membership{}, Queues: []string{}, Roles: []account.Role{}, Device: agent.WebRTC}
		for _, r := range roles {
			if r.UserID == id {
				v.Roles = append(v.Roles, account.Role(r.Role))
			}
		}
		for _, m := range members {
			if m.UserID == id {
				v.Services = append(v.Services, settings.Membership{Service: m.ServiceID, Phone: slices.Contains(permits, phonePermission(m))})
			}
		}
		for _, q := range queues {
			if q.UserID == id {
				v.Queues = append(v.Queues, q.QueueName)
			}
		}
		for _, p := range phones {
			if p.UserID == id {
				v.CTIID, v.CTINumber, v.Device, v.HomeService = deref(p.CTIID), deref(p.CTINumber), agent.Device(p.Device), p.HomeServiceID
			}
		}
		v = settings.Seal(v.Tidy())
		for _, l := range locks { // after the seal: a wrong password is no change of settings
			if l.Login == u.Login {
				until := l.LockedUntil.UTC()
				v.LockedUntil = &until
			}
		}
		out = append(out, v)
	}
	return out, nil
}
