// Command goker calls one kernel of a concurrency bug again and again, inside
// a live process that serves its profiles. The kernels are the files beside
// this one, or, with this file laid over theirs, those of Go's own tree under
// runtime/testdata/testgoroutineleakprofile/goker.
package main

import (
	"encoding/json"
	"flag"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"
)

// The number of times a kernel of Go's tree yields, so that its goroutines get
// stuck.
const yieldCount = 10

// A call that has not returned after this long hangs, and is left behind.
const callLimit = 4 * time.Second

var cmds = map[string]func(){}

func register(name string, kernel func()) {
	if cmds[name] != nil {
		log.Fatalf("two kernels named %s", name)
	}
	cmds[name] = kernel
}

func registerInit(string, func()) {}

func main() {
	addr := flag.String("addr", "127.0.0.1:0", "address to listen on")
	flag.Parse()
	// The kernels of Go's tree print their leaks.
	if null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stdout = null
	}
	http.HandleFunc("GET /kernels", listKernels)
	http.HandleFunc("POST /calls", callKernel)
	log.Fatal(http.ListenAndServe(*addr, nil))
}

func listKernels(w http.ResponseWriter, _ *http.Request) {
	names := make([]string, 0, len(cmds))
	for name := range cmds {
		names = append(names, name)
	}
	slices.Sort(names)
	writeJSON(w, names)
}

// callKernel calls a kernel n times, some at once, and tells how many
// goroutines there are afterwards.
func callKernel(w http.ResponseWriter, r *http.Request) {
	kernel := cmds[r.FormValue("kernel")]
	n, err := strconv.Atoi(r.FormValue("n"))
	if kernel == nil || err != nil || n < 1 {
		http.Error(w, "no such kernel, or no number of calls", http.StatusBadRequest)
		return
	}
	started := time.Now()
	calls := make(chan struct{})
	var callers sync.WaitGroup
	for range min(n, 8) {
		callers.Add(1)
		go func() {
			defer callers.Done()
			for range calls {
				callOnce(kernel)
			}
		}()
	}
	for range n {
		calls <- struct{}{}
	}
	close(calls)
	callers.Wait()
	took := time.Since(started)
	time.Sleep(20 * time.Millisecond)
	writeJSON(w, map[string]int64{"goroutines": int64(runtime.NumGoroutine()), "microseconds": took.Microseconds()})
}

func callOnce(kernel func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		kernel()
	}()
	limit := time.NewTimer(callLimit)
	defer limit.Stop()
	select {
	case <-done:
	case <-limit.C:
	}
}

func writeJSON(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}
