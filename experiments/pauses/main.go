// Command pauses is a service that hashes uploads. Hashed in one call, nothing
// can stop the assembly that does it, and a collection that starts meanwhile
// waits with all other goroutines stopped; hashed in pieces, none waits.
package main

import (
	"crypto/md5"
	"flag"
	"log"
	"net/http"
	_ "net/http/pprof"
	"strconv"
	"time"
)

var sink []byte

func main() {
	addr := flag.String("addr", "127.0.0.1:0", "address to listen on")
	piece := flag.Int("piece", 64<<10, "bytes that are hashed in one call")
	flag.Parse()
	upload := make([]byte, 24<<20)
	http.HandleFunc("POST /round", func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(r.FormValue("n"))
		if err != nil || n < 1 {
			http.Error(w, "no number of operations", http.StatusBadRequest)
			return
		}
		hashed := make(chan struct{})
		go func() {
			defer close(hashed)
			for range n {
				hash(upload, *piece)
			}
		}()
		// Meanwhile there is garbage, so that the collector runs.
		for {
			select {
			case <-hashed:
				return
			default:
				sink = make([]byte, 1<<20)
				time.Sleep(time.Millisecond)
			}
		}
	})
	log.Fatal(http.ListenAndServe(*addr, nil))
}

func hash(upload []byte, piece int) [md5.Size]byte {
	if piece >= len(upload) {
		return md5.Sum(upload)
	}
	h := md5.New()
	for from := 0; from < len(upload); from += piece {
		h.Write(upload[from:min(from+piece, len(upload))])
	}
	return [md5.Size]byte(h.Sum(nil))
}
