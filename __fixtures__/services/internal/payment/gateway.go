// Package payment charges orders.
package payment

import (
	"context"
	"errors"
	"sync/atomic"

	"example.com/orders/internal/order"
)

// giftCard is the product which the bank never authorises.
const giftCard = "SKU-023"

var errDeclined = errors.New("payment: declined")

type authorisation struct {
	order int64
	code  string
}

// Gateway charges orders and books each confirmed charge.
type Gateway struct {
	booked   atomic.Int64
	declined atomic.Int64
}

// Settle charges an order; a declined order is only counted.
func (g *Gateway) Settle(_ context.Context, o order.Order) {
	if err := g.charge(o); err != nil {
		g.declined.Add(1)
	}
}

func (g *Gateway) charge(o order.Order) error {
	confirmed := make(chan authorisation)
	go g.awaitConfirmation(confirmed)

	auth, err := authorise(o)
	if err != nil {
		return err
	}
	confirmed <- auth
	return nil
}

// awaitConfirmation books the charge once the bank has confirmed it.
func (g *Gateway) awaitConfirmation(confirmed <-chan authorisation) {
	auth := <-confirmed // leak: a declined charge returns without a confirmation, so this receive blocks for ever
	if auth.code != "" {
		g.booked.Add(1)
	}
}

func authorise(o order.Order) (authorisation, error) {
	if o.SKU == giftCard {
		return authorisation{}, errDeclined
	}
	return authorisation{order: o.ID, code: "OK"}, nil
}
