package ari_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"switchroom/ari"
	"switchroom/ari/internal/gen/spec"
	"switchroom/lab"
)

// get fetches a path below /ari without this package's own client.
func get(t testing.TB, a *lab.Asterisk, path string) []byte {
	t.Helper()
	req := must(http.NewRequestWithContext(t.Context(), http.MethodGet, a.ARIURL+path, nil))(t)
	req.SetBasicAuth(a.User, a.Password)
	req.Close = true
	resp := must(http.DefaultClient.Do(req))(t)
	defer resp.Body.Close()
	body := must(io.ReadAll(resp.Body))(t)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s: %s", path, resp.Status, body)
	}
	return body
}

func TestTheDescriptionIsWhatAsteriskServes(t *testing.T) {
	a := node(t)
	var index struct{ APIs []struct{ Path string } }
	check(t, json.Unmarshal(get(t, a, "/api-docs/resources.json"), &index))
	var served []string
	for _, api := range index.APIs {
		name := strings.TrimSuffix(strings.TrimPrefix(api.Path, "/api-docs/"), ".{format}")
		served = append(served, name)
		live := must(spec.Reduce(get(t, a, "/api-docs/"+name+".json")))(t)
		if kept := must(spec.Raw(name))(t); !bytes.Equal(live, kept) {
			t.Errorf("%s differs from what Asterisk serves: refresh it with the generator's -reduce", name)
		}
	}
	slices.Sort(served)
	if names := spec.Names(); !slices.Equal(served, names) {
		t.Errorf("Asterisk serves %v, described are %v", served, names)
	}
}

// Each GET is decoded twice: by the client, and strictly, where a field that the model lacks is an error.
func TestEveryGETDecodesIntoItsModelCompletely(t *testing.T) {
	a, app := node(t), appName(t)
	cfg := config(a, app)
	s := connected(t, cfg)
	ctx := t.Context()
	channel, _ := echoChannel(t, s, cfg)
	check(t, s.Channels().SetVariable(ctx, channel, ari.ChannelSetVariableParams{Variable: "SHOWN", Value: "yes", ReportEvents: true}))
	bridge := must(s.Bridges().CreateWithID(ctx, app, ari.BridgeCreateWithIDParams{Type: "mixing", Name: "a name", Variables: map[string]string{"ROOM": "7"}}))(t).ID
	t.Cleanup(func() {
		c := must(ari.NewClient(cfg))(t)
		defer c.Close()
		check(t, c.Bridges().Destroy(context.Background(), bridge))
	})
	// A bridge's own events come once a channel is in it, or by subscription.
	if a := must(s.Applications().Subscribe(ctx, app, []string{"bridge:" + bridge}))(t); !slices.Contains(a.BridgeIDs, bridge) {
		t.Errorf("subscribed to %+v", a)
	}
	recording := must(s.Bridges().Record(ctx, bridge, ari.BridgeRecordParams{Name: app, Format: "wav", IfExists: ari.RecordIfExistsOverwrite}))(t).Name
	playback := must(s.Channels().Play(ctx, channel, ari.ChannelPlayParams{Media: []string{"sound:vm-intro"}, PlaybackID: app}))(t).ID
	check(t, s.DeviceStates().Update(ctx, "Stasis:"+app, ari.DeviceStateValueInuse))

	for path, v := range map[string]any{
		"/applications":                   must(s.Applications().List(ctx))(t),
		"/applications/" + app:            must(s.Applications().Get(ctx, app))(t),
		"/asterisk/info":                  must(s.Asterisk().GetInfo(ctx, ari.GetInfoParams{}))(t),
		"/asterisk/modules":               must(s.Asterisk().ListModules(ctx))(t),
		"/asterisk/modules/app_stasis.so": must(s.Asterisk().GetModule(ctx, "app_stasis.so"))(t),
		"/asterisk/logging":               must(s.Asterisk().ListLogChannels(ctx))(t),
		"/bridges":                        must(s.Bridges().List(ctx))(t),
		"/bridges/" + bridge:              must(s.Bridges().Get(ctx, bridge))(t),
		"/channels":                       must(s.Channels().List(ctx))(t),
		"/channels/" + channel:            must(s.Channels().Get(ctx, channel))(t),
		"/deviceStates":                   must(s.DeviceStates().List(ctx))(t),
		"/deviceStates/Stasis:" + app:     must(s.DeviceStates().Get(ctx, "Stasis:"+app))(t),
		"/endpoints":                      must(s.Endpoints().List(ctx))(t),
		"/playbacks/" + playback:          must(s.Playbacks().Get(ctx, playback))(t),
		"/recordings/live/" + recording:   must(s.Recordings().GetLive(ctx, recording))(t),
		"/sounds":                         must(s.Sounds().List(ctx, ari.SoundListParams{Lang: "en"}))(t),
		"/channels/" + channel + "/variable?variable=SHOWN":   must(s.Channels().GetVariable(ctx, channel, "SHOWN"))(t),
		"/channels/" + channel + "/variables?variables=SHOWN": must(s.Channels().GetVariables(ctx, channel, []string{"SHOWN"}))(t),
		"/bridges/" + bridge + "/variables?variables=ROOM":    must(s.Bridges().GetVariables(ctx, bridge, []string{"ROOM"}))(t),
	} {
		strict(t, path, get(t, a, path), v)
	}

	if ch := must(s.Channels().Get(ctx, channel))(t); ch.State != ari.ChannelStateUp || ch.Dialplan.Context == "" || ch.ChannelVars["SHOWN"] != "yes" {
		t.Errorf("the channel: %+v", ch)
	}
	if v := must(s.Bridges().GetVariable(ctx, bridge, "ROOM"))(t); v.Value != "7" {
		t.Errorf("the bridge's variable: %+v", v)
	}
	check(t, s.Recordings().Stop(ctx, recording))
	next(t, s, func(e *ari.RecordingFinished) bool {
		return e.Recording.Name == recording && e.Recording.State == ari.RecordingStateDone
	})
	file := must(s.Recordings().OpenStored(ctx, recording))(t)
	defer file.Close()
	if data := must(io.ReadAll(file))(t); !bytes.HasPrefix(data, []byte("RIFF")) {
		t.Errorf("the recording begins with %q", data[:min(8, len(data))])
	}
	strict(t, "/recordings/stored", get(t, a, "/recordings/stored"), must(s.Recordings().ListStored(ctx))(t))
	check(t, s.Recordings().DeleteStored(ctx, recording))
	if _, err := s.Recordings().OpenStored(ctx, recording); !ari.IsNotFound(err) {
		t.Errorf("a deleted recording answers %v", err)
	}
}

