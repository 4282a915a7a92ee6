// Command conn-pool is the orders service with a connection leak: a pool
// without a maximum in front of a slow peer.
package main

import (
	"example.com/orders/internal/app"
	"example.com/orders/internal/booking"
	"example.com/orders/internal/partner"
)

func main() {
	partner.Serve()
	p := booking.NewPool(partner.Start("slow"))
	app.Main(p.Post)
}
