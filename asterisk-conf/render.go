// Package asteriskconf holds the complete Asterisk configuration that Switchroom
// runs with (etc/*.conf, commented for the telephony engineer) and writes it out
// for one node.
//
// The files in etc are text templates; what differs between nodes is in [Params].
// The dialplan contract, that is which contexts exist, when callers come back
// to the dialplan and with which variables, is described in etc/extensions.conf.
package asteriskconf

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"
)

//go:embed etc/*.conf
var files embed.FS

// Render writes the configuration for the node p into dir, which is created when
// missing. Files of the same name are replaced, others left alone. They hold
// passwords and are readable by their owner only. The error names every
// parameter that is wrong; nothing is written then.
func Render(dir string, p Params) error {
	if err := p.check(); err != nil {
		return fmt.Errorf("asterisk configuration: %w", err)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("asterisk configuration: %w", err)
	}
	out, err := renderAll(dir, p)
	if err != nil {
		return fmt.Errorf("asterisk configuration: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("asterisk configuration: %w", err)
	}
	for name, text := range out {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			return fmt.Errorf("asterisk configuration: %w", err)
		}
	}
	return nil
}

// view is what the templates see: the parameters, and the configuration's own
// directory.
type view struct {
	Params
	EtcDir string
}

func renderAll(dir string, p Params) (map[string][]byte, error) {
	set, err := template.New("").Option("missingkey=error").Funcs(template.FuncMap{
		"v": value, "hostport": hostport,
	}).ParseFS(files, "etc/*.conf")
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(files, "etc/*.conf")
	if err != nil {
		return nil, err
	}
	out := make(map[string][]byte, len(names))
	for _, name := range names {
		base := filepath.Base(name)
		var b bytes.Buffer
		if err := set.ExecuteTemplate(&b, base, view{p, dir}); err != nil {
			return nil, err
		}
		out[base] = b.Bytes()
	}
	for name, text := range p.Extra {
		out[name] = append(out[name], "\n"+strings.TrimRight(text, "\n")+"\n"...)
	}
	return out, nil
}

// value makes s safe as the right-hand side of a line: ";" would begin a comment,
// and a line break another setting.
func value(s string) (string, error) {
	for _, r := range s {
		if r < ' ' || r == 0x7f {
			return "", fmt.Errorf("value %q holds a control character", s)
		}
	}
	if strings.TrimSpace(s) != s {
		return "", fmt.Errorf("value %q begins or ends with a space", s)
	}
	return strings.ReplaceAll(s, ";", `\;`), nil
}

// hostport writes an address and a port, with brackets around IPv6.
func hostport(host string, port int) string {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + strconv.Itoa(port)
}
