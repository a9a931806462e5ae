// Package api serves the controller's clients: REST and a WebSocket by the contract in openapi.yaml, the page, and the way of the
// WebRTC phones to Asterisk. It decides nothing about calls: it says who asks, hands commands to the engine and passes on what
// changes.
//
// Read server.go first (what is asked of others, and how it is put together), then problem.go (every error that a client can see),
// and the package feed.
package api

//go:generate go tool oapi-codegen -config contract/oapi-codegen.yaml -o contract/contract_gen.go openapi.yaml
//go:generate go run ./contract/lean openapi.yaml openapi_gen.json
