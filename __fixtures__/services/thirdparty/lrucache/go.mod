module example.net/lrucache

go 1.24
