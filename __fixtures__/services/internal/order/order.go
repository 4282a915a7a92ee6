// Package order holds the order model shared by all parts of the service.
package order

import "fmt"

// Products is the number of products which can be ordered.
const Products = 40

// Order is one order as a client sends it.
type Order struct {
	ID       int64    `json:"id"`
	Customer string   `json:"customer"`
	SKU      string   `json:"sku"`
	Quantity int      `json:"quantity"`
	Notes    []string `json:"notes,omitempty"`
}

// SKU returns the stock-keeping unit of product n.
func SKU(n int64) string {
	return fmt.Sprintf("SKU-%03d", n%Products)
}

// Validate reports the first problem with an order.
func (o Order) Validate() error {
	switch {
	case o.ID <= 0:
		return fmt.Errorf("order: id %d is not positive", o.ID)
	case o.SKU == "":
		return fmt.Errorf("order %d: no product", o.ID)
	case o.Quantity < 1 || o.Quantity > 100:
		return fmt.Errorf("order %d: quantity %d out of range", o.ID, o.Quantity)
	}
	return nil
}
