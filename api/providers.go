package api

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"switchroom/api/contract"
	"switchroom/settings"
)

// ListIdentityProviders lists OpenID Connect providers.
func (s *Server) ListIdentityProviders(c echo.Context) error {
	list, err := s.deps.Providers.ListProviders(c.Request().Context())
	return shown(c, contract.IdentityProviders{Providers: list}, err)
}

// secretly is a provider with the secret that nobody is shown.
type secretly struct {
	settings.Provider
	ClientSecret string `json:"client_secret"`
}

// CreateIdentityProvider makes one.
func (s *Server) CreateIdentityProvider(c echo.Context) error {
	in := secretly{Provider: settings.NewProvider()}
	if err := decode(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := s.tryProvider(ctx, in.Provider); err != nil {
		return err
	}
	v, err := s.deps.Providers.CreateProvider(ctx, by(c), in.Provider, in.ClientSecret)
	if err != nil {
		return adminProblem(err)
	}
	return answer(c, http.StatusCreated, v, v.Version)
}

// tryProvider says early why nobody could sign in by an enabled one.
func (s *Server) tryProvider(ctx context.Context, v settings.Provider) error {
	err := v.Check()
	if err == nil && v.Enabled {
		err = s.deps.SignIn.Try(ctx, v.Issuer)
	}
	if err != nil {
		return adminProblem(err)
	}
	return nil
}

// GetIdentityProvider shows one.
func (s *Server) GetIdentityProvider(c echo.Context, id contract.ProviderID) error {
	return get(c, func(ctx context.Context) (settings.Provider, error) {
		return s.deps.Providers.ProviderSettings(ctx, id)
	})
}

// ChangeIdentityProvider changes one.
func (s *Server) ChangeIdentityProvider(c echo.Context, id contract.ProviderID, p contract.ChangeIdentityProviderParams) error {
	version, err := wanted(p.IfMatch)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	v, err := s.deps.Providers.ProviderSettings(ctx, id)
	if err == nil {
		err = settings.Match(v, version)
	}
	if err != nil {
		return adminProblem(err)
	}
	in := secretly{Provider: v}
	if err := decode(c, &in); err != nil {
		return err
	}
	if err := s.tryProvider(ctx, in.Provider); err != nil {
		return err
	}
	v, err = s.deps.Providers.ChangeProvider(ctx, by(c), version, in.Provider, in.ClientSecret)
	if err != nil {
		return adminProblem(err)
	}
	return answer(c, http.StatusOK, v, v.Version)
}

// DeleteIdentityProvider removes one.
func (s *Server) DeleteIdentityProvider(c echo.Context, id contract.ProviderID) error {
	return remove(c, func(ctx context.Context) error { return s.deps.Providers.DeleteProvider(ctx, by(c), id) })
}

// ListIdentities lists the accounts at providers that are a person's.
func (s *Server) ListIdentities(c echo.Context, id contract.PersonID) error {
	list, err := s.deps.Providers.Identities(c.Request().Context(), id)
	return shown(c, contract.Identities{Identities: list}, err)
}

// UnlinkIdentity makes one nobody's, and logs the person out.
func (s *Server) UnlinkIdentity(c echo.Context, id contract.PersonID, identity contract.IdentityID) error {
	return remove(c, func(ctx context.Context) error {
		ended, err := s.deps.Providers.Unlink(ctx, by(c), id, identity)
		s.endedAll(ended)
		return err
	})
}
