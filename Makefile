# Weft's everyday commands. Each installs what it needs and can be run again.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: up
up: ## From nothing to a transaction: Kubernetes, Temporal, the Fabric test network, its chaincode
	@./weft local start
	@./weft chaincode push examples/chaincode/basic
	@./weft up -f examples/test-network.yaml
	@./weft chaincode query basic AssetExists asset1 | grep -q true || ./weft chaincode invoke basic InitLedger
	@./weft chaincode query basic ReadAsset asset1

.PHONY: test
test: ## Run every test: units, workflows, and the real thing on an embedded platform of its own
	@./scripts/test

.PHONY: check
check: node_modules/.package-lock.json ## Types, lint and format
	@npm run --silent check

.PHONY: bench
bench: node_modules/.package-lock.json ## Time a bring-up against the floor that the cluster sets
	@npm run --silent bench

.PHONY: down
down: ## Remove the test network
	@./weft down -f examples/test-network.yaml

.PHONY: reset
reset: ## Stop the embedded platform and remove everything it left on this machine
	@./weft local reset

node_modules/.package-lock.json: package.json package-lock.json
	@npm ci --no-audit --no-fund
