package lab

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// Ports are handed out from below the range that the kernel takes outgoing
// connections' ports from, so that a stopped server finds its port free when it
// starts again. A lock file for each block keeps processes of this machine
// from taking the same one; the kernel drops the lock when its owner dies.
const (
	singlesFirst, singlesLast = 10000, 11999 // one port each
	blocksFirst, blocksLast   = 12000, 32479 // blocks of blockSize, for RTP
	blockSize                 = 256
)

// portLocks is the same for everybody on the machine, whatever their $TMPDIR.
const portLocks = "/tmp/switchroom-ports"

// ports is a set of reserved ports; close gives them back.
type ports struct {
	locks []*os.File
}

// single reserves one port that is free for TCP and UDP on loopback.
func (p *ports) single() (int, error) {
	const n = singlesLast - singlesFirst + 1
	for i, start := 0, rand.IntN(n); i < n; i++ {
		port := singlesFirst + (start+i)%n
		lock, err := lockPort(port)
		if err != nil {
			return 0, err
		}
		if lock == nil {
			continue
		}
		if !portFree(port) {
			lock.Close()
			continue
		}
		p.locks = append(p.locks, lock)
		return port, nil
	}
	return 0, errors.New("no free loopback port from " + strconv.Itoa(singlesFirst))
}

// block reserves count consecutive ports, rounded up to whole blocks, and
// returns the first and the last. Single ports in it may be in use by strangers:
// Asterisk passes over them.
func (p *ports) block(count int) (first, last int, err error) {
	units := (count + blockSize - 1) / blockSize
	total := (blocksLast - blocksFirst + 1) / blockSize
	for i, start := 0, rand.IntN(total); i < total; i++ {
		at := (start + i) % total
		if at+units > total {
			continue
		}
		locks, err := lockUnits(blocksFirst+at*blockSize, units)
		if err != nil {
			return 0, 0, err
		}
		if locks == nil {
			continue
		}
		p.locks = append(p.locks, locks...)
		first = blocksFirst + at*blockSize
		return first, first + units*blockSize - 1, nil
	}
	return 0, 0, fmt.Errorf("no %d consecutive RTP ports left between %d and %d", count, blocksFirst, blocksLast)
}

func (p *ports) close() {
	for _, f := range p.locks {
		f.Close()
	}
	p.locks = nil
}

// lockUnits locks all blocks or none (nil, nil).
func lockUnits(first, units int) ([]*os.File, error) {
	var locks []*os.File
	for u := range units {
		lock, err := lockPort(first + u*blockSize)
		if lock == nil || err != nil {
			for _, f := range locks {
				f.Close()
			}
			return nil, err
		}
		locks = append(locks, lock)
	}
	return locks, nil
}

// lockPort returns nil, nil when somebody else has the port.
func lockPort(port int) (*os.File, error) {
	dir := portLocks
	if err := os.Mkdir(dir, 0o777); err == nil {
		// All users of the machine share the folder; the umask must not narrow it.
		if err := os.Chmod(dir, 0o777|os.ModeSticky); err != nil {
			return nil, fmt.Errorf("reserve port: %w", err)
		}
	} else if !errors.Is(err, os.ErrExist) {
		return nil, fmt.Errorf("reserve port: %w", err)
	}
	path := filepath.Join(dir, strconv.Itoa(port))
	f, err := openLock(path)
	if errors.Is(err, os.ErrPermission) {
		return nil, nil // another user's, who keeps it from us: pass it over
	}
	if err != nil {
		return nil, fmt.Errorf("reserve port: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, nil
		}
		return nil, fmt.Errorf("reserve port: lock %s: %w", path, err)
	}
	return f, nil
}

// openLock opens a lock file, readable by all users whatever the umask. One that exists is
// opened without O_CREATE, which the kernel may refuse on another user's file in a sticky folder.
func openLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW, 0)
	if !errors.Is(err, os.ErrNotExist) {
		return f, err
	}
	f, err = os.OpenFile(path, os.O_RDONLY|os.O_CREATE|syscall.O_NOFOLLOW, 0o644)
	if err != nil {
		return nil, err
	}
	_ = f.Chmod(0o644) // fails when another user made it a moment ago: then it is done
	return f, nil
}

// portFree tells whether the port can be bound on loopback now.
func portFree(port int) bool {
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return false
	}
	defer l.Close()
	u, err := net.ListenPacket("udp", addr)
	if err != nil {
		return false
	}
	u.Close()
	return true
}
