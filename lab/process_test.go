package lab_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"switchroom/lab"
)

// parentEnv makes the test program the parent in
// TestServersDieWithTheirParent: it starts the servers, says so, and waits.
const parentEnv = "SWITCHROOM_LAB_PARENT"

func TestMain(m *testing.M) {
	if dir := os.Getenv(parentEnv); dir != "" {
		if err := parent(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

func parent(dir string) error {
	ctx := context.Background()
	b, err := lab.Ensure(ctx, lab.Options{})
	if err != nil {
		return err
	}
	a, err := lab.StartAsterisk(ctx, b, lab.AsteriskOptions{Dir: dir})
	if err != nil {
		return err
	}
	r, err := lab.StartRedis(ctx, b, dir)
	if err != nil {
		return err
	}
	fmt.Println(a.Pid(), r.Pid())
	select {}
}

func TestServersDieWithTheirParent(t *testing.T) {
	lab.Need(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), parentEnv+"="+t.TempDir())
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var pids [2]int
	if _, err := fmt.Sscan(line, &pids[0], &pids[1]); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	for _, pid := range pids {
		if !running(pid) {
			t.Errorf("process %d does not run", pid)
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	var killed *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &killed) {
		t.Fatal(err)
	}
	for _, pid := range pids {
		eventually(t, func() error {
			if running(pid) {
				return fmt.Errorf("process %d outlived its parent", pid)
			}
			return nil
		})
	}
}

// running is false for a zombie: its new parent need not be quick to collect it.
func running(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, after, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(after, "Z")
}
