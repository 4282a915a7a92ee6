package app

import (
	"sync/atomic"
	"time"
)

// stats counts orders and computes a rate once per interval.
type stats struct {
	orders atomic.Int64
	cents  atomic.Int64
	rate   atomic.Int64
	quit   chan struct{}
	done   chan struct{}
}

func startStats(every time.Duration) *stats {
	s := &stats{quit: make(chan struct{}), done: make(chan struct{})}
	go s.loop(every)
	return s
}

func (s *stats) loop(every time.Duration) {
	defer close(s.done)
	t := time.NewTicker(every)
	defer t.Stop()
	var last int64
	for {
		select {
		case <-t.C:
			now := s.orders.Load()
			s.rate.Store(now - last)
			last = now
		case <-s.quit:
			return
		}
	}
}

func (s *stats) count(cents int64) {
	s.orders.Add(1)
	s.cents.Add(cents)
}

func (s *stats) stop() {
	close(s.quit)
	<-s.done
}
