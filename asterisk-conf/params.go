package asteriskconf

import (
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"regexp"
	"strings"
)

// Params is everything that differs from one Asterisk node to the next.
// [Render] checks it; [Defaults] gives a Params to start from.
type Params struct {
	// SystemName names the node. Asterisk puts it in front of the channel ids
	// it makes up itself, so ids stay unique among many nodes. Letters, digits,
	// "-" and "_" only. Required.
	SystemName string

	Dirs Dirs
	HTTP HTTP
	ARI  ARI
	SIP  SIP
	RTP  RTP
	// AMI is the manager interface, needed only to answer a ringing desk phone
	// from the screen (SIP NOTIFY). Nil leaves it off.
	AMI *AMI

	Dialplan Dialplan
	// DemoTrunk adds a trunk that is recognised by its IP address alone and has
	// no password: for loopback demonstrations and tests. Nil leaves it out.
	DemoTrunk *DemoTrunk
	// Emergency lets emergency calls out from the dialplan itself, with or
	// without a controller. Nil leaves only the documented hook.
	Emergency *Emergency
	// Variables has Asterisk announce every channel variable that is set, as
	// ChannelVarset and VarSet, for applications of others; it costs a tenth of the
	// CPU for a call. Switchroom needs none of them.
	Variables bool
	// Bench also loads app_dial and app_queue, the peers that the benchmarks
	// compare with. A production node needs neither.
	Bench bool
	// Debug also writes Asterisk's debug level to the file debug.log.
	Debug bool
	// Extra is appended, as is, to the file of that name ("extensions.conf",
	// "pjsip.conf", ...), or makes a file that Switchroom does not ship.
	Extra map[string]string
}

// Dirs are absolute paths. Modules, Data and the music and prompts are only read;
// Asterisk must be able to write the others, and they must be the node's own.
type Dirs struct {
	Modules string // *.so files
	Data    string // sounds/, documentation/, rest-api/
	VarLib  string
	DB      string // astdb.sqlite3: the phones created at run time
	Cache   string
	Spool   string // recordings
	Log     string
	Run     string // pid file and control socket; see MaxRunDir
	Music   string // every file in it is hold music of class "default"
	Prompts string // announcements of the services, known to the dialplan as ${SWITCHROOM_PROMPTS}
}

// MaxRunDir is the longest run directory, in bytes, with which the control
// socket's path still fits a Unix socket address.
const MaxRunDir = 90

// HTTP is where ARI and SIP over WebSocket (/ws) are served: Asterisk has one
// HTTP server for both.
type HTTP struct {
	Bind string // IP address; 127.0.0.1 unless a proxy on another host needs it
	Port int
	TLS  *TLS // also serves WSS; nil leaves it off
}

// TLS is a listening port with its certificate. Paths are absolute, PEM.
type TLS struct {
	Port int
	Cert string
	Key  string
}

// ARI is the account of the controller. There is no default password.
type ARI struct {
	User     string
	Password string
	// Crypt says that Password is a crypt(3) hash, for example made by
	// "mkpasswd -m sha-512" or bcrypt, and not the password itself.
	Crypt bool
}

// AMI is the account of the controller at the manager interface.
type AMI struct {
	Bind   string
	Port   int
	User   string
	Secret string
}

// SIP says where SIP is spoken. A port of 0 leaves that transport out. SIP over
// WebSocket has no port of its own: it is HTTP's.
type SIP struct {
	Bind    string // IP address of the UDP, TCP and TLS transports
	UDPPort int
	TCPPort int
	TLS     *TLS
	// External is the node's public address when it sits behind NAT, LocalNets
	// the networks (CIDR) to which it does not apply. Empty: no NAT. A name works
	// for desk phones and trunks; browsers are told an IP address only.
	External  string
	LocalNets []string
}

// RTP is the range of media ports, both ends included, and the address that
// media is bound to and announced with. An address is required: with the
// wildcard, Asterisk looks up its own host name in the DNS, blocking, whenever
// RTCP starts.
type RTP struct {
	Start, End   int
	MediaAddress string
	STUN         string // host:port; empty (the default) asks nobody
}

