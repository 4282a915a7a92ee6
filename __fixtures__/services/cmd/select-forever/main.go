// Command select-forever is the orders service with a goroutine leak: a select
// of which no case can happen.
package main

import (
	"example.com/orders/internal/app"
	"example.com/orders/internal/pricing"
)

func main() {
	w := &pricing.Watcher{}
	app.Main(w.Follow)
}