func strict(t testing.TB, path string, raw []byte, decoded any) {
	t.Helper()
	fresh := reflect.New(reflect.TypeOf(decoded))
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(fresh.Interface()); err != nil {
		t.Errorf("GET %s: %v in %.300s", path, err, raw)
	}
	if string(raw) != "[]" && reflect.ValueOf(decoded).IsZero() {
		t.Errorf("GET %s decoded into nothing", path)
	}
}

func TestRefusalsSayWhatTheyAre(t *testing.T) {
	eachTransport(t, func(t *testing.T, cfg ari.Config) {
		s, ctx := connected(t, cfg), t.Context()
		_, notFound := s.Channels().Get(ctx, "no such channel")
		id := strings.ReplaceAll(cfg.App, "/", "-")
		must(s.Bridges().Create(ctx, ari.BridgeCreateParams{BridgeID: id}))(t)
		_, conflict := s.Bridges().Create(ctx, ari.BridgeCreateParams{BridgeID: id})
		unprocessable := s.Bridges().AddChannel(ctx, id, ari.AddChannelParams{Channel: []string{"nobody", "none"}})
		check(t, s.Bridges().Destroy(ctx, id))
		_, empty := s.Channels().Get(ctx, "")
		for what, ok := range map[string]bool{
			"not found":        ari.IsNotFound(notFound) && ari.IsGone(notFound) && strings.Contains(notFound.Error(), "404 Channel not found"),
			"conflict":         ari.IsConflict(conflict) && !ari.IsNotFound(conflict) && strings.Contains(conflict.Error(), "already exists"),
			"no such channels": unprocessable != nil && !ari.IsConflict(unprocessable),
			"empty id":         ari.NotSent(empty),
		} {
			if !ok {
				t.Errorf("%s: %v | %v | %v | %v", what, notFound, conflict, unprocessable, empty)
			}
		}
	})
}

func TestManyChannelsJoinABridgeAtOnce(t *testing.T) {
	cfg := config(node(t), appName(t))
	s := connected(t, cfg)
	var ids []string
	for range 5 {
		id, _ := echoChannel(t, s, cfg)
		ids = append(ids, id)
	}
	ctx := t.Context()
	must(s.Bridges().CreateWithID(ctx, cfg.App, ari.BridgeCreateWithIDParams{Type: "mixing"}))(t)
	check(t, s.Bridges().AddChannel(ctx, cfg.App, ari.AddChannelParams{Channel: ids, Mute: true}))
	eventually(t, "all are in the bridge", func() bool {
		b, err := s.Bridges().Get(ctx, cfg.App)
		return err == nil && len(b.Channels) == len(ids)
	})
	check(t, s.Bridges().RemoveChannel(ctx, cfg.App, ids))
	check(t, s.Bridges().Destroy(ctx, cfg.App))
}

func TestAPhonesAccountIsPushed(t *testing.T) {
	c := must(ari.NewClient(config(node(t), "")))(t)
	defer c.Close()
	ctx, id := t.Context(), appName(t)
	fields := []ari.ConfigTuple{{Attribute: "username", Value: id}, {Attribute: "password", Value: "p w&=ü"}, {Attribute: "auth_type", Value: "userpass"}}
	must(c.Asterisk().UpdateObject(ctx, "res_pjsip", "auth", id, fields))(t)
	got := must(c.Asterisk().GetObject(ctx, "res_pjsip", "auth", id))(t)
	if !slices.Contains(got, fields[1]) {
		t.Errorf("the account is %v", got)
	}
	check(t, c.Asterisk().DeleteObject(ctx, "res_pjsip", "auth", id))
}

func TestAskingWithoutASession(t *testing.T) {
	c := must(ari.NewClient(config(node(t), "")))(t)
	if ping := must(c.Asterisk().Ping(t.Context()))(t); ping.Ping != "pong" || ping.Timestamp == "" {
		t.Errorf("ping: %+v", ping)
	}
	c.Close()
	if _, err := c.Asterisk().Ping(t.Context()); err == nil || !ari.NotSent(err) {
		t.Errorf("after Close: %v", err)
	}
}
