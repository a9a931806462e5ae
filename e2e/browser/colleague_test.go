package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"switchroom/account"
	"switchroom/agent"
	"switchroom/lab/phone"
	"switchroom/store/sql"
)

// dora is the colleague at a desk phone: she can be transferred to and consulted, and is in no queue. What she says is a tone that nobody else has.
const (
	dora      = "dora"
	doraHz    = 1100
	registers = 15 * time.Second // the account's way from the database to Asterisk included
)

// telephone is a phone of the test's that is called. Not safe for concurrent use.
type telephone struct {
	phone *phone.Phone
	call  *phone.Call // the latest that rang
}

// colleagueComes brings dora: her phone is registered, she is logged in to CTI and Ready.
func (h *house) colleagueComes(ctx context.Context) error {
	secret, err := h.deskAccount(ctx)
	if err != nil {
		return err
	}
	p, err := phone.New(context.WithoutCancel(ctx), phone.Config{
		User: dora, Password: secret, Server: h.asterisk.SIPAddr, Sound: phone.Tone(doraHz, loudness), Listen: unusual(),
	})
	if err != nil {
		return err
	}
	h.mu.Lock()
	h.colleague = &telephone{phone: p}
	h.mu.Unlock()
	if err := until(ctx, registers, p.Register); err != nil {
		return err
	}
	return h.readyByAPI(ctx, dora)
}

func (h *house) deskAccount(ctx context.Context) (secret string, err error) {
	db, err := sql.Open(ctx, sql.Config{URL: h.database, Passwords: account.QuickHasher()})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	a, err := db.Account(ctx, dora)
	return a.Secret, err
}

// readyByAPI does what an agent does who comes to work, without a page.
func (h *house) readyByAPI(ctx context.Context, login string) error {
	var session struct {
		AccessToken string `json:"access_token"`
	}
	err := h.request(ctx, http.MethodPost, "/api/v1/sessions", "", map[string]string{"user": login, "password": password(login)}, &session)
	if err != nil {
		return err
	}
	if err := h.request(ctx, http.MethodPost, "/api/v1/me/cti/login", session.AccessToken, nil, nil); err != nil {
		return err
	}
	if err := h.request(ctx, http.MethodPut, "/api/v1/me/status", session.AccessToken, map[string]string{"status": string(agent.Ready)}, nil); err != nil {
		return err
	}
	return until(ctx, waitTimeout, func(ctx context.Context) error {
		var seen struct {
			View struct {
				Status agent.Status `json:"status"`
			} `json:"view"`
		}
		err := h.request(ctx, http.MethodGet, "/api/v1/me/snapshot", session.AccessToken, nil, &seen)
		if s := seen.View.Status; err == nil && (s.Code != agent.ShowReady || s.Notice != "") {
			err = fmt.Errorf("%s is %s (%s)", login, s.Code, s.Notice)
		}
		return err
	})
}

// request makes one request of the controller's API.
func (h *house) request(ctx context.Context, method, path, token string, in, out any) error {
	body := []byte(nil)
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, waitTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, h.controller.url()+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return err
	case resp.StatusCode/100 != 2:
		return fmt.Errorf("%s %s: %d %s", method, path, resp.StatusCode, b)
	case out == nil:
		return nil
	}
	return json.Unmarshal(b, out)
}

// putColleague writes dora's settings.
func putColleague(ctx context.Context, db *sql.Store, by string) error {
	const number = "2003"
	user := account.User{ID: dora, Login: dora, Name: "Dora Lindqvist", Roles: []account.Role{account.Agent}}
	return errors.Join(
		db.PutUser(ctx, by, user, password(dora)),
		db.Permit(ctx, by, dora, service, true),
		db.PutPhone(ctx, by, dora, sql.Phone{CTI: "C" + number, Number: number, Device: agent.Desk, Home: service}),
	)
}

// comes brings the colleague.
func comes(r *http.Request, h *house) (any, error) {
	return map[string]int{"tone": doraHz}, h.colleagueComes(r.Context())
}

// does tells the phone what to do with the next call.
func does(r *http.Request, c *telephone) (any, error) {
	var in struct {
		What string `json:"what"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return nil, err
	}
	known := map[string]phone.Behaviour{
		"ring": phone.RingForever(), "busy": phone.Busy(), "decline": phone.DeclineAfterRinging(500 * time.Millisecond),
		"answer": phone.AnswerAfterRinging(1500 * time.Millisecond),
	}
	do, ok := known[in.What]
	if !ok {
		return nil, fmt.Errorf("a phone that does %q", in.What)
	}
	c.phone.OnInvite(do)
	return nil, nil
}

// rings waits for the next call to the phone.
func rings(r *http.Request, c *telephone) (_ any, err error) {
	ctx, cancel := context.WithTimeout(r.Context(), waitTimeout)
	defer cancel()
	c.call, err = c.phone.WaitIncoming(ctx)
	if err != nil {
		return nil, fmt.Errorf("the phone of %s does not ring: %w", c.phone.User(), err)
	}
	return map[string]string{"from": c.call.FromName(), "number": c.call.FromUser()}, nil
}

// onCall gives f the call that the phone has, or had.
func onCall(f func(*http.Request, *phone.Call) (any, error)) func(*http.Request, *telephone) (any, error) {
	return func(r *http.Request, c *telephone) (any, error) {
		if c.call == nil {
			return nil, fmt.Errorf("the phone of %s has not rung", c.phone.User())
		}
		return f(r, c.call)
	}
}

func answers(r *http.Request, c *phone.Call) (any, error) {
	ctx, cancel := context.WithTimeout(r.Context(), waitTimeout)
	defer cancel()
	return nil, c.Answer(ctx)
}

// getsDigits waits for tones.
func getsDigits(r *http.Request, c *phone.Call) (any, error) {
	var in struct {
		Digits string `json:"digits"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), waitTimeout)
	defer cancel()
	if err := c.WaitDigits(ctx, in.Digits); err != nil {
		return nil, fmt.Errorf("digits %q: %w; got %q", in.Digits, err, c.Digits())
	}
	return nil, nil
}
