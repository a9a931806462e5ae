package lab_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"switchroom/lab"
)

// ariCall sends a request to ARI and decodes the answer into out when that is not nil.
func ariCall(t *testing.T, node *lab.Asterisk, method, path, body string, out any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, node.ARIURL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(node.User, node.Password)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode/100 != 2 {
		t.Fatalf("%s %s: %s: %s", method, path, resp.Status, raw)
	}
	if out != nil {
		if err := json.Unmarshal(raw, out); err != nil {
			t.Fatalf("%s %s: %v: %s", method, path, err, raw)
		}
	}
}

// eventually polls until ok returns nil, and fails the test with its last error after
// ten seconds.
func eventually(t *testing.T, ok func() error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for {
		err := ok()
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatal(err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Every module named in modules.conf runs, and Asterisk has nothing to complain of.
func TestEveryModuleRunsAndTheLogIsClean(t *testing.T) {
	for _, bench := range []bool{false, true} {
		t.Run(fmt.Sprintf("bench=%v", bench), func(t *testing.T) {
			node := lab.NewAsterisk(t, lab.AsteriskOptions{Bench: bench})
			var modules []struct{ Name, Status string }
			ariCall(t, node, http.MethodGet, "/asterisk/modules", "", &modules)
			status := map[string]string{}
			for _, m := range modules {
				status[m.Name] = m.Status
			}
			conf, err := os.ReadFile(filepath.Join(node.Dir, "etc/modules.conf"))
			if err != nil {
				t.Fatal(err)
			}
			wanted := regexp.MustCompile(`(?m)^load = (\S+)`).FindAllStringSubmatch(string(conf), -1)
			for _, w := range wanted {
				if status[w[1]] != "Running" {
					t.Errorf("%s: status %q", w[1], status[w[1]])
				}
			}
			if bench != (status["app_queue.so"] == "Running") {
				t.Errorf("app_queue: status %q", status["app_queue.so"])
			}
			for _, line := range complaints(t, node) {
				t.Error(line)
			}
		})
	}
}

// allowed are complaints that are right and harmless.
var allowed = []string{
	// A call came in and no controller is connected.
	"Stasis app 'switchroom' doesn't exist",
	"Failed to find outbound websocket per-call config for app 'switchroom'",
}

// complaints returns the WARNING and ERROR lines of the node's log that are not allowed.
func complaints(t *testing.T, node *lab.Asterisk) []string {
	t.Helper()
	f, err := os.Open(node.LogPath())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var found []string
	lines := bufio.NewScanner(f)
next:
	for lines.Scan() {
		line := lines.Text()
		if !strings.Contains(line, "WARNING[") && !strings.Contains(line, "ERROR[") {
			continue
		}
		for _, a := range allowed {
			if strings.Contains(line, a) {
				continue next
			}
		}
		found = append(found, line)
	}
	return found
}

// Asterisk keeps the objects in memory (sorcery.conf); a change must not wait for that.
func TestAPhoneThatIsChangedOrRemovedAtRunTimeIsSoAtOnce(t *testing.T) {
	node := lab.NewAsterisk(t, lab.AsteriskOptions{})
	show := func(what string) string {
		t.Helper()
		out, err := node.CLI(t.Context(), "pjsip show "+what+" 101")
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(strings.Fields(out), " ")
	}
	for _, secret := range []string{"first", "second", "third"} {
		limit := map[string]string{"first": "1", "second": "2", "third": "3"}[secret]
		if err := node.AddPhone(t.Context(), lab.Phone{ID: "101", Password: secret, Fields: map[string]string{"device_state_busy_at": limit}}); err != nil {
			t.Fatal(err)
		}
		if out := show("auth"); !strings.Contains(out, " password : "+secret+" ") {
			t.Errorf("after the secret became %q:\n%s", secret, out)
		}
		if out := show("endpoint"); !strings.Contains(out, " device_state_busy_at : "+limit+" ") {
			t.Errorf("after device_state_busy_at became %s:\n%s", limit, out)
		}
	}
	if err := node.RemovePhone(t.Context(), "101"); err != nil {
		t.Fatal(err)
	}
	if out := show("endpoint"); !strings.Contains(out, "Unable to find object 101") {
		t.Errorf("a removed phone is still there:\n%s", out)
	}
}

func TestAPhoneAddedAtRunTimeSurvivesARestart(t *testing.T) {
	node := lab.NewAsterisk(t, lab.AsteriskOptions{})
	if err := node.AddPhone(t.Context(), lab.Phone{ID: "101", Password: "p;w"}); err != nil {
		t.Fatal(err)
	}
	if err := node.AddPhone(t.Context(), lab.Phone{ID: "102", Password: "x", WebRTC: true}); err != nil {
		t.Fatal(err)
	}
	check := func() {
		t.Helper()
		out, err := node.CLI(t.Context(), "pjsip show endpoint 102")
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"webrtc                             : yes", "allow                              : (opus|ulaw)", "media_address                      : 127.0.0.1"} {
			if !strings.Contains(out, want) {
				t.Errorf("endpoint 102 lacks %q", want)
			}
		}
		out, err = node.CLI(t.Context(), "pjsip show auth 101")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out, "p;w") {
			t.Errorf("auth 101:\n%s", out)
		}
	}
	check()
	addr := node.ARIURL
	if err := node.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if node.ARIURL != addr {
		t.Errorf("ARI moved from %s to %s", addr, node.ARIURL)
	}
	check()
	node.Kill()
	if err := node.Died(); err != nil {
		t.Errorf("of a node that was killed: %v", err)
	}
	if err := node.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	check()
	if err := syscall.Kill(node.Pid(), syscall.SIGSEGV); err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); node.Died() == nil; time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > 10*time.Second {
			t.Fatal("a node that crashed is not known to have died")
		}
	}
	if err := node.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	check()
	if err := node.RemovePhone(t.Context(), "101"); err != nil {
		t.Fatal(err)
	}
	out, err := node.CLI(t.Context(), "pjsip show endpoint 101")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out, "Unable to find object") {
		t.Errorf("endpoint 101 is still there:\n%s", out)
	}
}

