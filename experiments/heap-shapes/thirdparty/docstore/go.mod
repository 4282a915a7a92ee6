module example.net/docstore

go 1.24
