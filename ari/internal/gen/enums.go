package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// enumNames names the types of restricted strings. Anything not listed gets the name of its owner and field.
var enumNames = map[string]string{
	"Channels.reason": "HangupReason", "Channels.direction/both,in,out": "MuteDirection", "Channels.direction/both": "MediaDirection",
	"Channels.spy": "SnoopDirection", "Channels.whisper": "SnoopDirection",
	"Channels.ifExists": "RecordIfExists", "Bridges.ifExists": "RecordIfExists",
	"Channels.terminateOn": "RecordTerminateOn", "Bridges.terminateOn": "RecordTerminateOn",
	"Channels.encapsulation": "MediaEncapsulation", "Channels.transport": "MediaTransport", "Channels.connection_type": "MediaConnection",
	"Playbacks.operation": "PlaybackOperation", "Asterisk.only": "InfoSection", "DeviceStates.deviceState": "DeviceStateValue",
	"DeviceState.state": "DeviceStateValue", "Bridge.bridge_type": "BridgeType", "ContactInfo.contact_status": "ContactStatus",
	"LiveRecording.state": "RecordingState",
}

// enums collects the restricted strings that were met, by type name.
type enums struct{ values map[string][]string }

func newEnums() *enums { return &enums{map[string][]string{}} }

// use returns the type for a field of owner and remembers its values.
func (e *enums) use(owner, field string, values []string) string {
	name, ok := enumNames[owner+"."+field+"/"+strings.Join(values, ",")]
	if !ok {
		name, ok = enumNames[owner+"."+field]
	}
	if !ok {
		name = goName(owner) + goName(field)
	}
	for _, v := range values {
		if !slices.Contains(e.values[name], v) {
			e.values[name] = append(e.values[name], v)
		}
	}
	return name
}

func (e *enums) write(b *bytes.Buffer) {
	names := make([]string, 0, len(e.values))
	for n := range e.values {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		fmt.Fprintf(b, "// %s is one of the %s… constants; Asterisk may send values newer than these.\ntype %s string\n\nconst (\n", n, n, n)
		for _, v := range e.values[n] {
			fmt.Fprintf(b, "%s%s %s = %q\n", n, goName(v), n, v)
		}
		b.WriteString(")\n\n")
	}
}
