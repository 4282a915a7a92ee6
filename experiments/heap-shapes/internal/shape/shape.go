// Package shape holds the ways in which memory is kept, each of them once with
// a leak and once without. The line to look at is marked.
package shape

import (
	"math/rand/v2"
	"slices"
	"strconv"
)

// A Part does its share of every operation; it is called by one goroutine at a
// time, operation numbers are never used twice.
type Part interface {
	Op(i int)
}

// Options of one part. Without a size it handles about 256 bytes per
// operation, never the same.
type Options struct {
	Leak  bool
	Size  int
	Every int
}

func (o Options) n() int {
	if o.Size == 0 {
		return 128 + rand.IntN(256)
	}
	return o.Size
}

var makers = map[string]func(Options) Part{}

func register(name string, make func(Options) Part) {
	if makers[name] != nil {
		panic("two shapes named " + name)
	}
	makers[name] = make
}

// Names of all shapes, sorted.
func Names() []string {
	var names []string
	for name := range makers {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Make makes a part.
func Make(name string, o Options) Part {
	return makers[name](o)
}

// bound is how much the fixed twins keep.
const bound = 32

// recent keeps the last few keys and tells which one falls out.
type recent[K any] struct {
	keys [bound]K
	n    int
}

func (r *recent[K]) push(key K) (oldest K, full bool) {
	at := r.n % bound
	oldest, full = r.keys[at], r.n >= bound
	r.keys[at] = key
	r.n++
	return oldest, full
}

func name(prefix string, i int) string {
	return prefix + strconv.Itoa(i)
}
