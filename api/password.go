package api

import (
	"context"
	"errors"
	"net/http"
	"time"

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
	if _, err := s.proveAgain(c, value(in.Current)); err != nil {
		return err
	}
	v, err := s.deps.Admin.PersonSettings(ctx, who.User)
	if err != nil {
		return adminProblem(err)
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

// proveAgain asks for the password of somebody who has a session. A wrong one is counted as at login, and audited. Problems: too_many_attempts, wrong_password.
func (s *Server) proveAgain(c echo.Context, password string) (account.User, error) {
	u, err := s.deps.Accounts.User(c.Request().Context(), callerOf(c).User)
	if err != nil {
		return u, databaseAway(err)
	}
	u, err = s.prove(c, u.Login, password)
	var p *problem
	if errors.As(err, &p) && p.Code == "bad_credentials" {
		return u, s.refuseRole(c, "wrong_password", "this is not your current password")
	}
	if err != nil {
		return u, err
	}
	// Where there is a code to prove, the password alone forgives no attempts: who has it would try code after code.
	confirmed, _, err := s.deps.Accounts.Factor(c.Request().Context(), u.ID)
	if err != nil {
		return u, databaseAway(err)
	}
	if confirmed {
		return u, nil
	}
	return u, s.proved(c, u)
}

// resetTTL is how long a link is good. There is no mail server: it is passed on by people.
const resetTTL = 24 * time.Hour

// CreatePasswordReset makes a link by which a person sets a new password.
func (s *Server) CreatePasswordReset(c echo.Context, id contract.PersonID) error {
	token := account.NewToken()
	until, err := s.deps.Admin.CreateReset(c.Request().Context(), by(c), id, account.HashToken(token), resetTTL)
	if err != nil {
		return adminProblem(err)
	}
	noStore(c)
	return c.JSON(http.StatusCreated, contract.PasswordReset{Link: s.public(c) + "/reset#" + token, Expires: until})
}

// RevokePasswordReset makes that link good no more.
func (s *Server) RevokePasswordReset(c echo.Context, id contract.PersonID) error {
	return remove(c, func(ctx context.Context) error { return s.deps.Admin.RevokeReset(ctx, by(c), id) })
}

// ResetPassword sets a new password for whoever has the link. A token has 256 random bits, so the throttle is against the work, not the guessing.
func (s *Server) ResetPassword(c echo.Context) error {
	if wait := s.resets.take(c.RealIP()); wait > 0 {
		return errTooManyAttempts(wait)
	}
	var in contract.ResetPassword
	if err := decode(c, &in); err != nil {
		return err
	}
	ctx, hash := c.Request().Context(), account.HashToken(in.Token)
	id, err := s.deps.Admin.ResetOf(ctx, hash)
	if err != nil {
		return resetProblem(err)
	}
	v, err := s.deps.Admin.PersonSettings(ctx, id)
	if err != nil {
		return adminProblem(err)
	}
	password, err := s.hashPassword(ctx, v, value(in.Password))
	if err != nil {
		return err
	}
	ended, err := s.deps.Admin.UseReset(ctx, hash, password)
	if err != nil {
		return resetProblem(err)
	}
	s.endedAll(ended)
	return c.NoContent(http.StatusNoContent)
}

func resetProblem(err error) error {
	if errors.Is(err, account.ErrUnknown) {
		return fail(http.StatusBadRequest, "bad_reset_token", "the link is good no more: it was used, or is older than a day, or a newer one was made; ask an administrator for another").at("/token")
	}
	return adminProblem(err)
}
