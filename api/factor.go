package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"switchroom/account"
	"switchroom/api/contract"
)

// A second factor: codes of an authenticator app (TOTP), asked for after the password.

// proveCode asks for the code, where the person has a second factor. A wrong one counts as a wrong password does. Problems: code_required, bad_code.
func (s *Server) proveCode(c echo.Context, u account.User, code string) error {
	ctx := c.Request().Context()
	confirmed, _, err := s.deps.Accounts.Factor(ctx, u.ID)
	if err != nil {
		return databaseAway(err)
	}
	if !confirmed {
		return nil
	}
	if code == "" {
		return fail(http.StatusUnauthorized, "code_required", "enter the code that your authenticator app shows, or a recovery code")
	}
	switch err := s.deps.Accounts.UseCode(ctx, u.ID, code); {
	case errors.Is(err, account.ErrUnknown):
		return s.failed(ctx, u.Login, fail(http.StatusUnauthorized, "bad_code", "the code is wrong, too old or was used; wait for the next one"))
	case err != nil:
		return adminProblem(err)
	}
	return nil
}

// unproven tells whether somebody is an administrator without the second factor that is demanded, here or at the provider by which they signed in.
func (s *Server) unproven(ctx context.Context, u account.User, elsewhere bool) (bool, error) {
	if elsewhere || !s.config.AdministratorFactor || !u.Has(account.Administrator) {
		return false, nil
	}
	confirmed, _, err := s.deps.Accounts.Factor(ctx, u.ID)
	if err != nil {
		return false, databaseAway(err)
	}
	return !confirmed, nil
}

// GetSecondFactor says whether the caller has one.
func (s *Server) GetSecondFactor(c echo.Context) error {
	confirmed, codes, err := s.deps.Accounts.Factor(c.Request().Context(), callerOf(c).User)
	if err != nil {
		return databaseAway(err)
	}
	noStore(c)
	return c.JSON(http.StatusOK, contract.SecondFactor{Confirmed: confirmed, RecoveryCodes: codes})
}

// BeginSecondFactor makes a secret for the caller's app. Who has a stolen token only must not lock its owner out, so it takes the password.
func (s *Server) BeginSecondFactor(c echo.Context) error {
	var in contract.BeginFactor
	if err := decode(c, &in); err != nil {
		return err
	}
	u, err := s.proveAgain(c, value(in.Password))
	if err != nil {
		return err
	}
	secret, err := s.deps.Accounts.BeginFactor(c.Request().Context(), u.ID)
	if err != nil {
		return adminProblem(err)
	}
	noStore(c)
	address, text := account.TOTPAddress(secret, "Switchroom", u.Login)
	return c.JSON(http.StatusOK, contract.FactorSecret{Address: address, Secret: text})
}

// ConfirmSecondFactor makes it count, and gives the recovery codes.
func (s *Server) ConfirmSecondFactor(c echo.Context) error {
	var in contract.FactorCode
	if err := decode(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	u, err := s.deps.Accounts.User(ctx, callerOf(c).User)
	if err != nil {
		return databaseAway(err)
	}
	if err := s.mayTry(c, u.Login); err != nil {
		return err
	}
	codes := account.NewRecoveryCodes()
	hashes := make([]string, len(codes))
	for i, code := range codes {
		hashes[i] = account.HashRecoveryCode(code)
	}
	switch err := s.deps.Accounts.ConfirmFactor(ctx, u.ID, in.Code, hashes); {
	case errors.Is(err, account.ErrUnknown):
		return s.failed(ctx, u.Login, fail(http.StatusForbidden, "wrong_code", "the code is wrong; look whether the clocks of the app's device and of this machine are right").at("/code"))
	case err != nil:
		return adminProblem(err)
	}
	if err := s.proved(c, u); err != nil {
		return err
	}
	noStore(c)
	return c.JSON(http.StatusOK, contract.RecoveryCodes{Codes: codes})
}

// RemoveSecondFactor lets a person log in without a code again.
func (s *Server) RemoveSecondFactor(c echo.Context, id contract.PersonID) error {
	return remove(c, func(ctx context.Context) error { return s.deps.Admin.RemoveFactor(ctx, by(c), id) })
}

// RemoveOwnSecondFactor removes the caller's own. It takes both factors: who has a stolen token, or found the app, must not do it.
func (s *Server) RemoveOwnSecondFactor(c echo.Context) error {
	var in contract.RemoveFactor
	if err := decode(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	u, err := s.proveAgain(c, value(in.Password))
	if err != nil {
		return err
	}
	confirmed, _, err := s.deps.Accounts.Factor(ctx, u.ID)
	if err != nil {
		return databaseAway(err)
	}
	if !confirmed {
		return fail(http.StatusNotFound, "unknown_factor", "you have no second factor; there is nothing to remove")
	}
	switch err := s.deps.Accounts.UseCode(ctx, u.ID, in.Code); {
	case errors.Is(err, account.ErrUnknown):
		s.audit(c, "remove_own_second_factor", u.ID, "wrong_code")
		return s.failed(ctx, u.Login, fail(http.StatusForbidden, "wrong_code", "the code is wrong, too old or was used; wait for the next one").at("/code"))
	case err != nil:
		return adminProblem(err)
	}
	if err := s.proved(c, u); err != nil {
		return err
	}
	return remove(c, func(ctx context.Context) error { return s.deps.Admin.RemoveFactor(ctx, u.ID, u.ID) })
}
