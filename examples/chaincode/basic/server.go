package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
)

// defaultAddress is where peers look for the server unless the package says otherwise.
const defaultAddress = "0.0.0.0:9999"

// newServer makes a server for peers to connect to, as its environment describes it:
//
//	CHAINCODE_ID              package ID; CORE_CHAINCODE_ID_NAME is the older name
//	CHAINCODE_SERVER_ADDRESS  where to listen
//	CHAINCODE_TLS_DISABLED    "false" for TLS, with the paths of PEM files in
//	CHAINCODE_TLS_KEY         the server's key
//	CHAINCODE_TLS_CERT        its certificate
//	CHAINCODE_CLIENT_CA_CERT  roots of the peers' client certificates; without it peers need none
func newServer(chaincode shim.Chaincode) (*shim.ChaincodeServer, error) {
	id := firstOf("CHAINCODE_ID", "CORE_CHAINCODE_ID_NAME")
	if id == "" {
		return nil, errors.New("CHAINCODE_ID is not set; it is the package ID that `peer lifecycle chaincode install` answers with")
	}
	address := firstOf("CHAINCODE_SERVER_ADDRESS")
	if address == "" {
		address = defaultAddress
	}
	tls, err := tlsFromEnvironment()
	if err != nil {
		return nil, err
	}
	return &shim.ChaincodeServer{CCID: id, Address: address, CC: chaincode, TLSProps: tls}, nil
}

func tlsFromEnvironment() (shim.TLSProperties, error) {
	disabled, err := flag("CHAINCODE_TLS_DISABLED", true)
	if err != nil || disabled {
		return shim.TLSProperties{Disabled: true}, err
	}
	key, err := requiredFile("CHAINCODE_TLS_KEY")
	if err != nil {
		return shim.TLSProperties{}, err
	}
	cert, err := requiredFile("CHAINCODE_TLS_CERT")
	if err != nil {
		return shim.TLSProperties{}, err
	}
	clientCAs, err := file("CHAINCODE_CLIENT_CA_CERT")
	if err != nil {
		return shim.TLSProperties{}, err
	}
	return shim.TLSProperties{Key: key, Cert: cert, ClientCACerts: clientCAs}, nil
}

// firstOf answers with the first of the variables that is not empty.
func firstOf(names ...string) string {
	for _, name := range names {
		if value := os.Getenv(name); value != "" {
			return value
		}
	}
	return ""
}

func flag(name string, unset bool) (bool, error) {
	text := os.Getenv(name)
	if text == "" {
		return unset, nil
	}
	value, err := strconv.ParseBool(text)
	if err != nil {
		return unset, fmt.Errorf("%s is %q; it must be true or false", name, text)
	}
	return value, nil
}

func requiredFile(name string) ([]byte, error) {
	if os.Getenv(name) == "" {
		return nil, fmt.Errorf("%s is not set; TLS needs the path of a PEM file there (or CHAINCODE_TLS_DISABLED=true)", name)
	}
	return file(name)
}

// file reads the file that a variable names; nothing if it names none.
func file(name string) ([]byte, error) {
	path := os.Getenv(name)
	if path == "" {
		return nil, nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return content, nil
}
