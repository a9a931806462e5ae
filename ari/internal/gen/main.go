// Command gen writes the typed half of package ari from Asterisk's own API description.
//
//	go run ./internal/gen                    regenerate *_gen.go from the reduced description (run in ari/)
//	go run ./internal/gen -reduce DIR        refresh the reduced description from Asterisk's rest-api folder DIR
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"switchroom/ari/internal/gen/spec"
)

func main() {
	reduce := flag.String("reduce", "", "folder with Asterisk's rest-api/*.json; writes internal/gen/spec")
	flag.Parse()
	run := generateInto
	if *reduce != "" {
		run = func(dir string) error { return reduceInto(filepath.Join(dir, "internal", "gen", "spec"), *reduce) }
	}
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func generateInto(dir string) error {
	out, err := generate()
	if err != nil {
		return err
	}
	for name, content := range out {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func reduceInto(dst, src string) error {
	paths, err := filepath.Glob(filepath.Join(src, "*.json"))
	if err != nil {
		return err
	}
	if len(paths) == 0 {
		return fmt.Errorf("no *.json in %s", src)
	}
	for _, p := range paths {
		if filepath.Base(p) == "resources.json" { // the index of the others
			continue
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		reduced, err := spec.Reduce(data)
		if err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
		if err := os.WriteFile(filepath.Join(dst, filepath.Base(p)), reduced, 0o644); err != nil {
			return err
		}
	}
	return nil
}
