// Command timer is the orders service with a heap leak: long timers which
// nobody stops.
package main

import (
	"time"

	"example.com/orders/internal/app"
	"example.com/orders/internal/hold"
)

func main() {
	h := hold.NewHolds(time.Hour)
	app.Main(h.Hold)
}
