// Package step holds what the three programs of Fabric's external builder have in common: how they
// are called, how they fail, and which chaincode is theirs.
//
// They follow https://hyperledger-fabric.readthedocs.io/en/release-2.5/cc_launcher.html and the
// ccaas_builder of Fabric's own peer image, whose module is published with no release.
package step

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Run calls a step with the directories that the peer passes and exits with 1 when it fails. What the
// step writes to stderr ends in the peer's log.
func Run(name string, directories []string, step func(arguments []string) error) {
	arguments := os.Args[1:]
	err := fmt.Errorf("want the arguments %s, got %d", strings.Join(directories, " "), len(arguments))
	if len(arguments) >= len(directories) {
		err = step(arguments)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "ccaas %s: %v\n", name, err)
		os.Exit(1)
	}
}

// ChaincodeType reads the type, in lower case, from the metadata.json of a chaincode package.
func ChaincodeType(metadataDir string) (string, error) {
	content, err := os.ReadFile(filepath.Join(metadataDir, "metadata.json"))
	if err != nil {
		return "", err
	}
	var metadata struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(content, &metadata); err != nil {
		return "", fmt.Errorf("metadata.json: %w", err)
	}
	return strings.ToLower(metadata.Type), nil
}

// CopyDirectory copies a directory; one that does not exist is an empty one.
func CopyDirectory(from, to string) error {
	if _, err := os.Stat(from); os.IsNotExist(err) {
		return nil
	}
	return os.CopyFS(to, os.DirFS(from))
}
