// Command lean writes the contract as the controller reads it when it starts: openapi.yaml as JSON, without what is there for people. That takes
// half the time.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/getkin/kin-openapi/openapi3"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: lean openapi.yaml lean.json")
		os.Exit(2)
	}
	if err := write(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "lean:", err)
		os.Exit(1)
	}
}

func write(from, to string) error {
	doc, err := openapi3.NewLoader().LoadFromFile(from)
	if err != nil {
		return err
	}
	whole, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	var tree any
	if err := json.Unmarshal(whole, &tree); err != nil {
		return err
	}
	strip(tree)
	lean, err := json.Marshal(tree)
	if err != nil {
		return err
	}
	return os.WriteFile(to, append(lean, '\n'), 0o644)
}

// forPeople are the keywords by which nothing is decided.
var forPeople = []string{"summary", "description", "title", "example", "examples", "externalDocs"}

// byName are the keywords whose values are maps by names of our choice: there, "description" is a field of somebody's.
var byName = map[string]bool{"paths": true, "schemas": true, "parameters": true, "headers": true, "requestBodies": true, "responses": true, "securitySchemes": true, "properties": true, "content": true}

// strip takes what is for people out of an object of the contract, and out of all in it.
func strip(v any) {
	switch v := v.(type) {
	case []any:
		for _, inner := range v {
			strip(inner)
		}
	case map[string]any:
		for _, keyword := range forPeople {
			delete(v, keyword)
		}
		for keyword, inner := range v {
			named, ok := inner.(map[string]any)
			if !ok || !byName[keyword] {
				strip(inner)
				continue
			}
			for _, of := range named {
				strip(of)
			}
		}
	}
}
