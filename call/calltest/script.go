// Package calltest reads the golden scripts of package call, so that other packages can be tested with every story that the core knows.
package calltest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"time"

	"switchroom/call"
)

// Start is when every story begins.
var Start = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

// Step is one input of a story that the core took.
type Step struct {
	At        time.Time
	In        call.Input
	Was, Next call.Call
	Effects   []call.Effect
}

// Stories plays the scripts in the folder, by their names, but for those in which all is refused.
func Stories(folder string) (map[string][]Step, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("no scripts in %s", folder)
	}
	out := map[string][]Step{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(filepath.Base(f), ".txt")
		steps, err := Play(string(b))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if len(steps) > 0 {
			out[name] = steps
		}
	}
	return out, err
}

// Play plays one script; what the core refuses is left out.
func Play(script string) (steps []Step, err error) {
	var c call.Call
	for line := range strings.Lines(script) {
		line = strings.TrimRight(line, "\n")
		if line == "" || line[0] == '#' || line[0] == ' ' {
			continue
		}
		at, in, err := parse(line)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", line, err)
		}
		next, effects, err := c.Apply(at, in)
		if err != nil {
			continue
		}
		next.Version = c.Version + 1
		steps = append(steps, Step{At: at, In: in, Was: c, Next: next, Effects: effects})
		c = next
	}
	return steps, nil
}

func parse(line string) (time.Time, call.Input, error) {
	words := strings.Fields(line)
	d, err := time.ParseDuration(words[0])
	if err != nil {
		return time.Time{}, nil, err
	}
	empty, err := json.Marshal(map[string]any{"kind": words[1], "data": struct{}{}})
	if err != nil {
		return time.Time{}, nil, err
	}
	in, err := call.DecodeInput(empty)
	if err != nil {
		return time.Time{}, nil, err
	}
	v := reflect.New(reflect.TypeOf(in)).Elem()
	for _, word := range words[2:] {
		key, value, named := strings.Cut(word, "=")
		if id, state, _ := strings.Cut(word, ":"); !named { // recovered: what is there
			list := v.FieldByName("Channels")
			list.Set(reflect.Append(list, reflect.ValueOf(call.Seen{ID: id, State: call.LegState(state)})))
			continue
		}
		if err := set(v, key, value); err != nil {
			return time.Time{}, nil, fmt.Errorf("%s: %w", word, err)
		}
	}
	return Start.Add(d), v.Interface().(call.Input), nil
}

// set fills in a field by its JSON name; dots lead into objects.
func set(v reflect.Value, key, value string) error {
	name, rest, deeper := strings.Cut(key, ".")
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		v = v.Elem()
	}
	for _, f := range reflect.VisibleFields(v.Type()) {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || tag != name {
			continue
		}
		if deeper {
			return set(v.FieldByIndex(f.Index), rest, value)
		}
		return fill(v.FieldByIndex(f.Index), name, value)
	}
	return fmt.Errorf("there is no field %s in %s", name, v.Type())
}

func fill(v reflect.Value, name, value string) error {
	switch v.Interface().(type) {
	case time.Duration:
		d, err := time.ParseDuration(value)
		v.SetInt(int64(d))
		return err
	case time.Time:
		d, err := time.ParseDuration(value)
		v.Set(reflect.ValueOf(Start.Add(d)))
		return err
	}
	switch v.Kind() {
	case reflect.Bool:
		on, err := strconv.ParseBool(value)
		v.SetBool(on)
		return err
	case reflect.Int:
		n, err := strconv.Atoi(value)
		v.SetInt(int64(n))
		return err
	case reflect.Slice:
		v.Set(reflect.ValueOf(strings.Split(value, ",")))
		return nil
	case reflect.String:
		if name == "reason" || name == "name" {
			value = strings.ReplaceAll(value, "_", " ")
		}
		v.SetString(value)
		return nil
	}
	return fmt.Errorf("a %s cannot be written", v.Type())
}
