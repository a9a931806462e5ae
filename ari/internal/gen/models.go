package main

import (
	"bytes"
	"fmt"
	"strings"

	"switchroom/ari/internal/gen/spec"
)

func writeModels(b *bytes.Buffer, d *description) {
	var body bytes.Buffer
	for _, m := range d.models {
		fmt.Fprintf(&body, "// %s is Asterisk's model of that name.\ntype %s struct {\n", m.ID, m.ID)
		writeFields(&body, d, m)
		body.WriteString("}\n\n")
	}
	d.enums.write(&body)
	writeImports(b, body.Bytes(), "encoding/json")
	b.Write(body.Bytes())
}

func writeEvents(b *bytes.Buffer, d *description) {
	var body bytes.Buffer
	body.WriteString("// The event types that this package knows. Others arrive as *UnknownEvent.\nconst (\n")
	for _, m := range d.events {
		fmt.Fprintf(&body, "Event%s EventType = %q\n", m.ID, m.ID)
	}
	body.WriteString(")\n\n// newEvent returns an empty event of a type, or nil if the type is not known.\nfunc newEvent(t EventType) Event {\nswitch t {\n")
	for _, m := range d.events {
		fmt.Fprintf(&body, "case Event%s:\nreturn new(%s)\n", m.ID, m.ID)
	}
	body.WriteString("}\nreturn nil\n}\n\n")
	for _, m := range d.events {
		fmt.Fprintf(&body, "// %s is Asterisk's event of that name.\ntype %s struct {\nEventHeader\n", m.ID, m.ID)
		writeFields(&body, d, m)
		body.WriteString("}\n\n")
	}
	writeImports(b, body.Bytes(), "encoding/json")
	b.Write(body.Bytes())
}

func writeFields(b *bytes.Buffer, d *description, m spec.Model) {
	for _, p := range m.Properties {
		tag := p.Name
		if !p.Required {
			tag += ",omitempty"
		}
		if !p.Required && p.Type == "Date" {
			tag = strings.Replace(tag, "omitempty", "omitzero", 1)
		}
		fmt.Fprintf(b, "%s %s `json:%q`\n", goName(p.Name), d.fieldType(m, p), tag)
	}
}

// writeImports writes the imports that body really uses.
func writeImports(b *bytes.Buffer, body []byte, paths ...string) {
	b.WriteString("import (\n")
	for _, p := range paths {
		name := p[strings.LastIndexByte(p, '/')+1:]
		if bytes.Contains(body, []byte(name+".")) {
			fmt.Fprintf(b, "%q\n", p)
		}
	}
	b.WriteString(")\n\n")
}
