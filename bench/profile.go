package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"time"
)

// profile writes a CPU profile of the controller while a slot of Switchroom runs. The returned function waits for it.
func (s *site) profile(o options, c *cell, length time.Duration) (wait func()) {
	if o.profile == "" || c.path != pathSwitchroom || length < time.Second {
		return func() {}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		url := fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", s.debug, int(length.Seconds()))
		if err := download(url, fmt.Sprintf("%s-%g.pprof", o.profile, c.rate)); err != nil {
			log.Print("bench: profile: ", err)
		}
	}()
	return func() { <-done }
}

func download(url, path string) error {
	client := http.Client{Timeout: time.Minute}
	resp, err := client.Get(url)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, resp.Body)
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}
