package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"switchroom/account"
	"switchroom/api/contract"
	"switchroom/engine"
)

// CreateSession logs somebody in.
func (s *Server) CreateSession(c echo.Context) error {
	var in contract.Credentials
	if err := c.Bind(&in); err != nil {
		return err
	}
	u, err := s.prove(c, in.User, in.Password)
	if err != nil {
		return err
	}
	if err := s.proveCode(c, u, value(in.Code)); err != nil {
		return err
	}
	if err := s.mayUsePassword(c, u); err != nil {
		return err
	}
	if err := s.proved(c, u); err != nil {
		return err
	}
	session, err := s.startSession(c, u, account.Terms{})
	if err != nil {
		return err
	}
	noStore(c)
	return c.JSON(http.StatusOK, session)
}

// prove tells who somebody is by login and password. Attempts are throttled, and counted until they lock the login. Problems: too_many_attempts,
// bad_credentials. What was counted is forgotten by proved, once there is nothing more to prove.
func (s *Server) prove(c echo.Context, login, password string) (account.User, error) {
	ctx := c.Request().Context()
	login = strings.ToLower(login)
	if err := s.mayTry(c, login); err != nil {
		return account.User{}, err
	}
	u, err := s.deps.Accounts.UserByLogin(ctx, login)
	if err != nil && !errors.Is(err, account.ErrUnknown) {
		return u, databaseAway(err)
	}
	known := err == nil && !u.Disabled
	hash := u.Hash
	if !known {
		hash = s.nobody
	}
	match, err := s.checkPassword(ctx, hash, password)
	if err != nil {
		return u, err
	}
	if !known || !match {
		return u, s.failed(ctx, login, fail(http.StatusUnauthorized, "bad_credentials", "user or password is wrong"))
	}
	return u, nil
}

// mayTry uses up an attempt of the login from this address.
func (s *Server) mayTry(c echo.Context, login string) error {
	if wait := s.attempts.take(c.RealIP(), login); wait > 0 {
		s.metrics.logins.WithLabelValues("throttled").Inc()
		return errTooManyAttempts(wait)
	}
	wait, err := s.deps.Accounts.Locked(c.Request().Context(), login)
	switch {
	case err != nil:
		return databaseAway(err)
	case wait > 0:
		s.metrics.logins.WithLabelValues("locked").Inc()
		return errTooManyAttempts(wait)
	}
	return nil
}

// failed counts a wrong attempt, and refuses with p.
func (s *Server) failed(ctx context.Context, login string, p *problem) error {
	s.metrics.logins.WithLabelValues("refused").Inc()
	if err := s.deps.Accounts.LoginFailed(ctx, login); err != nil {
		return databaseAway(err)
	}
	return p
}

// proved forgets the attempts of somebody who has proved who they are.
func (s *Server) proved(c echo.Context, u account.User) error {
	s.attempts.forgive(c.RealIP(), u.Login)
	if err := s.deps.Accounts.LoginSucceeded(c.Request().Context(), u.Login); err != nil {
		return databaseAway(err)
	}
	return nil
}

// startSession begins a session of somebody who has proved who they are.
func (s *Server) startSession(c echo.Context, u account.User, terms account.Terms) (contract.Session, error) {
	ctx, refresh := c.Request().Context(), account.NewToken()
	session, err := s.deps.Accounts.StartSession(ctx, u.ID, account.HashToken(refresh), s.config.RefreshTTL, terms)
	if err != nil {
		return contract.Session{}, databaseAway(err)
	}
	s.metrics.logins.WithLabelValues("ok").Inc()
	return s.session(ctx, u, session, refresh)
}

func errTooManyAttempts(wait time.Duration) *problem {
	return fail(http.StatusTooManyRequests, "too_many_attempts", "too many attempts; wait before you try again, or ask an administrator").after(seconds(wait))
}

// checkPassword lets few at a time.
func (s *Server) checkPassword(ctx context.Context, hash, password string) (match bool, err error) {
	return match, s.hashed(ctx, func() (err error) { match, err = s.config.Passwords.Check(hash, password); return err })
}

