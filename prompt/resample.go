package prompt

import (
	"context"
	"math"
)

// The low-pass filter: a sinc under a Kaiser window. 80 dB below in the stop band, flat to 0.42 of the lower rate.
const (
	zeros  = 32  // zero crossings on each side
	phases = 256 // positions between two samples for which it is computed; between them it is interpolated
	edge   = 0.46
	beta   = 7.86
)

// resample changes the sample rate; nothing above half of the new one is left to fold back. It stops when ctx ends.
func resample(ctx context.Context, in []float32, from, to int) ([]float32, error) {
	if from == to {
		return in, nil
	}
	half := int(math.Ceil(zeros * max(1, float64(from)/float64(to))))
	table := kernel(half, edge*min(1, float64(to)/float64(from)))
	taps := 2 * half
	padded := make([]float32, len(in)+2*taps) // silence before and after
	copy(padded[half-1:], in)
	out := make([]float32, int64(len(in))*int64(to)/int64(from))
	for i := range out {
		if i%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		at := int64(i) * int64(from)
		place := float64(at%int64(to)) / float64(to) * phases
		phase := int(place)
		low, high := table[phase*taps:][:taps], table[(phase+1)*taps:][:taps]
		var a, b float32
		for k, s := range padded[at/int64(to):][:taps] {
			a += s * low[k]
			b += s * high[k]
		}
		out[i] = a + (b-a)*float32(place-float64(phase))
	}
	return out, nil
}

// kernel is the filter at each phase: rows of 2*half taps that sum up to 1. cut is its edge as a part of the input's rate.
func kernel(half int, cut float64) []float32 {
	taps := 2 * half
	table := make([]float32, (phases+1)*taps)
	row := make([]float64, taps)
	for p := range phases + 1 {
		sum := 0.0
		for k := range row {
			x := float64(k-half+1) - float64(p)/phases
			row[k] = sinc(2*cut*x) * kaiser(x/float64(half))
			sum += row[k]
		}
		for k, v := range row {
			table[p*taps+k] = float32(v / sum)
		}
	}
	return table
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

func kaiser(x float64) float64 {
	if x*x >= 1 {
		return 0
	}
	return bessel(beta*math.Sqrt(1-x*x)) / bessel(beta)
}

// bessel is the modified Bessel function I0, by its series.
func bessel(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > 1e-12*sum; k++ {
		term *= x / 2 / k * x / 2 / k
		sum += term
	}
	return sum
}
