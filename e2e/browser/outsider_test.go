package browser

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"switchroom/ari"
	"switchroom/dialing"
	"switchroom/engine"
	"switchroom/lab/phone"
	"switchroom/store/sql"
)

// The telephone network: a carrier's trunk that ends at one phone.
const (
	carrier    = "carrier"
	outsider   = "821055550100"
	outsiderHz = 1300
)

// outsiderIsThere connects the carrier to the phone of somebody outside.
func (h *house) outsiderIsThere(ctx context.Context) error {
	p, err := phone.New(context.WithoutCancel(ctx), phone.Config{User: outsider, Server: h.asterisk.SIPAddr, Sound: phone.Tone(outsiderHz, loudness), Listen: unusual()})
	if err != nil {
		return err
	}
	h.mu.Lock()
	h.outsider = &telephone{phone: p}
	h.mu.Unlock()
	contact, err := p.Contact(ctx)
	if err != nil {
		return err
	}
	_, host, _ := strings.Cut(strings.Trim(contact, "<>"), "@")
	put := func(kind string, fields ...string) error {
		var tuples []ari.ConfigTuple
		for i := 0; i < len(fields); i += 2 {
			tuples = append(tuples, ari.ConfigTuple{Attribute: fields[i], Value: fields[i+1]})
		}
		_, err := h.ari.Asterisk().UpdateObject(ctx, "res_pjsip", kind, carrier, tuples)
		return err
	}
	return errors.Join(
		put("aor", "contact", "sip:"+host, "qualify_frequency", "0"),
		put("endpoint", "aors", carrier, "context", "switchroom-in", "allow", "!all,ulaw,alaw", "direct_media", "no", "media_address", "127.0.0.1", "bind_rtp_to_media_address", "yes",
			"rtp_symmetric", "yes", "rewrite_contact", "yes", "send_pai", "yes", "trust_id_outbound", "yes", "timers", "yes", "inband_progress", "no"),
	)
}

// putWayOut writes the settings by which the service calls customers: two numbers to show, and the carrier.
func putWayOut(ctx context.Context, db *sql.Store, by string, w wishes) error {
	outbound, err := db.OutboundSettings(ctx, service)
	if w.TargetRingSeconds > 0 {
		outbound.TransferRing = time.Duration(w.TargetRingSeconds) * time.Second
	}
	return errors.Join(
		err,
		db.PutOutbound(ctx, by, service, outbound),
		db.PutCallingNumber(ctx, by, service, engine.CallerID{Number: "+82212345678", Label: "Main", Default: true}),
		db.PutCallingNumber(ctx, by, service, engine.CallerID{Number: "+82212345679", Label: "Returns"}),
		db.PutTrunk(ctx, by, dialing.Trunk{Name: carrier, Endpoint: carrier, Format: dialing.E164, Country: "KR", Enabled: true}),
		db.PutRoute(ctx, by, sql.Route{Route: dialing.Route{Name: "all", Prefixes: []string{"+"}, Trunks: []string{carrier}}, Position: 1}),
	)
}

// isThere connects somebody outside.
func isThere(r *http.Request, h *house) (any, error) {
	return map[string]int{"tone": outsiderHz}, h.outsiderIsThere(r.Context())
}
