#!/bin/bash
# check_layers_test.sh: does check_layers.sh still refuse? In a copy of the sources something forbidden is planted in each
# layer, and each plant has to be named. Which includes are forbidden stands here once more, so that a check that misreads
# CMakeLists.txt cannot agree with itself.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# Each layer with those that it must never include (docs/architecture.md).
declare -A forbidden=(
  [base]="net auth aic tools mcp app sandbox"
  [net]="auth aic tools mcp app sandbox"
  [auth]="aic tools mcp app sandbox"
  [aic]="auth tools mcp app sandbox"
  [tools]="auth mcp app sandbox"
  [mcp]="auth aic tools app sandbox"
  [app]="sandbox"
  [sandbox]="auth aic tools mcp app"
)

# refused WHAT TEXT…: in the tree as it is now, the check fails and names each TEXT. Then the tree is as it was.
refused() {
  local what=$1 output status=0 text
  shift
  output=$("$here/check_layers.sh" "$work/tree") || status=$?
  [ $status != 0 ] || fail "$what: passes"
  for text in "$@"; do grep -qF -- "$text" <<<"$output" || fail "$what: not named: $text"; done
  fresh_tree
}
fail() {
  echo "$1"
  failed=1
}
fresh_tree() {
  rm -rf "$work/tree"
  mkdir "$work/tree"
  cp -r "$here/../CMakeLists.txt" "$here/../src" "$work/tree"
}

# plant FILE LINE: one more line at the end of src/FILE.
plant() { printf '%s\n' "$2" >>"$work/tree/src/$1"; }
# layers_line OLD NEW: CMakeLists.txt, changed.
layers_line() {
  grep -q "$1" "$work/tree/CMakeLists.txt" || fail "CMakeLists.txt has no line $1"
  sed -i "s/$1/$2/" "$work/tree/CMakeLists.txt"
}

mkdir "$work/tree"
fresh_tree
"$here/check_layers.sh" "$work/tree" || fail "the sources as they are: refused"

for folder in "$here"/../src/*/; do
  layer=$(basename "$folder")
  [ -n "${forbidden[$layer]:-}" ] || fail "src/$layer: say in $0 what it must not include"
  expected=()
  for target in ${forbidden[$layer]:-}; do
    plant "$layer/planted_$target.cpp" "#include \"$target/planted.h\""
    expected+=("src/$layer/planted_$target.cpp:1: src/$layer may not include $target/")
  done
  plant "$layer/planted.h" '  #  include "app/../planted.h"'
  plant "$layer/planted.h" '#include NAME'
  plant "$layer/planted.h" '#include <base/error.h>'
  plant "$layer/planted.h" '#include <curl/curl.h>'
  plant "$layer/planted.h" 'inline const std::string planted = "x";'
  plant "$layer/planted.h" '#ifdef _WIN32'
  plant "$layer/planted.h" '#include <boost/beast/http.hpp>'
  plant "$layer/planted.inl" '#include "app/options.h"'
  mkdir "$work/tree/src/$layer/more"
  for line in 1 2 3 4 5 6; do expected+=("src/$layer/planted.h:$line:"); done
  refused "src/$layer" "${expected[@]}" "<boost/beast…> is included by 2 files" "src/$layer/planted.inl" "src/$layer/more"
done

mkdir "$work/tree/src/other"
refused "a folder that is no layer" "src/other"
layers_line 'aic_layer(mcp LINK net base)' 'aic_layer(mcp TINY LINK net base)'
refused "an option that the check does not know" "not understood: aic_layer(mcp TINY LINK net base)" "src/mcp: not a layer"
layers_line 'aic_layer(mcp LINK net base)' 'aic_layer(mcp LINK net\n  base)'
refused "a call on two lines" "not understood: aic_layer(mcp LINK net"
layers_line 'aic_layer(net LINK base)' 'aic_layer(net LINK base app)'
refused "a link to a layer above" "net links to app"
layers_line 'aic_layer(mcp LINK net base)' 'aic_layer(mcp LINK net bsae)'
refused "a link to no layer" "mcp links to bsae"
layers_line 'aic_layer(sandbox LINK net base)' 'aic_layer(sandbox LINK net base)\naic_layer(nothing)'
refused "a layer without a folder" "there is no src/nothing"
sed -i '/aic_layer/d' "$work/tree/CMakeLists.txt"
refused "no layers at all" "no layers found"
sed -i 's/<boost\/beast/<boost\/elsewhere/' "$work"/tree/src/net/*.cpp
refused "a guard whose header is gone" "<boost/beast…> is included by 0 files"

[ $failed = 0 ] && echo "check_layers.sh refuses what it should"
exit $failed
