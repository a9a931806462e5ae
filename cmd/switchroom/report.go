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

// A node's state is looked at, and reported when it changed, at least every reportEvery.
const (
	lookEvery   = 200 * time.Millisecond
	reportEvery = 2 * time.Second
)

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
		connected, since := e.Link()
		if connected != r.Connected || !since.Equal(r.Since) || time.Since(r.SeenAt) >= reportEvery {
			r.Connected, r.Since = connected, since
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
		}
		if sleep(ctx, lookEvery) != nil {
			return
		}
	}
}
