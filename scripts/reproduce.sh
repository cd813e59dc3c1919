#!/bin/bash
# reproduce.sh TARGET: builds the commit that is checked out twice, in two folders with names of different lengths and without
# ccache, by ./dev release TARGET, and compares the programs byte by byte.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:?usage: reproduce.sh TARGET}
source=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for folder in "$work/one" "$work/another-folder"; do
  git clone --quiet "$source" "$folder"
  git -C "$folder" checkout --quiet "$(git rev-parse HEAD)"
  (cd "$folder" && CCACHE_DISABLE=1 ./dev release "$target")
done
status=0 compared=0
for program in "$work/one/build/artifacts/$target"/aic-{mcp-server,sandbox}{,.exe}; do
  [ -f "$program" ] || continue
  name=$(basename "$program")
  compared=$((compared + 1))
  if cmp "$program" "$work/another-folder/build/artifacts/$target/$name"; then
    echo "$target: $name is the same in both: $(sha256sum <"$program" | cut -d' ' -f1)"
  else
    status=1
  fi
done
[ $compared = 2 ] || exit 1
exit $status
