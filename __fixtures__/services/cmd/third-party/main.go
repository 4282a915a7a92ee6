// Command third-party is the orders service with a heap leak inside a library.
package main

import (
	"example.com/orders/internal/app"
	"example.com/orders/internal/invoice"
)

func main() {
	a := invoice.NewArchive(100)
	app.Main(a.Issue)
}
