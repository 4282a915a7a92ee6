module example.com/shapes

go 1.24

require example.net/docstore v1.0.0

replace example.net/docstore => ./thirdparty/docstore