func TestNodesStartSideBySide(t *testing.T) {
	a := lab.NewAsterisk(t, lab.AsteriskOptions{Name: "a"})
	b := lab.NewAsterisk(t, lab.AsteriskOptions{Name: "b"})
	if a.ARIURL == b.ARIURL || a.SIPPort == b.SIPPort {
		t.Errorf("same ports: %s %s, %d %d", a.ARIURL, b.ARIURL, a.SIPPort, b.SIPPort)
	}
	var info struct {
		Config struct{ Name string }
	}
	ariCall(t, b, http.MethodGet, "/asterisk/info", "", &info)
	if info.Config.Name != "b" {
		t.Errorf("node b calls itself %q", info.Config.Name)
	}
}

func TestAFailedStartShowsAsterisksLog(t *testing.T) {
	_, err := lab.StartAsterisk(t.Context(), lab.Need(t), lab.AsteriskOptions{
		Dir:   t.TempDir(),
		Extra: map[string]string{"modules.conf": "require = no_such_module.so"},
	})
	if err == nil || !strings.Contains(err.Error(), "no_such_module.so") {
		t.Errorf("error: %v", err)
	}
}

// A wildcard bind would make Asterisk ask the DNS for its own name in the middle of calls.
func TestMediaIsBoundToLoopback(t *testing.T) {
	node := lab.NewAsterisk(t, lab.AsteriskOptions{})
	// The node calls itself through the demo trunk, so both ends of a SIP call are its own.
	ariCall(t, node, http.MethodPost, "/channels", fmt.Sprintf(
		`{"endpoint":"PJSIP/demo-trunk/sip:1000@%s","context":"lab","extension":"answer","priority":1}`, node.SIPAddr), nil)
	rtp := regexp.MustCompile(`rtpstart = (\d+)`)
	conf, err := os.ReadFile(filepath.Join(node.Dir, "etc/rtp.conf"))
	if err != nil {
		t.Fatal(err)
	}
	var first int
	if _, err := fmt.Sscan(rtp.FindStringSubmatch(string(conf))[1], &first); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() error {
		bound := udpBound(t, node.Pid(), first, first+1023)
		if len(bound) < 4 {
			return fmt.Errorf("media ports bound: %v", bound)
		}
		for _, addr := range bound {
			if !strings.HasPrefix(addr, "0100007F:") {
				t.Errorf("media bound to %s, want 127.0.0.1", addr)
			}
		}
		return nil
	})
	for _, line := range complaints(t, node) {
		t.Error(line)
	}
}

// udpBound returns the local addresses, in the kernel's hexadecimal notation, of the
// UDP sockets with a port from first to last. Ports of a node are its own.
func udpBound(t *testing.T, pid, first, last int) []string {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/udp", pid))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for line := range strings.Lines(string(raw)) {
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		_, hex, ok := strings.Cut(f[1], ":")
		var port int
		if !ok {
			continue
		}
		if _, err := fmt.Sscanf(hex, "%X", &port); err == nil && port >= first && port <= last {
			found = append(found, f[1])
		}
	}
	return found
}
