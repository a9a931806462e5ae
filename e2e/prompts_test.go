package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"switchroom/account"
	"switchroom/call"
	"switchroom/lab"
)

const (
	mp3Tone = 1300 // of the MP3 file, three seconds
	wavTone = 1900
)

// administrator makes somebody an administrator and returns their page.
func (h *house) administrator() *page {
	h.Helper()
	root := account.User{ID: "root", Login: "root", Name: "Root", Roles: []account.Role{account.Administrator}}
	if err := h.db.PutUser(h.Context(), "test", root, password("root")); err != nil {
		h.Fatal(err)
	}
	return h.control.page("root")
}

// uploads gives the service a message and returns its ID.
func (p *page) uploads(ctx context.Context, kind string, file []byte) (string, error) {
	token, err := p.session(ctx)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.c.url()+"/api/v1/services/"+theService+"/prompts?label=Goodbye", bytes.NewReader(file))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := web.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusCreated {
		return "", fmt.Errorf("upload: %d %s %w", resp.StatusCode, b, err)
	}
	var out struct{ ID string }
	return out.ID, json.Unmarshal(b, &out)
}

func (h *house) chooses(admin *page, id string) {
	h.Helper()
	if err := admin.do(h.Context(), http.MethodPut, "/api/v1/services/"+theService+"/farewell", map[string]string{"prompt": id}, nil); err != nil {
		h.Fatal(err)
	}
}

// onDisk waits until the node has so many recordings, each in its two files, and returns the files.
func (h *house) onDisk(recordings int) (files []string) {
	h.Helper()
	h.until(soon, fmt.Sprintf("%d recordings on the node's disk", recordings), func(context.Context) (bool, string) {
		narrow, _ := filepath.Glob(filepath.Join(h.asterisk.PromptDir(), "*.wav"))
		wide, _ := filepath.Glob(filepath.Join(h.asterisk.PromptDir(), "*.wav16"))
		files = append(narrow, wide...)
		return len(narrow) == recordings && len(wide) == recordings, fmt.Sprint(files)
	})
	return files
}

// recordingsBut are the files in the folder that are not among those.
func (h *house) recordingsBut(known []string) []string {
	h.Helper()
	all, err := filepath.Glob(filepath.Join(h.asterisk.PromptDir(), "*.wav*"))
	if err != nil {
		h.Fatal(err)
	}
	return slices.DeleteFunc(all, func(file string) bool { return slices.Contains(known, file) })
}

func TestS33_AnUploadedMessageIsHeard_S34_AlsoWhenItIsReplacedMeanwhileAndWhenTheControllerDiesBeforeItIsOnTheDisk(t *testing.T) {
	t.Parallel()
	const length = 3 * time.Second
	mp3, err := os.ReadFile("../prompt/testdata/tone-1300-44100-stereo-vbr.mp3")
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(t, options{agents: []string{"carla"}})
	admin := h.administrator()
	first, err := admin.uploads(t.Context(), "audio/mpeg", mp3)
	if err != nil {
		t.Fatal(err)
	}
	h.chooses(admin, first)
	before := h.onDisk(1)

	carla := h.desk("carla").ready()
	disconnect := func(hears int, meanwhile func()) {
		t.Helper()
		customer := h.customer("0301234567").dials("1000")
		leg := carla.answers(carla.rings())
		h.talk(customer, carla, leg)
		began := time.Now()
		carla.order(call.KDisconnect, map[string]any{})
		h.hear(customersEar(customer, hears))
		meanwhile()
		customer.waitsFor(patience, "is hung up", func(ctx contextT) error { _, err := customer.call.WaitEnded(ctx); return err })
		if heard := customer.call.ToneTime(hears, began, time.Now()); heard < length-300*time.Millisecond || heard > length+300*time.Millisecond {
			t.Errorf("the customer heard %v of a message of %v", heard, length)
		}
	}
	disconnect(mp3Tone, func() {
		second, err := admin.uploads(h.Context(), "audio/wav", lab.ToneWAV(wavTone, length))
		if err != nil {
			t.Fatal(err)
		}
		h.control.kill()
		for _, file := range h.recordingsBut(before) {
			if err := os.Remove(file); err != nil { // as if the controller had died before it wrote them
				t.Fatal(err)
			}
		}
		h.control.start()
		h.chooses(admin, second)
		if err := admin.do(h.Context(), http.MethodDelete, "/api/v1/services/"+theService+"/prompts/"+first, nil, nil); err != nil {
			t.Fatal(err)
		}
		h.onDisk(2) // a call goes on playing what it began with
	})
	carla.ready()
	disconnect(wavTone, func() {})
}
