package api

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"switchroom/api/contract"
)

// names tells what those are called who stand in an answer. Whoever gets the answer may know it. Without the names it is an answer still.
func (s *Server) names(c echo.Context, ids []string) contract.Names {
	ctx := c.Request().Context()
	found, err := s.deps.Records.NamesOf(ctx, ids)
	if err != nil {
		s.config.Log.WarnContext(ctx, "read names", "error", err)
		return contract.Names{}
	}
	return found
}

// maxPeople bounds what is chosen from.
const maxPeople = 1000

// GetDirectory names what can be chosen from: the caller's services, their queues and people.
func (s *Server) GetDirectory(c echo.Context, p contract.GetDirectoryParams) error {
	d, err := s.deps.Records.Directory(c.Request().Context(), viewer(c), maxPeople)
	if err != nil {
		return databaseAway(err)
	}
	out := contract.Directory{Services: []contract.DirectoryService{}, People: []contract.DirectoryPerson{}, More: d.More}
	for _, v := range d.Services {
		out.Services = append(out.Services, contract.DirectoryService{Id: v.ID, Name: v.Name, TimeZone: v.TimeZone, Queues: list(v.Queues)})
	}
	for _, v := range d.People {
		out.People = append(out.People, contract.DirectoryPerson{Id: v.ID, Name: v.Name, Services: list(v.Services)})
	}
	return unchanged(c, value(p.IfNoneMatch), out)
}

// list is never null.
func list(v []string) []string {
	if v == nil {
		return []string{}
	}
	return v
}

// unchanged answers, or says that the client has that answer. Only this client may keep it, and asks each time whether it still holds.
func unchanged(c echo.Context, known string, out any) error {
	body, err := json.Marshal(out)
	if err != nil {
		return internal(err)
	}
	sum := sha256.Sum256(body)
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
	h := c.Response().Header()
	h.Set("ETag", tag)
	h.Set(echo.HeaderCacheControl, "private, no-cache")
	if strings.Contains(known, tag) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.JSONBlob(http.StatusOK, body)
}
