package event

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Secret signs the messages to one receiver.
type Secret []byte

const (
	secretPrefix = "whsec_"
	secretBytes  = 32
)

// NewSecret makes one.
func NewSecret() Secret {
	s := make(Secret, secretBytes)
	rand.Read(s) //nolint:errcheck // never fails (Go 1.24): it crashes the program instead
	return s
}

// Text is how the receiver is told it.
func (s Secret) Text() string { return secretPrefix + base64.StdEncoding.EncodeToString(s) }

// String never shows it.
func (Secret) String() string { return secretPrefix + "…" }

// ParseSecret reads what Text wrote.
func ParseSecret(text string) (Secret, error) {
	b, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(text, secretPrefix))
	if err != nil || !strings.HasPrefix(text, secretPrefix) || len(b) < 24 || len(b) > 64 {
		return nil, errors.New("not a webhook's secret") // nothing of it
	}
	return b, nil
}

// The headers of a message.
const (
	HeaderID        = "webhook-id"
	HeaderTimestamp = "webhook-timestamp"
	HeaderSignature = "webhook-signature"
)

// Sign puts the headers on a message that is sent at the time now: one signature for each secret, so that the receiver can change from one to the next.
func Sign(h http.Header, secrets []Secret, id string, now time.Time, body []byte) {
	timestamp := strconv.FormatInt(now.Unix(), 10)
	signatures := make([]string, len(secrets))
	for i, s := range secrets {
		mac := hmac.New(sha256.New, s)
		mac.Write([]byte(id + "." + timestamp + "."))
		mac.Write(body)
		signatures[i] = "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	h.Set(HeaderID, id)
	h.Set(HeaderTimestamp, timestamp)
	h.Set(HeaderSignature, strings.Join(signatures, " "))
}
