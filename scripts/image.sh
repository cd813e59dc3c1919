#!/bin/bash
# image.sh [PROGRAM]: builds the container image by Debian's buildah, without a container engine and without a base image:
# build/image/aic-mcp-server.tar (an OCI archive) for this machine, with the program of ./dev release if it is of this commit,
# and else with PROGRAM, which ./dev image has built. Where ./dev release made the program for the other architecture of this
# commit, there is aic-mcp-server-ARCHITECTURE.tar with that, and aic-mcp-server-index.tar with both.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh
. scripts/artifacts.sh
. scripts/zig.sh
out=build/image
image=localhost/aic-mcp-server
own=$(own_target)
binary=${1:-build/release/aic-mcp-server}
if is_of_this_commit "$own"; then binary=$(server_program "$own"); fi
version=$("$binary" --version | sed -n 's/^aic-mcp-server //p')
revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
time=$(git log -1 --format=%ct 2>/dev/null || echo 0)
mkdir -p "$out"
buildah() { scripts/buildah.sh "$@"; }

# make_image TARGET PROGRAM ROOT TAG FILE: ROOT is that of another system, or empty.
make_image() {
  local root=$out/root old architecture
  architecture=$(debian_architecture "$1")
  if [ "$1" != "$own" ]; then root+=-$architecture; fi
  AIC_TARGET=$(is_of_this_commit "$1" && echo "$1") scripts/image_rootfs.sh "$2" "$root" "$3"
  old=$(buildah images --quiet "$image:$4" 2>/dev/null || true)
  buildah bud --quiet --isolation chroot --file Dockerfile --tag "$image:$4" --timestamp "$time" --platform "linux/$architecture" \
    --build-context "rootfs=$root" --build-arg "AIC_VERSION=$version" --build-arg "AIC_REVISION=$revision" "$root" >"$out/id"
  [ -z "$old" ] || [ "$old" = "$(cut -c1-12 "$out/id")" ] || buildah rmi "$old" >/dev/null
  rm -f "$out/$5"
  buildah push --quiet "$image:$4" "oci-archive:$out/$5:aic-mcp-server:latest" >/dev/null
  check_size "$root" "$out/$5"
}

# check_size ROOT FILE
check_size() {
  local bytes limit=40000000
  (cd "$1" && find . -type f -printf '%10s %P\n' | sort -rn) >"$out/contents"
  bytes=$(awk '{ sum += $1 } END { print sum }' "$out/contents")
  printf '%s: %.1f MB unpacked in %d files, %.1f MB as an archive\n' "$2" \
    "$(awk "BEGIN { print $bytes / 1e6 }")" "$(wc -l <"$out/contents")" \
    "$(awk "BEGIN { print $(stat -c %s "$2") / 1e6 }")"
  if [ "$bytes" -gt $limit ]; then
    echo "the image is larger than $limit bytes; see $out/contents" >&2
    exit 1
  fi
}

# make_index FILE TAG…: one image for several architectures.
make_index() {
  local list=$image-all tag
  buildah manifest rm "$list" >/dev/null 2>&1 || true
  buildah manifest create "$list" >/dev/null
  for tag in "${@:2}"; do buildah manifest add "$list" "$image:$tag" >/dev/null; done
  rm -f "$out/$1"
  buildah manifest push --quiet --all "$list" "oci-archive:$out/$1:aic-mcp-server:latest" >/dev/null
  echo "$out/$1: both architectures"
}

# A test that was killed leaves its container behind; the storage is this folder's alone.
buildah rm --all >/dev/null
make_image "$own" "$binary" "" latest aic-mcp-server.tar
rm -f "$out"/aic-mcp-server-*.tar
other=linux-arm64
[ "$own" != linux-arm64 ] || other=linux-x64
if is_of_this_commit "$other"; then
  architecture=$(debian_architecture "$other")
  # What is in the image of this machine is Debian 12's, too.
  scripts/minimal_root.sh "build/image-root-$architecture" bookworm "$architecture"
  make_image "$other" "$(server_program "$other")" "build/image-root-$architecture" "$architecture" "aic-mcp-server-$architecture.tar"
  make_index aic-mcp-server-index.tar latest "$architecture"
fi
