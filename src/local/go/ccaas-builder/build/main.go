// build completes the connection.json of a chaincode-as-a-service package with what this peer has in
// CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG, so that one package serves peers with an own chaincode server each.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"weft.dev/local/ccaas-builder/internal/step"
)

const configVariable = "CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG"

// connection is the chaincode server's address as Fabric reads it from connection.json.
type connection struct {
	Address            string `json:"address"`
	DialTimeout        string `json:"dial_timeout"`
	TLSRequired        bool   `json:"tls_required"`
	ClientAuthRequired bool   `json:"client_auth_required"`
	RootCert           string `json:"root_cert"`
	ClientKey          string `json:"client_key"`
	ClientCert         string `json:"client_cert"`
}

func main() {
	step.Run("build", []string{"SOURCE_DIR", "METADATA_DIR", "OUTPUT_DIR"}, build)
}

func build(directories []string) error {
	sourceDir, metadataDir, outputDir := directories[0], directories[1], directories[2]
	if chaincodeType, err := step.ChaincodeType(metadataDir); err != nil {
		return err
	} else if chaincodeType != "ccaas" {
		return fmt.Errorf("chaincode type %q is not ccaas", chaincodeType)
	}
	if err := step.CopyDirectory(metadataDir, outputDir); err != nil {
		return err
	}
	if err := step.CopyDirectory(filepath.Join(sourceDir, "META-INF"), filepath.Join(outputDir, "META-INF")); err != nil {
		return err
	}
	completed, err := completeConnection(filepath.Join(sourceDir, "connection.json"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(outputDir, "connection.json"), completed, 0o600)
}

func completeConnection(file string) ([]byte, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var conn connection
	if err := json.Unmarshal(content, &conn); err != nil {
		return nil, fmt.Errorf("connection.json: %w", err)
	}
	if !conn.TLSRequired {
		conn = connection{Address: conn.Address, DialTimeout: conn.DialTimeout}
	}
	config, err := peerConfig()
	if err != nil {
		return nil, err
	}
	if err := conn.fillIn(config); err != nil {
		return nil, err
	}
	return json.Marshal(conn)
}

func peerConfig() (map[string]any, error) {
	content := os.Getenv(configVariable)
	if content == "" {
		return nil, nil
	}
	var config map[string]any
	if err := json.Unmarshal([]byte(content), &config); err != nil {
		return nil, fmt.Errorf("%s is not a JSON object: %w", configVariable, err)
	}
	return config, nil
}

func (conn *connection) fillIn(config map[string]any) error {
	fields := []struct {
		name  string
		value *string
	}{
		{"address", &conn.Address}, {"dial_timeout", &conn.DialTimeout}, {"root_cert", &conn.RootCert},
		{"client_key", &conn.ClientKey}, {"client_cert", &conn.ClientCert},
	}
	for _, field := range fields {
		// The config is a map, for which a missing key is only an error when asked for.
		parsed, err := template.New(field.name).Option("missingkey=error").Parse(*field.value)
		if err != nil {
			return fmt.Errorf("connection.json: %s: %w", field.name, err)
		}
		var filled strings.Builder
		if err := parsed.Execute(&filled, config); err != nil {
			return fmt.Errorf("connection.json: %s: %w (the values come from %s)", field.name, err, configVariable)
		}
		*field.value = filled.String()
	}
	return nil
}
