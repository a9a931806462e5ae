// Package kerneltime tells when the kernel received a packet: however late a busy program reads it, that is the time that counts.
package kerneltime

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"
)

// Space is how many bytes of control messages to make room for when reading.
const Space = 128

// Ask has the socket's packets carry their receive time.
func Ask(conn *net.UDPConn) error {
	raw, err := conn.SyscallConn()
	if err == nil {
		var set error
		err = raw.Control(func(fd uintptr) { set = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_TIMESTAMPNS, 1) })
		err = errors.Join(err, set)
	}
	if err != nil {
		return fmt.Errorf("ask for the kernel's receive times: %w", err)
	}
	return nil
}

// Of reads the receive time from the control messages that came with a packet; without one it is now.
func Of(oob []byte) time.Time {
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
