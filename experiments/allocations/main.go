// Command allocations is a service that handles orders and keeps nothing but a
// bounded history. Lines marked "// more: NAME" are the change NAME: the base is
// built without any of them, the head with those of one name, so that the lines
// below them move as they do in a pull request.
package main

import (
	"flag"
	"log"
	"net/http"
	_ "net/http/pprof"
	"strconv"
	"sync"
)

// size is the number of bytes that a change adds to each order, or keeps.
var size = flag.Int("size", 2048, "bytes that the change adds to each order")

func main() {
	addr := flag.String("addr", "127.0.0.1:0", "address to listen on")
	flag.Parse()
	shop := open()
	http.HandleFunc("POST /round", func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(r.FormValue("n"))
		if err != nil || n < 1 {
			http.Error(w, "no number of operations", http.StatusBadRequest)
			return
		}
		var workers sync.WaitGroup
		for worker := range 4 {
			workers.Go(func() {
				for i := worker; i < n; i += 4 {
					shop.handle(i)
				}
			})
		}
		workers.Wait()
	})
	log.Fatal(http.ListenAndServe(*addr, nil))
}
