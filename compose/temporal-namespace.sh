#!/bin/sh
# Waits until Temporal serves, and makes the namespace of Weft unless it is there.
set -eu

# Port 7233 is open before the server answers for all of its services.
until temporal operator cluster health >/dev/null 2>&1; do sleep 1; done

until temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; do
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION" || sleep 1
done
