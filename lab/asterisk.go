package lab

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	asteriskconf "switchroom/asterisk-conf"
)

// AsteriskOptions for [StartAsterisk]. The zero value is right for most tests.
type AsteriskOptions struct {
	// Name is the node's system name. Empty: "lab".
	Name string
	// Dir holds everything the node writes, and survives it. Empty: a temporary
	// folder, removed by Stop.
	Dir string
	// RTPPorts is how many media ports the node gets; each leg takes two. 0: 1024.
	RTPPorts int
	// Bench loads Dial and Queue too, and adds the context lab-dial, in which
	// every number dials the phone of that name.
	Bench bool
	// Variables has every channel variable that is set announced as ChannelVarset.
	Variables bool
	// Debug has Asterisk write debug.log.
	Debug bool
	// Dialplan replaces the numbers of the dialplan contract. Nil: 1000 reaches the
	// queue "sales", 1001 "support", and the controller is retried every second.
	Dialplan *asteriskconf.Dialplan
	// NoDemoTrunk leaves out the trunk "demo-trunk", to which every loopback call
	// that is not from a known phone belongs.
	NoDemoTrunk bool
	// TrunkContact is the SIP URI that calls to demo-trunk are sent to; may be empty.
	TrunkContact string
	// Extra is appended to configuration files, by file name.
	Extra map[string]string
}

// Asterisk is a running node on loopback. Its methods are not safe for concurrent
// use, except those that only return a value, and CLI and AddPhone.
type Asterisk struct {
	ARIURL   string // http://127.0.0.1:port/ari
	User     string // of ARI
	Password string
	SIPAddr  string // host:port, UDP and TCP
	SIPPort  int
	WSURL    string // SIP over WebSocket
	AMIAddr  string // host:port of the manager interface; same user and password
	Dir      string

	bundle  Bundle
	runDir  *tempDir
	tempDir *tempDir // holds Dir when the options name none
	ports   ports
	proc    *process
	killed  *process // the last that Kill ended
	stopped bool
	http    *http.Client
}

// StartAsterisk starts a node and returns when it is fully booted and ARI answers. An
// error holds the end of its log.
func StartAsterisk(ctx context.Context, b Bundle, o AsteriskOptions) (*Asterisk, error) {
	a := &Asterisk{bundle: b, User: "switchroom", Password: rand.Text()}
	a.http = &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	if err := a.setUp(o); err != nil {
		a.cleanUp()
		return nil, fmt.Errorf("asterisk: %w", err)
	}
	if err := a.start(ctx); err != nil {
		a.cleanUp()
		return nil, err
	}
	return a, nil
}

// setUp makes folders, music and configuration, and reserves ports.
func (a *Asterisk) setUp(o AsteriskOptions) error {
	var err error
	if a.Dir = o.Dir; a.Dir == "" {
		if a.tempDir, err = newTempDir(os.TempDir()); err != nil {
			return err
		}
		a.Dir = a.tempDir.path
	}
	if a.Dir, err = filepath.Abs(a.Dir); err != nil {
		return err
	}
	if a.runDir, err = newTempDir(runBase()); err != nil {
		return err
	}
	for _, d := range []string{"etc", "lib/keys", "cache", "spool/recording", "log", "music", "prompts"} {
		if err := os.MkdirAll(filepath.Join(a.Dir, d), 0o755); err != nil {
			return err
		}
	}
	if err := writeMusic(filepath.Join(a.Dir, "music")); err != nil {
		return err
	}
	p, err := a.params(o)
	if err != nil {
		return err
	}
	return asteriskconf.Render(filepath.Join(a.Dir, "etc"), p)
}

// runBase is where the run directory goes, apart from the others because the control
// socket's path must fit a socket address, and $TMPDIR may be long.
func runBase() string {
	const random = 16 // bytes that a temporary folder's name may add
	if base := os.TempDir(); len(base)+len(tempPrefix)+random <= asteriskconf.MaxRunDir {
		return base
	}
	return "/tmp"
}

