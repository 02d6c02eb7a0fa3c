// What Fabric's own images have from their distribution and Weft calls in an orderer's: rm -rf FILE...
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) < 3 || os.Args[1] != "-rf" {
		fmt.Fprintln(os.Stderr, "usage: rm -rf FILE...")
		os.Exit(2)
	}
	for _, path := range os.Args[2:] {
		if err := os.RemoveAll(path); err != nil {
			fmt.Fprintln(os.Stderr, "rm:", err)
			os.Exit(1)
		}
	}
}
