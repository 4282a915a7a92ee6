// Command chan-send is the orders service with a goroutine leak: a send whose
// receiver has left.
package main

import (
	"time"

	"example.com/orders/internal/app"
	"example.com/orders/internal/notify"
)

func main() {
	d := notify.NewDispatcher(100 * time.Millisecond)
	app.Main(d.Notify)
}
