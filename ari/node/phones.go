package node

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"time"

	"switchroom/agent"
	"switchroom/ari"
	"switchroom/engine"
)

// watchPhones tells which phones come and go.
func (n *Node) watchPhones(ctx context.Context, facts engine.Facts) error {
	r := &reach{tell: facts.Phone, phones: map[string]seenPhone{}}
	return n.session(ctx, n.phone, func(item ari.Item) {
		switch e := item.(type) {
		case ari.Connected:
			n.allPhones(ctx, r)
		case *ari.ContactStatusChange:
			n.contactChanged(ctx, e, r)
		case *ari.EndpointStateChange:
			r.state(e.Endpoint.Resource, e.Endpoint.State == ari.EndpointStateOnline)
		}
	})
}

// allPhones subscribes to the endpoints and tells how each stands, after a time when nobody listened. It tries until that is done: without
// it no phone's coming or going would ever be told.
func (n *Node) allPhones(ctx context.Context, r *reach) {
	phones, err := n.subscribe(ctx)
	for ; err != nil; phones, err = n.subscribe(ctx) {
		if ctx.Err() != nil {
			return
		}
		n.log.Error("watch the phones; will try again", "err", err)
		if pause(ctx, time.Second) != nil {
			return
		}
	}
	for _, endpoint := range slices.Sorted(maps.Keys(phones)) {
		r.found(endpoint, phones[endpoint])
	}
}

func (n *Node) subscribe(ctx context.Context) (map[string]bool, error) {
	if _, err := n.c.Applications().Subscribe(ctx, n.phone.App, []string{"endpoint:PJSIP"}); err != nil {
		return nil, fmt.Errorf("subscribe: %w", err)
	}
	return n.phones(ctx)
}

// contactChanged: a contact that answers makes the phone reachable; after one that went, the endpoint says whether another is left. A
// contact that has not answered yet (NonQualified) says nothing: until it does, Asterisk calls the endpoint offline with every channel.
func (n *Node) contactChanged(ctx context.Context, e *ari.ContactStatusChange, r *reach) {
	endpoint := e.Endpoint.Resource
	switch e.ContactInfo.ContactStatus {
	case ari.ContactStatusRemoved, ari.ContactStatusUnreachable:
		now, err := n.c.Endpoints().Get(ctx, "PJSIP", endpoint)
		if err == nil {
			r.state(endpoint, now.State == ari.EndpointStateOnline)
			return
		}
		if ctx.Err() != nil {
			return // it says nothing about the phone
		}
		n.log.Warn("look at a phone", "endpoint", endpoint, "err", err)
		r.state(endpoint, false)
	case ari.ContactStatusReachable:
		r.contact(endpoint, e.ContactInfo.URI)
	}
}

// phones lists the endpoints and whether each has a reachable contact.
func (n *Node) phones(ctx context.Context) (map[string]bool, error) {
	list, err := n.c.Endpoints().ListByTech(ctx, "PJSIP")
	if err != nil {
		return nil, fmt.Errorf("node %s: list the phones: %w", n.name, err)
	}
	out := make(map[string]bool, len(list))
	for _, e := range list {
		out[e.Resource] = e.State == ari.EndpointStateOnline
	}
	return out, nil
}

// Provision implements engine.Switch: the account's three PJSIP objects are written into Asterisk's own database (sorcery.conf), which
// needs neither a file nor a reload. An account that stands as it should is left alone.
func (n *Node) Provision(ctx context.Context, a engine.Account) error {
	if a.Retired {
		return n.retire(ctx, a.Endpoint)
	}
	objects := pjsip(a, n.media)
	mark := fingerprint(objects)
	current, err := n.c.Asterisk().GetObject(ctx, "res_pjsip", "endpoint", a.Endpoint)
	if err == nil && slices.Contains(current, ari.ConfigTuple{Attribute: markField, Value: mark}) {
		return nil
	}
	if err != nil && !ari.IsGone(err) {
		return fmt.Errorf("node %s: look at the phone account %s: %w", n.name, a.Endpoint, err)
	}
	for _, o := range objects {
		if o.kind == "endpoint" {
			o.fields[markField] = mark
		}
		if _, err := n.c.Asterisk().UpdateObject(ctx, "res_pjsip", o.kind, a.Endpoint, o.tuples()); err != nil {
			return fmt.Errorf("node %s: write the %s of phone account %s: %w", n.name, o.kind, a.Endpoint, err)
		}
	}
	n.log.Info("phone account written", "endpoint", a.Endpoint, "device", a.Device)
	return nil
}

