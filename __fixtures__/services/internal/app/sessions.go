package app

import (
	"sync"
	"time"
)

// sessions remembers recent customers. It is bounded twice: by time to live
// and by number; a newcomer takes the slot of the customer seen least recently.
type sessions struct {
	mu    sync.Mutex
	max   int
	ttl   time.Duration
	slots map[string]*session
}

type session struct {
	visits int
	seen   time.Time
	recent [64]byte // fingerprint of the last request
}

func newSessions(max int, ttl time.Duration) *sessions {
	return &sessions{max: max, ttl: ttl, slots: make(map[string]*session, max)}
}

// touch records a visit and returns how many there have been.
func (s *sessions) touch(customer string, now time.Time) int {
	s.mu.Lock()
	defer s.mu.Unlock()

	cur, ok := s.slots[customer]
	if ok && now.Sub(cur.seen) > s.ttl {
		delete(s.slots, customer)
		ok = false
	}
	if !ok {
		if len(s.slots) >= s.max {
			s.evict()
		}
		cur = &session{}
		s.slots[customer] = cur
	}
	cur.visits++
	cur.seen = now
	copy(cur.recent[:], customer)
	return cur.visits
}

func (s *sessions) evict() {
	var oldest string
	var at time.Time
	for name, c := range s.slots {
		if oldest == "" || c.seen.Before(at) {
			oldest, at = name, c.seen
		}
	}
	delete(s.slots, oldest)
}
