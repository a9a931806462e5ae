package settings

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
)

// Embedding is the organisation's: the origins of other systems' pages that may embed the call widget. Without any, nobody may.
type Embedding struct {
	Origins []string `json:"origins"`
	Stamp
}

// hostForm is a host as browsers write it in an origin: lower case, other alphabets as xn--.
var hostForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)

// Check says what is wrong with it by itself: an *Error, or nil. Origins go into a header and are compared with what browsers say of a message's sender, so only
// what a browser would write passes: not_an_origin otherwise, and origin_insecure without https.
func (v Embedding) Check() error {
	const most = 50
	for i, o := range v.Origins {
		if slug, detail := checkOrigin(o); slug != "" {
			return &Error{Slug: slug, Field: fmt.Sprintf("/origins/%d", i), Detail: detail}
		}
	}
	return first(must(len(v.Origins) <= most, "origins", "there are %d origins at most", most), distinct("origins", v.Origins))
}

func checkOrigin(text string) (slug, detail string) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme+"://"+u.Host != text || !hostOf(u) {
		return "not_an_origin", "an origin is written https://crm.example, in lower case, without a path and without *"
	}
	if port := u.Port(); u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" || strings.HasSuffix(u.Host, ":") {
		return "not_an_origin", "leave the port out where it is the usual one"
	}
	if u.Scheme == "https" || u.Scheme == "http" && (isLoopback(u.Hostname()) || strings.HasSuffix(u.Hostname(), ".localhost")) {
		return "", ""
	}
	return "origin_insecure", "only https pages may embed the widget, for anybody could change others on their way; http is for localhost"
}

func hostOf(u *url.URL) bool {
	host := u.Hostname()
	if a, err := netip.ParseAddr(host); err == nil {
		return a.String() == host && a.Zone() == ""
	}
	return hostForm.MatchString(host)
}
