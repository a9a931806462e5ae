package sipload

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"switchroom/lab/kerneltime"
)

// socket is a UDP socket on loopback whose packets carry the kernel's receive time.
type socket struct {
	conn   *net.UDPConn
	server netip.AddrPort
	local  string // host:port
}

const socketBuffer = 4 << 20 // bytes; the kernel may give less

func listen(server string) (*socket, error) {
	to, err := netip.ParseAddrPort(server)
	if err != nil {
		return nil, fmt.Errorf("the address of the SIP server: %w", err)
	}
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, err
	}
	_ = conn.SetReadBuffer(socketBuffer) // a smaller one works too
	if err := kerneltime.Ask(conn); err != nil {
		conn.Close()
		return nil, err
	}
	return &socket{conn: conn, server: to, local: conn.LocalAddr().String()}, nil
}

// read hands every message to handle, one after the other, until the socket is closed.
func (s *socket) read(handle func(m *message, at time.Time)) {
	buf, oob := make([]byte, 64<<10), make([]byte, kerneltime.Space)
	for {
		n, o, _, _, err := s.conn.ReadMsgUDPAddrPort(buf, oob)
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			continue // an ICMP error of an earlier packet
		}
		m, err := parse(buf[:n])
		if err != nil {
			continue // keep-alives
		}
		handle(m, kerneltime.Of(oob[:o]))
	}
}

func (s *socket) send(b []byte) {
	_, _ = s.conn.WriteToUDPAddrPort(b, s.server) // what is lost is sent again by the transaction
}

// retransmit sends b now and again after 0.5, 1, 2 and 4 s until stop is closed or ctx ends.
func (s *socket) retransmit(ctx context.Context, b []byte, stop <-chan struct{}) {
	s.send(b)
	for wait := 500 * time.Millisecond; wait <= 4*time.Second; wait *= 2 {
		t := time.NewTimer(wait)
		select {
		case <-stop:
			t.Stop()
			return
		case <-ctx.Done():
			t.Stop()
			return
		case <-t.C:
			s.send(b)
		}
	}
}
