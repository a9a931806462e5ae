// Package browser tests the agents' page as agents use it: in a real Chromium, with a controller on a real Asterisk and a real Redis, and
// customers whose phones measure what they hear.
//
// The stories are TypeScript, in stories/*.spec.ts, and run under Playwright; begin with login.spec.ts. What they need from outside the browser they ask of
// the lab (control_test.go), a small HTTP server in the Go test: a house of servers for each story, customers who call, a controller that is
// killed. story.ts and desk.ts are the verbs of the stories.
//
//	go test ./e2e/browser               all stories; fetches what it needs
//	go test ./e2e/browser -only S14     those with S14 in their names
//
// Pictures of every state, light and dark, are left in ../out/.
package browser
