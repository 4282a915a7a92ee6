// Command slice-append is the orders service with a heap leak: a slice which
// only grows.
package main

import (
	"example.com/orders/internal/app"
	"example.com/orders/internal/audit"
)

func main() {
	app.Main(audit.Record)
}