// hashed does few at a time: each takes 64 MiB and a core.
func (s *Server) hashed(ctx context.Context, f func() error) error {
	select {
	case s.hashing <- struct{}{}:
		defer func() { <-s.hashing }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return f()
}

// RefreshSession uses up a refresh token and gives the next one.
func (s *Server) RefreshSession(c echo.Context) error {
	u, session, next, err := s.refreshed(c)
	if err != nil {
		return err
	}
	out, err := s.session(c.Request().Context(), u, session, next)
	if err != nil {
		return err
	}
	noStore(c)
	return c.JSON(http.StatusOK, out)
}

// refreshed uses up the refresh token that the request brings: whose it was, of which session, and the next token.
func (s *Server) refreshed(c echo.Context) (u account.User, session account.Session, next string, err error) {
	var in contract.Refresh
	if err := c.Bind(&in); err != nil {
		return u, session, "", err
	}
	ctx := c.Request().Context()
	next = account.NewToken()
	session, err = s.deps.Accounts.RefreshSession(ctx, account.HashToken(in.RefreshToken), account.HashToken(next), s.config.RefreshTTL)
	switch {
	case errors.Is(err, account.ErrRevoked):
		if session.ID != "" {
			s.ended(session.ID)
		}
		return u, session, "", errRevoked().because(err)
	case errors.Is(err, account.ErrUnknown), errors.Is(err, account.ErrExpired):
		return u, session, "", fail(http.StatusUnauthorized, "bad_refresh_token", "the refresh token is not good, or too old; log in again").because(err)
	case err != nil:
		return u, session, "", databaseAway(err)
	}
	u, err = s.deps.Accounts.User(ctx, session.User)
	switch {
	case errors.Is(err, account.ErrUnknown) || err == nil && u.Disabled:
		return u, session, "", errRevoked()
	case err != nil:
		return u, session, "", databaseAway(err)
	}
	return u, session, next, nil
}

// session is what a client is told of one.
func (s *Server) session(ctx context.Context, u account.User, session account.Session, refresh string) (contract.Session, error) {
	unproven, err := s.unproven(ctx, u, session.SecondFactor)
	if err != nil {
		return contract.Session{}, err
	}
	access, err := s.tokens.sign(u, session.ID, unproven)
	if err != nil {
		return contract.Session{}, err
	}
	return contract.Session{
		AccessToken: access, TokenType: contract.SessionTokenTypeBearer, ExpiresIn: int(s.config.AccessTTL.Seconds()), RefreshToken: refresh,
		Agent: contract.Identity{Id: u.ID, Name: u.Name, Roles: roles(u.Roles)},
	}, nil
}

// DeleteSession logs out.
func (s *Server) DeleteSession(c echo.Context) error {
	who := callerOf(c)
	if err := s.deps.Accounts.EndSession(c.Request().Context(), who.Session); err != nil {
		return databaseAway(err)
	}
	s.ended(who.Session)
	return c.NoContent(http.StatusNoContent)
}

// ended makes a session's tokens and feeds end at once.
func (s *Server) ended(session string) {
	s.tokens.sessions.remember(session, true)
	s.hub.EndSession(session)
}

func databaseAway(err error) *problem {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return toProblem(err)
	}
	return fail(http.StatusServiceUnavailable, "store_away", "the controller cannot reach its database; try again in a moment").because(err).after(2)
}

func liveAway(err error) *problem {
	return fail(http.StatusServiceUnavailable, "store_away", "the controller cannot reach its live store; try again in a moment").because(err).after(2)
}

// settingsProblem: unknown is what to say when there is none.
func settingsProblem(err error, unknown *problem) error {
	if errors.Is(err, engine.ErrUnknown) {
		return unknown
	}
	return databaseAway(err)
}

func roles(in []account.Role) []contract.Role {
	out := make([]contract.Role, len(in))
	for i, r := range in {
		out[i] = contract.Role(r)
	}
	return out
}

func noStore(c echo.Context) { c.Response().Header().Set(echo.HeaderCacheControl, "no-store") }
