// Package sipload is a SIP load generator for benchmarks: one [Agents] answers for hundreds of registered phones, one [Callers] places
// calls at a fixed rate and measures each from the INVITE to its 200. It knows just enough SIP for that, so that it takes little of
// the machine it measures; for phones that behave like phones see package lab/phone.
//
// Times are the kernel's: a packet's receive time is when the kernel got it (SO_TIMESTAMPNS), not when this program was scheduled.
// UDP on loopback only; no media is sent.
package sipload
