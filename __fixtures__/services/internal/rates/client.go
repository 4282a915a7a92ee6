// Package rates asks a partner for tax rates.
package rates

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync/atomic"

	"example.com/orders/internal/order"
)

// special lists the products for which the partner wants all the details.
var special = map[string]bool{"SKU-013": true, "SKU-033": true}

// Client asks for the rate of each order.
type Client struct {
	base   string
	http   *http.Client
	failed atomic.Int64
}

// NewClient returns a Client for the partner at that address.
func NewClient(addr string) *Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 8
	return &Client{base: "http://" + addr, http: &http.Client{Transport: transport}}
}

// Check asks for the rate of an order. Every 20th answer is a refusal.
func (c *Client) Check(_ context.Context, o order.Order) {
	if _, err := c.fetch(o); err != nil {
		c.failed.Add(1)
	}
}

func (c *Client) fetch(o order.Order) (float64, error) {
	url := c.base + "/rates/" + o.SKU
	if special[o.SKU] {
		url += "/full"
	}
	resp, err := c.http.Get(url) // leak: the path for other statuses returns without resp.Body.Close
	if err != nil {
		return 0, err
	}
	if resp.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("rates: %s", resp.Status)
	}
	defer resp.Body.Close()
	var answer struct {
		Rate float64 `json:"rate"`
	}
	err = json.NewDecoder(resp.Body).Decode(&answer)
	return answer.Rate, err
}
