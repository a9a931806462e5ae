package asteriskconf

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func valid() Params {
	p := Defaults()
	p.SystemName = "node1"
	p.ARI.Password = "s3cret"
	p.Dirs = Dirs{
		Modules: "/m", Data: "/d", VarLib: "/v", DB: "/db", Cache: "/c", Spool: "/s",
		Log: "/l", Run: "/r", Music: "/music", Prompts: "/prompts",
	}
	return p
}

func render(t *testing.T, p Params) map[string]string {
	t.Helper()
	dir := t.TempDir()
	if err := Render(dir, p); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range entries {
		raw, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(raw)
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v", e.Name(), info.Mode(), err)
		}
	}
	return out
}

func TestEveryFileSaysWhatItIsAndHoldsNoTemplate(t *testing.T) {
	for name, text := range render(t, valid()) {
		if !strings.HasPrefix(text, "; Switchroom: ") {
			t.Errorf("%s does not begin with what it is for", name)
		}
		if strings.Contains(text, "{{") || strings.Contains(text, "<no value>") {
			t.Errorf("%s holds a template", name)
		}
	}
}

func TestNothingIsOpenUnlessAskedFor(t *testing.T) {
	conf := render(t, valid())
	for name, pattern := range map[string]string{
		"manager.conf":    `(?m)^enabled = yes`,
		"pjsip.conf":      `(?m)^\[demo-trunk\]|^\[anonymous\]|^protocol = (tcp|tls|wss)`,
		"http.conf":       `(?m)^tlsenable`,
		"modules.conf":    `(?m)^load = (app_dial|app_queue|app_system|res_agi)|^autoload = yes`,
		"rtp.conf":        `(?m)^stunaddr`,
		"extensions.conf": `(?m)^exten => .*Dial\(`,
	} {
		if found := regexp.MustCompile(pattern).FindString(conf[name]); found != "" {
			t.Errorf("%s holds %q", name, found)
		}
	}
	for _, line := range []string{"bindaddr = 127.0.0.1", "bindport = 8088"} {
		if !strings.Contains(conf["http.conf"], line) {
			t.Errorf("http.conf lacks %q", line)
		}
	}
}

func TestEveryOptionIsRendered(t *testing.T) {
	p := valid()
	p.HTTP.TLS = &TLS{Port: 8089, Cert: "/tls/cert", Key: "/tls/key"}
	p.SIP = SIP{Bind: "::1", UDPPort: 5060, TCPPort: 5061, TLS: &TLS{Port: 5062, Cert: "/c", Key: "/k"},
		External: "192.0.2.7", LocalNets: []string{"10.0.0.0/8"}}
	p.RTP.STUN = "stun.example:3478"
	p.AMI = &AMI{Bind: "127.0.0.1", Port: 5038, User: "ami", Secret: "x;y"}
	p.ARI.Crypt = true
	p.DemoTrunk = &DemoTrunk{Match: []string{"127.0.0.1"}, Contact: "sip:127.0.0.1:5090"}
	p.Emergency = &Emergency{Numbers: []string{"112"}, Dial: "PJSIP/${EXTEN}@carrier"}
	p.Dialplan.Numbers = []Number{{"+4930123", "sales"}}
	p.Dialplan.DefaultQueue = "any"
	p.Dialplan.ExitContext, p.Dialplan.OverflowContext, p.Dialplan.RefusedContext = "my-exit", "my-overflow", "my-refused"
	p.Extra = map[string]string{"pjsip.conf": "[carrier](switchroom-trunk)", "voicemail.conf": "[general]"}
	conf := render(t, p)
	for name, lines := range map[string][]string{
		"http.conf":       {"tlsbindaddr = 127.0.0.1:8089", "tlscertfile = /tls/cert"},
		"pjsip.conf":      {"bind = [::1]:5060", "protocol = wss", "external_media_address = 192.0.2.7", "local_net = 10.0.0.0/8", "match = 127.0.0.1", "contact = sip:127.0.0.1:5090", "[carrier](switchroom-trunk)"},
		"rtp.conf":        {"stunaddr = stun.example:3478", "[ice_host_candidates]\n127.0.0.1 => 192.0.2.7,include_local_address\n"},
		"manager.conf":    {`secret = x\;y`, "port = 5038", "[ami]"},
		"ari.conf":        {"password_format = crypt"},
		"modules.conf":    {"load = app_dial.so"},
		"extensions.conf": {"exten => 112,1,Dial(PJSIP/${EXTEN}@carrier)", "exten => +4930123,1,Set(SWITCHROOM_QUEUE=sales)", "SWITCHROOM_QUEUE=any", "?my-exit,s,1", "?my-overflow,s,1", "?my-refused,s,1"},
		"voicemail.conf":  {"[general]"},
	} {
		for _, line := range lines {
			if !strings.Contains(conf[name], line) {
				t.Errorf("%s lacks %q", name, line)
			}
		}
	}
}

func TestWrongParametersAreNamedAndNothingIsWritten(t *testing.T) {
	for want, spoil := range map[string]func(*Params){
		"system name":          func(p *Params) { p.SystemName = "a]b" },
		"ARI password: miss":   func(p *Params) { p.ARI.Password = "" },
		"ARI user":             func(p *Params) { p.ARI.User = "general" },
		"control character":    func(p *Params) { p.ARI.Password = "x\nread_only = no" },
		"music directory":      func(p *Params) { p.Dirs.Music = "relative" },
		"longer than 90 bytes": func(p *Params) { p.Dirs.Run = "/" + strings.Repeat("x", 90) },
		"media address":        func(p *Params) { p.RTP.MediaAddress = "0.0.0.0" },
		"ends before":          func(p *Params) { p.RTP.Start, p.RTP.End = 200, 100 },
		"HTTP address":         func(p *Params) { p.HTTP.Bind = "localhost" },
		"HTTP port":            func(p *Params) { p.HTTP.Port = 0 },
		"AMI secret":           func(p *Params) { p.AMI = &AMI{Bind: "127.0.0.1", Port: 1, User: "u"} },
		"demo trunk":           func(p *Params) { p.DemoTrunk = &DemoTrunk{} },
		"emergency number":     func(p *Params) { p.Emergency = &Emergency{Numbers: []string{"_."}, Dial: "x"} },
		"emergency dial":       func(p *Params) { p.Emergency = &Emergency{Numbers: []string{"112"}} },
		"number \"_X.\"":       func(p *Params) { p.Dialplan.Numbers = []Number{{"_X.", "sales"}} },
		"queue \"a,b\"":        func(p *Params) { p.Dialplan.Numbers = []Number{{"1", "a,b"}} },
		"exit context":         func(p *Params) { p.Dialplan.ExitContext = "a,s,1" },
		"rescue after":         func(p *Params) { p.Dialplan.RescueSeconds = 0 },
		"extra file":           func(p *Params) { p.Extra = map[string]string{"../x.conf": ""} },
	} {
		p := valid()
		spoil(&p)
		dir := filepath.Join(t.TempDir(), "etc")
		err := Render(dir, p)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s: something was written", want)
		}
	}
}
