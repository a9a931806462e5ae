package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"switchroom/lab"
	"switchroom/lab/phone"
)

// laboratory is what stories ask for what is outside of the browser.
//
//	POST   /houses                       a house (wishes) → {id, url}
//	DELETE /houses/{h}                   its end → {problems}
//	POST   /houses/{h}/controller/kill   kill -9
//	POST   /houses/{h}/controller/start  and up again, at the same address
//	POST   /houses/{h}/asterisk/kill     kill -9: with it go all calls
//	POST   /houses/{h}/asterisk/start    and up again; returns when the controller serves calls
//	POST   /houses/{h}/network           {mode}: see networkMode
//	POST   /houses/{h}/customers         somebody calls (customerCall) → {id}
//	POST   …/customers/{c}/hears         waits for a tone {hz, gone, within_ms} → {at}, ms since 1970; gone: until it is not heard any more
//	POST   …/customers/{c}/just          waits until those tones are heard and no others {hz, within_ms}
//	POST   …/customers/{c}/up            waits until the call is answered
//	POST   …/customers/{c}/ended         waits for its end → {by, code}
//	POST   …/customers/{c}/hangup
//	GET    …/customers/{c}/report        → {silence_ms}, the longest so far
//	POST   …/digits                      waits for tones {digits}, of customers and of the colleague
//	POST   /houses/{h}/colleague         dora comes to her desk phone and is Ready → {tone}
//	POST   …/colleague/does              {what}: "ring" (at first), "busy", "decline" or "answer" from now on
//	POST   …/colleague/rings             waits for the next call to her phone → {from, number}: what it shows
//	POST   …/colleague/answers           … and hears, just, ended, hangup: as of customers, about that call
//	POST   /houses/{h}/outsider          there is somebody who can be called outside → {tone}; …/outsider/…: as of the colleague
//	POST   /demo                         starts "switchroom demo" → {url, passwords}
//	POST   /demo/controller/kill         kill -9; the demo starts another
//	DELETE /demo                         Ctrl-C → {problems}
//
// An answer that is no success is text: what went wrong.
type laboratory struct {
	bundle     lab.Bundle
	controller string // the binary

	mu     sync.Mutex
	next   int
	houses map[string]*house
	demo   *demo // nil unless there is one
}

const (
	houseTimeout = time.Minute
	waitTimeout  = 10 * time.Second
)

func (l *laboratory) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /houses", answer(l.open))
	mux.HandleFunc("DELETE /houses/{house}", answer(l.shut))
	mux.HandleFunc("POST /demo", answer(l.openDemo))
	mux.HandleFunc("POST /demo/controller/kill", answer(l.killDemoController))
	mux.HandleFunc("DELETE /demo", answer(l.shutDemo))
	inHouse := func(f func(*http.Request, *house) (any, error)) http.HandlerFunc {
		return answer(func(r *http.Request) (any, error) {
			h, err := l.house(r)
			if err != nil {
				return nil, err
			}
			return f(r, h)
		})
	}
	mux.HandleFunc("POST /houses/{house}/controller/kill", inHouse(func(_ *http.Request, h *house) (any, error) { return nil, h.killController() }))
	mux.HandleFunc("POST /houses/{house}/controller/start", inHouse(func(r *http.Request, h *house) (any, error) { return nil, h.controller.start(r.Context()) }))
	mux.HandleFunc("POST /houses/{house}/asterisk/kill", inHouse(func(_ *http.Request, h *house) (any, error) { h.killAsterisk(); return nil, nil }))
	mux.HandleFunc("POST /houses/{house}/asterisk/start", inHouse(func(r *http.Request, h *house) (any, error) { return nil, h.startAsterisk(r.Context()) }))
	mux.HandleFunc("POST /houses/{house}/network", inHouse(setNetwork))
	mux.HandleFunc("POST /houses/{house}/provider", inHouse(opensProvider))
	mux.HandleFunc("POST /houses/{house}/customers", inHouse(calls))
	with := func(path string, f func(*http.Request, *customer) (any, error)) {
		mux.HandleFunc(path, inHouse(func(r *http.Request, h *house) (any, error) {
			guests := h.guests()
			i, err := strconv.Atoi(r.PathValue("customer"))
			if err != nil || i < 0 || i >= len(guests) {
				return nil, fmt.Errorf("no customer %q", r.PathValue("customer"))
			}
			return f(r, guests[i])
		}))
	}
	about := map[string]func(*http.Request, *phone.Call) (any, error){
		"hears": hears, "just": hearsJust, "ended": hasEnded, "hangup": hangsUp, "digits": getsDigits,
	}
	for name, f := range about {
		with("POST /houses/{house}/customers/{customer}/"+name, func(r *http.Request, c *customer) (any, error) { return f(r, c.call) })
	}
	with("POST /houses/{house}/customers/{customer}/up", isUp)
	with("GET /houses/{house}/customers/{customer}/report", report)

	for who, come := range map[string]struct {
		comes func(*http.Request, *house) (any, error)
		phone func(*house) *telephone
	}{
		"colleague": {comes, func(h *house) *telephone { return h.colleague }},
		"outsider":  {isThere, func(h *house) *telephone { return h.outsider }},
	} {
		mux.HandleFunc("POST /houses/{house}/"+who, inHouse(come.comes))
		of := func(name string, f func(*http.Request, *telephone) (any, error)) {
			mux.HandleFunc("POST /houses/{house}/"+who+"/"+name, inHouse(func(r *http.Request, h *house) (any, error) {
				p := come.phone(h)
				if p == nil {
					return nil, errors.New("the " + who + " is not there")
				}
				return f(r, p)
			}))
		}
		of("does", does)
		of("rings", rings)
		of("answers", onCall(answers))
		for name, f := range about {
			of(name, onCall(f))
		}
	}
	return mux
}

