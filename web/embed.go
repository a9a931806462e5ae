// Package web holds the page for agents, built by `make build` (or `npm ci && npm run build` here) into dist/ and embedded
// into the controller.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// unbuilt is what is served by a controller that was compiled without the page.
//
//go:embed unbuilt
var unbuilt embed.FS

// Files is the built page, index.html at its root. In a fresh clone, where nothing was built yet, it is a page that says what to do.
func Files() fs.FS {
	if Built() {
		return sub(dist, "dist")
	}
	return sub(unbuilt, "unbuilt")
}

// Built tells whether the page was built before the controller was compiled.
func Built() bool {
	_, err := fs.Stat(dist, "dist/index.html")
	return err == nil
}

// sub cannot fail: the folders are named in the directives above.
func sub(f fs.FS, dir string) fs.FS {
	s, err := fs.Sub(f, dir)
	if err != nil {
		panic(err)
	}
	return s
}
