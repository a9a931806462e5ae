package main

import (
	"strings"
	"unicode"
)

// initialisms are written in capitals when they are a whole word of a name.
var initialisms = map[string]string{
	"id": "ID", "ids": "IDs", "uri": "URI", "moh": "MOH", "dtmf": "DTMF", "rtp": "RTP", "ssrc": "SSRC", "rtt": "RTT",
	"url": "URL", "txt": "Text", "os": "OS", "rtpstatistics": "RTPStatistics", "channelvars": "ChannelVars",
	"bridgevars": "BridgeVars", "creationtime": "CreationTime", "accountcode": "AccountCode", "tenantid": "TenantID",
	"offsetms": "OffsetMS", "skipms": "SkipMS", "eventname": "EventName", "userevent": "UserEvent",
	"dialstatus": "DialStatus", "dialstring": "DialString", "musicclass": "MusicClass", "setid": "SetID", "usec": "Microseconds",
	"ms": "MS", "rdnis": "RDNIS", "dtmfreceived": "DTMFReceived", "rest": "REST",
	"txcount": "TxCount", "rxcount": "RxCount", "txjitter": "TxJitter", "rxjitter": "RxJitter", "txploss": "TxPacketLoss",
	"rxploss": "RxPacketLoss", "txoctetcount": "TxOctetCount", "rxoctetcount": "RxOctetCount", "uniqueid": "UniqueID",
}

// goName turns channel_ids, appArgs, "Dialing Offhook", absorbDTMF into ChannelIDs, AppArgs, DialingOffhook, AbsorbDTMF.
func goName(s string) string {
	switch s {
	case "*":
		return "Star"
	case "#":
		return "Hash"
	}
	var b strings.Builder
	for _, w := range words(s) {
		if v, ok := initialisms[strings.ToLower(w)]; ok {
			b.WriteString(v)
			continue
		}
		if strings.ToUpper(w) == w && strings.Contains(s, "_") || s == strings.ToUpper(s) { // NOT_INUSE
			w = strings.ToLower(w)
		}
		b.WriteString(strings.ToUpper(w[:1]) + w[1:])
	}
	return b.String()
}

// goVar is goName for an argument: channelID, appArgs.
func goVar(s string) string {
	ws := words(s)
	first := strings.ToLower(ws[0])
	rest := goName(s)
	rest = rest[len(goName(ws[0])):]
	return first + rest
}

// words splits at separators and at a lower-case letter followed by an upper-case one.
func words(s string) []string {
	var out []string
	start := 0
	flush := func(end int) {
		if end > start {
			out = append(out, s[start:end])
		}
	}
	for i, r := range s {
		switch {
		case r == '_' || r == '-' || r == ' ':
			flush(i)
			start = i + 1
		case i > 0 && unicode.IsUpper(r) && unicode.IsLower(rune(s[i-1])):
			flush(i)
			start = i
		}
	}
	flush(len(s))
	return out
}

// singular names a resource's things: Channels → Channel.
func singular(s string) string {
	if s == "Mailboxes" {
		return "Mailbox"
	}
	return strings.TrimSuffix(s, "s")
}
