package account

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // RFC 6238: the only digest that every authenticator app knows; as an HMAC it is sound
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Codes of a second factor (TOTP, RFC 6238): six digits, anew every thirty seconds, as authenticator apps make them.
const (
	totpPeriod = 30 * time.Second
	totpDigits = 6
	totpSecret = 20 // bytes, as RFC 4226 recommends
	totpSkew   = 1  // steps that a clock may be wrong
)

var totpEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewTOTPSecret makes the secret that an authenticator app and we share.
func NewTOTPSecret() []byte {
	secret := make([]byte, totpSecret)
	rand.Read(secret) //nolint:errcheck // never fails
	return secret
}

// TOTPAddress is what an authenticator app takes, mostly as a QR code, and the secret by itself, to be typed.
func TOTPAddress(secret []byte, issuer, login string) (address, text string) {
	text = totpEncoding.EncodeToString(secret)
	q := url.Values{"secret": {text}, "issuer": {issuer}, "algorithm": {"SHA1"}, "digits": {fmt.Sprint(totpDigits)}, "period": {"30"}}
	return "otpauth://totp/" + url.PathEscape(issuer+":"+login) + "?" + q.Encode(), text
}

// TOTPCode is the code of a time.
func TOTPCode(secret []byte, at time.Time) string { return totpCode(secret, totpStep(at)) }

func totpStep(at time.Time) int64 { return at.Unix() / int64(totpPeriod/time.Second) }

// totpCode is HOTP (RFC 4226) of the step.
func totpCode(secret []byte, step int64) string {
	mac := hmac.New(sha1.New, secret)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(step)))
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	return fmt.Sprintf("%0*d", totpDigits, binary.BigEndian.Uint32(sum[at:])&0x7fffffff%1_000_000)
}

// CheckTOTP tells whether code is one of the secret's at the time now, give or take a step, and later than the step last: each code is good once. It returns the
// code's step, to be kept as the next last.
func CheckTOTP(secret []byte, code string, now time.Time, last int64) (step int64, ok bool) {
	code = strings.ReplaceAll(code, " ", "")
	for at := totpStep(now) - totpSkew; at <= totpStep(now)+totpSkew; at++ {
		if subtle.ConstantTimeCompare([]byte(totpCode(secret, at)), []byte(code)) == 1 && at > last {
			step, ok = at, true
		}
	}
	return step, ok
}

const recoveryCodes = 10

// NewRecoveryCodes makes ten codes of 80 random bits, each to be used once instead of an app's.
func NewRecoveryCodes() []string {
	out := make([]string, recoveryCodes)
	for i := range out {
		t := strings.ToLower(rand.Text()[:16])
		out[i] = t[:4] + "-" + t[4:8] + "-" + t[8:12] + "-" + t[12:]
	}
	return out
}

// HashRecoveryCode is what is stored of a recovery code, however it was typed. It has enough random bits for a fast hash.
func HashRecoveryCode(code string) string {
	return HashToken(strings.ToLower(strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, code)))
}
