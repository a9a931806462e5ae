package phone_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"switchroom/lab"
	"switchroom/lab/phone"
)

func TestHoldGivesTheOtherSideMusicAndResumeBringsTheVoiceBack(t *testing.T) {
	name := uniqueName()
	a, b := account(t, "a"+name, nil), account(t, "b"+name, nil)
	a.Sound, b.Sound = phone.Tone(aliceHz, -15), phone.Tone(bobHz, -15)
	for _, hz := range lab.MusicTones {
		a.Listen = append(a.Listen, int(hz))
	}
	alice, bob := phone.Ephemeral(t, a), phone.Ephemeral(t, b)
	out, in := connect(t, alice, bob)
	ctx := within(t, 15*time.Second)
	must(t, out.WaitTone(ctx, bobHz))
	must(t, in.Hold(ctx))
	if !in.Held() {
		t.Error("the phone does not know that it holds")
	}
	must(t, out.WaitTone(ctx, int(lab.MusicTones[0])))
	must(t, out.WaitToneGone(ctx, bobHz))
	must(t, in.WaitToneGone(ctx, aliceHz))
	must(t, in.Resume(ctx))
	must(t, out.WaitTone(ctx, bobHz))
	must(t, in.WaitTone(ctx, aliceHz))
	must(t, out.WaitToneGone(ctx, int(lab.MusicTones[0])))
	must(t, out.Hangup(ctx))
}

func TestDigitsArriveBothWays(t *testing.T) {
	alice, bob := pair(t)
	out, in := connect(t, alice, bob)
	ctx := within(t, 15*time.Second)
	must(t, out.WaitTone(ctx, bobHz))
	must(t, out.SendDTMF(ctx, "1102*"))
	must(t, in.WaitDigits(ctx, "1102*"))
	must(t, in.SendDTMF(ctx, "9#D"))
	must(t, out.WaitDigits(ctx, "9#D"))
	if err := out.SendDTMF(ctx, "1x"); err == nil {
		t.Error("x was taken for a key")
	}
	if in.Digits() != "1102*" || out.Digits() != "9#D" {
		t.Errorf("digits %q and %q, want each key once", in.Digits(), out.Digits())
	}
	must(t, out.Hangup(ctx))
}

func TestStoppedAudioIsMeasuredAsSilence(t *testing.T) {
	alice, bob := pair(t)
	out, in := connect(t, alice, bob)
	ctx := within(t, 15*time.Second)
	must(t, out.WaitTone(ctx, bobHz))
	steady := time.Now()
	must(t, in.WaitTone(ctx, aliceHz))
	in.StopRTP()
	must(t, out.WaitToneGone(ctx, bobHz))
	stopped := time.Now()
	if err := out.WaitTone(within(t, 500*time.Millisecond), bobHz); err == nil {
		t.Error("a tone was heard from a phone that sends no audio")
	}
	in.ResumeRTP()
	must(t, out.WaitTone(ctx, bobHz))
	if got := out.LongestSilence(steady, time.Time{}, -45); got < 500*time.Millisecond || got > 1500*time.Millisecond {
		t.Errorf("the longest silence was %v, want a little more than half a second", got)
	}
	if _, ok := out.FirstHeard(bobHz, stopped); !ok {
		t.Error("the return of the tone was not found")
	}
	if d := out.ToneTime(bobHz, time.Time{}, time.Time{}); d <= 0 {
		t.Errorf("the tone was heard for %v", d)
	}
	must(t, out.Hangup(ctx))
}

func TestEchoMusicAndSpeech(t *testing.T) {
	name := uniqueName()
	cfg := account(t, "a"+name, nil)
	cfg.Listen = []int{int(lab.MusicTones[0])}
	alice := phone.Ephemeral(t, cfg)
	ctx := within(t, 15*time.Second)

	music, err := alice.Invite(ctx, "music", phone.InviteOpts{})
	must(t, err)
	must(t, music.WaitTone(ctx, int(lab.MusicTones[0])))
	if got := music.HeardBetween(time.Time{}, time.Time{}); !slices.Equal(got, []int{int(lab.MusicTones[0])}) {
		t.Errorf("music was taken for the tones %v", got)
	}
	must(t, music.Hangup(ctx))

	clip, err := phone.LoadWAV(filepath.Join(soundsDir(t), "hello-world.wav"))
	must(t, err)
	echo, err := alice.Invite(ctx, "echo", phone.InviteOpts{Sound: clip.Loop(100)})
	must(t, err)
	must(t, echo.WaitState(ctx, phone.StateUp))
	waitLevel(t, echo, -30)
	echo.Send(phone.Mix(phone.Tone(900, -18), phone.Tone(1300, -18)))
	must(t, echo.WaitTone(ctx, 900))
	must(t, echo.WaitTone(ctx, 1300))
	must(t, echo.Hangup(ctx))
}

// soundsDir is where the bundle keeps Asterisk's recordings.
func soundsDir(t *testing.T) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(lab.Need(t).Root, "usr/share/asterisk/sounds/en_US_f_Allison"))
	if err != nil || len(found) != 1 {
		t.Fatalf("no recordings in the bundle: %v", err)
	}
	return found[0]
}

// waitLevel waits until something louder than floor is heard.
func waitLevel(t *testing.T, c *phone.Call, floor float64) {
	t.Helper()
	ctx := within(t, 10*time.Second)
	for c.RMS(100*time.Millisecond) < floor {
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			t.Fatalf("%s: nothing louder than %v dBFS was heard", c, floor)
		}
	}
}
