// Command lock is the orders service with a goroutine leak: a mutex which an
// early return leaves locked.
package main

import (
	"example.com/orders/internal/app"
	"example.com/orders/internal/stock"
)

func main() {
	r := stock.NewReservations()
	app.Main(r.Reserve)
}
