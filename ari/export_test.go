package ari

// NewEvent lets the contract tests decode events strictly.
var NewEvent = newEvent
