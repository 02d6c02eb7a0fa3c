#!/usr/bin/env bash
# Pins the images of docker-compose.yml: writes docker-compose.override.yml, which Compose reads by itself, with the digest that
# each tag has at its registry now. Weft's own image is left out: it is built here, or named by WEFT_IMAGE, with its digest if you like.
# Needs docker with buildx. Again after each change of a tag.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

pinned=$(mktemp)
trap 'rm -f "$pinned"' EXIT
echo 'services:' >"$pinned"
declare -A digests
while read -r service image; do
  [[ -n ${digests[$image]:-} ]] || digests[$image]=$(docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$image")
  [[ ${digests[$image]} =~ ^sha256:[0-9a-f]{64}$ ]] || { echo "$image: ${digests[$image]} is no digest." >&2; exit 1; }
  printf '  %s: { image: "%s@%s" }\n' "$service" "$image" "${digests[$image]}" >>"$pinned"
done < <(awk '/^services:/ { on = 1 } /^volumes:/ { on = 0 } on && /^  [a-z-]+:/ { service = $1; sub(":", "", service) } on && /^    image: / { print service, $2 }' docker-compose.yml)
cp "$pinned" docker-compose.override.yml
echo "Pinned ${#digests[@]} images in $PWD/docker-compose.override.yml." >&2
