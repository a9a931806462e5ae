// Package enginetest has what tests of the engine need: a store in memory, a switch that is scripted, a house of settings and tickets,
// and the contract suites that hold the fakes and the real ones together.
//
// Everything here keeps time with package time alone, so it works in a bubble of testing/synctest, where an hour takes microseconds.
package enginetest
