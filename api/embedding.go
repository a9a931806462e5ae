package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"switchroom/account"
	"switchroom/api/contract"
	"switchroom/settings"
)

// What other systems' pages embed ([ADR 0014](../docs/adr/0014-embedding.md)): the loader, the widget's frame, and the window that takes the phone from it.
const (
	loaderFile  = "embed.js"
	framePath   = "/embed"
	windowPath  = "/phone"
	doorPath    = "/phone/sign-in"                                    // the window in which somebody signs in at a provider for a frame
	loaderCache = "public, max-age=300, stale-while-revalidate=86400" // seconds
)

// forEmbedding changes the headers of what is served under path for what may be embedded, or opened, by pages of other origins.
func (s *Server) forEmbedding(c echo.Context, file string) {
	h := c.Response().Header()
	switch path := c.Request().URL.Path; {
	case file == loaderFile: // has no secret: every page may load it
		h.Set(echo.HeaderAccessControlAllowOrigin, "*")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		h.Set(echo.HeaderCacheControl, loaderCache)
	case path == framePath:
		ctx := c.Request().Context()
		v, err := s.deps.Admin.Embedding(ctx)
		if err != nil {
			s.config.Log.WarnContext(ctx, "read who may embed the widget; nobody may", "error", err)
		}
		if len(v.Origins) > 0 {
			h.Set("Content-Security-Policy", csp+strings.Join(v.Origins, " "))
			h.Del("X-Frame-Options") // which cannot name them, and gives way to the policy where that is known
		}
	case path == windowPath, path == doorPath, cameFromWindow(c): // with the others' policy it would not know the page that opened it
		h.Del("Cross-Origin-Opener-Policy")
	}
}

// states are what the state of a sign-in begins with that one of these windows began: what the provider brings the browser back to is that window again.
var states = map[string]string{windowPath: "phone.", doorPath: "door."}

func cameFromWindow(c echo.Context) bool {
	state := c.QueryParam("state")
	return strings.HasPrefix(c.Request().URL.Path, "/sign-in/") && (strings.HasPrefix(state, states[windowPath]) || strings.HasPrefix(state, states[doorPath]))
}

// GetEmbedding shows who may embed the widget.
func (s *Server) GetEmbedding(c echo.Context) error { return get(c, s.deps.Admin.Embedding) }

// SetEmbedding replaces that.
func (s *Server) SetEmbedding(c echo.Context, p contract.SetEmbeddingParams) error {
	return replace(c, p.IfMatch, func(ctx context.Context, version string, v settings.Embedding) (settings.Embedding, error) {
		return s.deps.Admin.SetEmbedding(ctx, by(c), version, v)
	})
}

// SecondSession refreshes a session and begins another. It begins on the same terms. It takes a refresh token and not an access token: whoever holds that could go on for as long anyway.
func (s *Server) SecondSession(c echo.Context) error {
	u, first, next, err := s.refreshed(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	own, err := s.session(ctx, u, first, next)
	if err != nil {
		return err
	}
	refresh := account.NewToken()
	session, err := s.deps.Accounts.StartSession(ctx, u.ID, account.HashToken(refresh), s.config.RefreshTTL, first.Terms)
	if err != nil {
		return databaseAway(err)
	}
	second, err := s.session(ctx, u, session, refresh)
	if err != nil {
		return err
	}
	noStore(c)
	return c.JSON(http.StatusOK, contract.SessionPair{Own: own, Second: second})
}
