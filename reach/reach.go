// Package reach says where a controller may call to when an administrator chose the address: a name must not lead into the network that the controller stands in. Each address is looked at
// when it is dialled, after DNS.
package reach

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
)

// Guard says what may be called. The zero value allows what is public, by https.
type Guard struct {
	// Setting is where an operator allows networks, for the words of a refusal.
	Setting string
	// Allowed are networks that are not public and may be called all the same. A loopback one also allows http.
	Allowed []netip.Prefix
}

// RefusedError is an address that is not called.
type RefusedError struct{ Detail string }

func (e *RefusedError) Error() string { return "address refused: " + e.Detail }

// Parse reads networks, such as 10.1.0.0/16, or single addresses, which come from a setting.
func Parse(setting string, networks []string) (g Guard, err error) {
	g.Setting = setting
	for _, text := range networks {
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			ip, err := netip.ParseAddr(text)
			if err != nil {
				return g, fmt.Errorf("%s: %q is no network; write 10.1.0.0/16 or fd00::/8", setting, text)
			}
			p = netip.PrefixFrom(ip, ip.BitLen())
		}
		g.Allowed = append(g.Allowed, p.Masked())
	}
	return g, nil
}

// CheckURL refuses with a *[RefusedError] what need not be dialled to be known: http to others than this machine, and addresses that are written out.
func (g Guard) CheckURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" {
		return &RefusedError{"it is no address"}
	}
	ip, err := netip.ParseAddr(u.Hostname())
	literal := err == nil
	if literal {
		if err := g.check(ip); err != nil {
			return err
		}
	}
	switch u.Scheme {
	case "https":
		return nil
	case "http":
		loopback := literal && ip.Unmap().IsLoopback() || u.Hostname() == "localhost"
		if loopback && g.allows(netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()) {
			return nil
		}
	}
	return &RefusedError{"it is not https; http goes to this machine only, where " + g.Setting + " has 127.0.0.0/8"}
}

// allows tells whether one of the addresses is in a network that was allowed.
func (g Guard) allows(ips ...netip.Addr) bool {
	for _, p := range g.Allowed {
		for _, ip := range ips {
			if p.Contains(ip) {
				return true
			}
		}
	}
	return false
}

// check refuses an address that is neither public nor allowed.
func (g Guard) check(ip netip.Addr) error {
	ip = ip.Unmap().WithZone("")
	if g.allows(ip) || public(ip) {
		return nil
	}
	return &RefusedError{ip.String() + " is not a public address; an operator can allow its network with " + g.Setting}
}

// Control is called with the address that a connection is made to, as net.Dialer.ControlContext.
func (g Guard) Control(_ context.Context, _, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return &RefusedError{"it has no port"}
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return &RefusedError{"it is no address"}
	}
	return g.check(ip)
}

// special are the ranges that are not public, by IANA's registries of special purposes, and those in which another address is wrapped up.
var special = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
	"198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
)

// global is what is public at all of IPv6.
var global = netip.MustParsePrefix("2000::/3")

func public(ip netip.Addr) bool {
	if ip.Is6() && !global.Contains(ip) {
		return false
	}
	for _, p := range special {
		if p.Contains(ip) {
			return false
		}
	}
	return ip.IsValid()
}

func prefixes(list ...string) (out []netip.Prefix) {
	for _, text := range list {
		out = append(out, netip.MustParsePrefix(text))
	}
	return out
}
