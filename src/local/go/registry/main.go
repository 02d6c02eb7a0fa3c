// The distribution registry with only the storage that the platform uses, files: without the clients of three
// clouds it is less than half as much to build.
package main

import (
	"os"

	"github.com/distribution/distribution/v3/registry"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/filesystem"
)

func main() {
	// Left to itself it looks for a collector of traces on this machine, and complains for ever that there is none.
	os.Setenv("OTEL_TRACES_EXPORTER", "none")
	if err := registry.RootCmd.Execute(); err != nil {
		os.Exit(1)
	}
}
