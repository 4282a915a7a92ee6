// Command chan-receive is the orders service with a goroutine leak: a receive
// for which nobody sends.
package main

import (
	"example.com/orders/internal/app"
	"example.com/orders/internal/payment"
)

func main() {
	g := &payment.Gateway{}
	app.Main(g.Settle)
}
