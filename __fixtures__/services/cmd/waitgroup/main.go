// Command waitgroup is the orders service with a goroutine leak: a wait group
// which misses a Done.
package main

import (
	"example.com/orders/internal/app"
	"example.com/orders/internal/fulfil"
)

func main() {
	f := &fulfil.Fanout{}
	app.Main(f.Fulfil)
}
