// Command map-cache is the orders service with a heap leak: a map used as a
// cache without expiry.
package main

import (
	"example.com/orders/internal/app"
	"example.com/orders/internal/quote"
)

func main() {
	app.Main(quote.Prepare)
}
