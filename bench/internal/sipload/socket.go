package sipload

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"
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
	raw, err := conn.SyscallConn()
	if err == nil {
		var set error
		err = raw.Control(func(fd uintptr) { set = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_TIMESTAMPNS, 1) })
		err = errors.Join(err, set)
	}
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("ask for the kernel's receive times: %w", err)
	}
	return &socket{conn: conn, server: to, local: conn.LocalAddr().String()}, nil
}

// read hands every message to handle, one after the other, until the socket is closed.
func (s *socket) read(handle func(m *message, at time.Time)) {
	buf, oob := make([]byte, 64<<10), make([]byte, 128)
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
		handle(m, kernelTime(oob[:o]))
	}
}

func (s *socket) send(b []byte) {
	_, _ = s.conn.WriteToUDPAddrPort(b, s.server) // what is lost is sent again by the transaction
}

// kernelTime reads the control message SCM_TIMESTAMPNS; without one it is now.
func kernelTime(oob []byte) time.Time {
	list, err := syscall.ParseSocketControlMessage(oob)
	if err != nil {
		return time.Now()
	}
	for _, c := range list {
		if c.Header.Level == syscall.SOL_SOCKET && c.Header.Type == syscall.SO_TIMESTAMPNS && len(c.Data) >= 16 {
			return time.Unix(int64(binary.NativeEndian.Uint64(c.Data)), int64(binary.NativeEndian.Uint64(c.Data[8:])))
		}
	}
	return time.Now()
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
