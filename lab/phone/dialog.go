package phone

import (
	"context"
	"fmt"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// allowed is what a phone understands, for Allow headers.
const allowed = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, NOTIFY, REFER, MESSAGE"

// dialog is what requests within a call need (RFC 3261, 12). It is used under Call.mu.
type dialog struct {
	local, remote   party
	cseq            uint32
	target          sip.Uri  // the far end's Contact
	routes          []string // Route header values
	confirmedRemote bool     // the far end's tag is known
}

// party is one side of a dialog: what stands in From or To.
type party struct {
	name string
	uri  sip.Uri
	tag  string
}

func (p party) from() *sip.FromHeader {
	h := &sip.FromHeader{DisplayName: escapeName(p.name), Address: *p.uri.Clone()}
	h.Params.Add("tag", p.tag)
	return h
}

func (p party) to() *sip.ToHeader {
	h := &sip.ToHeader{DisplayName: escapeName(p.name), Address: *p.uri.Clone()}
	if p.tag != "" {
		h.Params.Add("tag", p.tag)
	}
	return h
}

// escapeName and unescapeName convert a display name to and from what stands
// between quotes in a header (RFC 3261, 25.1); the library leaves that to its users.
func escapeName(name string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name)
}

func unescapeName(quoted string) string {
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(strings.TrimSuffix(strings.TrimPrefix(quoted, `"`), `"`))
}

// learn takes the far end's tag, address and route from an answer to our INVITE. c.mu must be held.
func (d *dialog) learn(res *sip.Response) {
	tag, ok := res.To().Params.Get("tag")
	if !ok {
		return
	}
	d.remote.tag, d.confirmedRemote = tag, true
	if contact := res.Contact(); contact != nil {
		d.target = *contact.Address.Clone()
	}
	d.routes = d.routes[:0]
	routes := res.GetHeaders("Record-Route")
	for i := len(routes) - 1; i >= 0; i-- {
		d.routes = append(d.routes, routes[i].Value())
	}
}

// request begins a request within the dialog with the next CSeq.
func (c *Call) request(ctx context.Context, method sip.RequestMethod) (*sip.Request, error) {
	contact, err := c.phone.wire.contact(ctx)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.dialog.confirmedRemote {
		return nil, fmt.Errorf("%s: %w: there is no dialog yet", method, ErrState)
	}
	c.dialog.cseq++
	return c.buildRequest(method, c.dialog.cseq, contact), nil
}

// buildRequest writes a request of the dialog. c.mu must be held.
func (c *Call) buildRequest(method sip.RequestMethod, cseq uint32, contact *sip.ContactHeader) *sip.Request {
	req := c.phone.wire.request(method, *c.dialog.target.Clone())
	for _, route := range c.dialog.routes {
		req.AppendHeader(sip.NewHeader("Route", route))
	}
	id := sip.CallIDHeader(c.id)
	req.AppendHeader(c.dialog.local.from())
	req.AppendHeader(c.dialog.remote.to())
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: cseq, MethodName: method})
	req.AppendHeader(contact)
	if method != sip.ACK {
		req.AppendHeader(sip.NewHeader("Allow", allowed))
		req.AppendHeader(sip.NewHeader("Supported", "replaces, timer"))
	}
	return req
}

// do sends a request of the dialog and returns the final answer, after a
// challenge if there is one; the dialog's CSeq keeps up with the repetitions.
func (c *Call) do(ctx context.Context, req *sip.Request) (*sip.Response, error) {
	ctx, cancel := c.phone.bounded(ctx)
	defer cancel()
	res, err := c.phone.wire.do(ctx, req)
	if res != nil {
		c.mu.Lock()
		c.dialog.cseq = max(c.dialog.cseq, res.CSeq().SeqNo)
		c.mu.Unlock()
	}
	return res, err
}

// reply builds an answer of this call's: with its tag, its address and what it supports.
func (c *Call) reply(req *sip.Request, code int, phrase string, extra ...sip.Header) *sip.Response {
	res := sip.NewResponseFromRequest(req, code, phrase, nil)
	c.mu.Lock()
	tag := c.dialog.local.tag
	c.mu.Unlock()
	res.To().Params.Add("tag", tag)
	if contact, err := c.phone.wire.contact(c.phone.ctx); err == nil {
		res.AppendHeader(contact)
	}
	res.AppendHeader(sip.NewHeader("Allow", allowed))
	res.AppendHeader(sip.NewHeader("Allow-Events", "talk, hold, refer"))
	res.AppendHeader(sip.NewHeader("Supported", "replaces, timer"))
	for _, h := range extra {
		res.AppendHeader(h)
	}
	return res
}

// describe puts a session description into a message.
func describe(msg sip.Message, body []byte) {
	kind := sip.ContentTypeHeader("application/sdp")
	msg.AppendHeader(&kind)
	msg.SetBody(body)
}

// offer is our description with the direction that hold asks for, under a new version.
func (c *Call) offer() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.local.dir = c.wantedDirection()
	c.local.version++
	return c.local.sdp()
}

// wantedDirection is what the phone's user wants. c.mu must be held.
func (c *Call) wantedDirection() direction {
	if c.held {
		return sendOnly
	}
	return sendRecv
}

// accept takes the far end's answer to our offer.
func (c *Call) accept(body []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	remote, err := parseSDP(body, c.local.codec)
	if err != nil {
		return err
	}
	c.settle(remote)
	return nil
}

// answerTo takes the far end's offer and returns our answer.
func (c *Call) answerTo(offer []byte) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	remote, err := parseSDP(offer, c.phone.cfg.Codec)
	if err != nil {
		return nil, err
	}
	c.local.codec = remote.codec
	c.local.dir = c.wantedDirection().answerTo(remote.dir)
	c.local.events = eventsPayload
	if remote.events != 0 {
		c.local.events = remote.events
	}
	c.local.version++
	c.settle(remote)
	return c.local.sdp(), nil
}

// settle starts or redirects the audio by what both sides said. A phone that
// holds sends nothing, as desk phones do, though "sendonly" would allow it. c.mu must be held.
func (c *Call) settle(remote remoteMedia) {
	c.remote = remote
	c.media.apply(remote, c.local.dir.sends() && remote.dir.receives() && !c.held)
	c.notify()
}
