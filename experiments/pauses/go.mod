module example.com/pauses

go 1.25