// params reserves the node's ports and describes the node.
func (a *Asterisk) params(o AsteriskOptions) (asteriskconf.Params, error) {
	p := asteriskconf.Defaults()
	var httpPort, sipPort, amiPort int
	var err error
	for _, port := range []*int{&httpPort, &sipPort, &amiPort} {
		if *port, err = a.ports.single(); err != nil {
			return p, err
		}
	}
	count := o.RTPPorts
	if count == 0 {
		count = 1024
	}
	if p.RTP.Start, p.RTP.End, err = a.ports.block(count); err != nil {
		return p, err
	}
	local := func(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
	a.ARIURL = "http://" + local(httpPort) + "/ari"
	a.WSURL = "ws://" + local(httpPort) + "/ws"
	a.SIPAddr, a.SIPPort = local(sipPort), sipPort
	a.AMIAddr = local(amiPort)

	in := func(name string) string { return filepath.Join(a.Dir, name) }
	p.SystemName = o.Name
	if p.SystemName == "" {
		p.SystemName = "lab"
	}
	p.Dirs = asteriskconf.Dirs{
		Modules: a.bundle.ModuleDir(), Data: a.bundle.DataDir(),
		VarLib: in("lib"), DB: in("lib"), Cache: in("cache"), Spool: in("spool"), Log: in("log"),
		Run: a.runDir.path, Music: in("music"), Prompts: in("prompts"),
	}
	p.HTTP.Port = httpPort
	p.ARI.User, p.ARI.Password = a.User, a.Password
	p.AMI = &asteriskconf.AMI{Bind: "127.0.0.1", Port: amiPort, User: a.User, Secret: a.Password}
	p.SIP.UDPPort, p.SIP.TCPPort = sipPort, sipPort
	p.Bench, p.Debug, p.Variables = o.Bench, o.Debug, o.Variables
	if !o.NoDemoTrunk {
		p.DemoTrunk = &asteriskconf.DemoTrunk{Match: []string{"127.0.0.1"}, Contact: o.TrunkContact}
	}
	p.Dialplan = demoDialplan
	if o.Dialplan != nil {
		p.Dialplan = *o.Dialplan
	}
	p.Extra = extraConf(o)
	return p, nil
}

var demoDialplan = asteriskconf.Dialplan{
	Numbers:       []asteriskconf.Number{{Exten: "1000", Queue: "sales"}, {Exten: "1001", Queue: "support"}},
	RescueSeconds: 30,
	Retries:       10,
	RetrySeconds:  1,
}

// labContext is a context for tests: Local/answer@lab and so on.
const labContext = `
; Far ends for tests.
[lab]
exten => answer,1,Answer()
 same => n,Wait(3600)
exten => echo,1,Answer()
 same => n,Echo()
exten => music,1,Answer()
 same => n,MusicOnHold(default)
exten => hello,1,Answer()
 same => n,Playback(hello-world)
exten => ring,1,Ringing()
 same => n,Wait(3600)
exten => busy,1,Busy(10)
exten => hangup,1,Hangup(16)
`

const labDialContext = `
; Every number dials the phone of that name.
[lab-dial]
exten => _[0-9a-zA-Z]!,1,Dial(PJSIP/${FILTER(0-9a-zA-Z,${EXTEN})},60)
 same => n,Hangup()
`

func extraConf(o AsteriskOptions) map[string]string {
	extra := map[string]string{"extensions.conf": labContext, "rtp.conf": iceCandidates()}
	if o.Bench {
		extra["extensions.conf"] += labDialContext
	}
	for name, text := range o.Extra {
		extra[name] += "\n" + text
	}
	return extra
}

// iceCandidates has Asterisk announce the loopback to browsers, where its media is. By itself it names the machine's other addresses, at which nothing
// listens: then a browser's own checks reach nobody, and whether there is sound depends on Asterisk's.
func iceCandidates() string {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return "" // Asterisk's checks remain
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && n.IP.IsGlobalUnicast() {
			return "[ice_host_candidates]\n" + n.IP.String() + " => 127.0.0.1\n" // one is enough
		}
	}
	return ""
}

// LogPath is where Asterisk writes notices, warnings and errors.
func (a *Asterisk) LogPath() string { return filepath.Join(a.Dir, "log/messages.log") }

