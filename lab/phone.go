package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// Phone is a SIP account to create with [Asterisk.AddPhone].
type Phone struct {
	ID       string // user name, and name of endpoint, auth and aor
	Password string
	WebRTC   bool   // ICE, DTLS-SRTP, Opus: for browsers
	Context  string // of the dialplan; empty: switchroom-agent
	// Fields are further fields of the endpoint ("rtp_timeout": "5"), or others'
	// values for those set here.
	Fields map[string]string
}

// AddPhone creates a SIP account on the running node, as the product does: through ARI,
// with no file edited, kept over restarts. An account of that name is changed.
func (a *Asterisk) AddPhone(ctx context.Context, p Phone) error {
	endpoint := map[string]string{
		"context": p.Context, "auth": p.ID, "aors": p.ID,
		"allow":        "!all,ulaw,alaw,g722,opus",
		"direct_media": "no", "rtp_symmetric": "yes", "force_rport": "yes", "rewrite_contact": "yes",
		"media_address": "127.0.0.1", "bind_rtp_to_media_address": "yes",
		"timers": "yes", "timers_min_se": "90", "timers_sess_expires": "1800",
		"rtp_timeout": "30",
	}
	if p.Context == "" {
		endpoint["context"] = "switchroom-agent"
	}
	if p.WebRTC {
		endpoint["webrtc"] = "yes"
		endpoint["allow"] = "!all,opus,ulaw"
	}
	for k, v := range p.Fields {
		endpoint[k] = v
	}
	for _, o := range []struct {
		kind   string
		fields map[string]string
	}{
		{"auth", map[string]string{"auth_type": "userpass", "username": p.ID, "password": p.Password}},
		{"aor", map[string]string{"max_contacts": "1", "remove_existing": "yes"}},
		{"endpoint", endpoint},
	} {
		if err := a.putDynamic(ctx, o.kind, p.ID, o.fields); err != nil {
			return fmt.Errorf("asterisk: add phone %s: %w", p.ID, err)
		}
	}
	return nil
}

// RemovePhone deletes the account. One that does not exist is an error.
func (a *Asterisk) RemovePhone(ctx context.Context, id string) error {
	for _, kind := range []string{"endpoint", "aor", "auth"} {
		if _, err := a.ari(ctx, http.MethodDelete, dynamicPath(kind, id), nil); err != nil {
			return fmt.Errorf("asterisk: remove phone %s: %w", id, err)
		}
	}
	return nil
}

func dynamicPath(kind, id string) string {
	return "/asterisk/config/dynamic/res_pjsip/" + kind + "/" + id
}

func (a *Asterisk) putDynamic(ctx context.Context, kind, id string, fields map[string]string) error {
	type field struct {
		Attribute string `json:"attribute"`
		Value     string `json:"value"`
	}
	var body struct {
		Fields []field `json:"fields"`
	}
	for k, v := range fields {
		body.Fields = append(body.Fields, field{k, v})
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	_, err = a.ari(ctx, http.MethodPut, dynamicPath(kind, id), bytes.NewReader(raw))
	return err
}
