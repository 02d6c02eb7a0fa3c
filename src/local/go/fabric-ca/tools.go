//go:build tools

// Package tools names the programs that this module builds, so that go.mod and go.sum cover them.
package tools

import (
	_ "github.com/hyperledger/fabric-ca/cmd/fabric-ca-client"
	_ "github.com/hyperledger/fabric-ca/cmd/fabric-ca-server"
)
