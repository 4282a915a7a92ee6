package main

// Kernels of leaks around channels, each with a fixed twin.

import (
	"errors"
	"time"
)

func init() {
	register("send-after-timeout", func() { sendAfterTimeout(make(chan int)) })
	register("send-after-timeout.fixed", func() { sendAfterTimeout(make(chan int, 1)) })
	register("first-error-wins", func() { firstErrorWins(make(chan error)) })
	register("first-error-wins.fixed", func() { firstErrorWins(make(chan error, 4)) })
	register("range-never-closed", func() { rangeOver(false) })
	register("range-never-closed.fixed", func() { rangeOver(true) })
	register("receive-from-failed-producer", func() { receiveResult(false) })
	register("receive-from-failed-producer.fixed", func() { receiveResult(true) })
	register("nil-channel", func() { nilChannel(false) })
	register("nil-channel.fixed", func() { nilChannel(true) })
	register("double-send", func() { doubleSend(false) })
	register("double-send.fixed", func() { doubleSend(true) })
	register("select-without-done", func() { selectLoop(nil) })
	register("select-without-done.fixed", func() { done := make(chan struct{}); selectLoop(done); close(done) })
	register("pipeline-abandoned", func() { pipeline(false) })
	register("pipeline-abandoned.fixed", func() { pipeline(true) })
	register("ticker-loop", func() { tickerLoop(false) })
	register("ticker-loop.fixed", func() { tickerLoop(true) })
}

// The answer of a request that has timed out finds no receiver.
func sendAfterTimeout(answers chan int) {
	go func() {
		time.Sleep(2 * time.Millisecond)
		answers <- 1
	}()
	select {
	case <-answers:
	case <-time.After(time.Millisecond):
	}
}

// Of several errors only the first is received.
func firstErrorWins(failed chan error) {
	for range 4 {
		go func() { failed <- errors.New("refused") }()
	}
	<-failed
}

func rangeOver(closes bool) {
	jobs := make(chan int)
	go func() {
		for job := range jobs {
			_ = job
		}
	}()
	jobs <- 1
	if closes {
		close(jobs)
	}
}

// A producer that fails does not tell its consumer.
func receiveResult(tells bool) {
	results := make(chan int)
	go func() {
		if tells {
			defer close(results)
		}
		if err := errors.New("no such order"); err != nil {
			return
		}
		results <- 1
	}()
	go func() { <-results }()
}

// A channel that is only made when it is configured.
func nilChannel(configured bool) {
	var events chan int
	if configured {
		events = make(chan int, 1)
		events <- 1
	}
	go func() { <-events }()
}

// A missing return after the answer for an error.
func doubleSend(returns bool) {
	answers := make(chan int)
	go func() {
		if err := errors.New("bad"); err != nil {
			answers <- 0
			if returns {
				return
			}
		}
		answers <- 1
	}()
	<-answers
}

func selectLoop(done chan struct{}) {
	updates := make(chan int)
	go func() {
		for {
			select {
			case <-updates:
			case <-done:
				return
			}
		}
	}()
	updates <- 1
}

// The consumer of a pipeline leaves after the first value.
func pipeline(stops bool) {
	done := make(chan struct{})
	if stops {
		defer close(done)
	}
	numbers, squares := make(chan int), make(chan int)
	go func() {
		defer close(numbers)
		for i := 0; ; i++ {
			select {
			case numbers <- i:
			case <-done:
				return
			}
		}
	}()
	go func() {
		for n := range numbers {
			select {
			case squares <- n * n:
			case <-done:
				return
			}
		}
	}()
	<-squares
}

func tickerLoop(stops bool) {
	ticker := time.NewTicker(time.Hour)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-ticker.C:
			case <-done:
				ticker.Stop()
				return
			}
		}
	}()
	if stops {
		close(done)
	}
}
