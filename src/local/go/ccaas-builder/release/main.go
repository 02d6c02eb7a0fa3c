// release hands the peer what build made: where the chaincode server is, and the indexes of its state database.
package main

import (
	"os"
	"path/filepath"

	"weft.dev/local/ccaas-builder/internal/step"
)

func main() {
	step.Run("release", []string{"BUILD_OUTPUT_DIR", "RELEASE_OUTPUT_DIR"}, release)
}

func release(directories []string) error {
	buildDir, releaseDir := directories[0], directories[1]
	if err := step.CopyDirectory(filepath.Join(buildDir, "META-INF", "statedb"), filepath.Join(releaseDir, "statedb")); err != nil {
		return err
	}
	conn, err := os.ReadFile(filepath.Join(buildDir, "connection.json"))
	if err != nil {
		return err
	}
	serverDir := filepath.Join(releaseDir, "chaincode", "server")
	if err := os.MkdirAll(serverDir, 0o750); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(serverDir, "connection.json"), conn, 0o600)
}
