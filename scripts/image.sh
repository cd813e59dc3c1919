#!/bin/bash
# Builds the container image by Debian's buildah, without a container engine and without a base image:
# build/image/aic-mcp-server.tar (an OCI archive). Called by ./dev image, which has built the program.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=${1:-build/release/aic-mcp-server}
out=build/image
image=localhost/aic-mcp-server
version=$("$binary" --version | sed -n 's/^aic-mcp-server //p')
revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
time=$(git log -1 --format=%ct 2>/dev/null || echo 0)
mkdir -p "$out"

scripts/image_rootfs.sh "$binary" "$out/root"
buildah() { scripts/buildah.sh "$@"; }

# A test that was killed leaves its container behind; the storage is this folder's alone.
buildah rm --all >/dev/null
old=$(buildah images --quiet "$image" 2>/dev/null || true)
buildah bud --quiet --isolation chroot --file Dockerfile --tag "$image" --timestamp "$time" \
  --build-context "rootfs=$out/root" --build-arg "AIC_VERSION=$version" --build-arg "AIC_REVISION=$revision" \
  "$out/root" >"$out/id"
[ -z "$old" ] || [ "$old" = "$(cut -c1-12 "$out/id")" ] || buildah rmi "$old" >/dev/null
rm -f "$out/aic-mcp-server.tar"
buildah push --quiet "$image" "oci-archive:$out/aic-mcp-server.tar:aic-mcp-server:latest" >/dev/null

(cd "$out/root" && find . -type f -printf '%10s %P\n' | sort -rn) >"$out/contents"
bytes=$(awk '{ sum += $1 } END { print sum }' "$out/contents")
limit=40000000
printf '%s: %.1f MB unpacked in %d files, %.1f MB as an archive\n' "$out/aic-mcp-server.tar" \
  "$(awk "BEGIN { print $bytes / 1e6 }")" "$(wc -l <"$out/contents")" \
  "$(awk "BEGIN { print $(stat -c %s "$out/aic-mcp-server.tar") / 1e6 }")"
if [ "$bytes" -gt $limit ]; then
  echo "the image is larger than $limit bytes; see $out/contents" >&2
  exit 1
fi
