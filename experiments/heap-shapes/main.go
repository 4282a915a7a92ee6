// Command shapes is a service of many parts, each of which keeps something
// between operations within a bound of its own. One of them can be told to
// leak instead.
package main

import (
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"net/http"
	_ "net/http/pprof"
	"strconv"
	"sync"
	"sync/atomic"

	"example.com/shapes/internal/shape"
)

type part struct {
	mu sync.Mutex
	shape.Part
}

func (p *part) operate(i int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.Op(i)
}

func main() {
	addr := flag.String("addr", "127.0.0.1:0", "address to listen on")
	list := flag.Bool("list", false, "print the names of the shapes")
	chosen := flag.String("shape", "", "the shape that is looked at; the others are the background")
	leak := flag.Bool("leak", false, "let the chosen shape leak")
	size := flag.Int("size", 256, "bytes that the chosen shape handles per operation")
	every := flag.Int("every", 1, "operations per leak, for the shapes that drip")
	flag.Parse()
	if *list {
		for _, name := range shape.Names() {
			fmt.Println(name)
		}
		return
	}
	parts := build(*chosen, shape.Options{Leak: *leak, Size: *size, Every: *every})
	var done atomic.Int64
	http.HandleFunc("POST /round", func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(r.FormValue("n"))
		if err != nil || n < 1 {
			http.Error(w, "no number of operations", http.StatusBadRequest)
			return
		}
		round(parts, &done, n)
	})
	log.Fatal(http.ListenAndServe(*addr, nil))
}

func build(chosen string, options shape.Options) []*part {
	var parts []*part
	found := chosen == ""
	for _, name := range shape.Names() {
		o := shape.Options{}
		if name == chosen {
			o, found = options, true
		}
		parts = append(parts, &part{Part: shape.Make(name, o)})
	}
	if !found {
		log.Fatalf("no shape is named %s", chosen)
	}
	return parts
}

// round does n operations, four at a time, each of them in every part, which
// may be in any order.
func round(parts []*part, done *atomic.Int64, n int) {
	var left atomic.Int64
	left.Store(int64(n))
	var workers sync.WaitGroup
	for range 4 {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for left.Add(-1) >= 0 {
				i := int(done.Add(1))
				first := rand.IntN(len(parts))
				for k := range parts {
					parts[(first+k)%len(parts)].operate(i)
				}
			}
		}()
	}
	workers.Wait()
}
