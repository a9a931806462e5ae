package delivered

import (
	"testing"
	"time"
)

func TestPercentilesAreNearestRank(t *testing.T) {
	var of []time.Duration
	for i := 200; i > 0; i-- {
		of = append(of, time.Duration(i)*time.Millisecond)
	}
	if r := Summarise("x", of); r != (Row{What: "x", Samples: 200, P50: 100, P95: 190, P99: 198, Max: 200}) {
		t.Errorf("%+v", r)
	}
}