// Dialplan sets the numbers of the dialplan contract; see etc/extensions.conf.
type Dialplan struct {
	// Numbers maps dialled numbers to queues.
	Numbers []Number
	// DefaultQueue takes the calls whose number is in no Number. Empty: they
	// are rejected with cause 1, unallocated number.
	DefaultQueue string
	// RescueSeconds is how long a caller stays with a controller that no longer
	// renews the caller's absolute timeout.
	RescueSeconds int
	// Retries and RetrySeconds: how often, and after how much music, a caller
	// is offered to the controller again while it is away.
	Retries, RetrySeconds int
	// ExitContext takes the callers whom no controller took in the end, at
	// extension s. Empty: the shipped announcement.
	ExitContext string
	// OverflowContext and RefusedContext take, at extension s, the callers whom
	// the controller gave back so. Empty: the shipped ones.
	OverflowContext, RefusedContext string
}

// Number is a dialled number (digits, optionally "+") and the queue it reaches.
type Number struct {
	Exten, Queue string
}

// DemoTrunk is recognised by the address it calls from.
type DemoTrunk struct {
	Match   []string // IP addresses or networks
	Contact string   // SIP URI that outbound calls are sent to; may be empty
}

// Emergency lets the Numbers out through Dial, a dial string in which
// ${EXTEN} is the number, such as "PJSIP/${EXTEN}@carrier".
type Emergency struct {
	Numbers []string
	Dial    string
}

// Defaults returns the parameters of a loopback node. The caller still sets the
// name, the directories, the ports and the ARI password.
func Defaults() Params {
	return Params{
		HTTP: HTTP{Bind: "127.0.0.1", Port: 8088},
		ARI:  ARI{User: "switchroom"},
		SIP:  SIP{Bind: "127.0.0.1", UDPPort: 5060},
		RTP:  RTP{Start: 10000, End: 20000, MediaAddress: "127.0.0.1"},
		Dialplan: Dialplan{
			RescueSeconds: 30,
			Retries:       12,
			RetrySeconds:  5,
		},
	}
}

var (
	nameRE   = regexp.MustCompile(`^[A-Za-z0-9_-]{1,79}$`)
	numberRE = regexp.MustCompile(`^\+?[0-9*#]{1,32}$`)
)

// PublicIP is External where it is an address and no name, which Asterisk does not take for browsers.
func (p Params) PublicIP() string {
	if _, err := netip.ParseAddr(p.SIP.External); err != nil {
		return ""
	}
	return p.SIP.External
}

// check returns every problem at once, so that one edit can mend them all.
func (p Params) check() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }

	if !nameRE.MatchString(p.SystemName) {
		bad("system name %q: want letters, digits, - or _", p.SystemName)
	}
	p.Dirs.check(bad)
	p.checkAccounts(bad)
	p.checkNetwork(bad)
	p.Dialplan.check(bad)
	if e := p.Emergency; e != nil {
		for _, n := range e.Numbers {
			if !numberRE.MatchString(n) {
				bad("emergency number %q: want digits", n)
			}
		}
		if e.Dial == "" {
			bad("emergency dial string: missing")
		}
	}
	for name := range p.Extra {
		if name != filepath.Base(name) || !strings.HasSuffix(name, ".conf") {
			bad("extra file %q: want a plain file name ending in .conf", name)
		}
	}
	return errors.Join(errs...)
}

type reporter func(format string, args ...any)

func (d Dirs) check(bad reporter) {
	for _, e := range []struct{ what, path string }{
		{"modules", d.Modules}, {"data", d.Data}, {"var lib", d.VarLib}, {"database", d.DB},
		{"cache", d.Cache}, {"spool", d.Spool}, {"log", d.Log}, {"run", d.Run},
		{"music", d.Music}, {"prompts", d.Prompts},
	} {
		if !filepath.IsAbs(e.path) {
			bad("%s directory %q: want an absolute path", e.what, e.path)
		}
	}
	if len(d.Run) > MaxRunDir {
		bad("run directory %q: longer than %d bytes, the control socket would not fit", d.Run, MaxRunDir)
	}
}

