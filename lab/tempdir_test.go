package lab

import (
	"os"
	"testing"
	"time"
)

func TestFoldersOfKilledProcessesAreSwept(t *testing.T) {
	base := t.TempDir()
	long := time.Now().Add(-time.Hour)
	kept, err := newTempDir(base)
	if err != nil {
		t.Fatal(err)
	}
	orphan, err := newTempDir(base)
	if err != nil {
		t.Fatal(err)
	}
	orphan.lock.Close() // as the kernel does when a process dies
	for _, d := range []*tempDir{kept, orphan} {
		if err := os.Chtimes(d.path, long, long); err != nil {
			t.Fatal(err)
		}
	}
	young, err := newTempDir(base)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(orphan.path); err == nil {
		t.Error("the folder of a dead process is still there")
	}
	for _, d := range []*tempDir{kept, young} {
		if _, err := os.Stat(d.path); err != nil {
			t.Error(err)
		}
		d.remove()
	}
}
