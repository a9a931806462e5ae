package ari

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// minVersions is the oldest usable release of each major version; a newer major version is taken as it is. Releases
// come in pairs, so 23.4 has what 22.10 has.
var minVersions = map[int]int{22: 10, 23: 4}

// DefaultModules are the modules that call handling needs.
func DefaultModules() []string {
	return []string{
		"app_stasis.so", "bridge_holding.so", "bridge_simple.so", "bridge_softmix.so",
		"res_ari_applications.so", "res_ari_asterisk.so", "res_ari_bridges.so", "res_ari_channels.so", "res_ari_endpoints.so",
		"res_ari_events.so", "res_ari_playbacks.so", "res_ari_recordings.so",
		"res_stasis.so", "res_stasis_answer.so", "res_stasis_playback.so", "res_stasis_recording.so", "res_stasis_snoop.so",
	}
}

// UnsupportedError says why an Asterisk cannot be used and what to do about it. It is an ErrUnsupported.
type UnsupportedError struct {
	Version string   // as Asterisk gives it
	Missing []string // modules that are not running
	Advice  string
}

func (e *UnsupportedError) Error() string {
	if len(e.Missing) > 0 {
		return fmt.Sprintf("%v: version %s runs without %s; %s", ErrUnsupported, e.Version, strings.Join(e.Missing, ", "), e.Advice)
	}
	return fmt.Sprintf("%v: version %s; %s", ErrUnsupported, e.Version, e.Advice)
}

func (e *UnsupportedError) Unwrap() error { return ErrUnsupported }

// checkVersion accepts what has the requests this package sends. 22.9.0 is named because it looks close enough to try.
func checkVersion(version string) error {
	major, minor, ok := parseVersion(version)
	if !ok {
		return &UnsupportedError{Version: version, Advice: "its version cannot be compared with 22.10; set SkipVersionCheck if you know that it is newer"}
	}
	oldest, listed := minVersions[major]
	if major > 23 || listed && minor >= oldest {
		return nil
	}
	advice := "install 22.10.1 or newer"
	if major == 22 && minor == 9 || major == 23 && minor == 3 {
		advice += " (this release can deadlock under load on its REST interface)"
	}
	return &UnsupportedError{Version: version, Advice: advice}
}

// parseVersion reads 22.10.1 out of 22.10.1+dfsg+~cs6.17.60671434-1.
func parseVersion(version string) (major, minor int, ok bool) {
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 {
		return 0, 0, false
	}
	major, err1 := strconv.Atoi(parts[0])
	digits := strings.IndexFunc(parts[1]+"x", func(r rune) bool { return r < '0' || r > '9' })
	minor, err2 := strconv.Atoi(parts[1][:digits])
	return major, minor, err1 == nil && err2 == nil
}

// modulePoll is how often modules are asked for again: an Asterisk that has just started answers before it is complete.
const modulePoll = 250 * time.Millisecond

// moduleGrace is how long it may take to become complete.
const moduleGrace = 5 * time.Second

// checkRequirements asks Asterisk who it is and whether it has what is needed. Requests go by HTTP.
func (c *Client) checkRequirements(ctx context.Context) (Info, error) {
	ai, err := c.Asterisk().GetInfo(ctx, GetInfoParams{Only: []InfoSection{InfoSectionSystem, InfoSectionStatus}})
	if err != nil {
		return Info{}, err
	}
	var info Info
	if ai.System != nil {
		info.Version, info.EntityID = ai.System.Version, ai.System.EntityID
	}
	if ai.Status != nil {
		info.Started, info.Reloaded = ai.Status.StartupTime.Time, ai.Status.LastReloadTime.Time
	}
	if !c.cfg.SkipVersionCheck {
		if err := checkVersion(info.Version); err != nil {
			return info, err
		}
	}
	return info, c.awaitModules(ctx, info.Version)
}

func (c *Client) awaitModules(ctx context.Context, version string) error {
	deadline := time.Now().Add(moduleGrace)
	for {
		missing, err := c.missingModules(ctx)
		if err != nil || len(missing) == 0 {
			return err
		}
		if time.Now().After(deadline) {
			return &UnsupportedError{Version: version, Missing: missing, Advice: "load them in modules.conf"}
		}
		select {
		case <-time.After(modulePoll):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (c *Client) missingModules(ctx context.Context) ([]string, error) {
	if len(c.cfg.RequireModules) == 0 {
		return nil, nil
	}
	modules, err := c.Asterisk().ListModules(ctx)
	if err != nil {
		return nil, err
	}
	running := map[string]bool{}
	for _, m := range modules {
		running[m.Name] = m.Status == "Running"
	}
	return slices.DeleteFunc(slices.Clone(c.cfg.RequireModules), func(name string) bool { return running[name] }), nil
}
