package api

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"switchroom/api/contract"
	"switchroom/settings"
)

// ListPeople lists people, a page at a time.
func (s *Server) ListPeople(c echo.Context, p contract.ListPeopleParams) error {
	q := settings.PersonQuery{Search: value(p.Search), Service: value(p.Service), Limit: page(p.Limit)}
	if p.Offset != nil {
		q.Offset = *p.Offset
	}
	list, total, err := s.deps.Admin.ListPeople(c.Request().Context(), q)
	return shown(c, contract.People{People: list, Total: total}, err)
}

// CreatePerson makes a person.
func (s *Server) CreatePerson(c echo.Context, _ contract.CreatePersonParams) error {
	in := struct {
		settings.Person
		Password string `json:"password"`
	}{Person: settings.NewPerson()}
	if err := decode(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	hash := s.config.Passwords.Nobodys() // nobody logs in until a password is set
	if in.Password != "" {
		var err error
		if hash, err = s.hashPassword(ctx, in.Person, in.Password); err != nil {
			return err
		}
	}
	v, err := s.deps.Admin.CreatePerson(ctx, by(c), in.Person, hash)
	if err != nil {
		return adminProblem(err)
	}
	return answer(c, http.StatusCreated, v, v.Version)
}

// hashPassword checks and hashes a new password of the person's, few at a time.
func (s *Server) hashPassword(ctx context.Context, v settings.Person, password string) (hash string, err error) {
	if err := v.CheckPassword(password); err != nil {
		return "", err
	}
	return hash, s.hashed(ctx, func() (err error) { hash, err = s.config.Passwords.Hash(password); return err })
}

// GetPerson shows a person.
func (s *Server) GetPerson(c echo.Context, id contract.PersonID) error {
	return get(c, func(ctx context.Context) (settings.Person, error) { return s.deps.Admin.PersonSettings(ctx, id) })
}

// ChangePerson changes a person.
func (s *Server) ChangePerson(c echo.Context, id contract.PersonID, p contract.ChangePersonParams) error {
	return change(c, p.IfMatch,
		func(ctx context.Context) (settings.Person, error) { return s.deps.Admin.PersonSettings(ctx, id) },
		func(ctx context.Context, version string, v settings.Person) (settings.Person, error) {
			v, ended, err := s.deps.Admin.ChangePerson(ctx, by(c), version, v)
			s.endedAll(ended)
			return v, err
		})
}

// SetPassword gives a person another password.
func (s *Server) SetPassword(c echo.Context, id contract.PersonID) error {
	var in contract.NewPassword
	if err := decode(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	v, err := s.deps.Admin.PersonSettings(ctx, id)
	if err != nil {
		return adminProblem(err)
	}
	hash, err := s.hashPassword(ctx, v, value(in.Password))
	if err != nil {
		return err
	}
	return remove(c, func(ctx context.Context) error {
		ended, err := s.deps.Admin.SetPassword(ctx, by(c), id, hash, "")
		s.endedAll(ended)
		return err
	})
}

// EndSessions logs a person out of all their pages.
func (s *Server) EndSessions(c echo.Context, id contract.PersonID) error {
	return remove(c, func(ctx context.Context) error {
		ended, err := s.deps.Admin.EndSessions(ctx, by(c), id)
		s.endedAll(ended)
		return err
	})
}

func (s *Server) endedAll(sessions []string) {
	for _, id := range sessions {
		s.ended(id)
	}
}

// UnlockPerson lets a person log in again after too many wrong passwords.
func (s *Server) UnlockPerson(c echo.Context, id contract.PersonID) error {
	return remove(c, func(ctx context.Context) error { return s.deps.Admin.Unlock(ctx, by(c), id) })
}

// ForceCtiLogout logs an agent out of CTI.
func (s *Server) ForceCtiLogout(c echo.Context, id contract.PersonID, _ contract.ForceCtiLogoutParams) error {
	ctx := c.Request().Context()
	p, err := s.deps.Admin.PersonSettings(ctx, id)
	if err != nil {
		return adminProblem(err)
	}
	services := make([]string, len(p.Services))
	for i, m := range p.Services {
		services[i] = m.Service
	}
	if err := s.within(c, services...); err != nil {
		return err
	}
	if err := s.deps.Desk.Logout(ctx, id); err != nil {
		return err
	}
	return remove(c, func(ctx context.Context) error { return s.deps.Admin.Note(ctx, by(c), "force_cti_logout", id) })
}

// ImportPeople makes many people, or none.
func (s *Server) ImportPeople(c echo.Context, p contract.ImportPeopleParams) error {
	dry := p.DryRun != nil && *p.DryRun
	file, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, settings.MaxCSV))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return fail(http.StatusRequestEntityTooLarge, "too_large", "a file of people has 1 MB at most; cut it in parts")
	case err != nil:
		return fail(http.StatusBadRequest, "bad_request", "the file did not arrive whole; send it again").because(err)
	}
	rows, err := settings.ReadPeople(file)
	if err != nil {
		return fail(http.StatusUnprocessableEntity, "bad_csv", err.Error())
	}
	ctx := c.Request().Context()
	report := contract.ImportReport{DryRun: dry, Rows: len(rows), People: []settings.Person{}, Wrong: wrongRows(rows)}
	people, hashes := make([]settings.Person, len(rows)), make([]string, len(rows))
	for i, r := range rows {
		people[i], hashes[i] = r.Person, s.config.Passwords.Nobodys()
	}
	if len(report.Wrong) == 0 && !dry {
		for i, r := range rows {
			if r.Password == "" {
				continue
			}
			if hashes[i], err = s.hashPassword(ctx, r.Person, r.Password); err != nil {
				return err
			}
		}
	}
	made, err := s.deps.Admin.CreatePeople(ctx, by(c), people, hashes, dry || len(report.Wrong) > 0)
	var refused *settings.RowsError
	switch {
	case errors.As(err, &refused):
		for _, w := range refused.Rows {
			if r := &rows[w.Row]; r.Err == nil {
				r.Err = w.Err
			}
		}
		report.Wrong = wrongRows(rows)
	case err != nil:
		return adminProblem(err)
	}
	switch {
	case len(report.Wrong) > 0 && !dry:
		out := fail(http.StatusUnprocessableEntity, "rows_refused", "nobody was made; mend the rows that are named and send the whole file again")
		out.Rows = &report.Wrong
		return out
	case made != nil:
		report.People = made
	}
	noStore(c)
	return c.JSON(http.StatusOK, report)
}

func wrongRows(rows []settings.PersonRow) []contract.WrongRow {
	out := []contract.WrongRow{}
	for _, r := range rows {
		if r.Err != nil {
			out = append(out, contract.WrongRow{Row: r.Line, Code: r.Err.Slug, Detail: r.Err.Detail, Field: optional(r.Err.Field)})
		}
	}
	return out
}
