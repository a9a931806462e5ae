package main

import (
	"context"
	"log/slog"
	"net/url"
	"time"

	"switchroom/ari/node"
	"switchroom/engine"
	"switchroom/store/redis"
)

// reportEvery is how soon GET /nodes knows that a node came or went.
const reportEvery = 2 * time.Second

// report is what of the configuration administrators see (S5). No secrets.
func (c *serveCmd) report() engine.NodeReport {
	r := engine.NodeReport{Name: c.Node, Controller: c.Owner, ARIURL: redacted(c.ARIURL), MediaAddress: c.Media, SIPSocket: redacted(c.SIPSocket), ICEServers: []string{}}
	r.ICEServers = append(r.ICEServers, c.ICE...)
	return r
}

func redacted(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	u.User = nil
	return u.String()
}

// reportNode tells the live store how the node stands until ctx ends. The version is asked for after each connect: Asterisk may have been upgraded.
func reportNode(ctx context.Context, r engine.NodeReport, e *engine.Engine, n *node.Node, live *redis.Store, log *slog.Logger) {
	var asked time.Time
	for {
		r.Connected, r.Since = e.Link()
		if r.Connected && !asked.Equal(r.Since) {
			if version, err := n.Version(ctx); err == nil {
				r.Version, asked = version, r.Since
			} else {
				log.Debug("ask for Asterisk's version; will try again", "err", err)
			}
		}
		r.SeenAt = time.Now().UTC()
		if err := live.PutNode(ctx, r); err != nil && ctx.Err() == nil {
			log.Debug("report on the node; will try again", "err", err)
		}
		if sleep(ctx, reportEvery) != nil {
			return
		}
	}
}