// MusicDir holds the hold music; further files become part of it on the next start.
func (a *Asterisk) MusicDir() string { return filepath.Join(a.Dir, "music") }

// PromptDir is where the announcements of services lie.
func (a *Asterisk) PromptDir() string { return filepath.Join(a.Dir, "prompts") }

// Pid is the process id, for tests that stop it (SIGSTOP) or measure it.
func (a *Asterisk) Pid() int { return a.proc.cmd.Process.Pid }

func (a *Asterisk) outPath() string { return filepath.Join(a.Dir, "log/console.log") }

// Stop ends the node in order and gives its ports and temporary folder back. It may be
// called again.
func (a *Asterisk) Stop() error {
	if a.stopped {
		return nil
	}
	a.stopped = true
	err := a.proc.stop(stopGrace)
	a.cleanUp()
	if err != nil {
		return fmt.Errorf("asterisk: %w", err)
	}
	return nil
}

// Kill ends the node at once, as a crash would. [Asterisk.Restart] brings it back.
func (a *Asterisk) Kill() { a.killed = a.proc; a.proc.kill() }

// Died says how the node ended, where nobody ended it; nil while it runs.
func (a *Asterisk) Died() error {
	if a.stopped || a.proc.alive() || a.killed == a.proc {
		return nil
	}
	return fmt.Errorf("asterisk died by itself: %w", a.proc.err)
}

// Restart starts the node again with the same ports, configuration and phones, stopping
// it first if it runs. After [Asterisk.Stop] it cannot be used.
func (a *Asterisk) Restart(ctx context.Context) error {
	if a.stopped {
		return errors.New("asterisk: restart after Stop: the ports have been given back")
	}
	if err := a.proc.stop(stopGrace); err != nil {
		return fmt.Errorf("asterisk: %w", err)
	}
	return a.start(ctx)
}

func (a *Asterisk) cleanUp() {
	a.ports.close()
	a.runDir.remove()
	a.tempDir.remove()
}

func (a *Asterisk) confPath() string { return filepath.Join(a.Dir, "etc/asterisk.conf") }

func (a *Asterisk) start(ctx context.Context) error {
	out, err := os.OpenFile(a.outPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("asterisk: %w", err)
	}
	defer out.Close()
	cmd := a.bundle.command("usr/sbin/asterisk", "-C", a.confPath(), "-f", "-n")
	cmd.Dir = a.Dir
	cmd.Stdout, cmd.Stderr = out, out
	p, err := startProcess(cmd)
	if err != nil {
		return fmt.Errorf("asterisk: start: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := p.waitReady(ctx, a.ready); err != nil {
		p.kill()
		return fmt.Errorf("asterisk: start: %w\n%s\n%s", err, tail(a.outPath(), 2048), tail(a.LogPath(), 4096))
	}
	a.proc = p
	return nil
}

// ready succeeds once ARI answers and all modules are loaded.
func (a *Asterisk) ready(ctx context.Context) error {
	if _, err := a.ari(ctx, http.MethodGet, "/asterisk/info", nil); err != nil {
		return err
	}
	out, err := a.CLI(ctx, "core waitfullybooted")
	if err != nil {
		return err
	}
	if !strings.Contains(out, "fully booted") {
		return fmt.Errorf("core waitfullybooted: %s", strings.TrimSpace(out))
	}
	return nil
}

// CLI runs a console command and returns what it printed.
func (a *Asterisk) CLI(ctx context.Context, command string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	cmd := a.bundle.command("usr/sbin/asterisk", "-C", a.confPath(), "-rx", command)
	out, err := output(ctx, cmd)
	if err != nil {
		return "", fmt.Errorf("asterisk: %s: %w", command, err)
	}
	return out, nil
}

// ari sends one request to ARI and returns the body. A status that is not 2xx is an error.
func (a *Asterisk) ari(ctx context.Context, method, path string, body io.Reader) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, a.ARIURL+path, body)
	if err != nil {
		return nil, err
	}
	req.SetBasicAuth(a.User, a.Password)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := a.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode/100 != 2 {
		return nil, fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, raw)
	}
	return raw, nil
}
