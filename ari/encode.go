package ari

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
)

// emptyArgument stands for an empty id in a path: DELETE /channels/ would be another request. admit refuses it.
const emptyArgument = "\x00"

func escape(arg string) string {
	if arg == "" {
		return emptyArgument
	}
	return url.PathEscape(arg)
}

// query collects parameters. Empty values are left out unless required.
type query struct{ strings.Builder }

func addRequired[T ~string](q *query, name string, value T) {
	if q.Len() > 0 {
		q.WriteByte('&')
	}
	q.WriteString(name)
	q.WriteByte('=')
	q.WriteString(url.QueryEscape(string(value)))
}

func addText[T ~string](q *query, name string, value T) {
	if value != "" {
		addRequired(q, name, value)
	}
}

func addNumber[T int | int64](q *query, name string, value T) {
	if value != 0 {
		addOptional(q, name, &value)
	}
}

func addOptional[T int | int64](q *query, name string, value *T) {
	if value != nil {
		addRequired(q, name, strconv.FormatInt(int64(*value), 10))
	}
}

func addFlag(q *query, name string, value bool) {
	if value {
		addRequired(q, name, "true")
	}
}

// addList sends several values in one parameter, separated by commas, as Asterisk takes them.
func addList[T ~string](q *query, name string, values []T) {
	if len(values) == 0 {
		return
	}
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = string(v)
	}
	addRequired(q, name, strings.Join(parts, ","))
}

func variablesBody(variables map[string]string) []byte {
	if len(variables) == 0 {
		return nil
	}
	return body(struct {
		Variables map[string]string `json:"variables"`
	}{variables})
}

func fieldsBody(fields []ConfigTuple) []byte {
	return body(struct {
		Fields []ConfigTuple `json:"fields"`
	}{fields})
}

func filterBody(f EventFilter) []byte { return body(f) }

func body(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings, and maps and slices of them, always encode
	}
	return data
}
