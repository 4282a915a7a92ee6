// Package booking posts orders to the bookkeeping system over TCP.
package booking

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"

	"example.com/orders/internal/order"
)

// booked lists the products whose orders are posted one by one.
var booked = map[string]bool{"SKU-008": true, "SKU-028": true}

// Pool keeps connections to the bookkeeping system.
type Pool struct {
	addr   string
	failed atomic.Int64

	mu   sync.Mutex
	idle []*peer
}

// peer is one connection. It is idle again once the post has been confirmed.
type peer struct {
	conn net.Conn
	in   [4096]byte
}

// NewPool returns an empty Pool for the system at that address.
func NewPool(addr string) *Pool {
	return &Pool{addr: addr}
}

// Post books an order. The confirmation arrives later.
func (p *Pool) Post(_ context.Context, o order.Order) {
	if !booked[o.SKU] {
		return
	}
	if err := p.send(o); err != nil {
		p.failed.Add(1)
	}
}

func (p *Pool) send(o order.Order) error {
	c, err := p.get()
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(c.conn, "book %d %s %d\n", o.ID, o.SKU, o.Quantity); err != nil {
		c.conn.Close()
		return err
	}
	go p.awaitConfirmation(c)
	return nil
}

// get takes an idle connection, or dials if there is none.
func (p *Pool) get() (*peer, error) {
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return c, nil
	}
	p.mu.Unlock()
	return new(peer).dial(p.addr) // leak: no maximum, so a slow peer makes the pool dial again and again
}

func (c *peer) dial(addr string) (*peer, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	c.conn = conn
	return c, nil
}

func (p *Pool) awaitConfirmation(c *peer) {
	if _, err := c.conn.Read(c.in[:]); err != nil {
		c.conn.Close()
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, c)
}
