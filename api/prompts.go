package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/labstack/echo/v4"

	"switchroom/api/contract"
	"switchroom/engine"
	"switchroom/prompt"
)

const (
	// uploadTime bounds an upload with all that is done about it: 10 MB over a slow line.
	uploadTime = 2 * time.Minute
	// uploadsAtOnce: each may take 10 MB and 100 MB more and a core for a second, beside the calls.
	uploadsAtOnce = 2
)

// ListPrompts lists the messages of a service.
func (s *Server) ListPrompts(c echo.Context, service contract.ServiceID) error {
	ctx := c.Request().Context()
	list, err := s.deps.Prompts.Prompts(ctx, service)
	farewell := ""
	if err == nil {
		farewell, err = s.deps.Prompts.Farewell(ctx, service)
	}
	if err != nil {
		return settingsProblem(err, errUnknownService())
	}
	out := contract.Prompts{Prompts: []contract.Prompt{}, Farewell: optional(farewell)}
	for _, p := range list {
		out.Prompts = append(out.Prompts, shownPrompt(p))
	}
	noStore(c)
	return c.JSON(http.StatusOK, out)
}

func shownPrompt(p prompt.Prompt) contract.Prompt {
	return contract.Prompt{Id: p.ID, Label: p.Label, Seconds: p.Seconds, UploadedAt: p.Uploaded}
}

// UploadPrompt takes a recording for a service.
func (s *Server) UploadPrompt(c echo.Context, service contract.ServiceID, p contract.UploadPromptParams) error {
	if strings.ContainsFunc(p.Label, unicode.IsControl) || strings.TrimSpace(p.Label) == "" {
		return fail(http.StatusBadRequest, "bad_request", "the label is one line of text").at("label")
	}
	ctx := c.Request().Context()
	select {
	case s.uploads <- struct{}{}:
		defer func() { <-s.uploads }()
	default:
		return fail(http.StatusServiceUnavailable, "overloaded", "other files are being converted; upload this one again in a moment").after(5)
	}
	if _, err := s.deps.Prompts.Farewell(ctx, service); err != nil { // before anything is read
		return settingsProblem(err, errUnknownService())
	}
	audio, err := s.readAudio(c)
	if err != nil {
		var refused *prompt.Error
		if errors.As(err, &refused) {
			s.audit(c, "upload_prompt", service, refused.Code)
		}
		return err
	}
	saved, err := s.deps.Prompts.AddPrompt(ctx, callerOf(c).User, service, p.Label, audio)
	switch {
	case errors.Is(err, prompt.ErrTooMany):
		return fail(http.StatusConflict, "too_many_prompts", "the service keeps 50 messages at most; delete one that is not used").because(err)
	case err != nil:
		return settingsProblem(err, errUnknownService())
	}
	return c.JSON(http.StatusCreated, shownPrompt(saved))
}

// readAudio reads the body, no more of it than a message may have, and converts it.
func (s *Server) readAudio(c echo.Context) (prompt.Audio, error) {
	r := c.Request()
	if r.ContentLength > prompt.MaxBytes {
		return prompt.Audio{}, prompt.TooLarge()
	}
	if err := http.NewResponseController(c.Response()).SetReadDeadline(time.Now().Add(uploadTime)); err != nil {
		return prompt.Audio{}, err
	}
	file, err := io.ReadAll(http.MaxBytesReader(c.Response(), r.Body, prompt.MaxBytes))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return prompt.Audio{}, prompt.TooLarge()
	case err != nil:
		return prompt.Audio{}, fail(http.StatusBadRequest, "bad_request", "the file did not arrive whole; upload it again").because(err)
	}
	return prompt.Convert(r.Context(), file)
}

// GetPromptAudio gives a message to listen to.
func (s *Server) GetPromptAudio(c echo.Context, service contract.ServiceID, id contract.PromptID) error {
	ctx := c.Request().Context()
	p, err := s.findPrompt(ctx, service, id)
	if err != nil {
		return err
	}
	audio, err := s.deps.Prompts.PromptAudio(ctx, p.SHA256)
	if err != nil {
		return settingsProblem(err, errUnknownPrompt())
	}
	noStore(c)
	c.Response().Header().Set(echo.HeaderContentLength, strconv.Itoa(len(audio.Wide)))
	return c.Blob(http.StatusOK, "audio/wav", audio.Wide)
}

// DeletePrompt removes a message that the service does not play.
func (s *Server) DeletePrompt(c echo.Context, service contract.ServiceID, id contract.PromptID) error {
	ctx := c.Request().Context()
	if _, err := s.findPrompt(ctx, service, id); err != nil {
		return err
	}
	err := s.deps.Prompts.RemovePrompt(ctx, callerOf(c).User, id)
	switch {
	case errors.Is(err, prompt.ErrInUse):
		return fail(http.StatusConflict, "prompt_in_use", "the service plays this message; choose another, or none, first").because(err)
	case err != nil:
		return settingsProblem(err, errUnknownPrompt())
	}
	return c.NoContent(http.StatusNoContent)
}

// SetFarewell chooses the service's message of forced disconnect (S33).
func (s *Server) SetFarewell(c echo.Context, service contract.ServiceID) error {
	var in contract.FarewellChoice
	if err := c.Bind(&in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if _, err := s.deps.Prompts.Farewell(ctx, service); err != nil {
		return settingsProblem(err, errUnknownService())
	}
	if err := s.deps.Prompts.ChooseFarewell(ctx, callerOf(c).User, service, value(in.Prompt)); err != nil {
		return settingsProblem(err, errUnknownPrompt().at("/prompt"))
	}
	return c.NoContent(http.StatusNoContent)
}

func (s *Server) findPrompt(ctx context.Context, service, id string) (prompt.Prompt, error) {
	list, err := s.deps.Prompts.Prompts(ctx, service)
	if err != nil {
		return prompt.Prompt{}, settingsProblem(err, errUnknownService())
	}
	at := slices.IndexFunc(list, func(p prompt.Prompt) bool { return p.ID == id })
	if at < 0 {
		return prompt.Prompt{}, errUnknownPrompt()
	}
	return list[at], nil
}

func errUnknownService() *problem {
	return fail(http.StatusNotFound, "unknown_service", "there is no service with this ID")
}

func errUnknownPrompt() *problem {
	return fail(http.StatusNotFound, "unknown_prompt", "the service has no message with this ID, or it was deleted; list them again")
}

// promptProblem shows why a recording is refused.
func promptProblem(e *prompt.Error) *problem {
	status := http.StatusUnprocessableEntity
	if e.Code == "prompt_too_large" {
		status = http.StatusRequestEntityTooLarge
	}
	return fail(status, e.Code, e.Detail)
}

// audit notes a refusal. It stands also where it cannot be noted.
func (s *Server) audit(c echo.Context, what, target, code string) {
	const within = 2 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request().Context()), within)
	defer cancel()
	who := callerOf(c).User
	s.config.Log.WarnContext(ctx, "refused", "user", who, "what", what, "target", target, "code", code)
	if err := s.deps.Audit.Refused(ctx, engine.Refusal{Agent: who, What: what, Target: target, Code: code}); err != nil {
		s.config.Log.ErrorContext(ctx, "note a refusal in the audit trail", "user", who, "what", what, "target", target, "code", code, "error", err)
	}
}
