package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"switchroom/ari/internal/gen/spec"
)

func TestTheGeneratedFilesAreUpToDate(t *testing.T) {
	files, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what the generator writes: run go generate ./ari", name)
		}
	}
}

func TestTheRepeatableRequestsExist(t *testing.T) {
	d, err := load()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, q := range requests(d) {
		known[q.Method+" "+q.path] = true
	}
	for path := range repeatablePosts {
		if !known["POST "+path] {
			t.Errorf("POST %s is listed as repeatable but is no request", path)
		}
	}
	for request := range onceOnly {
		if !known[request] {
			t.Errorf("%s is listed as not repeatable but is no request", request)
		}
	}
	for _, path := range []string{"/channels", "/channels/create", "/channels/{channelId}/dial", "/channels/{channelId}/dtmf"} {
		if repeatable("POST", path) {
			t.Errorf("POST %s must never be repeated", path)
		}
	}
}

func TestReducingTwiceChangesNothing(t *testing.T) {
	for _, name := range spec.Names() {
		raw, err := spec.Raw(name)
		if err != nil {
			t.Fatal(err)
		}
		again, err := spec.Reduce(raw)
		if err != nil || !bytes.Equal(raw, again) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNames(t *testing.T) {
	for in, want := range map[string]string{
		"channel_ids": "ChannelIDs", "Dialing Offhook": "DialingOffhook", "absorbDTMF": "AbsorbDTMF", "NOT_INUSE": "NotInuse",
		"*": "Star", "#": "Hash", "no_answer": "NoAnswer", "startMoh": "StartMOH", "channelId": "ChannelID", "Pre-ring": "PreRing",
	} {
		if got := goName(in); got != want {
			t.Errorf("goName(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"channelId": "channelID", "id": "id", "tech": "tech", "configClass": "configClass"} {
		if got := goVar(in); got != want {
			t.Errorf("goVar(%q) = %q, want %q", in, got, want)
		}
	}
}
