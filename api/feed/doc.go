// Package feed tells agents' clients what changes, over WebSockets: a snapshot, then numbered messages without gaps; a client that was cut off goes on
// where it was. The protocol and its close codes are in api/openapi.yaml.
//
// hub.go reads the one stream of the organisation and keeps the last messages of each agent; conn.go is one client; presence.go
// tells when an agent's last client has been gone for too long.
package feed
