//go:build !race

package call

// How many histories are played: ordinaryWorlds for what is derived from them, someWorlds by TestHistories, manyWorlds by make histories, in which every legal
// pair of state and input comes up enough times.
const (
	ordinaryWorlds = 480
	someWorlds     = 1050
	manyWorlds     = 4200
	countsMatter   = true
)
