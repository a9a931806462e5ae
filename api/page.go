package api

import (
	"errors"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/labstack/echo/v4"
)

// page serves the browser's files. Paths that are no files are the page's own routes and get index.html.
func (s *Server) page(c echo.Context) error {
	if s.deps.Page == nil || strings.Contains(c.Request().URL.Path, "..") {
		return errNotFound()
	}
	name := strings.TrimPrefix(path.Clean("/"+c.Request().URL.Path), "/")
	if name == "" {
		name = "index.html"
	}
	info, err := fs.Stat(s.deps.Page, name)
	switch {
	case err == nil && !info.IsDir():
	case err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid):
		if strings.HasPrefix(name, "assets/") || path.Ext(name) != "" && !strings.Contains(name, "/") { // ids in the page's own routes may have dots
			return errNotFound()
		}
		name = "index.html"
	default:
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderCacheControl, "no-cache")
	s.forEmbedding(c, name)
	if strings.HasPrefix(name, "assets/") { // named by their contents
		h.Set(echo.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	http.ServeFileFS(c.Response(), c.Request(), s.deps.Page, name)
	return nil
}
