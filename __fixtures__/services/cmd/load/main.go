// Command load sends a fixed number of orders to the service and exits with a
// non-zero status if any of them fails.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"example.com/orders/internal/order"
)

func main() {
	log.SetFlags(0)
	url := flag.String("url", "", "base URL of the service")
	n := flag.Int("n", 400, "number of operations")
	c := flag.Int("c", 4, "operations at the same time")
	seed := flag.Int64("seed", 1, "seed; each seed sends order ids of its own")
	flag.Parse()
	if *url == "" || *n < 1 || *c < 1 || *seed < 1 {
		log.Fatal("load: -url is required; -n, -c and -seed must be positive")
	}

	transport := &http.Transport{MaxIdleConnsPerHost: *c}
	client := &http.Client{Transport: transport, Timeout: 10 * time.Second}
	orders := make(chan order.Order)
	errs := make(chan error, *n)

	var wg sync.WaitGroup
	for range *c {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for o := range orders {
				if err := send(client, *url, o); err != nil {
					errs <- err
				}
			}
		}()
	}
	rng := rand.New(rand.NewPCG(uint64(*seed), 1))
	for i := range *n {
		orders <- newOrder(rng, *seed*int64(*n)+int64(i))
	}
	close(orders)
	wg.Wait()
	transport.CloseIdleConnections()

	if failed := len(errs); failed > 0 {
		log.Fatalf("load: %d of %d operations failed, first: %v", failed, *n, <-errs)
	}
	fmt.Printf("%d operations\n", *n)
}

func newOrder(rng *rand.Rand, id int64) order.Order {
	return order.Order{
		ID:       id,
		Customer: fmt.Sprintf("customer-%03d", rng.IntN(300)),
		SKU:      order.SKU(id),
		Quantity: 1 + rng.IntN(20),
		Notes:    []string{"leave at the door"},
	}
}

func send(client *http.Client, url string, o order.Order) error {
	body, err := json.Marshal(o)
	if err != nil {
		return err
	}
	resp, err := client.Post(url+"/op", "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("order %d: %s: %s", o.ID, resp.Status, bytes.TrimSpace(text))
	}
	return nil
}
