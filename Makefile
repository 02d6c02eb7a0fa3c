# Weft's everyday commands. Each installs what it needs and can be run again.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

# Weft's own Node: the one on the PATH may be older.
node := node_modules/.bin/node
# npm writes this file at the end of every complete installation.
installed := node_modules/.package-lock.json

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
	@./weft open --no-browser

.PHONY: test
test: ## Run every test: units, workflows, and the real thing on an embedded platform of its own
	@./scripts/test

.PHONY: test-long
test-long: $(installed) ## Run what takes longer, before a release: docs/contributing.md says what
	@$(node) src/local/artifacts/main.ts >/dev/null
	@WEFT_TEST_LONG=1 npm exec -- vitest run --project long

.PHONY: test-faults
test-faults: $(installed) ## Have workers die and stand still at every point of every activity, on a platform of its own
	@$(node) src/local/artifacts/main.ts >/dev/null
	@WEFT_TEST_FAULTS=1 npm exec -- vitest run --project faults

.PHONY: check
check: $(installed) ## Types, lint and format
	@npm run --silent check

.PHONY: fmt
fmt: $(installed) ## Format everything, and repair what lint can repair
	@npm exec -- eslint --fix .
	@npm run --silent format

.PHONY: unit
unit: $(installed) ## Run the unit tests: under a minute, on nothing but Node and Go
	@npm run --silent test:unit

.PHONY: workflows
workflows: $(installed) ## Run the workflows on a real Temporal server with fake activities, and replay stored histories
	@$(node) src/local/artifacts/main.ts temporal >/dev/null
	@npm run --silent test:workflows

.PHONY: integration
integration: $(installed) ## Run one file on an embedded platform of its own: make integration FILE=test/integration/kubernetes.test.ts
	@test -f '$(FILE)' || { echo 'Name a file: make integration FILE=test/integration/kubernetes.test.ts' >&2; exit 2; }
	@$(node) src/local/artifacts/main.ts >/dev/null
	@npm exec -- vitest run --project integration --project platform $(FILE)

.PHONY: dev
dev: $(installed) ## Start the embedded platform, and restart its worker whenever its code changes
	@$(node) scripts/dev.ts

.PHONY: record
record: $(installed) ## Record the histories in test/histories anew, from the workflows as they are now
	@$(node) src/local/artifacts/main.ts temporal >/dev/null
	@$(node) test/histories/record.ts

.PHONY: bench
bench: $(installed) ## Time a bring-up against the floor that the cluster sets
	@npm run --silent bench

.PHONY: down
down: ## Remove the test network
	@./weft down -f examples/test-network.yaml

.PHONY: reset
reset: ## Stop the embedded platform and remove everything it left on this machine
	@./weft local reset

$(installed): package.json package-lock.json
	@npm ci --ignore-scripts --no-audit --no-fund
