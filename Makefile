# Everything sets itself up: Go modules, npm packages, and, for what needs real servers, an Asterisk and a Redis unpacked into a cache folder.

GO      ?= go
BIN     := bin/switchroom
VERSION := $(shell git describe --always --dirty 2>/dev/null || echo dev)
export CGO_ENABLED ?= 0
# What was compiled in one clone serves the next one, too.
export GOFLAGS ?= -trimpath

.PHONY: build run call example check test bench bench-hold bench-feed histories guards generate web clean

build: web ## the controller, with its web page inside
	$(GO) build -ldflags "-X main.version=$(VERSION)" -o $(BIN) ./cmd/switchroom

run: build ## everything on this machine, with demo people; Ctrl-C ends it
	$(BIN) demo

call: $(BIN) ## a demo customer calls the running demo
	$(BIN) call

example: ## a CRM of another origin that embeds the widget of the running demo
	node examples/crm/serve.mjs

$(BIN):
	$(MAKE) build

web: web/dist/index.html

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --no-fund --no-audit
	@touch $@

web/dist/index.html: web/node_modules/.package-lock.json $(shell find web/src web/index.html web/vite.config.ts web/vite.loader.config.ts -type f 2>/dev/null)
	cd web && npm run build

check: web ## format, lint, unit tests
	./scripts/check

test: web ## everything, on real servers and a real browser
	./scripts/test

bench: ## the same load through Dial(), Queue() and Switchroom
	$(GO) run ./bench

bench-hold: ## how soon a customer hears that they are put on hold, at 50 live calls
	$(GO) run ./bench/hold

bench-feed: ## how soon a changed status is at two hundred clients
	$(GO) run ./bench/feed

histories: ## the core's random histories, so many that each pair of state and input comes up a thousand times
	$(GO) test ./call -run TestHistories -count=1 -v -worlds 4200 -timeout 30m

guards: ## each guard of the core forced both ways in turn; the tests must notice
	$(GO) test ./call/internal/guards -count=1 -v

generate: ## what is generated from contracts
	$(GO) generate ./...
	cd web && npm run generate

clean:
	rm -rf bin web/dist/assets web/dist/index.html bench/out
