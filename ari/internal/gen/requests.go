package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"switchroom/ari/internal/gen/spec"
)

// methodNames replaces nicknames that would make poor Go. The rest are the nicknames with a capital.
var methodNames = map[string]string{
	"getChannelVar": "GetVariable", "setChannelVar": "SetVariable", "getChannelVars": "GetVariables", "setChannelVars": "SetVariables",
	"getBridgeVar": "GetVariable", "setBridgeVar": "SetVariable", "getBridgeVars": "GetVariables", "setBridgeVars": "SetVariables",
	"getGlobalVar": "GetGlobalVariable", "setGlobalVar": "SetGlobalVariable",
	"snoopChannel": "Snoop", "snoopChannelWithId": "SnoopWithID", "continueInDialplan": "Continue",
}

// ambiguous method names put their resource into the name of their parameters even while only one resource has them.
var ambiguous = []string{"List", "Update", "CreateWithID"}

// broken parameters are left out, so that nobody trips over them.
var broken = map[string]string{
	"Bridges.create.variables": "Asterisk 22.10.1 takes \"variables\" for a variable and refuses (400); CreateWithID accepts it",
}

// handWritten operations are no plain request: the event socket, and a file that must be streamed.
func handWritten(o spec.Operation) bool { return o.Upgrade != "" || o.ResponseClass == "binary" }

// request is an operation with its place and its Go names.
type request struct {
	spec.Operation
	path     string
	resource string // Go name of the namespace: Channels
	name     string // Go name of the method: Originate
	pathArgs []spec.Parameter
	others   []spec.Parameter // query and body
	params   string           // name of the parameter struct, if there is one
}

func writeRequests(b *bytes.Buffer, d *description) {
	var body bytes.Buffer
	reqs := requests(d)
	for _, r := range d.resources {
		ns := goName(r.name)
		fmt.Fprintf(&body, "// %s is the namespace of the requests under /%s.\ntype %s struct{ c *Client }\n\n", ns, r.name, ns)
		fmt.Fprintf(&body, "// %s returns the requests under /%s.\nfunc (c *Client) %s() %s { return %s{c} }\n\n", ns, r.name, ns, ns, ns)
		for _, q := range reqs {
			if q.resource == ns {
				writeParams(&body, d, q)
				writeMethod(&body, d, q)
			}
		}
	}
	writeImports(b, body.Bytes(), "context")
	b.Write(body.Bytes())
}

func requests(d *description) []request {
	var out []request
	count := map[string]int{}
	for _, r := range d.resources {
		for _, a := range r.APIs {
			for _, o := range a.Operations {
				if handWritten(o) {
					continue
				}
				q := request{Operation: o, path: a.Path, resource: goName(r.name), name: methodNames[o.Nickname]}
				if q.name == "" {
					q.name = goName(o.Nickname)
				}
				q.name = strings.Replace(q.name, "WithId", "WithID", 1)
				for _, p := range o.Parameters {
					switch {
					case broken[q.resource+"."+o.Nickname+"."+p.Name] != "":
					case p.In == "path":
						q.pathArgs = append(q.pathArgs, p)
					default:
						q.others = append(q.others, p)
					}
				}
				out = append(out, q)
				if q.hasStruct() {
					count[q.name]++
				}
			}
		}
	}
	for i, q := range out {
		if q.hasStruct() {
			out[i].params = q.name + "Params"
			if count[q.name] > 1 || slices.Contains(ambiguous, q.name) {
				out[i].params = singular(q.resource) + out[i].params
			}
		}
	}
	return out
}

// hasStruct: one required parameter is an argument of its own; anything more goes into a struct.
func (q request) hasStruct() bool {
	return len(q.others) > 1 || len(q.others) == 1 && !q.others[0].Required && q.others[0].In != "body"
}

// paramType is the Go type of a query or body parameter. Where leaving a number out does not mean 0 it is a pointer:
// nil leaves it to Asterisk's default.
func (d *description) paramType(q request, p spec.Parameter) string {
	switch {
	case p.In == "body" && p.Name == "fields":
		return "[]ConfigTuple"
	case p.In == "body" && p.Name == "filter":
		return "EventFilter"
	case p.In == "body":
		return "map[string]string"
	}
	t := goType(p.Type)
	if p.Values != nil && len(p.Values.Values) > 0 {
		t = d.enums.use(q.resource, p.Name, p.Values.Values)
	}
	switch {
	case p.Multiple:
		return "[]" + t
	case isNumber(p) && !p.Required && hasDefault(p):
		return "*" + t
	}
	return t
}

func isNumber(p spec.Parameter) bool { return p.Type == "int" || p.Type == "long" }

