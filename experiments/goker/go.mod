module example.com/goker

go 1.24
