package settings

import (
	"net/url"
	"regexp"
	"strings"
	"time"

	"switchroom/account"
)

// Provider is an OpenID Connect provider by which people sign in. Its client secret is stored beside it, sealed, and never shown.
type Provider struct {
	Stamp
	ID       string `json:"id"`   // stands in the address that the provider sends people back to
	Name     string `json:"name"` // on the button
	Issuer   string `json:"issuer"`
	ClientID string `json:"client_id"`
	// Claim says which person it is at the first login: its value is the person's login.
	Claim string `json:"claim"`
	// PasswordLogin: who has signed in by it may also use their password here. Administrators always may.
	PasswordLogin bool `json:"password_login"`
	// SecondFactor: the provider asks everybody for one, whether or not it says so each time; none is asked for here.
	SecondFactor bool `json:"second_factor"`
	Enabled      bool `json:"enabled"`
}

// NewProvider is what a new one begins with.
func NewProvider() Provider {
	return Provider{Claim: account.ClaimEmail, PasswordLogin: true, Enabled: true}
}

// Identity is an account at a provider that is linked to a person.
type Identity struct {
	ID       string    `json:"id"`
	Issuer   string    `json:"issuer"`
	Subject  string    `json:"subject"` // hostile text
	Login    string    `json:"login"`   // what the claim said when it was linked
	Linked   time.Time `json:"linked"`
	LastUsed time.Time `json:"last_used"`
}

// The longest texts, in bytes. Issuer and subject are a key together.
const (
	maxIssuer  = 400
	MaxSubject = 255 // OpenID Connect Core 1.0, section 2
	maxSecret  = 1024
)

var (
	providerForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)
	claimForm    = regexp.MustCompile(`^[A-Za-z0-9_:/.-]{1,128}$`)
)

// Check checks a provider by itself. Whether it is one, who saves it finds out.
func (p Provider) Check() error {
	return first(
		must(providerForm.MatchString(p.ID), "id", "an ID is small letters, digits and dashes, up to 32"),
		label("name", p.Name, 64),
		checkIssuer(p.Issuer),
		must(len(p.ClientID) > 0 && len(p.ClientID) <= 255 && printable(p.ClientID), "client_id", "it is as the provider gave it, up to 255 characters"),
		must(claimForm.MatchString(p.Claim), "claim", "a claim is email, preferred_username or another name of one, up to 128 characters"),
	)
}

// CheckClientSecret says what is wrong with a provider's secret.
func CheckClientSecret(secret string) error {
	return must(secret != "" && len(secret) <= maxSecret && printable(secret), "client_secret", "it is as the provider gave it, up to %d characters", maxSecret)
}

func checkIssuer(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || len(text) > maxIssuer || !printable(text) || u.Hostname() == "" || u.Opaque != "":
		return Invalid("issuer", "it is an address such as https://login.example.com/realms/main, of at most %d characters", maxIssuer)
	case u.User != nil || u.Fragment != "" || u.RawQuery != "" || strings.HasSuffix(text, "?") || strings.HasSuffix(text, "#"):
		return Invalid("issuer", "it has no user, no ? and no # in it")
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return nil
	}
	return Invalid("issuer", "it begins with https://; http:// is for this machine itself")
}

func printable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > 0x7e })
}
