package phone

import (
	"fmt"
	"log/slog"
	"net/netip"
	"time"
)

// The SIP transports a phone can use.
const (
	UDP = "udp"
	TCP = "tcp"
)

// Config describes one phone. User and Server are required.
type Config struct {
	User     string // SIP account and digest user name
	Password string // digest password; empty for a phone that is known by its address
	Server   string // Asterisk's SIP address, "127.0.0.1:5060"; every message goes there

	Transport string     // UDP or TCP; empty means UDP
	BindIP    netip.Addr // address for SIP and audio; the zero Addr means 127.0.0.1
	Codec     Codec      // empty means ULaw
	// Expires is how long a registration is asked for; it is renewed at half of that.
	// Zero means 5 minutes.
	Expires time.Duration

	// Sound is what the phone says in every call; nil means Silence. Call.Send changes it in one call.
	Sound Source
	// Listen names frequencies in Hz to listen for besides Tones, such as those of the music on hold.
	Listen []int

	// HonourAutoAnswer makes the phone answer by itself when the INVITE asks for it (see
	// Call.AutoAnswerRequested), whatever its behaviour.
	HonourAutoAnswer bool
	// AcceptTalkNotify makes the phone obey NOTIFY with Event talk (answer, or resume) and hold.
	// Without it such a NOTIFY is answered 489, as many desk phones do.
	AcceptTalkNotify bool

	// Logger gets the SIP library's messages; nil means none.
	Logger *slog.Logger
}

// withDefaults fills in what zero values mean and refuses what cannot work.
func (c Config) withDefaults() (Config, error) {
	if c.User == "" {
		return c, fmt.Errorf("phone: Config.User is required")
	}
	if _, err := netip.ParseAddrPort(c.Server); err != nil {
		return c, fmt.Errorf("phone: Config.Server must be an IP address and a port: %w", err)
	}
	if c.Transport == "" {
		c.Transport = UDP
	}
	if c.Transport != UDP && c.Transport != TCP {
		return c, fmt.Errorf("phone: Config.Transport is %q, want %q or %q", c.Transport, UDP, TCP)
	}
	if !c.BindIP.IsValid() {
		c.BindIP = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	if c.Codec == "" {
		c.Codec = ULaw
	}
	if c.Codec != ULaw && c.Codec != ALaw {
		return c, fmt.Errorf("phone: Config.Codec is %q, want %q or %q", c.Codec, ULaw, ALaw)
	}
	if c.Expires == 0 {
		c.Expires = 5 * time.Minute
	}
	if c.Sound == nil {
		c.Sound = Silence()
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c, nil
}
