// Command http-transport is the orders service with a connection leak: a new
// transport for each request.
package main

import (
	"example.com/orders/internal/app"
	"example.com/orders/internal/fraud"
	"example.com/orders/internal/partner"
)

func main() {
	partner.Serve()
	s := fraud.NewScreen(partner.Start("http"))
	app.Main(s.Review)
}
