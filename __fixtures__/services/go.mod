module example.com/orders

go 1.24

require example.net/lrucache v1.2.0

replace example.net/lrucache => ./thirdparty/lrucache
