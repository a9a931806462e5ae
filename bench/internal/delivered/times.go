package delivered

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"
)

// Row is one measure, as it is written to a file.
type Row struct {
	What    string  `json:"what"`
	Samples int     `json:"samples"`
	P50     float64 `json:"ms_p50"`
	P95     float64 `json:"ms_p95"`
	P99     float64 `json:"ms_p99"`
	Max     float64 `json:"ms_max"`
}

// Summarise makes the percentiles of at least one time; it sorts them.
func Summarise(what string, of []time.Duration) Row {
	slices.Sort(of)
	at := func(p int) float64 { // nearest rank
		return float64(of[(len(of)*p+99)/100-1].Microseconds()) / 1000
	}
	return Row{What: what, Samples: len(of), P50: at(50), P95: at(95), P99: at(99), Max: at(100)}
}

// Print writes a table to standard output.
func Print(rows []Row) {
	fmt.Printf("%-36s %7s %8s %8s %8s %8s\n", "from the request to", "samples", "p50 ms", "p95 ms", "p99 ms", "max ms")
	for _, r := range rows {
		fmt.Printf("%-36s %7d %8.1f %8.1f %8.1f %8.1f\n", r.What, r.Samples, r.P50, r.P95, r.P99, r.Max)
	}
}

// Write leaves them in a file, as JSON.
func Write(path string, rows []Row) error {
	raw, err := json.MarshalIndent(rows, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(raw, '\n'), 0o644)
}