func (p Params) checkAccounts(bad reporter) {
	if !nameRE.MatchString(p.ARI.User) || p.ARI.User == "general" {
		bad("ARI user %q: want letters, digits, - or _, and not \"general\"", p.ARI.User)
	}
	if p.ARI.Password == "" {
		bad("ARI password: missing; there is no default")
	}
	if p.AMI != nil {
		if !nameRE.MatchString(p.AMI.User) || p.AMI.User == "general" {
			bad("AMI user %q: want letters, digits, - or _, and not \"general\"", p.AMI.User)
		}
		if p.AMI.Secret == "" {
			bad("AMI secret: missing; there is no default")
		}
		checkAddr(bad, "AMI", p.AMI.Bind)
		checkPort(bad, "AMI", p.AMI.Port)
	}
}

func (p Params) checkNetwork(bad reporter) {
	checkAddr(bad, "HTTP", p.HTTP.Bind)
	checkPort(bad, "HTTP", p.HTTP.Port)
	checkTLS(bad, "HTTP", p.HTTP.TLS)
	checkAddr(bad, "SIP", p.SIP.Bind)
	checkTLS(bad, "SIP", p.SIP.TLS)
	for what, port := range map[string]int{"SIP UDP": p.SIP.UDPPort, "SIP TCP": p.SIP.TCPPort} {
		if port != 0 {
			checkPort(bad, what, port)
		}
	}
	a, err := netip.ParseAddr(p.RTP.MediaAddress)
	if err != nil || a.IsUnspecified() {
		bad("media address %q: want one of the node's own IP addresses, not the wildcard", p.RTP.MediaAddress)
	}
	checkPort(bad, "RTP start", p.RTP.Start)
	checkPort(bad, "RTP end", p.RTP.End)
	if p.RTP.End < p.RTP.Start {
		bad("RTP range %d-%d: ends before it starts", p.RTP.Start, p.RTP.End)
	}
	if p.DemoTrunk != nil && len(p.DemoTrunk.Match) == 0 {
		bad("demo trunk: matches no address")
	}
}

func (d Dialplan) check(bad reporter) {
	for _, n := range d.Numbers {
		if !numberRE.MatchString(n.Exten) {
			bad("number %q: want digits, optionally after +", n.Exten)
		}
		if !nameRE.MatchString(n.Queue) {
			bad("queue %q of number %s: want letters, digits, - or _", n.Queue, n.Exten)
		}
	}
	for what, name := range map[string]string{
		"default queue": d.DefaultQueue, "exit context": d.ExitContext,
		"overflow context": d.OverflowContext, "refused context": d.RefusedContext,
	} {
		if name != "" && !nameRE.MatchString(name) {
			bad("%s %q: want letters, digits, - or _", what, name)
		}
	}
	if d.RescueSeconds < 5 {
		bad("rescue after %d s: want at least 5", d.RescueSeconds)
	}
	if d.Retries < 0 || d.RetrySeconds < 1 {
		bad("retries %d, every %d s: want none or more, at least a second apart", d.Retries, d.RetrySeconds)
	}
}

func checkAddr(bad reporter, what, addr string) {
	if _, err := netip.ParseAddr(addr); err != nil {
		bad("%s address %q: want an IP address", what, addr)
	}
}

func checkPort(bad reporter, what string, port int) {
	if port < 1 || port > 65535 {
		bad("%s port %d: want 1 to 65535", what, port)
	}
}

func checkTLS(bad reporter, what string, t *TLS) {
	if t == nil {
		return
	}
	checkPort(bad, what+" TLS", t.Port)
	if !filepath.IsAbs(t.Cert) || !filepath.IsAbs(t.Key) {
		bad("%s TLS: certificate and key want absolute paths", what)
	}
}
