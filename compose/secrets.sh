#!/usr/bin/env bash
# Makes the passwords that docker-compose.yml hands out as files, those alone that are not there yet.
#
# The folder is for its owner alone. The files in it can be read by all, since each is mounted into its containers as it is, whose
# users are others than here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

mkdir -p -m 700 secrets
for name in postgres temporal weft grafana; do
  file=secrets/$name-password
  [[ -e $file ]] || printf '%s' "$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')" >"$file"
done
printf 'postgresql://weft:%s@postgres:5432/weft' "$(<secrets/weft-password)" >secrets/weft-database-url
chmod 444 secrets/*
echo "The secrets are in $PWD/secrets. What is missing there is the kubeconfig of the worker: docs/operations.md." >&2
