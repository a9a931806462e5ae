package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"switchroom/account"
	"switchroom/api/contract"
	"switchroom/settings"
)

// Machines use the API with a key in the place of an access token. A key has scopes, which are the contract's tags with read or write, and reaches what an
// administrator reaches, or, where it is for some services, what a supervisor of them does.

// byKey tells whose key it is. Errors are problems: bad_key, key_expired.
func (s *Server) byKey(ctx context.Context, secret string) (caller, error) {
	k, err := s.deps.Admin.KeyByHash(ctx, account.HashToken(secret))
	switch {
	case errors.Is(err, account.ErrUnknown):
		return caller{}, fail(http.StatusUnauthorized, "bad_key", "the key is none of ours, or was revoked; ask an administrator for one")
	case errors.Is(err, account.ErrExpired):
		return caller{}, fail(http.StatusUnauthorized, "key_expired", "the key has run out; ask an administrator for a new one")
	case err != nil:
		return caller{}, databaseAway(err)
	}
	role := account.Administrator
	if len(k.Services) > 0 {
		role = account.Supervisor
	}
	return caller{User: settings.KeyUser(k.ID), Roles: []account.Role{role}, Key: &k}, nil
}

// scoped refuses a key without the scope that the operation belongs to. What is behind no scope, and who may have keys, is for people.
func (s *Server) scoped(c echo.Context, tags []string) error {
	k := callerOf(c).Key
	if k == nil {
		return nil
	}
	verb := "write"
	if c.Request().Method == http.MethodGet {
		verb = "read"
	}
	for _, tag := range tags {
		if scope := tag + ":" + verb; slices.Contains(k.Scopes, scope) {
			return nil
		} else if slices.Contains(settings.Scopes, scope) {
			return s.refuseRole(c, "no_scope", "the key has not the scope "+scope+"; ask an administrator for one that has")
		}
	}
	return s.refuseRole(c, "not_for_keys", "this is for people who log in, not for keys")
}

// ListKeys lists machines' keys.
func (s *Server) ListKeys(c echo.Context) error {
	list, err := s.deps.Admin.ListKeys(c.Request().Context())
	return shown(c, contract.KeysList{Keys: list}, err)
}

// noKey refuses an Idempotency-Key where the answer holds a secret.
func noKey(c echo.Context) error {
	if c.Request().Header.Get(keyHeader) == "" {
		return nil
	}
	return fail(http.StatusBadRequest, "bad_request", "send no Idempotency-Key: its answer would be kept, and with it the secret").at(keyHeader)
}

// CreateKey makes one, and shows its secret this once: it is kept nowhere.
func (s *Server) CreateKey(c echo.Context) error {
	if err := noKey(c); err != nil {
		return err
	}
	var in contract.NewKey
	if err := c.Bind(&in); err != nil {
		return err
	}
	k := settings.Key{Name: strings.TrimSpace(in.Name), Expires: in.Expires}
	for _, scope := range in.Scopes {
		k.Scopes = append(k.Scopes, string(scope))
	}
	if in.Services != nil {
		k.Services = *in.Services
	}
	secret := settings.KeyPrefix + account.NewToken()
	k, err := s.deps.Admin.CreateKey(c.Request().Context(), by(c), k, account.HashToken(secret))
	if err != nil {
		return adminProblem(err)
	}
	noStore(c)
	return c.JSON(http.StatusCreated, contract.CreatedKey{Key: k, Secret: secret})
}

// RevokeKey ends a key.
func (s *Server) RevokeKey(c echo.Context, id contract.KeyID) error {
	return remove(c, func(ctx context.Context) error { return s.deps.Admin.RevokeKey(ctx, by(c), id) })
}
