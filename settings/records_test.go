package settings

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestATextIsAsLongAsItsLetters(t *testing.T) {
	for n, want := range map[int]bool{1: true, 100: true, 101: false} {
		if err := label("name", strings.Repeat("가", n), 100); (err == nil) != want {
			t.Errorf("%d letters: %v", n, err)
		}
	}
}

func TestWhatAServiceSetsAboutItsRecords(t *testing.T) {
	many := make([]string, 101)
	for i := range many {
		many[i] = fmt.Sprint(i)
	}
	for field, v := range map[string]Records{
		"":                {Dispositions: []string{"Sold", "Not sold", "환불"}, RetentionDays: 36_500},
		"/dispositions/1": {Dispositions: []string{"Sold", " sold"}},
		"/dispositions/0": {Dispositions: []string{"two\nlines"}},
		"/dispositions":   {Dispositions: many},
		"/retention_days": {RetentionDays: -1},
	} {
		var e *Error
		if err := v.Check(); (err != nil || field != "") && (!errors.As(err, &e) || e.Field != field) {
			t.Errorf("%q: %v", field, err)
		}
	}
}
