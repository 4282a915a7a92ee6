package shape

import "math/rand/v2"

func init() {
	register("drip", func(o Options) Part { return &drip{o: o} })
	register("drip-goroutines", func(o Options) Part { return &dripGoroutines{o: o} })
	register("drip-by-luck", func(o Options) Part { return &dripByLuck{o: o} })
}

// drip keeps something once in so many operations.
type drip struct {
	o    Options
	kept *dropped
	n    int
}

type dropped struct {
	next *dropped
	data [56]byte
}

func (d *drip) Op(i int) {
	if !d.o.Leak || i%d.o.Every != 0 {
		return
	}
	d.kept = &dropped{next: d.kept} // leak: 64 bytes
}

// dripGoroutines lets a goroutine wait for ever once in so many operations.
type dripGoroutines struct{ o Options }

func (d *dripGoroutines) Op(i int) {
	if !d.o.Leak || i%d.o.Every != 0 {
		return
	}
	answers := make(chan int)
	go func() { answers <- i }() // leak: nobody receives
}

// dripByLuck does so with a chance of one in so many, as a race would.
type dripByLuck struct{ o Options }

func (d *dripByLuck) Op(i int) {
	if !d.o.Leak || rand.IntN(d.o.Every) != 0 {
		return
	}
	answers := make(chan int)
	go func() { answers <- i }() // leak: nobody receives
}
