package web

import (
	"io/fs"
	"regexp"
	"testing"
)

func TestThereIsAlwaysAPage(t *testing.T) {
	page, err := fs.ReadFile(Files(), "index.html")
	if err != nil {
		t.Fatalf("the page's files have no index.html: %v", err)
	}
	if len(page) == 0 {
		t.Fatal("index.html is empty")
	}
}

// The content security policy allows nothing inline, so such a page would be dead in the browser.
func TestThePageHasNothingInline(t *testing.T) {
	inline := regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|<script(?:\s[^>]*)?>\s*[^\s<]|=\s*["']?javascript:`)
	for name, files := range map[string]fs.FS{"built or not": Files(), "unbuilt": sub(unbuilt, "unbuilt")} {
		page, err := fs.ReadFile(files, "index.html")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if found := inline.Find(page); found != nil {
			t.Errorf("%s: index.html has %q inline", name, found)
		}
	}
}
