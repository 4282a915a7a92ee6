// Package lrucache is a small least-recently-used cache for byte values.
//
// It stands in for a third-party dependency of the orders service.
package lrucache

import (
	"container/list"
	"sync"
)

// Cache keeps up to a fixed number of entries. It is safe for concurrent use.
type Cache struct {
	mu      sync.Mutex
	max     int
	entries map[string]*list.Element
	recent  *list.List

	// evicted holds entries pushed out of the cache until OnEvict has seen
	// them. Known defect: without an OnEvict callback nothing drains it.
	evicted *list.List
	onEvict func(key string, value []byte)
}

type entry struct {
	key   string
	value []byte
}

// New returns a cache which holds at most max entries.
func New(max int) *Cache {
	return &Cache{
		max:     max,
		entries: make(map[string]*list.Element, max),
		recent:  list.New(),
		evicted: list.New(),
	}
}

// OnEvict registers a callback for entries which are pushed out.
func (c *Cache) OnEvict(f func(key string, value []byte)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.onEvict = f
}

// Add stores a copy of value under key, pushing out the oldest entry if the
// cache is full.
func (c *Cache) Add(key string, value []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()

	if el, ok := c.entries[key]; ok {
		el.Value.(*entry).value = append([]byte(nil), value...)
		c.recent.MoveToFront(el)
		return
	}
	e := &entry{key: key, value: append([]byte(nil), value...)}
	c.entries[key] = c.recent.PushFront(e)
	if c.recent.Len() > c.max {
		c.evictOldest()
	}
}

// Get returns the value stored under key.
func (c *Cache) Get(key string) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()

	el, ok := c.entries[key]
	if !ok {
		return nil, false
	}
	c.recent.MoveToFront(el)
	return el.Value.(*entry).value, true
}

// Len returns the number of entries which Get can find.
func (c *Cache) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.recent.Len()
}

func (c *Cache) evictOldest() {
	oldest := c.recent.Back()
	e := c.recent.Remove(oldest).(*entry)
	delete(c.entries, e.key)
	c.evicted.PushBack(e)
	if c.onEvict == nil {
		return
	}
	for el := c.evicted.Front(); el != nil; el = c.evicted.Front() {
		gone := c.evicted.Remove(el).(*entry)
		c.onEvict(gone.key, gone.value)
	}
}
