// Command chan-range is the orders service with a goroutine leak: a range over
// a channel which is not closed.
package main

import (
	"example.com/orders/internal/app"
	"example.com/orders/internal/export"
)

func main() {
	e := &export.Exporter{}
	app.Main(e.Export)
}
