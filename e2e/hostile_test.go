package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"switchroom/agent"
	"switchroom/lab/phone"
)

func TestS13_HostileCallerIDArrivesAsTextAndRunsNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	carla := h.desk("carla").ready()
	marker := filepath.Join(t.TempDir(), "ran")
	for what, name := range map[string]string{
		"dialplan expressions": `${SHELL(touch ` + marker + `)}`,
		"nested expressions":   `$[1+1]${${EVAL(${SHELL(touch ` + marker + `)})}}`,
		"quotes":               `"Robert"'; DROP TABLE tickets; --`,
		"semicolons":           `a;b;c<sip:evil@example.com>;tag=x`,
		"HTML":                 `<img src=x onerror="alert(1)"><script>fetch('//evil')</script>`,
		"line ends escaped":    `A%0d%0aX-Injected: yes`,
		"backslashes":          `\\\"\"\\`,
		"commas and pipes":     `a,b|c,d)(&!~`,
		"Unicode":              "Zoë Œuvre 李雷 \u202egnp.exe \U0001F4DE",
		"broken UTF-8":         "A\xff\xfe\xc3(",
		"5 kB":                 strings.Repeat("long ", 1000),
		"empty":                "",
	} {
		t.Log(what)
		carla.login().choose(agent.Ready)
		customer := h.customer("0301234567").dials("1000", phone.InviteOpts{FromName: name})
		leg := carla.rings()
		v := carla.shows(agent.ShowRinging, "")
		if v.Call.Caller.Number != "0301234567" {
			t.Errorf("%s: the number became %q", what, v.Call.Caller.Number)
		}
		if !survived(name, v.Call.Caller.Name) && what != "broken UTF-8" {
			t.Errorf("%s: the name %q became %q", what, name, v.Call.Caller.Name)
		}
		if leg.Invitation().Get("X-Injected") != "" {
			t.Errorf("%s: a header was smuggled in: %v", what, leg.Invitation())
		}
		if strings.ContainsFunc(leg.FromName(), unicode.IsControl) || len(leg.FromName()) > 300 {
			t.Errorf("%s: the phone shows %q", what, leg.FromName())
		}
		carla.answers(leg)
		h.talk(customer, carla, leg)
		h.hasOneTicket(v.Call.ID, "carla")
		customer.hangsUp()
		carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
		h.settled()
	}
	if _, err := os.Stat(marker); err == nil {
		t.Fatal("a caller's name was executed")
	}
}

// survived tells whether a name arrived, whole or cut to what Asterisk keeps of one (80 bytes).
func survived(sent, got string) bool {
	want, have := letters(sent), letters(got)
	return want == have || len(got) > 60 && strings.HasPrefix(want, have)
}

// letters is what must survive of a name, however it is escaped on its way.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) && r != unicode.ReplacementChar {
			return r
		}
		return -1
	}, s)
}

func TestS13_HostileCallerNumbersAndDialledNumbersRunNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t, options{})
	carla := h.desk("carla").ready()
	marker := filepath.Join(t.TempDir(), "ran")
	for _, from := range []string{
		"%24%7BSHELL%28touch%20" + strings.ReplaceAll(marker, "/", "%2F") + "%29%7D", "carla%3Bx%3Dy", strings.Repeat("9", 500), "+49(30)1234-567",
		"%3Cscript%3E", "anonymous", "0%22%0D%0AX-Injected%3A%20yes",
	} {
		t.Log(from)
		customer := h.customer("0301234567").dials("1000", phone.InviteOpts{FromUser: from})
		leg := carla.rings()
		carla.shows(agent.ShowRinging, "")
		if leg.Invitation().Get("X-Injected") != "" || strings.ContainsFunc(leg.FromUser(), unicode.IsControl) {
			t.Errorf("the phone is told %q %v", leg.FromUser(), leg.Invitation())
		}
		h.talk(customer, carla, carla.answers(leg))
		customer.hangsUp()
		carla.shows(agent.ShowBusiness, agent.ReasonTicketProcessing)
		h.settled()
		carla.choose(agent.Ready)
	}
	// What is no SIP at all is dropped by Asterisk, and harms nobody.
	for _, from := range []string{"${SHELL(touch${IFS}" + marker + ")}", `a"b`, "<script>"} {
		_ = h.customer("0301234567").dials("1000", phone.InviteOpts{FromUser: from})
	}
	h.stays(time.Second, "carla's phone does not ring", func() bool { return carla.ringing() == nil })
	carla.choose(agent.Business)
	for _, to := range []string{"1000%24%7BSHELL(touch%20" + marker + ")%7D", "1000,x", "1000&1001"} {
		c := h.customer("0301234567").dials(to)
		c.waits("is refused or queued", func(ctx contextT) error {
			if err := c.call.WaitState(ctx, phone.StateRinging); !errors.Is(err, phone.ErrEnded) {
				return err
			}
			return nil
		})
		c.hangsUp()
		h.settled()
	}
	if _, err := os.Stat(marker); err == nil {
		t.Fatal("a caller's number was executed")
	}
}
