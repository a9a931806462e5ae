package lab

import (
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const tempPrefix = "switchroom-lab-"

// tempDir is a temporary folder whose owner holds a lock on it. A process that was
// killed leaves its folders behind without one, and the next process removes them.
type tempDir struct {
	path string
	lock *os.File
}

func newTempDir(base string) (*tempDir, error) {
	sweepTempDirs(base)
	path, err := os.MkdirTemp(base, tempPrefix)
	if err != nil {
		return nil, err
	}
	lock, err := lockDir(path)
	if err != nil {
		return nil, err
	}
	return &tempDir{path: path, lock: lock}, nil
}

// remove does nothing to a nil folder.
func (d *tempDir) remove() {
	if d == nil {
		return
	}
	_ = os.RemoveAll(d.path) // what stays is swept later
	d.lock.Close()
}

func lockDir(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// sweepTempDirs removes the folders of processes that are gone. A young one may be
// about to be locked. Errors do not matter: other users' folders stay.
func sweepTempDirs(base string) {
	dirs, _ := filepath.Glob(filepath.Join(base, tempPrefix+"*"))
	for _, dir := range dirs {
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() || time.Since(info.ModTime()) < time.Minute {
			continue
		}
		if lock, err := lockDir(dir); err == nil {
			_ = os.RemoveAll(dir)
			lock.Close()
		}
	}
}
