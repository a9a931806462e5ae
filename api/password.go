package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"switchroom/account"
	"switchroom/api/contract"
)

// SetOwnPassword changes the caller's password. Who has a stolen token only has to know the password too, and is held up as at login.
func (s *Server) SetOwnPassword(c echo.Context) error {
	var in contract.OwnPassword
	if err := decode(c, &in); err != nil {
		return err
	}
	ctx, who := c.Request().Context(), callerOf(c)
	v, err := s.deps.Admin.PersonSettings(ctx, who.User)
	if err != nil {
		return adminProblem(err)
	}
	u, err := s.prove(c, v.Login, value(in.Current))
	var p *problem
	if errors.As(err, &p) && p.Code == "bad_credentials" {
		return s.refuseRole(c, "wrong_password", "this is not your current password")
	}
	if err != nil {
		return err
	}
	if err := s.proved(c, u); err != nil {
		return err
	}
	if value(in.Password) == value(in.Current) {
		return fail(http.StatusBadRequest, "password_unchanged", "this is the password that you have; choose another").at("/password")
	}
	hash, err := s.hashPassword(ctx, v, value(in.Password))
	if err != nil {
		return err
	}
	return remove(c, func(ctx context.Context) error {
		ended, err := s.deps.Admin.SetPassword(ctx, who.User, who.User, hash, who.Session)
		if errors.Is(err, account.ErrRevoked) {
			return errRevoked()
		}
		s.endedAll(ended)
		return err
	})
}
