// Command healthy is the orders service without a leak.
package main

import "example.com/orders/internal/app"

func main() {
	app.Main(nil)
}
