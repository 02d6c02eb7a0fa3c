module weft.dev/local/node

go 1.24.0
