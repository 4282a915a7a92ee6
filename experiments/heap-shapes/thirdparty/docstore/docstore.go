// Package docstore stands for a dependency that keeps what it is given.
package docstore

type document struct {
	key  string
	body []byte
}

// Store keeps documents by key, at most as many as its limit.
type Store struct {
	limit     int
	documents map[string]*document
	order     []string
}

// New makes a store; a limit of 0 is none.
func New(limit int) *Store {
	return &Store{limit: limit, documents: make(map[string]*document)}
}

// Put keeps a copy of the body.
func (s *Store) Put(key string, body []byte) {
	s.documents[key] = &document{key: key, body: append([]byte(nil), body...)}
	if s.limit == 0 {
		return
	}
	s.order = append(s.order, key)
	if len(s.order) > s.limit {
		delete(s.documents, s.order[0])
		s.order = append(s.order[:0], s.order[1:]...)
	}
}
