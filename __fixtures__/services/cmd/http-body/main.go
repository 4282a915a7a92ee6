// Command http-body is the orders service with a connection leak: response
// bodies which are not closed.
package main

import (
	"example.com/orders/internal/app"
	"example.com/orders/internal/partner"
	"example.com/orders/internal/rates"
)

func main() {
	partner.Serve()
	c := rates.NewClient(partner.Start("http"))
	app.Main(c.Check)
}
