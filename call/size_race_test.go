//go:build race

package call

// Under the race detector, which finds little in a history of one goroutine, a few will do; the counts and docs/states.md are
// looked at in the ordinary run.
const (
	ordinaryWorlds = 24
	someWorlds     = ordinaryWorlds
	manyWorlds     = ordinaryWorlds
	countsMatter   = false
)
