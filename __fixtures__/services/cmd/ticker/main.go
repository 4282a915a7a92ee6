// Command ticker is the orders service with a goroutine leak: a loop over a
// ticker which is never stopped.
package main

import (
	"time"

	"example.com/orders/internal/app"
	"example.com/orders/internal/track"
)

func main() {
	p := track.NewPoller(15 * time.Second)
	app.Main(p.Track)
}
