// Package fraud has a partner screen unusual orders.
package fraud

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"example.com/orders/internal/order"
)

// unusual lists the products whose orders are screened.
var unusual = map[string]bool{"SKU-002": true, "SKU-022": true}

// Screen asks the partner about orders.
type Screen struct {
	base   string
	failed atomic.Int64
}

// NewScreen returns a Screen which asks the partner at that address.
func NewScreen(addr string) *Screen {
	return &Screen{base: "http://" + addr}
}

// Review screens an order if it is unusual.
func (s *Screen) Review(ctx context.Context, o order.Order) {
	if !unusual[o.SKU] {
		return
	}
	if err := s.ask(ctx, o); err != nil {
		s.failed.Add(1)
	}
}

func (s *Screen) ask(ctx context.Context, o order.Order) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+"/screen/"+o.SKU, nil)
	if err != nil {
		return err
	}
	resp, err := s.newClient().Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("fraud: %s", resp.Status)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

func (s *Screen) newClient() *http.Client {
	transport := &http.Transport{ // leak: a transport for each request, and each keeps its idle connection
		MaxIdleConns:        4,
		TLSHandshakeTimeout: 5 * time.Second,
	}
	return &http.Client{Transport: transport, Timeout: 10 * time.Second}
}
