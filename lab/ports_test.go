package lab

import (
	"net"
	"strconv"
	"testing"
)

func TestPortsAreNobodyElses(t *testing.T) {
	var a, b ports
	defer a.close()
	defer b.close()
	seen := map[int]bool{}
	for _, p := range []*ports{&a, &b} {
		for range 50 {
			port, err := p.single()
			if err != nil {
				t.Fatal(err)
			}
			if seen[port] {
				t.Errorf("port %d was given twice", port)
			}
			seen[port] = true
		}
	}
	type span struct{ first, last int }
	var spans []span
	for _, p := range []*ports{&a, &b, &a} {
		first, last, err := p.block(1000)
		if err != nil {
			t.Fatal(err)
		}
		if last-first+1 < 1000 {
			t.Errorf("%d-%d holds fewer than 1000", first, last)
		}
		for _, s := range spans {
			if first <= s.last && s.first <= last {
				t.Errorf("%d-%d overlaps %d-%d", first, last, s.first, s.last)
			}
		}
		spans = append(spans, span{first, last})
	}
}

func TestAPortInUseIsPassedOver(t *testing.T) {
	var p ports
	defer p.close()
	port, err := p.single()
	if err != nil {
		t.Fatal(err)
	}
	if !portFree(port) {
		t.Fatalf("port %d was given and is not free", port)
	}
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if portFree(port) {
		t.Error("a port somebody listens on counts as free")
	}
}
