//go:build faults

package engine

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// A build with the tag "faults" is for tests only. SWITCHROOM_FAULT decides what it does at each point that it passes:
//
//	trace=FILE    append the point's name to FILE
//	kill=POINT#N  kill -9 this process the N-th time that it comes to POINT
var faults struct {
	sync.Mutex
	passed map[string]int
}

func fault(point string) {
	order, arg, _ := strings.Cut(os.Getenv("SWITCHROOM_FAULT"), "=")
	faults.Lock()
	defer faults.Unlock()
	if faults.passed == nil {
		faults.passed = map[string]int{}
	}
	faults.passed[point]++
	switch order {
	case "trace":
		f, err := os.OpenFile(arg, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err == nil {
			fmt.Fprintf(f, "%s#%d\n", point, faults.passed[point])
			f.Close()
		}
	case "kill":
		name, nth, _ := strings.Cut(arg, "#")
		if n, _ := strconv.Atoi(nth); point == name && faults.passed[point] == n {
			_ = syscall.Kill(syscall.Getpid(), syscall.SIGKILL)
			select {} // the signal is on its way; nothing more may happen
		}
	}
}

// Fault is a point of another package.
func Fault(point string) { fault(point) }

func violation(err error) { panic("broken invariant: " + err.Error()) }
