package main

// Kernels of leaks around locks, wait groups and conditions, each with a fixed
// twin.

import (
	"errors"
	"sync"
	"time"
)

func init() {
	register("return-without-unlock", func() { returnLocked(false) })
	register("return-without-unlock.fixed", func() { returnLocked(true) })
	register("lock-order", func() { lockOrder(true) })
	register("lock-order.fixed", func() { lockOrder(false) })
	register("lock-twice", func() { lockTwice(true) })
	register("lock-twice.fixed", func() { lockTwice(false) })
	register("read-lock-behind-writer", func() { readTwice(true) })
	register("read-lock-behind-writer.fixed", func() { readTwice(false) })
	register("wait-group-too-many", func() { waitFor(3) })
	register("wait-group-too-many.fixed", func() { waitFor(2) })
	register("condition-missed", func() { waitForSignal(false) })
	register("condition-missed.fixed", func() { waitForSignal(true) })
	register("lock-held-over-send", func() { lockedSend(make(chan int)) })
	register("lock-held-over-send.fixed", func() { lockedSend(make(chan int, 2)) })
	register("once-that-blocks", func() { onceBlocked(false) })
	register("once-that-blocks.fixed", func() { onceBlocked(true) })
}

func returnLocked(unlocks bool) {
	var mu sync.Mutex
	use := func() error {
		mu.Lock()
		if unlocks {
			defer mu.Unlock()
		}
		return errors.New("refused")
	}
	_ = use()
	go func() { _ = use() }()
}

func lockOrder(crossed bool) {
	var a, b sync.Mutex
	var both sync.WaitGroup
	both.Add(2)
	take := func(first, second *sync.Mutex) {
		first.Lock()
		defer first.Unlock()
		both.Done()
		if crossed {
			both.Wait()
		}
		second.Lock()
		defer second.Unlock()
	}
	go take(&a, &b)
	if crossed {
		go take(&b, &a)
	} else {
		go take(&a, &b)
	}
}

func lockTwice(again bool) {
	var mu sync.Mutex
	go func() {
		mu.Lock()
		defer mu.Unlock()
		if again {
			mu.Lock()
			defer mu.Unlock()
		}
	}()
}

// A second read lock waits for a writer, which waits for the first.
func readTwice(again bool) {
	var mu sync.RWMutex
	reading := make(chan struct{})
	go func() {
		mu.RLock()
		defer mu.RUnlock()
		close(reading)
		time.Sleep(2 * time.Millisecond)
		if again {
			mu.RLock()
			defer mu.RUnlock()
		}
	}()
	go func() {
		<-reading
		mu.Lock()
		defer mu.Unlock()
	}()
}

func waitFor(workers int) {
	var wg sync.WaitGroup
	wg.Add(workers)
	for range 2 {
		go wg.Done()
	}
	go wg.Wait()
}

func waitForSignal(checks bool) {
	var mu sync.Mutex
	ready := sync.NewCond(&mu)
	mu.Lock()
	is := true
	mu.Unlock()
	ready.Signal()
	go func() {
		mu.Lock()
		defer mu.Unlock()
		for !checks || !is {
			ready.Wait()
		}
	}()
}

// The lock is held over a send nobody receives; the next one waits for it.
func lockedSend(events chan int) {
	var mu sync.Mutex
	for range 2 {
		go func() {
			mu.Lock()
			defer mu.Unlock()
			events <- 1
		}()
	}
}

func onceBlocked(answers bool) {
	var once sync.Once
	config := make(chan int, 1)
	if answers {
		config <- 1
	}
	for range 2 {
		go once.Do(func() { <-config })
	}
}
