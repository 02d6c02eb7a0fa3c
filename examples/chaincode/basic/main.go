// A chaincode to start from: assets that are created, read, changed, handed over and deleted. It runs as a service,
// to which the peers of a channel connect.
package main

import (
	"fmt"
	"os"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintf(os.Stderr, "basic: %v\n", err)
		os.Exit(1)
	}
}

func run() error {
	chaincode, err := contractapi.NewChaincode(&AssetContract{})
	if err != nil {
		return err
	}
	server, err := newServer(chaincode)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "basic: %s listens on %s\n", server.CCID, server.Address)
	return server.Start()
}