func answer(f func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		out, err := f(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(out) // a story that is gone needs no answer
	}
}

func (l *laboratory) open(r *http.Request) (any, error) {
	var w wishes
	if err := json.NewDecoder(r.Body).Decode(&w); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), houseTimeout)
	defer cancel()
	h, err := openHouse(ctx, l.bundle, l.controller, w)
	if err != nil {
		return nil, fmt.Errorf("open a house: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.houses == nil {
		l.houses = map[string]*house{}
	}
	l.next++
	id := strconv.Itoa(l.next)
	l.houses[id] = h
	return map[string]string{"id": id, "url": h.network.url()}, nil
}

func (l *laboratory) house(r *http.Request) (*house, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	h, ok := l.houses[r.PathValue("house")]
	if !ok {
		return nil, fmt.Errorf("no house %q", r.PathValue("house"))
	}
	return h, nil
}

func (l *laboratory) shut(r *http.Request) (any, error) {
	h, err := l.house(r)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	delete(l.houses, r.PathValue("house"))
	l.mu.Unlock()
	ctx, cancel := context.WithTimeout(r.Context(), houseTimeout)
	defer cancel()
	problems := h.close(ctx)
	if problems == nil {
		problems = []string{}
	}
	return map[string][]string{"problems": problems}, nil
}

// close ends the houses of stories that did not get to their end.
func (l *laboratory) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, h := range l.houses {
		_ = h.stop() // the story has failed already
	}
	if l.demo != nil {
		_ = l.demo.stop()
	}
}

func setNetwork(r *http.Request, h *house) (any, error) {
	var in struct {
		Mode networkMode `json:"mode"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return nil, err
	}
	return nil, h.network.set(in.Mode)
}

func calls(r *http.Request, h *house) (any, error) {
	var in customerCall
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return nil, err
	}
	id, err := h.customerCalls(r.Context(), in)
	return map[string]int{"id": id}, err
}

func hears(r *http.Request, c *phone.Call) (any, error) {
	var in struct {
		Hz       int  `json:"hz"`
		Gone     bool `json:"gone"`
		WithinMS int  `json:"within_ms"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return nil, err
	}
	within := waitTimeout
	if in.WithinMS > 0 {
		within = time.Duration(in.WithinMS) * time.Millisecond
	}
	ctx, cancel := context.WithTimeout(r.Context(), within)
	defer cancel()
	wait, what := c.WaitTone, "hear"
	if in.Gone {
		wait, what = c.WaitToneGone, "stop hearing"
	}
	began := time.Now()
	if err := wait(ctx, in.Hz); err != nil {
		return nil, fmt.Errorf("%s does not %s %d Hz within %v: %w; heard since: %v; the call: %v", c.Phone().User(), what, in.Hz, within, err, c.HeardBetween(began, time.Time{}), c)
	}
	at := time.Now()
	if first, ok := c.FirstHeard(in.Hz, began); ok && !in.Gone {
		at = first
	}
	return map[string]int64{"at": at.UnixMilli()}, nil
}

// hearsJust waits until, for a moment, all those tones were heard and no others.
func hearsJust(r *http.Request, c *phone.Call) (any, error) {
	const moment = 300 * time.Millisecond
	var in struct {
		Hz       []int `json:"hz"`
		WithinMS int   `json:"within_ms"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return nil, err
	}
	slices.Sort(in.Hz)
	return nil, until(r.Context(), time.Duration(in.WithinMS)*time.Millisecond, func(context.Context) error {
		heard := c.HeardBetween(time.Now().Add(-moment), time.Time{})
		slices.Sort(heard)
		if !slices.Equal(heard, in.Hz) {
			return fmt.Errorf("%s hears %v Hz, not just %v; the call: %v", c.Phone().User(), heard, in.Hz, c)
		}
		return nil
	})
}

func isUp(r *http.Request, c *customer) (any, error) {
	ctx, cancel := context.WithTimeout(r.Context(), waitTimeout)
	defer cancel()
	return nil, c.call.WaitState(ctx, phone.StateUp)
}

func hasEnded(r *http.Request, c *phone.Call) (any, error) {
	ctx, cancel := context.WithTimeout(r.Context(), waitTimeout)
	defer cancel()
	end, err := c.WaitEnded(ctx)
	if err != nil {
		return nil, errors.Join(errors.New("the call does not end"), err)
	}
	return map[string]any{"by": end.By.String(), "code": end.Code}, nil
}

func hangsUp(r *http.Request, c *phone.Call) (any, error) {
	ctx, cancel := context.WithTimeout(r.Context(), waitTimeout)
	defer cancel()
	return nil, c.Hangup(ctx)
}

func report(_ *http.Request, c *customer) (any, error) {
	return map[string]int64{"silence_ms": c.silence().Milliseconds()}, nil
}
