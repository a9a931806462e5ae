// Package lab gives demonstrations, end-to-end tests and benchmarks real servers: an
// Asterisk with ARI, and a Redis, started on free loopback ports, without root and
// without installing anything on the machine.
//
// [Ensure] downloads the servers once, from Debian, into a cache folder (about 110 MB,
// 20 s); afterwards it takes milliseconds. [StartAsterisk] and [StartRedis] run them.
// Tests use [Asterisk] and [Redis] through [NewAsterisk] and [NewRedis], which stop them
// at the test's end and print their logs when it failed:
//
//	node := lab.NewAsterisk(t, lab.AsteriskOptions{})
//	node.AddPhone(t.Context(), lab.Phone{ID: "101", Password: "secret"})
//
// [Databases] is another such download, of about 40 MB: [StartPostgres] and [StartMariaDB] run database servers, for tests [NewPostgres] and [NewMariaDB].
//
// [Chromium] finds a browser for tests of the page, or unpacks one in the same way.
//
// Every process dies with the one that started it, even if that is killed.
//
// # Environment
//
// SWITCHROOM_CACHE is the cache folder (else $XDG_CACHE_HOME/switchroom or
// ~/.cache/switchroom); SWITCHROOM_DEBIAN_MIRROR the mirror (else the machine's own,
// else http://deb.debian.org/debian); SWITCHROOM_CHROMIUM the browser (else one on PATH,
// else one unpacked from Debian).
//
// # Traps
//
// Asterisk commits its database about once a second: a phone added within the second
// before [Asterisk.Kill] is gone after the restart. [Asterisk.Stop] loses nothing.
//
// A PostgreSQL that is killed and not started again leaves 56 bytes of shared memory until the machine restarts (ipcs -m).
//
// Hold music that a dialplan plays into a Local channel is not heard at its other end (a
// prompt is). Where sound matters, call over SIP.
package lab
