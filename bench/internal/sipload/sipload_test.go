package sipload

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const invite = "INVITE sip:b0001@127.0.0.1:5062 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;rport;branch=z9hG4bKabc\r\n" +
	"From: \"Ann\" <sip:1@h>;tag=f\r\nTo: <sip:b0001@h>\r\nCall-ID: c1\r\nCSeq: 7 INVITE\r\nContent-Length: 0\r\n\r\n"

func TestAResponseCarriesTheRequestsPath(t *testing.T) {
	m, err := parse([]byte(invite))
	if err != nil {
		t.Fatal(err)
	}
	if m.method != "INVITE" || m.uri != "sip:b0001@127.0.0.1:5062" || m.status != 0 {
		t.Errorf("%+v", m)
	}
	got := string(m.response(200, "OK", "mine", "Contact: <sip:x>\r\n", sdp))
	for _, want := range []string{"SIP/2.0 200 OK\r\n", "branch=z9hG4bKabc\r\n", "To: <sip:b0001@h>;tag=mine\r\n", "Call-ID: c1\r\n", "CSeq: 7 INVITE\r\n",
		"Contact: <sip:x>\r\n", fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(sdp), sdp)} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	r, err := parse([]byte(got))
	if err != nil || r.status != 200 || r.method != "INVITE" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestWhatIsNoSIPIsRefused(t *testing.T) {
	for _, text := range []string{"", "\r\n\r\n", "SIP/2.0 abc OK\r\n\r\n", "SIP/2.0 200 OK\r\n\r\n"} {
		if m, err := parse([]byte(text)); err == nil {
			t.Errorf("%q: %+v", text, m)
		}
	}
}

// server answers INVITEs with the status that the number asks for ("200", "486", or "0" for never) after a pause, and everything else with 200.
func server(t *testing.T, pause time.Duration) (addr string, acks *atomic.Int64) {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	acks = &atomic.Int64{}
	go func() {
		buf := make([]byte, 8<<10)
		for {
			n, from, err := conn.ReadFromUDP(buf)
			if errors.Is(err, net.ErrClosed) {
				return
			}
			m, err := parse(buf[:n])
			if err != nil {
				continue
			}
			send := func(status int) { _, _ = conn.WriteToUDP(m.response(status, "X", "far", "", ""), from) }
			switch number := between(m.uri, "sip:", "@"); {
			case m.method == "ACK":
				acks.Add(1)
			case m.method == "INVITE" && number == "0":
				send(180)
			case m.method == "INVITE":
				status := 200
				_, _ = fmt.Sscan(number, &status)
				time.AfterFunc(pause, func() { send(status) })
			default:
				send(200)
			}
		}
	}()
	return conn.LocalAddr().String(), acks
}

func TestCallsAreMeasuredRefusedAndGivenUp(t *testing.T) {
	const pause = 40 * time.Millisecond
	addr, acks := server(t, pause)
	c, err := NewCallers(addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	numbers := []string{"200", "486", "0", "200"}
	got := c.Run(t.Context(), Load{
		Rate: 100, Calls: len(numbers), Number: func(i int) string { return numbers[i] }, Hold: 20 * time.Millisecond, GiveUp: 300 * time.Millisecond,
	})
	for _, i := range []int{0, 3} {
		if got[i].Err != nil || got[i].Setup < pause || got[i].Setup > 10*pause {
			t.Errorf("call %d: %+v", i, got[i])
		}
	}
	if err := got[1].Err; err == nil || !strings.Contains(err.Error(), "486") {
		t.Errorf("the refused call: %v", err)
	}
	if err := got[2].Err; err == nil || !strings.Contains(err.Error(), "in time") {
		t.Errorf("the call that nobody answered: %v", err)
	}
	if n := acks.Load(); n < 3 {
		t.Errorf("%d final answers were acknowledged, want 3", n)
	}
}