// retire removes an account that was written here. Another endpoint of that name is left alone.
func (n *Node) retire(ctx context.Context, endpoint string) error {
	current, err := n.c.Asterisk().GetObject(ctx, "res_pjsip", "endpoint", endpoint)
	if ari.IsGone(err) || err == nil && !slices.ContainsFunc(current, func(f ari.ConfigTuple) bool { return f.Attribute == markField }) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("node %s: look at the phone account %s: %w", n.name, endpoint, err)
	}
	for _, kind := range []string{"auth", "aor", "endpoint"} { // the endpoint last: until it is gone, this is done again
		if err := n.c.Asterisk().DeleteObject(ctx, "res_pjsip", kind, endpoint); err != nil && !ari.IsGone(err) {
			return fmt.Errorf("node %s: remove the %s of phone account %s: %w", n.name, kind, endpoint, err)
		}
	}
	n.log.Info("phone account removed", "endpoint", endpoint)
	return nil
}

// markField holds the account's fingerprint. Asterisk keeps fields that begin with @ for others and gives them back as they were; set_var
// would come back empty.
const markField = "@switchroom_account"

type object struct {
	kind   string
	fields map[string]string
}

func (o object) tuples() []ari.ConfigTuple {
	var out []ari.ConfigTuple
	for _, k := range slices.Sorted(maps.Keys(o.fields)) {
		out = append(out, ari.ConfigTuple{Attribute: k, Value: o.fields[k]})
	}
	return out
}

// fingerprint names a version of an account without telling its secret.
func fingerprint(objects []object) string {
	h := sha256.New()
	for _, o := range objects {
		fmt.Fprintln(h, o.kind, o.tuples())
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// pjsip is the account as Asterisk's objects, in the order in which they must come into being: the endpoint last.
func pjsip(a engine.Account, media string) []object {
	endpoint := map[string]string{
		"auth": a.Endpoint, "aors": a.Endpoint, "context": "switchroom-agent",
		"allow":        "!all,ulaw,alaw,g722",
		"direct_media": "no", "rtp_symmetric": "yes", "force_rport": "yes", "rewrite_contact": "yes",
		// A phone that vanishes must not leave its channel for ever: session timers find the dead dialog, rtp_timeout the
		// dead media. On an agent's leg only: a muted customer sends nothing either.
		"timers": "yes", "timers_min_se": "90", "timers_sess_expires": "180",
		"rtp_timeout": "10", "rtp_timeout_hold": "300",
		// The phone's own transfer key asks us, and moves nothing by itself: see transferHandling.
		"allow_transfer": "yes", "trust_id_inbound": "no", "send_pai": "yes",
	}
	if a.Number != "" {
		endpoint["callerid"] = callerID2(a.Name, a.Number)
	}
	if media != "" {
		endpoint["media_address"], endpoint["bind_rtp_to_media_address"] = media, "yes"
	}
	if a.Device == agent.WebRTC {
		endpoint["webrtc"] = "yes" // ICE, DTLS-SRTP with a certificate made on the fly, RTCP mux, AVPF
		endpoint["allow"] = "!all,opus,ulaw"
		endpoint["rtp_timeout"] = "5" // a browser sends all the time, also muted; until it is given up the customer hears nothing
	}
	return []object{
		{"auth", map[string]string{"auth_type": "digest", "username": a.Endpoint, "password": a.Secret}},
		{"aor", map[string]string{
			"max_contacts": "1", "remove_existing": "yes", "qualify_frequency": "30", "qualify_timeout": "3.0",
			"minimum_expiration": "60", "default_expiration": "300",
		}},
		{"endpoint", endpoint},
	}
}
