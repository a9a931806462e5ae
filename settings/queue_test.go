package settings

import (
	"errors"
	"testing"
)

func TestWhatARouteNamesTwiceIsSaidWhereItStands(t *testing.T) {
	list := func(s ...string) []string { return s }
	for _, tt := range []struct {
		prefixes, trunks []string
		field, detail    string
	}{
		{list("+"), list("a", "b", "a"), "/trunks/2", `"a" is there twice; name each once`},
		{list("+49", "+49"), list("a"), "/prefixes/1", `"+49" is there twice; name each once`},
	} {
		var e *Error
		if err := (Route{Name: "all", Prefixes: tt.prefixes, Trunks: tt.trunks}).Check(); !errors.As(err, &e) || e.Slug != "listed_twice" || e.Field != tt.field || e.Detail != tt.detail {
			t.Errorf("%q by %q: %v", tt.prefixes, tt.trunks, err)
		}
	}
	if err := (Route{Name: "all", Prefixes: list("+", "+49"), Trunks: list("a", "b")}).Check(); err != nil {
		t.Error(err)
	}
}
