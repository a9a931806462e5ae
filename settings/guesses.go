package settings

import (
	"math"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/trustelem/zxcvbn/frequency" // its lists alone: the rest of it would take a tenth of a second of every start of the controller
)

// known are common passwords, English words and names, with their rank in their list, from 1. It is made when the first password is looked at.
var known = sync.OnceValue(func() map[string]int {
	out := map[string]int{}
	for _, list := range frequency.FrequencyLists {
		for i, w := range list {
			if r, ok := out[w]; len(w) >= leastWord && (!ok || i+1 < r) {
				out[w] = i + 1
			}
		}
	}
	return out
})

const (
	leastWord    = 3
	longestWord  = 24
	anyCharacter = 3.33 // bits that a character counts of which nothing is known: ten guesses, as people choose them
	yearBits     = 7.0
)

// leet is how letters are written to look clever.
var leet = strings.NewReplacer("@", "a", "4", "a", "0", "o", "1", "i", "!", "i", "3", "e", "$", "s", "5", "s", "7", "t", "+", "t", "8", "b", "9", "g")

// bitsOf estimates how hard a password is to guess for who knows the person's own words, as the number of bits: the least of all ways to write it as known words, sequences,
// repetitions, years and other characters. It is the idea of zxcvbn (Wheeler, USENIX Security 2016), without keyboards, whose rows are among the common passwords.
func bitsOf(password string, own []string) float64 {
	text := []rune(password)
	small := []rune(strings.ToLower(password))
	if len(small) != len(text) { // a letter that is two in lower case: count what there is
		text = small
	}
	n := len(text)
	least := make([]float64, n+1) // of what is before
	for i := range least[1:] {
		least[i+1] = math.Inf(1)
	}
	for i := range n {
		cover := func(length int, bits float64) { least[i+length] = min(least[i+length], least[i]+bits) }
		cover(1, anyCharacter)
		for length := leastWord; length <= min(longestWord, n-i); length++ {
			if bits, ok := wordBits(text[i:i+length], small[i:i+length], own); ok {
				cover(length, bits)
			}
		}
		if length := sequence(small[i:]); length >= 3 {
			cover(length, anyCharacter+math.Log2(float64(length))+1)
		}
		for length := 1; length <= (n-i)/2; length++ {
			if times := repeated(small[i:], length); times >= 2 && times*length >= 3 {
				bits := anyCharacter * float64(length)
				if b, ok := wordBits(text[i:i+length], small[i:i+length], own); ok {
					bits = min(bits, b)
				}
				cover(times*length, bits+math.Log2(float64(times)))
			}
		}
		if n-i >= 4 && (strings.HasPrefix(string(small[i:i+4]), "19") || strings.HasPrefix(string(small[i:i+4]), "20")) && unicode.IsDigit(small[i+2]) && unicode.IsDigit(small[i+3]) {
			cover(4, yearBits)
		}
	}
	return least[n]
}

// wordBits is what a known word costs, with a bit more for capitals and for letters that are written cleverly.
func wordBits(text, small []rune, own []string) (bits float64, ok bool) {
	word, clever := string(small), 0.0
	rank := rankOf(word, own)
	if rank == 0 {
		if rank = rankOf(leet.Replace(word), own); rank == 0 {
			return 0, false
		}
		clever = 1
	}
	if !slices.Equal(text, small) {
		clever++
	}
	return math.Log2(float64(rank)) + clever, true
}

func rankOf(word string, own []string) int {
	if slices.Contains(own, word) {
		return 1
	}
	return known()[word]
}

// sequence is how many characters from the first on follow each other, such as 4567 or cba.
func sequence(text []rune) int {
	n := 1
	for n < len(text) {
		step := text[n] - text[n-1]
		if step != 1 && step != -1 || n > 1 && step != text[n-1]-text[n-2] {
			break
		}
		n++
	}
	return n
}

// repeated is how often the first characters, so many, stand there one after the other.
func repeated(text []rune, length int) int {
	times := 1
	for (times+1)*length <= len(text) && slices.Equal(text[:length], text[times*length:(times+1)*length]) {
		times++
	}
	return times
}
