package app

import (
	"container/list"
	"sync"
)

// pageCache is a least-recently-used cache with a fixed number of entries.
type pageCache struct {
	mu     sync.Mutex
	max    int
	byKey  map[string]*list.Element
	recent *list.List
}

type page struct {
	key  string
	body []byte
}

func newPageCache(max int) *pageCache {
	return &pageCache{max: max, byKey: make(map[string]*list.Element, max+1), recent: list.New()}
}

// get returns the cached body for key, or builds and keeps it.
func (c *pageCache) get(key string, build func() ([]byte, error)) ([]byte, error) {
	c.mu.Lock()
	if el, ok := c.byKey[key]; ok {
		c.recent.MoveToFront(el)
		body := el.Value.(*page).body
		c.mu.Unlock()
		return body, nil
	}
	c.mu.Unlock()

	body, err := build()
	if err != nil {
		return nil, err
	}

	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.byKey[key]; ok {
		return el.Value.(*page).body, nil
	}
	c.byKey[key] = c.recent.PushFront(&page{key: key, body: body})
	for c.recent.Len() > c.max {
		gone := c.recent.Remove(c.recent.Back()).(*page)
		delete(c.byKey, gone.key)
	}
	return body, nil
}
