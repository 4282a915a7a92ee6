package main

// Kernels of leaks around contexts, each with a fixed twin.

import (
	"context"
	"io"
	"time"
)

func init() {
	register("context-not-cancelled", func() { watch(false) })
	register("context-not-cancelled.fixed", func() { watch(true) })
	register("context-ignored", func() { fetch(true) })
	register("context-ignored.fixed", func() { fetch(false) })
	register("wrong-context", func() { subscribe(true) })
	register("wrong-context.fixed", func() { subscribe(false) })
	register("pipe-not-closed", func() { copyPipe(false) })
	register("pipe-not-closed.fixed", func() { copyPipe(true) })
}

func watch(cancels bool) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-ctx.Done() }()
	if cancels {
		cancel()
	}
	_ = cancel
}

func fetch(ignores bool) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	answers := make(chan int)
	go func() {
		time.Sleep(2 * time.Millisecond)
		if ignores {
			answers <- 1
			return
		}
		select {
		case answers <- 1:
		case <-ctx.Done():
		}
	}()
	select {
	case <-answers:
	case <-ctx.Done():
	}
}

// The subscription of a request is bound to the life of the process.
func subscribe(wrong bool) {
	process, stop := context.WithCancel(context.Background())
	request, cancel := context.WithCancel(process)
	defer cancel()
	ctx := request
	if wrong {
		ctx = process
	}
	events := make(chan int)
	go func() {
		for {
			select {
			case <-events:
			case <-ctx.Done():
				return
			}
		}
	}()
	_ = stop
}

func copyPipe(closes bool) {
	r, w := io.Pipe()
	go func() { _, _ = io.Copy(io.Discard, r) }()
	_, _ = w.Write([]byte("order"))
	if closes {
		_ = w.Close()
	}
}
