package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"sort"
	"strings"
	"sync"
)

// An order as a client sends it.
type order struct {
	ID    int      `json:"id"`
	Shop  string   `json:"shop"`
	Items []string `json:"items"`
	Note  string   `json:"note"`
}

type receipt struct {
	Order int    `json:"order"`
	Total int    `json:"total"`
	Lines []line `json:"lines"`
}

type line struct {
	Item  string `json:"item"`
	Cents int    `json:"cents"`
}

type shop struct {
	mu      sync.Mutex
	history [][]byte // the last receipts
	next    int
	prices  map[string]int
	table   [][]byte          // more: table
	recent  map[int][]byte    // more: index
	copies  map[string][]byte // more: copies
}

// kept is how many receipts the history holds.
const kept = 64

func open() *shop {
	s := &shop{history: make([][]byte, kept), prices: map[string]int{}}
	for i := range 100 {
		s.prices[fmt.Sprintf("item-%d", i)] = 100 + i
	}
	s.recent = map[int][]byte{}    // more: index
	s.copies = map[string][]byte{} // more: copies
	for i := 0; i < 256; i++ {     // more: table
		row := make([]byte, *size)     // more: table !
		s.table = append(s.table, row) // more: table
	} // more: table
	return s
}

func (s *shop) handle(i int) {
	body := request(i)
	o := decode(body)
	audit(o)
	r := s.price(o)
	answer := render(r)
	s.remember(i, answer)
	summarize(o)
}

// request is what a client would send.
func request(i int) []byte {
	items := make([]string, 0, 8)
	for k := range 8 {
		items = append(items, fmt.Sprintf("item-%d", (i+k*7)%100))
	}
	o := order{ID: i, Shop: fmt.Sprintf("shop-%d", i%20), Items: items, Note: strings.Repeat("n", i%100)}
	body, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	return body
}

func decode(body []byte) *order {
	var o order
	if err := json.Unmarshal(body, &o); err != nil {
		panic(err)
	}
	for n := 0; n < *size; n += 600 { // more: decode
		var again order              // more: decode
		json.Unmarshal(body, &again) // more: decode !
	} // more: decode
	return &o
}

// audit writes what an auditor wants to read.
func audit(o *order) {
	var log strings.Builder
	text := ""                 // more: concat
	for len(text) < *size/20 { // more: concat
		text += "audited, " // more: concat !
	} // more: concat
	log.WriteString(text)            // more: concat
	for n := 0; n < *size; n += 64 { // more: format
		log.Reset()                                                               // more: format
		log.WriteString(fmt.Sprintf("%s: order %d of %s", "audit", o.ID, o.Shop)) // more: format !
	} // more: format
	fmt.Fprintf(&log, "order %d of %s has %d items", o.ID, o.Shop, len(o.Items))
	sum(log.String())
}

func sum(text string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(text))
	return h.Sum64()
}

func (s *shop) price(o *order) *receipt {
	r := &receipt{Order: o.ID}
	var all []int                   // more: slice
	for n := 0; n < *size/16; n++ { // more: slice
		all = append(all, n) // more: slice !
	} // more: slice
	r.Total += len(all) - len(all) // more: slice
	for _, item := range o.Items {
		cents := s.prices[item]
		r.Total += cents
		r.Lines = append(r.Lines, line{Item: item, Cents: cents})
	}
	for n := 0; n < *size; n += 32 { // more: escape
		l := &line{Item: o.Shop, Cents: r.Total} // more: escape !
		r.Lines[0], discounts[n%8] = *l, l       // more: escape
	} // more: escape
	sort.Slice(r.Lines, func(a, b int) bool { return r.Lines[a].Cents < r.Lines[b].Cents })
	return r
}

var discounts [8]*line

func render(r *receipt) []byte {
	var page bytes.Buffer
	page.Grow(64)
	for _, l := range r.Lines {
		fmt.Fprintf(&page, "%s: %d\n", l.Item, l.Cents)
	}
	for n := 0; n < *size; n += 512 { // more: clone
		discard = bytes.Clone(page.Bytes()) // more: clone !
	} // more: clone
	text, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	return append(text, page.Bytes()...)
}

var discard []byte

func (s *shop) remember(i int, answer []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recent[i%256] = make([]byte, *size)                                                 // more: index !
	s.copies[fmt.Sprint(i%256)] = append(bytes.Repeat([]byte("c"), *size), answer[:8]...) // more: copies !
	s.history[s.next%kept] = answer
	s.next++
}

func summarize(o *order) string {
	words := make([]string, 0, len(o.Items))
	for _, item := range o.Items {
		words = append(words, strings.ToUpper(item))
	}
	return strings.Join(words, ", ")
}
