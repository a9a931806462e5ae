package browser

import (
	"encoding/json"
	"errors"
	"net/http"

	"switchroom/signin/signintest"
)

// opensProvider starts an OpenID Connect provider where anna and a stranger have accounts. Story and provider agree on the ID that it has in the house.
// Apart: its pages cut windows off from who opened them.
func opensProvider(r *http.Request, h *house) (any, error) {
	var in struct {
		ID    string `json:"id"`
		Apart bool   `json:"apart"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.provider != nil {
		return nil, errors.New("the house has a provider")
	}
	p, err := signintest.New()
	if err != nil {
		return nil, err
	}
	p.Redirects = []string{h.network.url() + "/sign-in/" + in.ID}
	for _, name := range []string{"anna", "mallory"} {
		p.Put(signintest.Person{Subject: "s-" + name, Username: name})
	}
	if in.Apart {
		p.Instead = func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Cross-Origin-Opener-Policy", "same-origin")
			return false
		}
	}
	h.provider = p
	return map[string]string{"issuer": p.Issuer, "client_id": signintest.ClientID, "client_secret": signintest.ClientSecret}, nil
}
