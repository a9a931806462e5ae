package api

import (
	"net"
	"net/http"
	"net/netip"
	"slices"

	"github.com/labstack/echo/v4"
)

// clientIP finds the client's address. What X-Forwarded-For says counts as far as trusted proxies wrote it: anybody can send the header.
func (c Config) clientIP() echo.IPExtractor {
	if len(c.TrustedProxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range c.TrustedProxies {
		p = p.Masked()
		trust = append(trust, echo.TrustIPRange(&net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

// byProxy tells whether a trusted proxy passed the request on.
func (c Config) byProxy(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && slices.ContainsFunc(c.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(peer.Addr().Unmap()) })
}

// local tells whether the client is on this machine. A proxy here that nobody said to trust may pass on anybody.
func (s *Server) local(c echo.Context) bool {
	ip := net.ParseIP(c.RealIP())
	passedOn := c.Request().Header.Get(echo.HeaderXForwardedFor) != "" && !s.config.byProxy(c.Request())
	return ip != nil && ip.IsLoopback() && !passedOn
}
