// Package spec holds Asterisk's own description of its REST interface in a reduced form: resources, operations,
// parameters, models and events, without the sentences. The code generator reads it, and a contract test compares it
// with what a running Asterisk serves under /ari/api-docs.
package spec

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

//go:embed *.json
var files embed.FS

// Resource is one file of the description: one family of requests (channels, bridges, …) and the models they use.
type Resource struct {
	ResourcePath string   `json:"resourcePath"`
	Requires     []string `json:"requiresModules,omitempty"`
	APIs         []API    `json:"apis"`
	Models       Models   `json:"models,omitempty"`
}

// API is one path and what may be done with it.
type API struct {
	Path       string      `json:"path"`
	Operations []Operation `json:"operations"`
}

// Operation is one request. Upgrade is "websocket" for the event stream, which is not an ordinary request.
type Operation struct {
	Method        string      `json:"httpMethod"`
	Nickname      string      `json:"nickname"`
	Upgrade       string      `json:"upgrade,omitempty"`
	ResponseClass string      `json:"responseClass"`
	Parameters    []Parameter `json:"parameters,omitempty"`
}

// Parameter is one argument of a request. In is "path", "query" or "body".
type Parameter struct {
	Name     string  `json:"name"`
	In       string  `json:"paramType"`
	Type     string  `json:"dataType"`
	Required bool    `json:"required,omitempty"`
	Multiple bool    `json:"allowMultiple,omitempty"`
	Default  any     `json:"defaultValue,omitempty"`
	Values   *Values `json:"allowableValues,omitempty"`
}

// Values restricts a string to a list, or a number to a range (then Values is empty).
type Values struct {
	Type   string   `json:"valueType"`
	Values []string `json:"values,omitempty"`
}

// Model is one JSON object. SubTypes lists the models that extend it.
type Model struct {
	ID         string     `json:"id"`
	SubTypes   []string   `json:"subTypes,omitempty"`
	Properties Properties `json:"properties,omitempty"`
}

// Property is one field of a model.
type Property struct {
	Name     string  `json:"name"`
	Type     string  `json:"type"`
	Required bool    `json:"required,omitempty"`
	Values   *Values `json:"allowableValues,omitempty"`
}

// Models and Properties are JSON objects in the original; both are kept as lists, because the original's order is the
// only one that reads well and maps would lose it.
type (
	Models     []Model
	Properties []Property
)

// UnmarshalJSON accepts the original's object as well as the reduced form's list.
func (m *Models) UnmarshalJSON(data []byte) error {
	return unmarshalOrdered(data, (*[]Model)(m), func(name string, v *Model) { v.ID = name })
}

// UnmarshalJSON accepts the original's object as well as the reduced form's list.
func (p *Properties) UnmarshalJSON(data []byte) error {
	return unmarshalOrdered(data, (*[]Property)(p), func(name string, v *Property) { v.Name = name })
}

func unmarshalOrdered[T any](data []byte, out *[]T, setName func(string, *T)) error {
	if len(data) > 0 && data[0] == '[' {
		return json.Unmarshal(data, out)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if _, err := dec.Token(); err != nil {
		return err
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		var v T
		if err := dec.Decode(&v); err != nil {
			return fmt.Errorf("%v: %w", name, err)
		}
		setName(name.(string), &v)
		*out = append(*out, v)
	}
	return nil
}

// Reduce turns one file of the original description into the form kept here. It is idempotent.
func Reduce(original []byte) ([]byte, error) {
	var r Resource
	if err := json.Unmarshal(original, &r); err != nil {
		return nil, fmt.Errorf("decoding the API description: %w", err)
	}
	out, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return nil, err
	}
	return append(out, '\n'), nil
}

// Names lists the resources, sorted: "applications", "asterisk", ….
func Names() []string {
	entries, err := fs.Glob(files, "*.json")
	if err != nil {
		panic(err) // the pattern is constant
	}
	for i, e := range entries {
		entries[i] = strings.TrimSuffix(path.Base(e), ".json")
	}
	slices.Sort(entries)
	return entries
}

// Raw returns the reduced description of one resource as it lies in the repository.
func Raw(name string) ([]byte, error) { return files.ReadFile(name + ".json") }

// Load decodes the reduced description of one resource.
func Load(name string) (Resource, error) {
	var r Resource
	data, err := Raw(name)
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(data, &r)
}