func hasDefault(p spec.Parameter) bool { return p.Default != nil && fmt.Sprint(p.Default) != "0" }

func writeParams(b *bytes.Buffer, d *description, q request) {
	if q.params == "" {
		return
	}
	fmt.Fprintf(b, "// %s are the parameters of %s.%s. Empty ones are not sent.\ntype %s struct {\n", q.params, q.resource, q.name, q.params)
	for _, p := range q.others {
		var note string
		switch {
		case p.Required:
			note = " // required"
		case hasDefault(p) && isNumber(p):
			note = fmt.Sprintf(" // nil means %v", p.Default)
		case p.Default != nil && p.Type == "string":
			note = fmt.Sprintf(" // empty means %q", p.Default)
		}
		fmt.Fprintf(b, "%s %s%s\n", goName(p.Name), d.paramType(q, p), note)
	}
	b.WriteString("}\n\n")
}

func writeMethod(b *bytes.Buffer, d *description, q request) {
	repeat := repeatable(q.Method, q.path)
	fmt.Fprintf(b, "// %s sends %s %s.", q.name, q.Method, q.path)
	if !repeat {
		b.WriteString(" It is never repeated by itself.")
	}
	fmt.Fprintf(b, "\nfunc (r %s) %s(ctx context.Context", q.resource, q.name)
	for _, p := range q.pathArgs {
		fmt.Fprintf(b, ", %s string", goVar(p.Name))
	}
	if q.params != "" {
		fmt.Fprintf(b, ", p %s", q.params)
	} else {
		for _, p := range q.others {
			fmt.Fprintf(b, ", %s %s", goVar(p.Name), d.paramType(q, p))
		}
	}
	result, call := resultType(q.ResponseClass)
	fmt.Fprintf(b, ") %s {\n", result)
	writeQuery(b, d, q)
	fmt.Fprintf(b, "return %s(ctx, r.c, Request{Method: %q, Path: %s", call, q.Method, pathExpression(q.path))
	if slices.ContainsFunc(q.others, func(p spec.Parameter) bool { return p.In == "query" }) {
		b.WriteString(", Query: q.String()")
	}
	for _, p := range q.others {
		if p.In == "body" {
			fmt.Fprintf(b, ", Body: %sBody(%s)", p.Name, argument(q, p))
		}
	}
	if repeat {
		b.WriteString(", Repeatable: true")
	}
	b.WriteString("})\n}\n\n")
}

func argument(q request, p spec.Parameter) string {
	if q.params != "" {
		return "p." + goName(p.Name)
	}
	return goVar(p.Name)
}

func writeQuery(b *bytes.Buffer, d *description, q request) {
	first := true
	for _, p := range q.others {
		if p.In != "query" {
			continue
		}
		if first {
			b.WriteString("var q query\n")
			first = false
		}
		arg, t := argument(q, p), d.paramType(q, p)
		switch {
		case p.Multiple:
			fmt.Fprintf(b, "addList(&q, %q, %s)\n", p.Name, arg)
		case strings.HasPrefix(t, "*"):
			fmt.Fprintf(b, "addOptional(&q, %q, %s)\n", p.Name, arg)
		case isNumber(p) && p.Required:
			fmt.Fprintf(b, "addOptional(&q, %q, &%s)\n", p.Name, arg)
		case isNumber(p):
			fmt.Fprintf(b, "addNumber(&q, %q, %s)\n", p.Name, arg)
		case p.Type == "boolean":
			fmt.Fprintf(b, "addFlag(&q, %q, %s)\n", p.Name, arg)
		case p.Required:
			fmt.Fprintf(b, "addRequired(&q, %q, %s)\n", p.Name, arg)
		default:
			fmt.Fprintf(b, "addText(&q, %q, %s)\n", p.Name, arg)
		}
	}
}

func resultType(class string) (result, call string) {
	if class == "void" {
		return "error", "callVoid"
	}
	if inner, ok := listOf(class); ok {
		return "([]" + inner + ", error)", "callList[" + inner + "]"
	}
	return "(*" + class + ", error)", "call[" + class + "]"
}

// pathExpression turns /channels/{channelId}/ring into "/channels/" + escape(channelID) + "/ring".
func pathExpression(path string) string {
	var parts []string
	for path != "" {
		literal, rest, found := strings.Cut(path, "{")
		if literal != "" {
			parts = append(parts, fmt.Sprintf("%q", literal))
		}
		if !found {
			break
		}
		name, after, _ := strings.Cut(rest, "}")
		parts = append(parts, "escape("+goVar(name)+")")
		path = after
	}
	return strings.Join(parts, " + ")
}
