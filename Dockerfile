# Weft as an image: the command line, the worker and the HTTP API are one program.
#
#     docker build -t weft .
#     docker run --rm weft --help
#
# It runs as a user without rights and with a read-only root; what it writes meanwhile goes to /tmp. SIGTERM drains a worker
# (docs/temporal.md) and lets the API answer what it is answering.

ARG GO_IMAGE=golang:1.26-bookworm
ARG NODE_IMAGE=node:24-bookworm-slim

# What only Fabric itself defines: the version is that of src/local/artifacts/catalog.ts.
FROM ${GO_IMAGE} AS fabric
WORKDIR /fabric
COPY src/local/go/fabric ./
RUN CGO_ENABLED=0 GOFLAGS=-buildvcs=false go build -mod=readonly -trimpath \
    -ldflags='-s -w -X github.com/hyperledger/fabric/common/metadata.Version=2.5.9' \
    -o /programs/ \
    github.com/hyperledger/fabric/cmd/configtxgen \
    github.com/hyperledger/fabric/cmd/configtxlator

FROM ${NODE_IMAGE} AS build
WORKDIR /weft
COPY package.json package-lock.json ./
# No package needs its installation script to run here, and none gets to run one. The Node of a checkout (runtime/) is left out: the
# image has its own.
RUN npm ci --workspaces=false --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json tsconfig.client.json vite.config.ts ./
COPY scripts/build.ts scripts/
COPY src src
COPY kube kube
# Of the native core of Temporal's SDK the package brings a build for every platform.
RUN npm run --silent build \
    && npm prune --workspaces=false --omit=dev --ignore-scripts --no-audit --no-fund \
    && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 \
       ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -r {} +

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="Weft" \
      org.opencontainers.image.description="Brings up Hyperledger Fabric networks on Kubernetes with Temporal workflows" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production
COPY --from=fabric /programs/ /usr/local/bin/
COPY --from=build /weft/node_modules /opt/weft/node_modules
COPY --from=build /weft/package.json /opt/weft/
COPY --from=build /weft/kube /opt/weft/kube
COPY --from=build /weft/dist /opt/weft/dist
RUN chmod 755 /opt/weft/dist/cli/main.js && ln -s /opt/weft/dist/cli/main.js /usr/local/bin/weft
# A number, so that Kubernetes can see that it is not root.
USER 1000:1000
WORKDIR /tmp
ENTRYPOINT ["weft"]
# The API's address; a worker answers where --health-listen says, and its container asks there.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["node", "-e", "fetch(process.env.WEFT_HEALTH_URL ?? 'http://127.0.0.1:8420/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
