//go:build !race

package call

// ordinaryWorlds is how many histories an ordinary run plays: so many that every pair comes up often enough.
const (
	ordinaryWorlds = 480
	manyWorlds     = 4200
	countsMatter   = true
)
