package reach

import (
	"errors"
	"net/netip"
	"testing"
)

func TestOnlyPublicAddressesAreCalled(t *testing.T) {
	for _, text := range []string{
		"127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1",
		"198.18.0.1", "192.0.2.1", "192.0.0.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:db8::1", "2001::1",
		"::127.0.0.1", "fec0::1",
	} {
		if err := (Guard{}).check(netip.MustParseAddr(text)); !refused(err) {
			t.Errorf("%s may be called", text)
		}
	}
	for _, text := range []string{"8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8"} {
		if err := (Guard{}).check(netip.MustParseAddr(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestAnOperatorAllowsNetworks(t *testing.T) {
	g, err := Parse("X", []string{"10.1.0.0/16", " fd00::5 ", ""})
	if err != nil {
		t.Fatal(err)
	}
	for text, allowed := range map[string]bool{"10.1.2.3": true, "::ffff:10.1.2.3": true, "10.2.0.1": false, "fd00::5": true, "fd00::6": false, "127.0.0.1": false} {
		if err := g.check(netip.MustParseAddr(text)); (err == nil) != allowed {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := Parse("X", []string{"crm.example.com"}); err == nil {
		t.Error("a name is no network")
	}
}

func TestAddressesThatNeedNotBeDialledToBeKnown(t *testing.T) {
	local, err := Parse("X", []string{"127.0.0.0/8"})
	if err != nil {
		t.Fatal(err)
	}
	for url, want := range map[string][2]bool{ // by nobody's allowance; with loopback allowed
		"https://crm.example.com/x":     {true, true},
		"http://crm.example.com/x":      {false, false},
		"http://127.0.0.1:8080/x":       {false, true},
		"http://localhost:8080/x":       {false, true},
		"https://127.0.0.1/x":           {false, true},
		"https://[::1]/x":               {false, false},
		"https://[::ffff:10.0.0.1]/x":   {false, false},
		"https://169.254.169.254/":      {false, false},
		"http://8.8.8.8/":               {false, false},
		"ftp://crm.example.com/":        {false, false},
		"gopher://127.0.0.1/":           {false, false},
		"https://":                      {false, false},
		"http://localhost.evil.example": {false, false},
	} {
		for i, g := range []Guard{{}, local} {
			if err := g.CheckURL(url); (err == nil) != want[i] {
				t.Errorf("%s, %v: %v", url, g, err)
			}
		}
	}
}

func refused(err error) bool {
	var e *RefusedError
	return errors.As(err, &e)
}
