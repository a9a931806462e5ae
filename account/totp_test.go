package account

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

// The times and codes of RFC 6238, appendix B, of which six digits are kept.
func TestCodesAreThoseOfTheStandard(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		if got := TOTPCode(secret, time.Unix(at, 0)); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
}

func TestACodeIsGoodAboutItsTimeAndOnce(t *testing.T) {
	secret, now := NewTOTPSecret(), time.Unix(1_800_000_000, 0)
	for after, want := range map[time.Duration]bool{-2 * totpPeriod: false, -totpPeriod: true, 0: true, totpPeriod: true, 2 * totpPeriod: false} {
		if _, ok := CheckTOTP(secret, TOTPCode(secret, now.Add(after)), now, 0); ok != want {
			t.Errorf("a code of %v: %t", after, ok)
		}
	}
	code := TOTPCode(secret, now)
	step, ok := CheckTOTP(secret, code[:3]+" "+code[3:], now, 0)
	if !ok {
		t.Fatal("a code with a blank in it, as apps show it, was refused")
	}
	if _, ok := CheckTOTP(secret, code, now, step); ok {
		t.Error("a code was good twice")
	}
	if _, ok := CheckTOTP(secret, TOTPCode(secret, now.Add(-totpPeriod)), now, step); ok {
		t.Error("an older code was good after a newer one")
	}
	for _, bad := range []string{"", "0", "00000000", "abcdef", code + code} {
		if _, ok := CheckTOTP(secret, bad, now, 0); ok {
			t.Errorf("%q was good", bad)
		}
	}
	if _, ok := CheckTOTP(NewTOTPSecret(), code, now, 0); ok {
		t.Error("somebody else's code was good")
	}
}

func TestAnAppIsToldTheSecret(t *testing.T) {
	address, text := TOTPAddress([]byte("12345678901234567890"), "Switchroom", "anna@example.com")
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/Switchroom:anna@example.com" || u.Query().Get("secret") != text || text != "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" {
		t.Errorf("%s, %s, %v", address, text, err)
	}
}

func TestRecoveryCodesAreUnguessableAndTypedInAnyWay(t *testing.T) {
	codes := NewRecoveryCodes()
	if len(codes) != 10 || codes[0] == codes[1] || len(codes[0]) != 19 {
		t.Errorf("%v", codes)
	}
	if HashRecoveryCode(codes[0]) != HashRecoveryCode(strings.ToUpper(strings.ReplaceAll(codes[0], "-", " "))) || HashRecoveryCode(codes[0]) == HashRecoveryCode(codes[1]) {
		t.Error("hashes")
	}
}
