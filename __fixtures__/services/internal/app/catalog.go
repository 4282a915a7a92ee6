package app

import (
	"bytes"
	"encoding/json"
	"fmt"

	"example.com/orders/internal/order"
)

// product is one row of the catalogue.
type product struct {
	SKU         string `json:"sku"`
	Cents       int64  `json:"cents"`
	Description string `json:"description"`
}

// catalog is loaded once at start and only read afterwards.
type catalog struct {
	products []product
}

func loadCatalog(n int) *catalog {
	c := &catalog{products: make([]product, n)}
	for i := range c.products {
		c.products[i] = product{
			SKU:         fmt.Sprintf("SKU-%03d", i),
			Cents:       int64(199 + i*7%5000),
			Description: string(bytes.Repeat([]byte("sturdy, washable, "), 60)),
		}
	}
	return c
}

func (c *catalog) find(sku string) (product, error) {
	var n int
	if _, err := fmt.Sscanf(sku, "SKU-%d", &n); err != nil || n < 0 || n >= len(c.products) {
		return product{}, fmt.Errorf("catalog: no product %q", sku)
	}
	return c.products[n], nil
}

// render builds the product page which goes with an order.
func (c *catalog) render(o order.Order) ([]byte, error) {
	p, err := c.find(o.SKU)
	if err != nil {
		return nil, err
	}
	return json.Marshal(struct {
		Product product `json:"product"`
		Packs   int     `json:"packs"`
	}{p, o.Quantity})
}

func pageKey(o order.Order) string {
	return fmt.Sprintf("%s/%02d", o.SKU, o.Quantity)
}
