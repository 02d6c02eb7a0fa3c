module weft.dev/local/ccaas-builder

go 1.24.0
