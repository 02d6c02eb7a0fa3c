// detect tells the peer whether this builder is the one for a chaincode package.
package main

import (
	"fmt"

	"weft.dev/local/ccaas-builder/internal/step"
)

func main() {
	step.Run("detect", []string{"SOURCE_DIR", "METADATA_DIR"}, detect)
}

func detect(directories []string) error {
	chaincodeType, err := step.ChaincodeType(directories[1])
	if err != nil {
		return err
	}
	// "remote" is the older name of the same packages.
	if chaincodeType != "ccaas" && chaincodeType != "remote" {
		return fmt.Errorf("chaincode type %q is not ccaas", chaincodeType)
	}
	return nil
}
